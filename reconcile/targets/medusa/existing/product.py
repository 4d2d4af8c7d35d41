"""Products of the shop, one column per field of the product's spec."""

from __future__ import annotations

import polars as pl

from reconcile.columns import json_of
from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import joined, marked, members


def products(tables: Tables) -> pl.LazyFrame:
    frame = marked(tables.scan("products")).with_columns(
        pl.col("external_id").alias("key"),
        pl.col("type_id").alias("type"),
        pl.col("collection_id").alias("collection"),
        pl.col("shipping_profile_id").alias("shipping_profile"),
    )
    for name, lists in _relations(tables).items():
        frame = joined(frame, lists, "product_id", name)
    return frame


def _relations(tables: Tables) -> dict[str, pl.LazyFrame]:
    channels = tables.scan("product_sales_channels")
    return {
        "images": _images(tables.scan("product_images")),
        "options": _options(tables),
        "categories": members(
            tables.scan("category_products"), "product_id", "category_id", "categories"
        ),
        "tags": members(tables.scan("tag_products"), "product_id", "tag_id", "tags"),
        "sales_channels": members(channels, "product_id", "sales_channel_id", "sales_channels"),
    }


def _images(images: pl.LazyFrame) -> pl.LazyFrame:
    """The URLs of each product in gallery order; ids settle equal ranks."""
    ordered = images.sort("product_id", "rank", "id")
    lists = ordered.group_by("product_id", maintain_order=True).agg(pl.col("url").alias("images"))
    return lists.with_columns(json_of(pl.col("images")).alias("images"))


def _options(tables: Tables) -> pl.LazyFrame:
    """Each product's options with the values it uses of them, sorted by title."""
    links = tables.scan("product_option_links").explode("value_ids", empty_as_null=True)
    titled = links.join(
        tables.scan("product_options").select("id", "title"), left_on="option_id", right_on="id"
    )
    valued = titled.join(
        tables.scan("product_option_values").select("id", "value"),
        left_on="value_ids",
        right_on="id",
        how="left",
    )
    options = valued.group_by("product_id", "title").agg(
        pl.col("value").drop_nulls().unique().sort().alias("values")
    )
    lists = (
        options.sort("product_id", "title")
        .group_by("product_id", maintain_order=True)
        .agg(pl.struct("title", "values").alias("options"))
    )
    return lists.with_columns(json_of(pl.col("options")).alias("options"))
