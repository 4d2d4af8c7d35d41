"""Stock: Magento's sources become locations, their items levels.

A shop without multi-source inventory has one location, called like Magento's own first source.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.columns import decimal_text
from reconcile.model import Diagnostic, Severity
from reconcile.sources.magento_rest.records import catalogue, shop, stock_settings
from reconcile.sources.magento_rest.records.catalogue import COMPOSED
from reconcile.systems import Options, Records, Tables

_ONLY = {"source_code": "default", "name": "Default Source", "sold": True}


def has_sources(tables: Tables) -> bool:
    """Whether the shop has multi-source inventory."""
    return tables.has("sources") and tables.scan("sources").limit(1).collect().height > 0


def _table(tables: Tables) -> str:
    """Where the quantities are."""
    return "source_items" if has_sources(tables) else "stock_items"


def locations(tables: Tables, _: Options) -> Records:
    """Columns: `source_code`, `name`, `sold` (its stock can be bought on a website)."""
    if not has_sources(tables):
        frame = pl.LazyFrame([_ONLY])
    else:
        frame = tables.scan("sources").select(
            "source_code",
            pl.col("name").fill_null(pl.col("source_code")),
            _sold(tables).alias("sold"),
        )
    return Records(
        frame.with_columns(pl.col("name").alias("key"), shop.source_id("source_code", "source/"))
    )


def _sold(tables: Tables) -> pl.Expr:
    """Enabled, and linked to a stock that serves at least one website."""
    enabled = pl.col("enabled").fill_null(value=True)
    if not tables.has("stock_source_links"):
        return enabled
    serving = tables.scan("stocks").filter(pl.col("websites") != "[]").select("stock_id")
    links = tables.scan("stock_source_links").join(serving, on="stock_id", how="semi")
    codes = links.select("source_code").unique().collect().to_series()
    return enabled & pl.col("source_code").is_in(codes.to_list())


def levels(tables: Tables, chosen: Options) -> Records:
    """Columns: `sku`, `variant`, `location` (source ids), `quantity`, `in_stock`."""
    found = catalogue.read(tables, chosen["product"])
    sold = found.products.filter(pl.col("sold") & ~pl.col("type_id").is_in(COMPOSED))
    counted = sold.join(stock_settings.read(tables), on="id", how="left").filter(
        pl.col("manage_stock").fill_null(value=True)
    )
    raw = _levels(tables, counted, chosen)
    number = pl.col("quantity").cast(pl.Decimal(38, 6), strict=False)
    clamped = pl.when(number < 0).then(pl.lit("0")).otherwise("quantity")
    frame = raw.with_columns(clamped.alias("quantity")).select(
        pl.format("{}@{}", "sku", "source_code").alias("key"),
        (pl.lit("magento:") + pl.col("id") + pl.lit("@") + pl.col("source_code")).alias(
            "source_id"
        ),
        "sku",
        (pl.lit("magento:") + pl.col("id")).alias("variant"),
        (pl.lit("magento:source/") + pl.col("source_code")).alias("location"),
        "quantity",
        "in_stock",
    )
    return Records(
        frame,
        diagnostics=tuple(_notes(raw.with_columns(number.alias("number")).collect())),
        complete=found.complete and tables.complete(_table(tables)),
    )


def _levels(tables: Tables, counted: pl.LazyFrame, chosen: Options) -> pl.LazyFrame:
    """`id`, `sku`, `source_code`, `quantity` (text), `in_stock`."""
    if not has_sources(tables):
        flags = tables.scan("stock_items").select(
            pl.col("product_id").alias("id"), pl.col("is_in_stock").alias("in_stock")
        )
        return (
            counted.join(flags, on="id")
            .select(
                "id",
                "sku",
                pl.lit("default").alias("source_code"),
                decimal_text(pl.col("legacy_qty")).alias("quantity"),
                "in_stock",
            )
            .drop_nulls("quantity")
        )
    # Magento compares SKUs without regard to case or trailing blanks; source items keep a copy.
    twin = pl.col("sku").str.strip_chars_end().str.to_lowercase().alias("twin")
    items = tables.scan("source_items").with_columns(twin).drop("sku")
    lines = counted.select("id", "sku", twin).join(items, on="twin")
    levels = lines.select(
        "id",
        "sku",
        "source_code",
        decimal_text(pl.col("quantity")).alias("quantity"),
        (pl.col("status") == 1).alias("in_stock"),
    )
    salable = chosen["inventory_level"]["quantity"] == "salable"
    return (_salable(tables, levels) if salable else levels).sort("sku", "source_code")


def _salable(tables: Tables, levels: pl.LazyFrame) -> pl.LazyFrame:
    """Take what is promised to open orders off the sources that serve them, in their order.

    Magento keeps promises per stock: what its sources hold, less what it can still sell.
    """
    exact = pl.Decimal(38, 6)
    links = tables.scan("stock_source_links").select("stock_id", "source_code")
    whole = pl.col("quantity").cast(exact)
    held = levels.join(links, on="source_code").group_by("sku", "stock_id").agg(whole.sum())
    promises = (
        held.join(tables.scan("salable_quantities"), on=["sku", "stock_id"], suffix="_salable")
        .group_by("sku")
        .agg((pl.col("quantity") - pl.col("quantity_salable").cast(exact)).clip(0).sum().alias("p"))
    )
    serving = levels.join(links.unique("source_code"), on="source_code", how="semi")
    before = whole.cum_sum().over("sku", order_by="source_code") - whole
    left = whole - (pl.col("p") - before).clip(0, None)
    reduced = serving.join(promises, on="sku").select(
        "sku", "source_code", pl.max_horizontal(left, pl.lit(0, exact)).alias("left")
    )
    lower = pl.min_horizontal(whole, pl.col("left").fill_null(whole))
    return (
        levels.join(reduced, on=["sku", "source_code"], how="left", maintain_order="left")
        .with_columns(decimal_text(lower).alias("quantity"))
        .drop("left")
    )


def _notes(rows: pl.DataFrame) -> Iterator[Diagnostic]:
    notes = (
        (
            Severity.WARNING,
            "negative_stock",
            "are below zero and become 0",
            pl.col("number") < 0,
            "Correct the quantity in Magento.",
        ),
        (
            Severity.WARNING,
            "out_of_stock_with_quantity",
            "are marked out of stock in Magento yet have a quantity, which Medusa will sell",
            ~pl.col("in_stock") & (pl.col("number") > 0),
            "Set the quantity to 0 in Magento, or make the product a draft.",
        ),
    )
    for severity, code, what, condition, remedy in notes:
        skus = rows.filter(condition)["sku"].unique().sort()
        if skus.len():
            message = f"{skus.len()} stock levels {what}: {', '.join(skus.head(3))}."
            yield Diagnostic(severity, code, message, remedy=remedy)
