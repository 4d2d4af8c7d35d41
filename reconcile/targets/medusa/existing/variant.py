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
    """Each variant's prices as a JSON list, sorted by currency and quantity as texts, null first."""
    ordered = unruled(prices).sort(
        "variant_id", "currency_code", "min_quantity", "max_quantity", "amount", nulls_last=False
    )
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
    text = pl.format("{{}}", pl.col("pair").list.join(","))
    return lists.select("variant_id", text.alias("options"))
