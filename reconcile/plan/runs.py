"""Rows of one entity on disk, more than memory should hold, read back in the order of their keys.

Each batch is written as a run sorted by key; a range of keys is a slice of every run. Only the keys
stay in memory.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

GROUP_ROWS = 500
"""Rows of a Parquet row group: what must be read to get at one of its rows."""


@dataclass(frozen=True, slots=True)
class _Run:
    file: Path
    keys: pl.Series
    """Sorted."""

    def rows(self, first: str, last: str) -> pl.DataFrame | None:
        start = self.keys.search_sorted(first, side="left")
        count = self.keys.search_sorted(last, side="right") - start
        if not count:
            return None
        return pl.scan_parquet(self.file).slice(start, count).collect()


class Runs:
    """The runs of one entity, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[_Run] = []
        self._empty: pl.DataFrame | None = None

    def add(self, batch: pl.DataFrame) -> None:
        """Write one batch with a column `key`. All batches have the same columns.

        Raises OSError when the disk refuses.
        """
        self._empty = batch.clear()
        if batch.is_empty():
            return
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ordered = batch.sort("key", maintain_order=True)
        run = _Run(self._folder / f"run-{len(self._runs):05}.parquet", ordered["key"])
        content = io.BytesIO()  # polars calls a full disk a ComputeError; Python says what it is
        ordered.write_parquet(
            content, compression="lz4", statistics=False, row_group_size=GROUP_ROWS
        )
        run.file.write_bytes(content.getbuffer())
        self._runs.append(run)

    @property
    def columns(self) -> list[str]:
        """Of every batch; none when nothing was added."""
        return [] if self._empty is None else self._empty.columns

    def ranges(self, rows: int) -> Iterator[tuple[str, str]]:
        """First and last key of ranges that hold about `rows` rows each and all rows together."""
        if not self._runs:
            return
        keys = pl.concat([run.keys for run in self._runs]).unique().sort()
        for start in range(0, keys.len(), rows):
            part = keys.slice(start, rows)
            yield part[0], part[-1]

    def between(self, first: str, last: str) -> pl.DataFrame:
        """The rows of a range of keys, both ends included, in the order of their keys.

        Raises ValueError when nothing was ever added: the columns are not known.
        """
        if self._empty is None:
            raise ValueError(f"nothing was written to {self._folder}")
        found = [part for run in self._runs if (part := run.rows(first, last)) is not None]
        return pl.concat([self._empty, *found]).sort("key", maintain_order=True)
