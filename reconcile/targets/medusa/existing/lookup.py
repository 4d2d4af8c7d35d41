"""Small records that others point to by name."""

from __future__ import annotations

import polars as pl

from reconcile.systems import Tables
from reconcile.targets.medusa.existing.columns import marked


def _named(tables: Tables, table: str, key: str) -> pl.LazyFrame:
    return marked(tables.scan(table)).with_columns(pl.col(key).alias("key"))


def customer_groups(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "customer_groups", "name")


def product_types(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "product_types", "value")


def product_tags(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "product_tags", "value")


def collections(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "collections", "handle")


def sales_channels(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "sales_channels", "name")


def shipping_profiles(tables: Tables) -> pl.LazyFrame:
    return _named(tables, "shipping_profiles", "name")
