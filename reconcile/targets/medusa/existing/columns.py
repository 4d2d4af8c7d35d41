"""Column expressions the existing frames share: marks, metadata, lists of a record's members."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from reconcile.canonical import from_json, to_json
from reconcile.columns import json_of
from reconcile.targets.medusa.ownership import mark_of

MARK = "source_id"
METADATA_PREFIX = "metadata."


def marked(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Add `source_id` (the ownership mark in the metadata) and `managed` (whether there is one)."""
    return frame.with_columns(
        pl.col("metadata").map_elements(_mark, return_dtype=pl.String).alias(MARK)
    ).with_columns(managed=pl.col(MARK).is_not_null())


def with_metadata(frame: pl.LazyFrame, fields: Sequence[str]) -> pl.LazyFrame:
    """Add a column for each wanted `metadata.<key>`: the value as canonical JSON, or null.

    A JSON null counts as no value. Each document is parsed once for all keys.
    """
    keys = [name.removeprefix(METADATA_PREFIX) for name in fields]
    if not keys:
        return frame
    kind = pl.Struct({key: pl.String() for key in keys})

    def parse(documents: pl.Series) -> pl.Series:
        return pl.Series([_values(document, keys) for document in documents], dtype=kind)

    parsed = frame.with_columns(
        pl.col("metadata").map_batches(parse, return_dtype=kind).alias("_parsed")
    )
    values = [pl.col("_parsed").struct.field(key).alias(METADATA_PREFIX + key) for key in keys]
    return parsed.with_columns(values)


def _document(text: str | None) -> dict[str, Any]:
    document = from_json(text)
    return document if isinstance(document, dict) else {}


def _mark(text: str) -> str | None:
    return mark_of({"metadata": _document(text)})


def _values(text: str | None, keys: Sequence[str]) -> dict[str, str | None]:
    document = _document(text)
    return {key: None if document.get(key) is None else to_json(document[key]) for key in keys}


def members(frame: pl.LazyFrame, owner: str, member: str, name: str) -> pl.LazyFrame:
    """Rows of (owner, member) as one JSON list per owner, sorted, each member once."""
    lists = frame.group_by(owner).agg(pl.col(member).drop_nulls().unique().sort().alias(name))
    return lists.with_columns(json_of(pl.col(name)).alias(name))


def joined(
    frame: pl.LazyFrame, lists: pl.LazyFrame, owner: str, name: str, *, empty: str = "[]"
) -> pl.LazyFrame:
    """Left-join a column of JSON by `id`; records without members get the empty value."""
    return frame.join(lists, left_on="id", right_on=owner, how="left").with_columns(
        pl.col(name).fill_null(empty)
    )
