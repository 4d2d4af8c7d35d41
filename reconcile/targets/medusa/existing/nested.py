"""Fields that are worked out of JSON columns, record by record. Only those asked for are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.canonical import from_json
from reconcile.targets.medusa.tables.listing import Record


@dataclass(frozen=True, slots=True)
class Nested:
    """A text field and the columns it is made of: `json` are parsed, `plain` taken as they are."""

    form: Callable[[Record], str | None]
    json: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


def with_nested(
    frame: pl.LazyFrame, fields: Sequence[str], known: Mapping[str, Nested]
) -> pl.LazyFrame:
    """Add those of the known fields that are wanted. Each column of JSON is parsed once for all."""
    wanted = {name: known[name] for name in fields if name in known}
    if not wanted:
        return frame
    json = sorted({column for each in wanted.values() for column in each.json})
    plain = sorted({column for each in wanted.values() for column in each.plain})
    kind = pl.Struct({name: pl.String() for name in wanted})

    def worked_out(rows: pl.Series) -> pl.Series:
        records = _records(rows, json)
        values = [{name: wanted[name].form(each) for name in wanted} for each in records]
        return pl.Series(values, dtype=kind)

    columns = pl.struct(*json, *plain)
    made = frame.with_columns(columns.map_batches(worked_out, return_dtype=kind).alias("_nested"))
    return made.with_columns(pl.col("_nested").struct.field(name).alias(name) for name in wanted)


def _records(rows: pl.Series, json: Sequence[str]) -> Iterator[dict[str, Any]]:
    for row in rows.struct.unnest().iter_rows(named=True):
        yield {**row, **{column: from_json(row[column]) for column in json}}
