"""Which mismatches are open, and since when: worked out from what the last few runs saw.

    <history>/open/<run>.parquet    entity, key, kind, field, since, seen

Each run leaves the mismatches it saw, for the entities it looked at; where a shop was not read to
its end also those known before that it did not see, as nobody can tell whether they are settled.
A mismatch is open when the last run over its entity saw it, since the first of the runs in a row
that did. Nothing is ever changed in a file, so runs of several machines at the same time lose
nothing of each other, in whichever order their files arrive.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from reconcile.drift.runs import RunSummary
from reconcile.errors import HistoryError
from reconcile.private_file import open_private

FOLDER = "open"
IDENTITY = ("entity", "key", "kind", "field")
SCHEMA = pl.Schema({**dict.fromkeys((*IDENTITY, "since"), pl.String), "seen": pl.Boolean})
LOOK_BACK = 8
"""Runs over an entity whose files are kept: more machines than that do not compare at once."""


def file_of(folder: Path, run: RunSummary) -> Path:
    return folder / FOLDER / f"{run.name}.parquet"


def needed(runs: Sequence[RunSummary]) -> list[RunSummary]:
    """The runs whose files tell what is open, oldest first: of all shops."""
    found = {run.name: run for scope in _scopes(runs) for run in scope[1]}
    return [run for run in runs if run.name in found]


def _scopes(runs: Sequence[RunSummary]) -> list[tuple[str, list[RunSummary]]]:
    """Per two shops and entity: the entity, and the last few runs over it, oldest first."""
    scopes: dict[tuple[tuple[str, str], str], list[RunSummary]] = {}
    for run in runs:
        for each in run.entities:
            scopes.setdefault((run.shops, each.entity), []).append(run)
    return [(entity, looked[-LOOK_BACK:]) for (_, entity), looked in scopes.items()]


def known_after(folder: Path, runs: Sequence[RunSummary], shops: tuple[str, str]) -> pl.DataFrame:
    """What is known between two shops after these runs (oldest first): what is open is `seen`.

    Raises HistoryError.
    """
    scopes = _scopes([run for run in runs if run.shops == shops])
    names = {run.name: file_of(folder, run) for _, looked in scopes for run in looked}
    seen = {name: _read(path) for name, path in names.items() if path.exists()}
    parts = []
    for entity, looked in scopes:
        frames = (seen[run.name] for run in looked if run.name in seen)
        parts.append(_carried(frame.filter(pl.col("entity") == entity) for frame in frames))
    return pl.concat([SCHEMA.to_frame(), *parts])


def _carried(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The last frame, each mismatch with the time it has been in all frames since."""
    known = SCHEMA.to_frame()
    for frame in frames:
        known = with_since(frame, known)
    return known


def with_since(frame: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The frame, where a mismatch that is known already keeps the earlier of both times."""
    earlier = known.select(*IDENTITY, pl.col("since").alias("earlier"))
    joined = frame.join(earlier, on=IDENTITY, how="left", maintain_order="left", nulls_equal=True)
    return joined.with_columns(since=pl.min_horizontal("since", "earlier")).drop("earlier")


def write(folder: Path, run: RunSummary, seen: pl.DataFrame) -> None:
    """Keep what a run saw, as a whole and for its owner's eyes only. Raises OSError."""
    path = file_of(folder, run)
    content = io.BytesIO()  # polars calls a full disk a ComputeError; Python says what it is
    frame = seen.select(*SCHEMA).cast(SCHEMA)
    frame.unique(IDENTITY, keep="first", maintain_order=True).write_parquet(content)
    write_whole(path, content.getvalue())


def write_whole(path: Path, content: bytes) -> None:
    """A private file in one step. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with open_private(partial) as file:
        file.write(content)
    partial.replace(path)


def prune(folder: Path, runs: Sequence[RunSummary]) -> None:
    """Delete the files that tell nothing any more. Raises OSError."""
    kept = {file_of(folder, run) for run in needed(runs)}
    for path in (folder / FOLDER).glob("*.p*"):
        if path not in kept:
            path.unlink(missing_ok=True)


def _read(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path).select(*SCHEMA).cast(SCHEMA)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise HistoryError(
            f"What a drift run saw cannot be read from {path}: {error}.",
            remedy="Restore the file, or delete it: mismatches then count from the run before or "
            "after.",
        ) from error
