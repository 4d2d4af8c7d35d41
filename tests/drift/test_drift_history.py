"""What earlier drift runs found: since when a mismatch is open, on one machine and on several."""

from __future__ import annotations

import json
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

import pytest
from drift_runs import (
    Mismatch,
    entity_of,
    frame_of,
    moment,
    row_of,
    shop,
    since_of,
    summary_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconcile.drift import open_set, run_log, shared_history
from reconcile.drift.history import open_mismatches, record, runs
from reconcile.errors import HistoryError
from reconcile.model import Json
from reconcile.state import State

A: Mismatch = ("product", "24-MB01", "title")
B: Mismatch = ("product", "24-MB02", "weight")
V: Mismatch = ("variant", "24-MB01", "prices")
ALL = ("product", "variant")


def run(
    folder: Path,
    hours: float,
    mismatches: Collection[Mismatch],
    entities: Collection[str] = ALL,
    state: State | None = None,
    **other: Json,
) -> Mapping[Mismatch, str]:
    summary = summary_of(hours, entities, mismatches, **other)
    return since_of(record(folder, summary, frame_of(mismatches), state))


def test_a_mismatch_keeps_its_time_while_it_is_open(tmp_path: Path) -> None:
    assert run(tmp_path, 0, [A]) == {A: moment(0)}
    assert run(tmp_path, 24, [A, B]) == {A: moment(0), B: moment(24)}
    assert run(tmp_path, 48, [B]) == {B: moment(24)}
    assert since_of(open_mismatches(tmp_path)) == {B: moment(24)}


def test_closed_and_opened_again_is_new(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    run(tmp_path, 1, [])
    assert run(tmp_path, 2, [A]) == {A: moment(2)}


def test_a_narrowed_run_keeps_what_it_did_not_look_at(tmp_path: Path) -> None:
    run(tmp_path, 0, [A, V])
    for hours in range(1, open_set.LOOK_BACK + 4):
        run(tmp_path, hours, [], ["product"])
    assert since_of(open_mismatches(tmp_path)) == {V: moment(0)}
    assert run(tmp_path, 100, [A, V]) == {A: moment(100), V: moment(0)}


def test_of_a_shop_that_was_not_read_whole_nothing_is_settled(tmp_path: Path) -> None:
    run(tmp_path, 0, [A, B])
    run(tmp_path, 1, [B], source=shop("magento", complete=False))
    assert since_of(open_mismatches(tmp_path)) == {B: moment(0)}
    assert run(tmp_path, 2, [A, B]) == {A: moment(0), B: moment(0)}


def test_each_pair_of_shops_has_its_own(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    elsewhere = shop("medusa", url="https://staging.test")
    assert run(tmp_path, 1, [A], target=elsewhere) == {A: moment(1)}
    assert run(tmp_path, 2, [], target=elsewhere) == {}
    assert run(tmp_path, 3, [A]) == {A: moment(0)}


def test_rows_stay_as_they_came(tmp_path: Path) -> None:
    frame = frame_of([V, A, B])
    run(tmp_path, 0, [A])
    dated = record(tmp_path, summary_of(1, ALL, [V, A, B]), frame)
    assert dated.drop("since").equals(frame)
    assert dated.columns[-1] == "since"


def test_what_is_kept_of_a_run_names_no_record(tmp_path: Path) -> None:
    people: Mismatch = ("customer", "ada@example.com", "email")
    sample = {"all": {}, "disagreements": ["customer:ada@example.com"]}
    run(tmp_path, 0, [people], ["customer"], sample=sample)
    [kept] = tmp_path.glob("open/*.parquet")
    assert b"ada@" not in (tmp_path / "runs.ndjson").read_bytes()
    for path in (kept, tmp_path / "runs.ndjson"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700


def test_files_of_old_runs_go(tmp_path: Path) -> None:
    for hours in range(open_set.LOOK_BACK + 5):
        run(tmp_path, hours, [A])
    assert len(list(tmp_path.glob("open/*"))) == open_set.LOOK_BACK
    assert len(runs(tmp_path)) == open_set.LOOK_BACK + 5
    assert since_of(open_mismatches(tmp_path)) == {A: moment(0)}


def test_runs_come_back_oldest_first(tmp_path: Path) -> None:
    for hours in (5, 1, 3):
        run(tmp_path, hours, [A])
    kept = runs(tmp_path)
    assert [each.started_at for each in kept] == [moment(1), moment(3), moment(5)]
    assert (kept[0].apart, kept[0].seconds, kept[0].state) == (1, 90, "drift")
    assert runs(tmp_path / "nowhere") == []


def test_a_run_that_took_long_knows_what_was_open_when_it_began(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    run(tmp_path, 2, [B])
    assert run(tmp_path, 1, [A, B]) == {A: moment(0), B: moment(1)}
    assert since_of(open_mismatches(tmp_path)) == {B: moment(1)}


def test_the_same_run_again_is_one_run(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    assert run(tmp_path, 0, [A]) == {A: moment(0)}
    assert len(runs(tmp_path)) == 1


@pytest.mark.parametrize("cut", [1, 40, -1])
def test_a_torn_last_line_is_no_run(tmp_path: Path, cut: int) -> None:
    run(tmp_path, 0, [A])
    log = tmp_path / "runs.ndjson"
    first = log.read_bytes()
    run(tmp_path, 1, [A, B])
    log.write_bytes(first + log.read_bytes()[len(first) :][:cut])
    assert [each.started_at for each in runs(tmp_path)] == [moment(0)]
    assert run(tmp_path, 2, [A, B]) == {A: moment(0), B: moment(2)}
    assert [each.started_at for each in runs(tmp_path)] == [moment(0), moment(2)]


@pytest.mark.parametrize("broken", ["write", "append"])
def test_a_crash_in_between_leaves_what_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    run(tmp_path, 0, [A])
    room = {"write": open_set, "append": run_log}[broken]

    def crash(*_: object) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(room, broken, crash)
        with pytest.raises(OSError, match="gone"):
            run(tmp_path, 1, [B])
    assert since_of(open_mismatches(tmp_path)) == {A: moment(0)}
    assert run(tmp_path, 2, [A, B]) == {A: moment(0), B: moment(2)}
    assert len(list(tmp_path.glob("open/*"))) == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 0}, "format 0"),
        ({"format": 2}, "format 2"),
        ({"entities": [{"entity": "product"}]}, "no drift run"),
        ({"started_at": "yesterday"}, "no drift run"),
        ({"entities": [entity_of("product", 1, drift_percent="much")]}, "no drift run"),
    ],
)
def test_other_formats_are_refused(tmp_path: Path, change: dict[str, Json], words: str) -> None:
    run(tmp_path, 0, [A])
    log = tmp_path / "runs.ndjson"
    log.write_text(log.read_text() + json.dumps({**summary_of(1), **change}) + "\n")
    before = log.read_bytes()
    with pytest.raises(HistoryError, match=words) as caught:
        run(tmp_path, 2, [A])
    assert caught.value.where == f"{log}:2"
    assert caught.value.remedy
    assert log.read_bytes() == before


def test_damage_in_the_middle_is_refused(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    log = tmp_path / "runs.ndjson"
    log.write_text("{\n" + log.read_text())
    with pytest.raises(HistoryError, match="damaged") as caught:
        runs(tmp_path)
    assert caught.value.where.endswith("runs.ndjson:1")


def test_a_damaged_file_of_a_run_is_named(tmp_path: Path) -> None:
    run(tmp_path, 0, [A])
    [kept] = tmp_path.glob("open/*.parquet")
    kept.write_bytes(b"PAR1")
    with pytest.raises(HistoryError, match=kept.name):
        open_mismatches(tmp_path)


# Several machines


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(str(tmp_path / "state"))


def test_machines_take_turns(tmp_path: Path, state: State) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    run(one, 0, [A], state=state)
    assert run(other, 1, [A, B], state=state) == {A: moment(0), B: moment(1)}
    assert run(one, 2, [B, V], state=state) == {B: moment(1), V: moment(2)}
    assert len(runs(one)) == 3
    assert len(runs(other)) == 2


def test_what_was_found_before_anything_was_shared_is_published(
    tmp_path: Path, state: State
) -> None:
    run(tmp_path / "one", 0, [A])
    run(tmp_path / "one", 1, [A], state=state)
    assert run(tmp_path / "other", 2, [A], state=state) == {A: moment(0)}


def test_two_at_once_lose_nothing(tmp_path: Path, state: State) -> None:
    """Both know the same at first; the later one publishes first, the earlier one last."""
    one, other = tmp_path / "one", tmp_path / "other"
    run(one, 0, [A], state=state)
    run(other, 0.5, [A], state=state)
    run(one, 1, [A, B, V], state=None)
    run(other, 2, [A, B], ["product"], state=state)
    run(one, 3, [A, B, V], state=state)
    assert run(other, 4, [A, B, V], state=state) == {A: moment(0), B: moment(1), V: moment(1)}
    assert len(runs(other)) == 6


def test_in_the_same_second(tmp_path: Path, state: State) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    run(one, 0, [A], state=state)
    run(other, 0, [A, B], state=state)
    run(one, 1, [A], state=state)
    assert len(runs(one)) == 3


def test_a_copy_that_lost_a_race_costs_nothing(tmp_path: Path, state: State) -> None:
    """All runs in one object is written by all machines; what it lacks is read run by run."""
    run(tmp_path / "one", 0, [A], state=state)
    copy = tmp_path / "state" / shared_history.COPY
    former = copy.read_bytes()
    run(tmp_path / "one", 1, [A], state=state)
    copy.write_bytes(former)
    assert run(tmp_path / "other", 2, [A], state=state) == {A: moment(0)}
    assert len(runs(tmp_path / "other")) == 3


def test_a_run_counts_once_it_is_whole(
    tmp_path: Path, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that dies while it publishes does it again with its next run."""
    run(tmp_path / "one", 0, [A], state=state)
    write = State.write

    def dies(self: State, name: str, content: bytes) -> None:
        if name.startswith(shared_history.RUNS):
            raise OSError("gone")
        write(self, name, content)

    with monkeypatch.context() as patch:
        patch.setattr(State, "write", dies)
        with pytest.raises(OSError, match="gone"):
            run(tmp_path / "one", 1, [A, B], state=state)
    assert run(tmp_path / "other", 2, [A, B], state=state) == {A: moment(0), B: moment(2)}
    run(tmp_path / "one", 3, [A, B], state=state)
    assert run(tmp_path / "other", 4, [A, B], state=state) == {A: moment(0), B: moment(1)}


def test_spent_files_leave_the_shared_place(tmp_path: Path, state: State) -> None:
    for hours in range(open_set.LOOK_BACK + 4):
        run(tmp_path / ("one" if hours % 2 else "other"), hours, [A], state=state)
    assert len(list((tmp_path / "state").rglob("*.parquet"))) == open_set.LOOK_BACK
    assert run(tmp_path / "third", 99, [A], state=state) == {A: moment(0)}


def test_a_run_under_another_name_is_refused(tmp_path: Path, state: State) -> None:
    run(tmp_path / "one", 0, [A], state=state)
    [there] = (tmp_path / "state" / shared_history.RUNS).iterdir()
    there.rename(there.with_name("20990101T000000Z-00000000.json"))
    with pytest.raises(HistoryError, match="20990101"):
        run(tmp_path / "other", 1, [A], state=state)


RUNS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sets(st.sampled_from(ALL), min_size=1),
        st.sets(st.sampled_from([A, B, V])),
    ),
    max_size=14,
)


@given(RUNS)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_machines_any_runs(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[int, set[str], set[Mismatch]]],
) -> None:
    """Since when is what one that saw everything would say, whichever machine is asked."""
    root = tmp_path_factory.mktemp("machines")
    state = State(str(root / "state"))
    opened: dict[Mismatch, str] = {}
    for hours, (machine, entities, mismatches) in enumerate(steps):
        seen = {each for each in mismatches if each[0] in entities}
        opened = {
            each: at for each, at in opened.items() if each[0] not in entities or each in seen
        }
        opened |= {each: moment(hours) for each in seen if each not in opened}
        found = run(root / str(machine), hours, seen, entities, state)
        assert found == {each: opened[each] for each in seen}
        assert since_of(open_mismatches(root / str(machine))) == opened


def test_a_hundred_thousand_are_quick(tmp_path: Path) -> None:
    import time

    import polars as pl

    rows = [row_of("product", f"SKU-{number}", "title") for number in range(100_000)]
    frame = pl.DataFrame(rows, frame_of([]).schema, orient="row")
    record(tmp_path, summary_of(0), frame)
    began = time.monotonic()
    record(tmp_path, summary_of(1), frame)
    assert time.monotonic() - began < 5
