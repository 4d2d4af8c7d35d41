"""Categories of the shop. Their key is the path of handles from the root: `men/tops`."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import marked

SEPARATOR = "/"


def categories(tables: Tables) -> pl.LazyFrame:
    """Medusa has no null description: an empty one means there is none."""
    frame = tables.scan("categories")
    description = pl.when(pl.col("description") != "").then(pl.col("description"))
    return marked(frame.join(_paths(frame), on="id", how="left")).with_columns(
        description.alias("description"), pl.col("parent_category_id").alias("parent")
    )


def _paths(frame: pl.LazyFrame) -> pl.LazyFrame:
    rows = frame.select("id", "handle", "parent_category_id").collect()
    nodes = {identity: (handle, parent) for identity, handle, parent in rows.iter_rows()}
    keys = {"id": list(nodes), "key": [path(identity, nodes) for identity in nodes]}
    return pl.LazyFrame(keys, schema={"id": pl.String, "key": pl.String})


def path(identity: str, nodes: Mapping[str, tuple[str, str | None]]) -> str | None:
    """The handles from the root down; null where the parents form a loop, which Medusa accepts."""
    handles: list[str] = []
    seen: set[str] = set()
    step: str | None = identity
    while step is not None and step in nodes:
        if step in seen:
            return None
        seen.add(step)
        handle, step = nodes[step]
        handles.append(handle)
    return SEPARATOR.join(reversed(handles))
