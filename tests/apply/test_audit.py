"""What an applied plan's files prove by themselves, and what an edit of any of them costs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_shop import FakeShop, create
from plan_samples import NOON, plan_of, plan_on_disk, surroundings

from reconcile.apply import apply_plan
from reconcile.audit import Audit, audit
from reconcile.canonical import file_digest
from reconcile.errors import PlanError
from reconcile.plan import approval_file, file
from reconcile.plan.approval import approve

CHANGES = [create("product:A"), create("product:B"), create("variant:A-S", "product:A")]


def applied(root: Path, excludes: tuple[str, ...] = ()) -> Path:
    """A plan that was approved and applied, but not read back yet."""
    folder = plan_on_disk(root, plan_of(CHANGES))
    plan = file.read(folder)
    approval = approve(plan, "Ada", NOON, excludes)
    approval_file.write(folder, approval)
    target = FakeShop()
    apply_plan(plan, approval, target, folder / "journal.ndjson", surroundings())
    return folder


def read_back(folder: Path, equal: int) -> None:
    digests = {
        "plan": file.read(folder).digest,
        "journal": file_digest(folder / "journal.ndjson"),
    }
    content = {"digests": digests, "equal": equal, "read_at": "2026-11-01T13:00:00.000Z"}
    (folder / "verify.json").write_text(json.dumps(content))


@pytest.fixture
def proven(tmp_path: Path) -> Path:
    folder = applied(tmp_path)
    read_back(folder, 3)
    return folder


def failed(found: Audit) -> list[str]:
    return [check.subject for check in found.checks if not check.ok]


def test_planned_applied_and_read_back(proven: Path) -> None:
    found = audit(proven)
    assert (found.proven, found.damaged, failed(found)) == (True, False, [])
    assert found.counts == {"planned": 3, "approved": 3, "applied": 3}
    assert len(found.runs) == 1


def test_what_is_not_read_back_is_not_proven(tmp_path: Path) -> None:
    folder = applied(tmp_path)
    found = audit(folder)
    assert (found.proven, found.damaged, failed(found)) == (False, False, ["read back"])
    read_back(folder, 2)
    assert failed(audit(folder)) == ["read back"]


def test_excluded_changes_are_not_missed(tmp_path: Path) -> None:
    folder = applied(tmp_path, ("product:B",))
    read_back(folder, 2)
    assert audit(folder).proven


def test_a_plan_nobody_applied(tmp_path: Path) -> None:
    folder = plan_on_disk(tmp_path, plan_of(CHANGES))
    approval_file.write(folder, approve(file.read(folder), "Ada", NOON))
    found = audit(folder)
    assert (found.damaged, failed(found)) == (False, ["journal", "applied", "read back"])


def _flip(name: str, before: str, after: str) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text()
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1))

    return edit


def _drop_line(folder: Path) -> None:
    lines = (folder / "journal.ndjson").read_text().splitlines(keepends=True)
    (folder / "journal.ndjson").write_text("".join([*lines[:2], *lines[3:]]))


EDITS = [
    (_flip("journal.ndjson", "applied", "failed"), "journal"),
    (_flip("journal.ndjson", "Ada", "Eve"), "journal"),
    (_drop_line, "journal"),
    (_flip("approval.yml", "Ada", "Eve"), "journal"),
    (_flip("approval.yml", "sha256:", "sha256:0"), "approval"),
    (_flip("verify.json", '"plan": "sha256:', '"plan": "sha256:0'), "read back"),
    (_flip("verify.json", "digests", "nothing"), "read back"),
]


@pytest.mark.parametrize(("edit", "subject"), EDITS)
def test_an_edited_file_is_found(proven: Path, edit: Callable[[Path], None], subject: str) -> None:
    edit(proven)
    found = audit(proven)
    assert found.damaged
    assert subject in failed(found)


def test_another_approver_may_let_it_be_finished(tmp_path: Path) -> None:
    """Who approved an earlier run stands in the journal; the approval is that of the last one."""
    folder = plan_on_disk(tmp_path, plan_of(CHANGES))
    plan, shop = file.read(folder), FakeShop(poison={"product:B"})
    for name in ("Ada", "Eve"):
        approval = approve(plan, name, NOON)
        approval_file.write(folder, approval)
        apply_plan(plan, approval, shop, folder / "journal.ndjson", surroundings())
        shop.poison = set()
    read_back(folder, 3)
    assert audit(folder).proven
    approval_file.write(folder, approve(plan, "Ada", NOON))
    assert audit(folder).damaged


def test_an_edited_plan_cannot_be_audited(proven: Path) -> None:
    _flip("changes.jsonl", "product:B", "product:C")(proven)
    with pytest.raises(PlanError, match=r"changes\.jsonl"):
        audit(proven)


def test_a_journal_that_grew_has_to_be_verified_again(proven: Path) -> None:
    """Lines taken off its end leave a whole chain, but not the journal that was verified."""
    path = proven / "journal.ndjson"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    found = audit(proven)
    assert (found.proven, failed(found)) == (False, ["read back"])
