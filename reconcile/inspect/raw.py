"""The rows of the source that one record is made of, as the snapshot has them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from string import Formatter
from typing import Any

import polars as pl

from reconcile.canonical import from_json
from reconcile.inspect.document import Inspection
from reconcile.inspect.snapshots import fits, held
from reconcile.model import Json
from reconcile.systems import Origin, Tables

_LABELLED, _RAW = "attributes.", "raw."
"""Columns of records: what people read, and what the shop has for it."""

Rows = dict[str, list[dict[str, Json]]]


def rows(tables: Tables, origins: Sequence[Origin], names: Collection[str]) -> Rows:
    """Rows by table of the records with these source ids or keys. Columns without a value are
    there, as None; columns of JSON text are parsed."""
    found: Rows = {}
    for origin in held(tables, origins) if names else ():
        some = tables.scan(origin.table).filter(fits(origin, names)).collect()
        if some.height and origin.table not in found:
            found[origin.table] = [_row(row, origin) for row in some.iter_rows(named=True)]
    return found


def _row(row: Mapping[str, Any], origin: Origin) -> dict[str, Json]:
    return {
        name: from_json(part) if name in origin.json and isinstance(part, str) else part
        for name, part in row.items()
    }


def labels(row: pl.DataFrame | None) -> dict[str, Json]:
    """Attribute -> {raw, label} where people read another word than the shop keeps."""
    if row is None:
        return {}
    record = row.row(0, named=True)
    return {
        name.removeprefix(_RAW): {"raw": raw, "label": label}
        for name, raw in record.items()
        if name.startswith(_RAW) and raw is not None
        for label in [record.get(_LABELLED + name.removeprefix(_RAW))]
        if label is not None and label != raw
    }


def shortened(
    inspection: Inspection, read: Collection[str], origins: Sequence[Origin]
) -> Inspection:
    """The same with only those columns of the records' own tables that rules read (`read`), or that
    say who it is."""
    known, own = {*read, *_columns(origins)}, {origin.table for origin in origins}
    short, left = Rows(), 0
    for table, some in inspection.source.records.items():
        if table not in own:
            short[table] = some
            continue
        short[table] = [{name: row[name] for name in row if name in known} for row in some]
        left += sum(row[name] is not None for row in some for name in row if name not in known)
    side = replace(inspection.source, records=short, not_shown=left)
    return replace(inspection, source=side)


def _columns(origins: Sequence[Origin]) -> Iterator[str]:
    for origin in origins:
        for pattern in (origin.source_id, origin.key, origin.parent):
            yield from (name for _, name, _, _ in Formatter().parse(pattern) if name)
