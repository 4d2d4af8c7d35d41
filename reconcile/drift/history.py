"""What drift runs found over time: the runs, and the mismatches that are open, since when.

    <work>/history/runs.ndjson            one line per run (run_log.py), nothing of single records
    <work>/history/open/<run>.parquet     what the last few runs saw (open_set.py), private

A run counts once its line is there; its file is there before. So a crash in between leaves things
as they were before the run. Time of a mismatch is the time its run began.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from reconcile.canonical import moment_text
from reconcile.drift import open_set, run_log, shared_history
from reconcile.drift.runs import RunSummary, from_summary
from reconcile.model import Json
from reconcile.state import State


def record(
    folder: Path,
    summary: Mapping[str, Json],
    mismatches: pl.DataFrame,
    state: State | None = None,
) -> pl.DataFrame:
    """Keep a run, and give its mismatches `since`: UTC text of the run that saw each of them first.

    `summary` is the run's summary.json, `mismatches` a frame with at least entity, key, kind and
    field. Mismatches of entities that are not in the summary stay as they are. One that was not
    seen because a shop was not read to its end keeps its time for when it is seen again. With a
    `state`, what other machines found is fetched before, and the run published after. Raises
    HistoryError, StateError, OSError.
    """
    run = from_summary(summary)
    with run_log.alone(folder):
        if state:
            shared_history.fetch(state, folder)
        dated = _remembered(folder, run, mismatches)
        if state:
            shared_history.publish(state, folder)
    return dated


def _remembered(folder: Path, run: RunSummary, mismatches: pl.DataFrame) -> pl.DataFrame:
    runs = run_log.read(folder)
    place = (run.began, run.name)
    before = [each for each in runs if (each.began, each.name) < place]
    known = open_set.known_after(folder, before, run.shops)
    now = pl.lit(moment_text(run.began)).alias("since")
    dated = open_set.with_since(mismatches.with_columns(now), known)
    open_set.write(folder, run, _seen(run, dated, known))
    run_log.append(folder, [run] if run.name not in {each.name for each in runs} else [])
    open_set.prune(folder, run_log.read(folder))
    return dated


def _seen(run: RunSummary, dated: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    seen = dated.with_columns(seen=pl.lit(True)).select(*open_set.SCHEMA)
    seen = seen.cast(open_set.SCHEMA)
    if run.complete:
        return seen
    looked_at = pl.col("entity").is_in([each.entity for each in run.entities])
    return pl.concat([seen, known.filter(looked_at).with_columns(seen=pl.lit(False))])


def fetch(folder: Path, state: State) -> None:
    """Bring a machine's history up to date. Raises HistoryError, StateError, OSError."""
    with run_log.alone(folder):
        shared_history.fetch(state, folder)


def runs(folder: Path) -> list[RunSummary]:
    """All runs, oldest first; none when there is no history. Raises HistoryError."""
    return run_log.read(folder)


def open_mismatches(folder: Path) -> pl.DataFrame:
    """What is open between the two shops that were compared last: entity, key, kind, field, since.

    Raises HistoryError.
    """
    known = run_log.read(folder)
    if not known:
        return open_set.SCHEMA.to_frame().drop("seen")
    found = open_set.known_after(folder, known, known[-1].shops)
    return found.filter("seen").drop("seen")
