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
    links = _links(products)
    shared = _shared_children(links, products)
    first = links.sort(pl.col("parent_id").cast(pl.Int64, strict=False)).unique(
        "child_id", keep="first", maintain_order=True
    )
    with_roles = (
        products.join(first, left_on="id", right_on="child_id", how="left", maintain_order="left")
        .join(_published(tables, about), on="id", how="left", maintain_order="left")
        .with_columns(_role().alias("role"), (pl.col("status") == 1).alias("enabled"))
        .with_columns(_policy(options).alias("policy"))
        .with_columns(
            (pl.col("published").fill_null(value=False) & (pl.col("policy") == "keep")).alias(
                "published"
            ),
            _sold(options).alias("sold"),
        )
    )
    return Catalogue(about, with_roles, tuple(shared), tables.complete("products"))


def _links(products: pl.LazyFrame) -> pl.LazyFrame:
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


def _published(tables: Tables, about: Shop) -> pl.LazyFrame:
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
    )


def _shared_children(links: pl.LazyFrame, products: pl.LazyFrame) -> list[Diagnostic]:
    """A SKU can be a variant of one product only: the parent with the lowest id gets it."""
    counts = (
        links.group_by("child_id").agg(pl.len().alias("n"), "parent_sku").filter(pl.col("n") > 1)
    )
    named = products.select("id", "sku").join(counts, left_on="id", right_on="child_id").collect()
    return [
        Diagnostic(
            Severity.WARNING,
            "shared_child",
            f"{sku} is a child of several products ({', '.join(sorted(parents))}); it becomes a "
            "variant of the first one made only.",
            address=Address("variant", sku),
            remedy="Give the other parents children of their own in Magento.",
        )
        for sku, parents in named.select("sku", "parent_sku").sort("sku").iter_rows()
    ]
