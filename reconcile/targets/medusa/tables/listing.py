"""How a list endpoint becomes tables: which fields to ask, and the rows each record yields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from reconcile.canonical import decimal_text, to_json
from reconcile.systems import Row

Record = Mapping[str, Any]
Rows = Callable[[Record], Iterable[Row]]

TEXT, FLAG, WHOLE = pl.String(), pl.Boolean(), pl.Int64()


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the snapshot, and the rows one record of its listing adds to it."""

    name: str
    schema: pl.Schema
    rows: Rows


@dataclass(frozen=True, slots=True)
class Listing:
    """One endpoint, read page by page. The first table holds one row per record.

    `path` is relative to `/admin/`, `plural` the key of the records in the answer. `limit` bounds
    the records of a page: some relations cost Medusa time that is quadratic in it.
    """

    path: str
    plural: str
    fields: tuple[str, ...]
    tables: tuple[Table, ...]
    limit: int = 1000


def flat(table: str, /, **columns: pl.DataType) -> Table:
    """A table with the records' own columns of the same names."""
    return Table(table, pl.Schema(columns), lambda record: (cells(record, columns),))


def cells(record: Record, columns: Mapping[str, pl.DataType]) -> Row:
    """The named columns of a record; absent ones are null."""
    return {
        column: as_text(record.get(column)) if kind == TEXT else record.get(column)
        for column, kind in columns.items()
    }


def as_text(value: Any) -> str | None:
    """A value of an answer as text: numbers as decimal text, nested values as canonical JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return decimal_text(value)
    return to_json(value)


def nested(record: Record, relation: str) -> Iterable[Record]:
    """The members of a to-many relation; Medusa answers null or nothing when there are none."""
    return (member for member in record.get(relation) or () if member)
