"""Price lists, and the prices in them."""

from __future__ import annotations

from typing import Any

import polars as pl

from reconcile.canonical import from_json, to_json
from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import MARK, marked
from reconcile.targets.medusa.existing.variant import unruled

GROUPS_RULE = "customer.groups.id"
"""The rule attribute by which Medusa binds a list to customer groups (pricing module, 2.21)."""


def price_lists(tables: Tables) -> pl.LazyFrame:
    groups = pl.col("rules").map_elements(_groups, return_dtype=pl.String).fill_null("[]")
    return marked(tables.scan("price_lists")).with_columns(
        pl.col("title").alias("key"), groups.alias("customer_groups")
    )


def _groups(rules: str) -> str:
    bound: Any = (from_json(rules) or {}).get(GROUPS_RULE) or []
    return to_json(sorted(set(bound)))


def list_prices(tables: Tables) -> pl.LazyFrame:
    """Prices anyone the list is for can get: those with rules of their own are left out.

    A price is managed when its list is.
    """
    owners = marked(tables.scan("price_lists")).select("id", "managed")
    prices = unruled(tables.scan("list_prices")).filter(
        pl.col("variant_id").is_not_null(), pl.col("max_quantity").is_null()
    )
    return prices.join(owners, left_on="price_list_id", right_on="id").with_columns(
        pl.lit(None, pl.String).alias("key"),
        pl.lit(None, pl.String).alias(MARK),
        pl.col("price_list_id").alias("price_list"),
        pl.col("variant_id").alias("variant"),
    )
