"""The rows of one entity as the differ gets them: all at once, or a range of keys at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.plan.runs import Runs
from reconcile.plan.standing import UNTOUCHABLE, Standing
from reconcile.systems import ExistingReader, Tables

IDENTITY = ("target_id", "key", "source_id", "managed")


@dataclass(frozen=True, slots=True)
class Held:
    """What the target holds of one entity. `table` is read in windows of so many `rows`, and what
    is read waits in `folder`; "" means that everything is read at once."""

    tables: Tables
    read: ExistingReader
    spec: EntitySpec
    table: str
    rows: int
    folder: Path

    def windows(self) -> Iterator[Tables]:
        if not self.table:
            yield self.tables
        else:
            yield from self.tables.windows(self.table, self.rows)

    def frame(self, columns: Sequence[str]) -> pl.DataFrame:
        """Identity and some columns of all records."""
        parts = [self._part(window, columns) for window in self.windows()]
        return pl.concat(parts)

    def _part(self, window: Tables, columns: Sequence[str]) -> pl.DataFrame:
        frame = self.read(window, self.spec, columns)
        marks = {UNTOUCHABLE} & set(frame.collect_schema().names())
        return frame.select(*IDENTITY, *marks, *columns).collect()

    def values(self, held: pl.DataFrame, columns: Sequence[str]) -> Runs:
        """Further columns of the records in `held`, under its keys. Raises OSError."""
        runs = Runs(self.folder)
        for window in self.windows():
            frame = self.read(window, self.spec, columns).select("target_id", *columns)
            runs.add(held.join(frame.collect(), on="target_id"))
        return runs


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything at once."""

    found: Standing

    def new(self) -> Iterator[pl.DataFrame]:
        yield self.found.new

    def pairs(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Desired rows and their existing partners."""
        yield self.found.pairs, self.found.held


@dataclass(frozen=True, slots=True)
class Sliced:
    """A range of keys at a time, in order. `found` has the columns of identity alone; `desired` has
    the rest of its rows, `existing` that of `columns` of their partners."""

    found: Standing
    desired: Runs
    existing: Held
    columns: Sequence[str]

    def new(self) -> Iterator[pl.DataFrame]:
        for _, rows in self._of(self.found.new):
            yield rows

    def pairs(self) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
        """Desired rows and their existing partners."""
        if self.found.held.is_empty():
            return
        rest = [name for name in self.columns if name not in self.found.held.columns]
        partners = self.existing.values(self.found.held, rest)
        for span, rows in self._of(self.found.pairs):
            yield rows, partners.between(*span)

    def _of(self, chosen: pl.DataFrame) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
        """Whole rows of some records. What was resolved since they were written comes from
        `chosen`; a source id is that of one row only."""
        stale = [name for name in chosen.columns if name != "source_id"]
        for first, last in self.desired.ranges(self.existing.rows):
            here = chosen.filter(pl.col("key").is_between(pl.lit(first), pl.lit(last)))
            if here.height:
                written = self.desired.between(first, last).drop(stale)
                yield (first, last), here.join(written, on="source_id")
