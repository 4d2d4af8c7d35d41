"""Whether stock is counted for a product, and whether it may be sold without any."""

from __future__ import annotations

import polars as pl

from reconcile.systems import Tables


def read(tables: Tables) -> pl.LazyFrame:
    """Per product: `id`, `manage_stock`, `backorders` (0 none, 1 and 2 allowed), `legacy_qty`.

    A product without a stock item keeps nulls: Magento then counts stock and takes no backorders.
    """
    return (
        tables.scan("stock_items")
        .select(
            pl.col("product_id").alias("id"),
            "manage_stock",
            "backorders",
            pl.col("qty").alias("legacy_qty"),
        )
        .drop_nulls("id")
        .unique("id", keep="first")
    )
