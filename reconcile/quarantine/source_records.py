"""The rows of a snapshot that quarantined records come from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any

import polars as pl

from reconcile.canonical import from_json
from reconcile.errors import SnapshotError
from reconcile.model import Json
from reconcile.systems import Origin, Tables

_ID, _KEY = "source id of the record", "key of the record"
"""Names no table has for a column."""


@dataclass(slots=True)
class Rows:
    """The rows of one record by table, and the source ids they have."""

    by_table: dict[str, list[Json]] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    @property
    def source_id(self) -> str | None:
        """None where several records have one key, or nobody knows."""
        return next(iter(self.ids)) if len(self.ids) == 1 else None


@dataclass(frozen=True, slots=True)
class SourceRecords:
    """A snapshot of the source, None where it is gone, and where in it each entity comes from."""

    tables: Tables | None = None
    origins: Mapping[str, Sequence[Origin]] = field(default_factory=dict)

    def of(self, entity: str, names: Collection[str]) -> dict[str, Rows]:
        """Rows by name, which is a key or a source id; each table is gone through once.

        A snapshot that cannot be read any more tells nothing.
        """
        found: dict[str, Rows] = {}
        for origin in self.origins.get(entity, ()):
            if self.tables is not None and self.tables.has(origin.table):
                try:
                    _collect(found, _fitting(self.tables, origin, names), origin, names)
                except (OSError, SnapshotError, pl.exceptions.PolarsError):
                    continue
        return found


def _fitting(tables: Tables, origin: Origin, names: Collection[str]) -> pl.DataFrame:
    wanted = pl.Series(sorted({*names, *(_folded(origin, name) for name in names)}))
    named = tables.scan(origin.table).with_columns(
        filled(origin.source_id).alias(_ID),
        filled(origin.key, folds_case=origin.folds_case).alias(_KEY),
    )
    return named.filter(pl.any_horizontal(pl.col(_ID, _KEY).is_in(wanted.implode()))).collect()


def filled(pattern: str, *, folds_case: bool = False) -> pl.Expr:
    """The pattern with each row's values; null where one has none, and without a pattern."""
    if not pattern:
        return pl.lit(None, dtype=pl.String)
    parts: list[pl.Expr] = []
    for text, column, _, _ in Formatter().parse(pattern):
        parts.append(pl.lit(text))
        if column:
            value = pl.col(column)
            parts.append(value.str.strip_chars().str.to_lowercase() if folds_case else value)
    return pl.concat_str(parts)


def _folded(origin: Origin, name: str) -> str:
    return name.strip().lower() if origin.folds_case else name


def _collect(
    found: dict[str, Rows], frame: pl.DataFrame, origin: Origin, names: Collection[str]
) -> None:
    asked: dict[str, set[str]] = {}
    for name in names:
        for text in (name, _folded(origin, name)):
            asked.setdefault(text, set()).add(name)
    for row in frame.iter_rows(named=True):
        source_id, key = row.pop(_ID), row.pop(_KEY)
        record = _record(row, origin)
        for name in asked.get(source_id, set()) | asked.get(key, set()):
            rows = found.setdefault(name, Rows())
            rows.by_table.setdefault(origin.table, []).append(record)
            rows.ids.update([source_id] if source_id else [])


def _record(row: Mapping[str, Any], origin: Origin) -> dict[str, Json]:
    """What has no value is left out: a row has a column for whatever any record may have."""
    return {
        name: from_json(value) if name in origin.json else value
        for name, value in row.items()
        if value is not None
    }
