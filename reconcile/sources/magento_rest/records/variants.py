"""Variants: what can be bought. A product sold as it is has one; a configurable has its children.

Columns: `sku`, `product` (source id), `title`, `options` (JSON map), `prices` (JSON list),
`place` (among siblings), `weight`, `manage_inventory`, `allow_backorder`, `enabled`, `name`,
`type`, and the attribute columns of products.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.canonical import to_json
from reconcile.model import Address, Diagnostic, Severity
from reconcile.sources.magento_rest.records import (
    attributes,
    catalogue,
    options,
    prices,
    shop,
    stock_settings,
)
from reconcile.sources.magento_rest.records.catalogue import COMPOSED, Catalogue
from reconcile.systems import Options, Records, Tables

JSON_COLUMNS = frozenset({"attributes", "options", "prices"})


def records(tables: Tables, chosen: Options) -> Records:
    """One record per SKU that can be bought, parents' children in the parents' order."""
    known = attributes.read(tables)
    found = catalogue.read(tables, chosen["product"])
    sold = found.products.filter(pl.col("sold"))
    labelled = attributes.with_labels(sold, known, found.shop.storefront.media_url)
    answers = options.of_variants(found, known).drop("parent_id")
    frame = (
        labelled.join(answers, on="id", how="left", maintain_order="left")
        .join(prices.of_variants(tables, found), on="id", how="left", maintain_order="left")
        .join(stock_settings.read(tables), on="id", how="left", maintain_order="left")
        .with_columns(*_columns())
    )
    return Records(
        frame.filter(pl.col("why").is_null()),
        json=JSON_COLUMNS,
        unsound=frame.filter(pl.col("why").is_not_null()).select("key", "source_id"),
        diagnostics=(
            *_left_out(frame.filter(pl.col("why").is_not_null())),
            *_disabled(found),
            *prices.doubtful(tables, found),
        ),
        complete=found.complete,
    )


def _columns() -> list[pl.Expr]:
    only = to_json({options.ONLY_OPTION: options.ONLY_VALUE})
    own = pl.col("role") == "own"
    managed = pl.col("manage_stock").fill_null(value=True) & ~pl.col("type_id").is_in(COMPOSED)
    return [
        pl.col("sku").alias("key"),
        shop.source_id(),
        pl.col("type_id").alias("type"),
        (pl.lit("magento:") + pl.coalesce("parent_id", "id")).alias("product"),
        pl.when(own).then(pl.lit(only)).otherwise("options").alias("options"),
        pl.when(own).then(pl.lit(options.ONLY_VARIANT)).otherwise("title").alias("title"),
        managed.alias("manage_inventory"),
        pl.col("backorders").fill_null(0).gt(0).alias("allow_backorder"),
        pl.col("prices").fill_null("[]"),
        pl.col("place").fill_null(0),
    ]


def _left_out(unsound: pl.LazyFrame) -> Iterator[Diagnostic]:
    for sku, parent, why in unsound.select("sku", "parent_sku", "why").collect().iter_rows():
        yield Diagnostic(
            Severity.SKIPPED,
            "unsound_options",
            f"{sku} cannot be a variant of {parent}: {why}.",
            address=Address("variant", sku),
            remedy="Give the child a value of its own for each option in Magento.",
        )


def _disabled(found: Catalogue) -> Iterator[Diagnostic]:
    omitted = found.products.filter((pl.col("role") == "child") & ~pl.col("sold"))
    skus = omitted.select("sku").collect().to_series().sort()
    if skus.len():
        yield Diagnostic(
            Severity.INFO,
            "disabled_children",
            f"{skus.len()} disabled children give no variant: {', '.join(skus.head(3))}.",
            remedy="Set `disabled_children: keep` in product.yml to carry them.",
        )
