"""The history at the `state` address, for machines that take turns and runners without a disk.

    history/open/<run>.parquet    what a run saw
    history/runs/<run>.json       the run; it counts once this is there
    history/runs.ndjson           the runs in one object, to save requests: never more than a copy

Every run writes objects of its own, so machines that publish at once lose nothing of each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reconcile.drift import open_set, run_log
from reconcile.drift.runs import RunSummary
from reconcile.errors import HistoryError
from reconcile.state import State

ROOM = "history"
RUNS, COPY = f"{ROOM}/runs", f"{ROOM}/runs.ndjson"
_RUN = ".json"


def fetch(state: State, folder: Path) -> None:
    """Bring the history below `folder` up to what is published.

    To be called while `run_log.alone`. Raises StateError, HistoryError, OSError.
    """
    here = run_log.read(folder)
    news = _runs_there(state, {run.name for run in here})
    runs = run_log.in_order([*here, *news])
    for run in open_set.needed(runs):
        path = open_set.file_of(folder, run)
        content = None if path.exists() else state.read(_object_of(run))
        if content is not None:
            open_set.write_whole(path, content)
    if news:
        run_log.append(folder, news)


def publish(state: State, folder: Path) -> None:
    """Publish the runs below `folder` that are not published yet.

    To be called while `run_log.alone`. Raises StateError, HistoryError, OSError.
    """
    runs = run_log.read(folder)
    there = _names_there(state)
    needed = {run.name for run in open_set.needed(runs)}
    news = [run for run in runs if run.name not in there]
    for run in news:
        path = open_set.file_of(folder, run)
        if run.name in needed and path.exists():
            state.write(_object_of(run), path.read_bytes())
        state.write(f"{RUNS}/{run.name}{_RUN}", run_log.written([run]))
    if news:
        state.write(COPY, run_log.written(runs))
        _prune(state, runs, needed)


def _prune(state: State, runs: Sequence[RunSummary], needed: set[str]) -> None:
    """Remove what runs saw that tells nothing any more; of runs not known here nothing."""
    spent = {_object_of(run) for run in runs if run.name not in needed}
    for name in state.names(f"{ROOM}/{open_set.FOLDER}"):
        if name in spent:
            state.remove(name)


def _runs_there(state: State, known: set[str]) -> list[RunSummary]:
    lacking = _names_there(state) - known
    if not lacking:
        return []
    copied = run_log.parsed(state.read(COPY) or b"", state.place(COPY))
    found = {run.name: run for run in copied if run.name in lacking}
    alone = (_run_there(state, name) for name in sorted(lacking - found.keys()))
    return [*found.values(), *alone]


def _run_there(state: State, name: str) -> RunSummary:
    place = f"{RUNS}/{name}{_RUN}"
    found = list(run_log.parsed(state.read(place) or b"", state.place(place)))
    if [run.name for run in found] != [name]:
        raise HistoryError(
            f"{state.place(place)} is not the run it is called after.", remedy="Remove it."
        )
    return found[0]


def _names_there(state: State) -> set[str]:
    names = (name.rpartition("/")[2] for name in state.names(RUNS))
    return {name.removesuffix(_RUN) for name in names if name.endswith(_RUN)}


def _object_of(run: RunSummary) -> str:
    return f"{ROOM}/{open_set.FOLDER}/{run.name}.parquet"
