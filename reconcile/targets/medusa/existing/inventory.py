"""Stock locations, and the levels of the variants that lie in them."""

from __future__ import annotations

import polars as pl

from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import MARK, joined, marked, members


def stock_locations(tables: Tables) -> pl.LazyFrame:
    frame = marked(tables.scan("stock_locations")).with_columns(pl.col("name").alias("key"))
    channels = members(
        tables.scan("stock_location_channels"), "location_id", "sales_channel_id", "sales_channels"
    )
    return joined(frame, channels, "location_id", "sales_channels")


def inventory_levels(tables: Tables) -> pl.LazyFrame:
    """Levels of items that count exactly one variant; a level is managed when its variant is.

    Items of several variants (shared stock, kits) and of none are no variant's own stock.
    """
    levels = tables.scan("inventory_levels").join(_counted(tables), on="inventory_item_id")
    return levels.select(
        pl.concat_str("inventory_item_id", "location_id", separator="/").alias("id"),
        pl.lit(None, pl.String).alias("key"),
        pl.lit(None, pl.String).alias(MARK),
        pl.col("managed"),
        pl.col("variant_id").alias("variant"),
        pl.col("location_id").alias("location"),
        pl.col("stocked_quantity"),
    )


def _counted(tables: Tables) -> pl.LazyFrame:
    links = tables.scan("variant_inventory_items")
    single = links.filter(pl.len().over("inventory_item_id") == 1, pl.len().over("variant_id") == 1)
    owners = marked(tables.scan("variants")).select("id", "managed")
    return single.join(owners, left_on="variant_id", right_on="id")
