"""The records of an entity as a snapshot holds them, some thousand at a time where that goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.systems import ExistingReader, Tables

ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Records:
    """How a system's snapshots are read. `main` names, for entities of which there may be very
    many, the table that holds one row for each record; others are read as a whole."""

    read: ExistingReader
    main: Mapping[str, str] = field(default_factory=dict)

    def frames(
        self, tables: Tables, spec: EntitySpec, fields: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Frames as `ExistingReader` makes them, at least one; together they hold every record."""
        table = self.main.get(spec.name)
        for window in tables.windows(table, ROWS) if table else (tables,):
            yield self.read(window, spec, fields).collect()
