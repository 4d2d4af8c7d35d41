"""What was last applied: kept plan by plan, read record by record."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from reconcile.base import CREATED, FACTS, Applied, Known, learn, load
from reconcile.errors import PlanError

URL = "https://medusa.test"
FIRST, SECOND = "20260101T000000Z-a", "20260102T000000Z-b"


def title(record: str, value: object) -> Applied:
    return Applied("product", record, "title", value)


def known(root: Path, *records: str) -> dict[str, dict[str, object]]:
    return load(root, URL).of("product", records)


def test_a_later_plan_has_the_last_word(tmp_path: Path) -> None:
    learn(tmp_path, URL, SECOND, [title("p1", "Two")])
    learn(tmp_path, URL, FIRST, [title("p1", "One"), title("p2", None)])
    assert known(tmp_path, "p1", "p2", "p3") == {"p1": {"title": "Two"}, "p2": {"title": None}}


def test_what_was_applied_last_counts_whichever_plan_it_was_of(tmp_path: Path) -> None:
    """An old plan may be finished after a later one."""
    early, late = "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"
    learn(tmp_path, URL, FIRST, [Applied("product", "p1", "title", "Old plan", late)])
    learn(tmp_path, URL, SECOND, [Applied("product", "p1", "title", "Later plan", early)])
    assert known(tmp_path, "p1") == {"p1": {"title": "Old plan"}}


def test_what_was_created_here_and_not_deleted_here(tmp_path: Path) -> None:
    early, late = "2026-01-02T00:00:00.000Z", "2026-01-03T00:00:00.000Z"
    made = [Applied("variant", f"v{n}", CREATED, f"V-{n}", early) for n in (1, 2)]
    learn(tmp_path, URL, FIRST, made)
    learn(tmp_path, URL, SECOND, [Applied("variant", "v1", CREATED, None, late)])
    assert load(tmp_path, URL).created("variant", ["V-1", "V-2", "V-3"]) == {"V-2"}


def test_more_of_the_same_plan_takes_its_place(tmp_path: Path) -> None:
    learn(tmp_path, URL, FIRST, [title("p1", "One")])
    learn(tmp_path, URL, FIRST, [title("p1", "One"), title("p2", {"a": ["1"]})])
    assert known(tmp_path, "p2") == {"p2": {"title": {"a": ["1"]}}}
    assert len(list(tmp_path.glob("*/product/*"))) == 1


def test_each_shop_has_its_own(tmp_path: Path) -> None:
    assert load(tmp_path, URL).known is Known.NONE
    learn(tmp_path, "https://medusa.test/b", FIRST, [title("p1", "B")])
    assert load(tmp_path, URL).known is Known.FOREIGN
    assert known(tmp_path, "p1") == {}
    learn(tmp_path, URL, FIRST, [title("p1", "A")])
    assert known(tmp_path, "p1") == {"p1": {"title": "A"}}
    assert load(tmp_path, "https://medusa.test/b").of("product", ["p1"]) == {"p1": {"title": "B"}}


def test_others_may_not_read_it(tmp_path: Path) -> None:
    learn(tmp_path / "base", URL, FIRST, [title("p1", "One")])
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    folders = [path for path in tmp_path.rglob("*") if path.is_dir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format":99,"url":"https://medusa.test"}'])
def test_damaged_facts_are_said(tmp_path: Path, content: str) -> None:
    learn(tmp_path, URL, FIRST, [title("p1", "One")])
    [facts] = tmp_path.glob(f"*/{FACTS}")
    facts.write_text(content)
    with pytest.raises(PlanError, match=r"base\.json"):
        load(tmp_path, URL)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    learn(tmp_path, URL, FIRST, [title("p1", "One")])
    [path] = tmp_path.glob("*/product/*")
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(PlanError, match=FIRST):
        known(tmp_path, "p1")
