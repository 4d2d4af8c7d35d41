"""A few records as tables in memory, for readers that take those of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Self

import polars as pl

from reconcile.systems import Tables
from reconcile.targets.medusa.tables.listing import Record, Table


class InMemory:
    """Tables (systems.py) that are filled record by record. One that nobody filled is not there."""

    def __init__(self) -> None:
        self._frames: dict[str, pl.DataFrame] = {}
        self._taken_at = datetime.now(UTC)

    def fill(self, tables: Iterable[Table], records: Iterable[Record]) -> Self:
        """Fill these tables with the rows that the records yield."""
        known = list(records)
        for table in tables:
            rows = [row for record in known for row in table.rows(record)]
            frame = pl.DataFrame(rows, schema=table.schema, orient="row")
            # What several records share is said by each of them.
            self._frames[table.name] = frame.unique(maintain_order=True)
        return self

    @property
    def taken_at(self) -> datetime:
        return self._taken_at

    def scan(self, table: str) -> pl.LazyFrame:
        return self._frames[table].lazy()

    def has(self, table: str) -> bool:
        return table in self._frames

    def complete(self, table: str) -> bool:
        return self.has(table)

    def windows(self, table: str, rows: int) -> Iterator[Tables]:
        yield self

    def whole(self, table: str) -> pl.LazyFrame:
        return self.scan(table)
