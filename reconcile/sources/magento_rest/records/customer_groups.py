"""Customer groups: who may have prices of their own. Columns: `name`, `id`."""

from __future__ import annotations

import polars as pl

from reconcile.sources.magento_rest.records import shop
from reconcile.systems import Options, Records, Tables

NOT_LOGGED_IN = "0"
"""Magento's group for visitors without an account; Medusa has no such group."""


def _groups(tables: Tables) -> pl.LazyFrame:
    return tables.scan("customer_groups").filter(pl.col("id") != NOT_LOGGED_IN)


def names(tables: Tables) -> dict[str, str]:
    """Name by id, of the groups that can be carried."""
    return dict(_groups(tables).select("id", "code").collect().iter_rows())


def records(tables: Tables, _: Options) -> Records:
    frame = _groups(tables).select(
        pl.col("code").alias("key"),
        shop.source_id(kind="group/"),
        "id",
        pl.col("code").alias("name"),
    )
    return Records(frame, complete=tables.complete("customer_groups"))
