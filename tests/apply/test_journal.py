"""The journal: private, chained, readable after a crash, refused when edited, one writer."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_shop import create

from reconcile.errors import PlanError
from reconcile.journal import Journal, RunFacts, read
from reconcile.model import Action, Address, Outcome, Status

FACTS = RunFacts("run-1", "plan-1", "sha256:aa", "0.1.0", "Ada", "http://shop.test", 3)


def clock() -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC)


def written(path: Path) -> list[bytes]:
    """A run with one applied change, one failed, one in doubt."""
    a, b, c = create("product:a"), create("product:b"), create("product:c")
    with Journal(path, clock) as journal:
        journal.start(FACTS)
        journal.intend("r1", [a, b, c])
        journal.settle(
            [
                (Action.CREATE, Outcome(a.address, Status.APPLIED, "prod_1", "r1", 2, 15)),
                (Action.CREATE, Outcome(b.address, Status.FAILED, error="no")),
            ]
        )
        journal.end({"applied": 1, "failed": 1, "open": 1}, "interrupted")
    return path.read_bytes().splitlines(keepends=True)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    written(path)
    history = read(path)
    assert history.plan_digest == "sha256:aa"
    assert history.runs == ["run-1"]
    assert history.in_doubt == {"product:c"}
    assert history.outcomes["product:a"] == Outcome(
        Address("product", "a"), Status.APPLIED, "prod_1", "r1", 2, 15
    )
    assert history.outcomes["product:b"].error == "no"


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    written(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_unknown_outcomes_stay_in_doubt(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    with Journal(path, clock) as journal:
        journal.intend("r1", [create("product:a")])
        outcome = Outcome(Address("product", "a"), Status.UNKNOWN, error="lost")
        journal.settle([(Action.CREATE, outcome)])
    assert read(path).in_doubt == {"product:a"}


def test_what_was_so_already_is_told_from_what_was_written(tmp_path: Path) -> None:
    """Also what an earlier run sent: it is this plan that wrote it, though nobody answered."""
    path = tmp_path / "journal.ndjson"
    a, b, c = (create(f"customer:{name}@x.test") for name in "abc")
    with Journal(path, clock) as journal:
        journal.start(FACTS)
        journal.intend("r1", [a, b])
        journal.settle(
            [
                (each.action, Outcome(each.address, status, attempts=0))
                for each, status in [
                    (a, Status.APPLIED),
                    (b, Status.FAILED),
                    (b, Status.APPLIED),
                    (c, Status.APPLIED),
                ]
            ]
        )
    assert read(path, [a, b, c]).was_so == {"customer:c@x.test"}


def test_a_missing_journal_is_an_empty_history(tmp_path: Path) -> None:
    assert read(tmp_path / "journal.ndjson").outcomes == {}


@pytest.mark.parametrize("kept", [0, 1, 40])
def test_a_line_cut_short_is_taken_off_and_said(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "journal.ndjson"
    lines = written(path)
    path.write_bytes(b"".join(lines[:3]) + lines[3][:kept])
    assert (read(path).lines, read(path).torn) == (3, kept)
    with Journal(path, clock) as journal:
        journal.start(FACTS)
    last = json.loads(path.read_bytes().splitlines()[-1])
    assert last.get("torn_bytes", 0) == kept
    assert read(path).torn == 0


def _edited(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"prod_1", b"prod_2") for line in lines]


def _removed(lines: list[bytes]) -> list[bytes]:
    return lines[:2] + lines[3:]


def _doubled(lines: list[bytes]) -> list[bytes]:
    return lines[:2] + lines[1:]


def _no_json(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], b"\0\0\0\n", *lines[2:]]


@pytest.mark.parametrize("damage", [_edited, _removed, _doubled, _no_json])
def test_a_journal_that_was_tampered_with_is_refused_with_its_line(
    tmp_path: Path, damage: object
) -> None:
    path = tmp_path / "journal.ndjson"
    lines = written(path)
    path.write_bytes(b"".join(damage(lines)))  # type: ignore[operator]
    with pytest.raises(PlanError, match=r"journal\.ndjson:\d+: "), Journal(path, clock):
        pass


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    with (
        Journal(path, clock),
        pytest.raises(PlanError, match="Another process"),
        Journal(path, clock),
    ):
        pass
    with Journal(path, clock):
        pass


def test_a_folder_that_cannot_be_written_is_an_error_for_people(tmp_path: Path) -> None:
    with (
        pytest.raises(PlanError, match="cannot be written"),
        Journal(tmp_path / "gone" / "journal.ndjson", clock),
    ):
        pass


def test_threads_write_whole_lines_in_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.ndjson"
    with Journal(path, clock) as journal, ThreadPoolExecutor(4) as pool:
        for batch in range(40):
            changes = [create(f"product:{batch}-{number}") for number in range(5)]
            pool.submit(journal.intend, f"r{batch}", changes)
    assert len(read(path).in_doubt) == 200
