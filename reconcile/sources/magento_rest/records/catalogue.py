"""Which Magento product is what: sold by itself, a parent of variants, or one of the variants.

Magento keeps children and parents in one list; a child says nothing of its parent, only the
parent lists its children's ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.columns import texts
from reconcile.model import Address, Diagnostic, Severity
from reconcile.sources.magento_rest.records import shop
from reconcile.sources.magento_rest.records.shop import Shop
from reconcile.systems import Tables

CONFIGURABLE = "configurable"
COMPOSED = ("bundle", "grouped")
PLAIN = ("simple", "virtual", "downloadable")
NOT_VISIBLE = 1
"""`visibility` of products that are only sold through another one."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`products` are those of the storefront's view with `role` (own, parent, child), `parent_id`
    (of a child), `parent_sku`, `child_rank`, `enabled`, `published`, `policy`, and `sold`: whether
    it becomes something that can be bought (not so: parents, skipped types, disabled children)."""

    shop: Shop
    products: pl.LazyFrame
    diagnostics: tuple[Diagnostic, ...]
    complete: bool


def read(tables: Tables, options: Mapping[str, Any]) -> Catalogue:
    """`options` are those of the product mapping: what becomes of bundles, grouped products
    and disabled children."""
    about = shop.read(tables)
    products = tables.scan("products").filter(pl.col("view") == about.storefront.code)
    small = products.select("id", "sku", "type_id", "status", "child_ids").collect()
    links = _links(small)
    roles = _roles(small, links, _published(tables, about), options).lazy()
    return Catalogue(
        about,
        products.join(roles, on="id", how="left", maintain_order="left"),
        tuple(_shared_children(links, small)),
        tables.complete("products"),
    )


def _roles(
    small: pl.DataFrame, links: pl.DataFrame, published: pl.DataFrame, options: Mapping[str, Any]
) -> pl.DataFrame:
    """Per product: what the catalogue adds to it. Worked out once, from few columns."""
    made_first = links.sort(pl.col("parent_id").cast(pl.Int64, strict=False), maintain_order=True)
    homes = made_first.unique("child_id", keep="first", maintain_order=True)
    shown = pl.col("published").fill_null(value=False) & (pl.col("policy") == "keep")
    return (
        small.join(homes, left_on="id", right_on="child_id", how="left", maintain_order="left")
        .join(published, on="id", how="left", maintain_order="left")
        .with_columns(
            _role().alias("role"),
            (pl.col("status") == 1).alias("enabled"),
            _policy(options).alias("policy"),
        )
        .with_columns(shown.alias("published"), _sold(options).alias("sold"))
        .drop("sku", "type_id", "status", "child_ids")
    )


def _links(products: pl.DataFrame) -> pl.DataFrame:
    """`child_id`, `parent_id`, `parent_sku`, `child_rank`, one row per link."""
    return (
        products.filter(pl.col("type_id") == CONFIGURABLE)
        .select(
            pl.col("id").alias("parent_id"),
            pl.col("sku").alias("parent_sku"),
            texts(pl.col("child_ids")).alias("child_id"),
        )
        .with_columns(pl.int_ranges(pl.col("child_id").list.len()).alias("child_rank"))
        .explode("child_id", "child_rank", empty_as_null=True)
        .drop_nulls("child_id")
    )


def _role() -> pl.Expr:
    return (
        pl.when(pl.col("type_id") == CONFIGURABLE)
        .then(pl.lit("parent"))
        .when(pl.col("parent_id").is_not_null())
        .then(pl.lit("child"))
        .otherwise(pl.lit("own"))
    )


def _policy(options: Mapping[str, Any]) -> pl.Expr:
    """`keep`, `draft` or `skip`, by product type."""
    chosen = {kind: str(options.get(kind, "draft")) for kind in COMPOSED}
    known = {**dict.fromkeys((*PLAIN, CONFIGURABLE), "keep"), **chosen}
    other = str(options.get("other_types", "draft"))
    return pl.col("type_id").replace_strict(known, default=other, return_dtype=pl.String)


def _sold(options: Mapping[str, Any]) -> pl.Expr:
    children = pl.col("enabled") | (options.get("disabled_children") == "keep")
    return (
        pl.when(pl.col("role") == "child")
        .then(children)
        .otherwise((pl.col("role") == "own") & (pl.col("policy") != "skip"))
    )


def _published(tables: Tables, about: Shop) -> pl.DataFrame:
    """`id`, `published`: enabled and visible in at least one view of a website it belongs to."""
    websites = {view.code: view.website_id for view in about.views}
    website = pl.col("view").replace_strict(websites, default=None, return_dtype=pl.String)
    sold_there = texts(pl.col("website_ids")).list.contains(website)
    seen = (pl.col("status") == 1) & (pl.col("visibility") != NOT_VISIBLE)
    return (
        tables.scan("products")
        .filter(pl.col("view").is_in(list(websites)))
        .group_by("id")
        .agg((seen & sold_there).any().alias("published"))
        .collect()
    )


def _shared_children(links: pl.DataFrame, products: pl.DataFrame) -> list[Diagnostic]:
    """A SKU can be a variant of one product only: the parent with the lowest id gets it."""
    parents = (
        links.group_by("child_id").agg("parent_sku").filter(pl.col("parent_sku").list.len() > 1)
    )
    named = products.select("id", "sku").join(parents, left_on="id", right_on="child_id")
    return [
        Diagnostic(
            Severity.WARNING,
            "shared_child",
            f"{sku} is a child of several products ({', '.join(sorted(skus))}); it becomes a "
            "variant of the one made first only.",
            address=Address("variant", sku),
            remedy="Give the other parents children of their own in Magento.",
        )
        for sku, skus in named.select("sku", "parent_sku").sort("sku").iter_rows()
    ]
