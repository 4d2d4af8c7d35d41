"""Snapshots for tests whose tables are entities already, and the reader for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from reconcile.compare import column_type
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.snapshot import Snapshot, SnapshotWriter
from reconcile.systems import Tables

Records = Mapping[str, Sequence[Mapping[str, Any]]]
"""Entity -> records; a record needs `target_id` and `key`, fields it does not name are null."""
IDENTITY = ("target_id", "key", "source_id")


def schema_of(spec: EntitySpec, fields: Sequence[str]) -> pl.Schema:
    types: dict[str, type[pl.DataType]] = dict.fromkeys(IDENTITY, pl.String)
    types["managed"] = pl.Boolean
    for name in fields:
        found = spec.field(name)
        types[name] = column_type(found.kind) if found else pl.String
    return pl.Schema(types)


def snapshot_of(root: Path, taken_at: datetime, records: Records, *, missed: int = 0) -> Snapshot:
    """A snapshot on disk; `missed` records were reported by the server and not read."""
    with SnapshotWriter(root, "fake", "http://shop.test", taken_at) as writer:
        for entity, rows in records.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            fields = [name for name in names if name not in IDENTITY]
            writer.open(entity, schema_of(ENTITY_BY_NAME[entity], fields))
            full = dict.fromkeys((*IDENTITY, "managed", *fields))
            writer.append(entity, [{**full, **row} for row in rows])
            writer.close(entity, reported=len(rows) + missed, distinct=len(rows))
        return writer.finish({})


def read(tables: Tables, spec: EntitySpec, fields: Sequence[str]) -> pl.LazyFrame:
    """An ExistingReader: tables that are missing are empty, columns that are missing null."""
    schema = schema_of(spec, fields)
    if not tables.has(spec.name):
        return pl.LazyFrame(schema=schema)
    frame = tables.scan(spec.name)
    held = frame.collect_schema().names()
    return frame.select(
        pl.col(name) if name in held else pl.lit(None, dtype).alias(name)
        for name, dtype in schema.items()
    )
