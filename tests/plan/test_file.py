"""A plan on disk: what is written is read back, and an edit never goes unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.errors import PlanError
from reconcile.model import Action, Address, Change, Diagnostic, FieldChange, Severity
from reconcile.plan import file
from reconcile.plan.document import Limit, PlanHeader, SnapshotFacts, Tally
from reconcile.plan.lines import change_from_json, change_to_json

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
FACTS = SnapshotFacts("magento", "https://shop.test", NOON, "sha256:1", complete=True)
HEADER = PlanHeader(
    id="",
    created_at=NOON,
    tool_version="1",
    source=FACTS,
    target=replace(FACTS, system="medusa", complete=False),
    mapping_digest="sha256:2",
    scope={"only": "product"},
    tallies=(Tally("product", {"create": 1}, unchanged=2),),
    limits=(Limit("draft_share:product", "Too many.", 31.2, 30.0),),
    changes_digest="",
    diagnostics_digest="",
)
CHANGES = (
    Change(Address("product", "A:1"), Action.CREATE, (FieldChange("title", None, "Ä\n"),), "new"),
    Change(
        Address("variant", "A"),
        Action.UPDATE,
        (FieldChange("prices", None, []),),
        source_id="magento:1",
        target_id="variant_1",
        refs={"product:A:1": None, "category:x": "cat_1"},
    ),
)
NOTES = (
    Diagnostic(Severity.WARNING, "twin_key", "Two.", Address("product", "A"), "Remove one."),
    Diagnostic(Severity.INFO, "note", "No address, no remedy."),
)


def write(root: Path, changes: tuple[Change, ...] = CHANGES) -> Path:
    return file.write(root, NOON, changes, lambda: NOTES, lambda: HEADER)


def test_a_plan_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    plan = file.read(write(tmp_path))
    assert tuple(plan.changes) == CHANGES
    assert plan.diagnostics == NOTES
    filled = {"id", "changes_digest", "diagnostics_digest"}
    for name in HEADER.__slots__:
        assert name in filled or getattr(plan.header, name) == getattr(HEADER, name)


def test_the_folder_is_named_by_time_and_digest(tmp_path: Path) -> None:
    folder = write(tmp_path)
    header = file.read_header(folder)
    assert folder.name == header.id
    assert header.id == f"20261101T120000Z-{header.changes_digest[7:15]}"


def test_a_line_is_canonical(tmp_path: Path) -> None:
    first, _ = (write(tmp_path) / file.CHANGES).read_text().splitlines()
    assert first == (
        '{"action":"create","address":"product:A:1",'
        '"fields":[{"after":"Ä\\n","path":"title"}],"reason":"new"}'
    )


@pytest.mark.parametrize("name", [file.CHANGES, file.DIAGNOSTICS])
def test_an_edited_file_is_refused(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).write_bytes((folder / name).read_bytes().replace(b"A", b"B"))
    with pytest.raises(PlanError, match=f"{name} is missing or was edited"):
        file.read(folder)


@pytest.mark.parametrize("name", [file.HEADER, file.CHANGES, file.DIAGNOSTICS])
def test_every_file_counts_for_the_digest(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    before = file.plan_digest(folder)
    (folder / name).write_bytes((folder / name).read_bytes() + b" ")
    assert file.plan_digest(folder) != before


@pytest.mark.parametrize("name", [file.HEADER, file.CHANGES, file.DIAGNOSTICS])
def test_a_missing_file_is_said(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path)
    (folder / name).unlink()
    with pytest.raises(PlanError):
        file.read(folder)
    with pytest.raises(PlanError, match="not a whole plan"):
        file.plan_digest(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format_version": 1}', "{"])
def test_a_file_that_is_no_plan_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / file.HEADER).write_text(text)
    with pytest.raises(PlanError):
        file.read_header(tmp_path)


def test_a_plan_of_another_format_is_refused(tmp_path: Path) -> None:
    folder = write(tmp_path)
    line = json.loads((folder / file.HEADER).read_text())
    (folder / file.HEADER).write_text(json.dumps({**line, "format_version": 99}))
    with pytest.raises(PlanError, match="format 99"):
        file.read(folder)


def test_a_second_plan_of_the_same_second_does_not_replace_the_first(tmp_path: Path) -> None:
    first = write(tmp_path)
    second = write(tmp_path)
    assert second.name == f"{first.name}-2"
    assert file.read(second).header.id == second.name
    assert (first / file.CHANGES).read_bytes() == (second / file.CHANGES).read_bytes()


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    def full() -> tuple[Diagnostic, ...]:
        raise OSError(28, "No space left on device")

    with pytest.raises(PlanError, match="No space left"):
        file.write(tmp_path, NOON, CHANGES, full, lambda: HEADER)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_halfway_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> PlanHeader:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        file.write(tmp_path, NOON, CHANGES, lambda: NOTES, broken)
    assert list(tmp_path.iterdir()) == []


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(key=st.text(), action=st.sampled_from(Action), before=VALUES, after=VALUES, reason=st.text())
def test_any_change_survives_its_line(
    key: str, action: Action, before: object, after: object, reason: str
) -> None:
    kept = None if action is Action.CREATE else before
    change = Change(Address("product", key), action, (FieldChange("x", kept, after),), reason)
    assert change_from_json(json.loads(json.dumps(change_to_json(change)))) == change
