"""Variants of the shop, one column per field of the variant's spec."""

from __future__ import annotations

import polars as pl

from reconcile.columns import json_of
from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import joined, marked

NO_RULES = "{}"
PRICE_PARTS = ("amount", "currency_code", "max_quantity", "min_quantity")


def variants(tables: Tables) -> pl.LazyFrame:
    frame = marked(tables.scan("variants")).with_columns(
        pl.col("sku").alias("key"), pl.col("product_id").alias("product")
    )
    frame = joined(frame, _prices(tables.scan("variant_prices")), "variant_id", "prices")
    return joined(frame, _options(tables), "variant_id", "options", empty="{}")


def unruled(prices: pl.LazyFrame) -> pl.LazyFrame:
    """Prices that hold for every shopper; those bound to a region or a group are not compared."""
    return prices.filter(pl.col("rules").is_null() | (pl.col("rules") == NO_RULES))


def _prices(prices: pl.LazyFrame) -> pl.LazyFrame:
    """Each variant's prices as a JSON list, by currency and minimum quantity."""
    quantity = pl.col("min_quantity").cast(pl.Decimal(38, 8)).fill_null(0)
    ordered = unruled(prices).sort("variant_id", "currency_code", quantity, "max_quantity", "id")
    lists = ordered.group_by("variant_id", maintain_order=True).agg(
        pl.struct(*PRICE_PARTS).alias("prices")
    )
    return lists.with_columns(json_of(pl.col("prices")).alias("prices"))


def _options(tables: Tables) -> pl.LazyFrame:
    """Each variant's values by option title, as a JSON object with sorted keys."""
    values = tables.scan("product_option_values").join(
        tables.scan("product_options").select("id", "title"), left_on="option_id", right_on="id"
    )
    chosen = tables.scan("variant_options").join(values, left_on="value_id", right_on="id")
    pair = pl.format("{}:{}", json_of(pl.col("title")), json_of(pl.col("value")))
    pairs = chosen.sort("variant_id", "title").select("variant_id", pair.alias("pair"))
    lists = pairs.group_by("variant_id", maintain_order=True).agg(pl.col("pair"))
    text = pl.concat_str(pl.lit("{"), pl.col("pair").list.join(","), pl.lit("}"))
    return lists.select("variant_id", text.alias("options"))
