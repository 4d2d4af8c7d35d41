"""Regular and quantity prices of what can be bought, per website currency, exact.

Quantity prices for all customers become prices with a minimum quantity. What holds only for some
time or some customers is in price_lists.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from reconcile.canonical import decimal_text
from reconcile.columns import decimal_text as decimal_column
from reconcile.columns import texts
from reconcile.model import Address, Diagnostic, Severity
from reconcile.money import rounded
from reconcile.sources.magento_rest.records.catalogue import Catalogue
from reconcile.sources.magento_rest.records.shop import View
from reconcile.systems import Tables

ALL_GROUPS = "32000"
"""The customer group id that stands for every group (and for guests)."""

ABSURD = Decimal(10) ** 10
"""No shop sells at such a price; it is a slip of the keyboard."""

_TIER = pl.Struct(
    {
        "customer_group_id": pl.String,
        "qty": pl.String,
        "value": pl.String,
        "percentage_value": pl.String,
        "website_id": pl.String,
    }
)


def selling_views(found: Catalogue) -> list[View]:
    """One view per currency: the storefront's website first, other websites' after it."""
    chosen: dict[str, View] = {}
    for view in found.shop.views:
        chosen.setdefault(view.currency, view)
    return list(chosen.values())


def regular(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """`id`, `sku`, `view`, `website_id`, `currency_code`, `amount` (text): one per currency."""
    sold = found.products.filter(pl.col("sold") & (pl.col("type_id") != "grouped"))
    dynamic = (pl.col("type_id") == "bundle") & (decimal_column(pl.col("price")) == "0")
    return pl.concat(
        [
            tables.scan("products")
            .filter((pl.col("view") == view.code) & ~dynamic & _sold_in(view, found))
            .join(sold.select("id"), on="id", how="semi")
            .select(
                "id",
                "sku",
                "view",
                pl.lit(view.website_id).alias("website_id"),
                pl.lit(view.currency).alias("currency_code"),
                decimal_column(pl.col("price")).alias("amount"),
                "tier_prices",
            )
            for view in selling_views(found)
        ]
    )


def _sold_in(view: View, found: Catalogue) -> pl.Expr:
    """The storefront's price is everybody's; another website's only its own products'."""
    if view == found.shop.storefront:
        return pl.lit(value=True)
    return texts(pl.col("website_ids")).list.contains(view.website_id).fill_null(value=False)


def is_sound(amount: pl.Expr) -> pl.Expr:
    number = amount.cast(pl.Decimal(38, 8), strict=False)
    return number.is_not_null() & (number >= 0) & (number < pl.lit(ABSURD).cast(pl.Decimal(38, 8)))


def tiers(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Sound tier prices, see `_all_tiers`."""
    return _all_tiers(tables, found).filter(is_sound(pl.col("amount")))


def _all_tiers(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Tier prices: `id`, `sku`, `currency_code`, `group_id`, `min_quantity`, `amount` (text).

    `min_quantity` is null for a price that holds from the first piece. A percentage is taken off
    the regular price and rounded to the currency's digits: `value` is only what it came to when
    the shop was read.
    """
    lines = (
        regular(tables, found)
        .with_columns(pl.col("tier_prices").str.json_decode(pl.List(_TIER)).alias("t"))
        .explode("t", empty_as_null=True)
        .drop_nulls("t")
        .with_columns(pl.col("t").struct.field("website_id").fill_null("0").alias("for_website"))
        .filter((pl.col("for_website") == "0") | (pl.col("for_website") == pl.col("website_id")))
    )
    quantity = decimal_column(pl.col("t").struct.field("qty"))
    own = decimal_column(pl.col("t").struct.field("value"))
    percent = decimal_column(pl.col("t").struct.field("percentage_value"))
    parts = pl.struct("amount", "currency_code", percent.alias("percent"))
    reduced = parts.map_batches(_reduced, return_dtype=pl.String)
    rows = lines.select(
        "id",
        "sku",
        "currency_code",
        pl.col("t").struct.field("customer_group_id").alias("group_id"),
        pl.when(quantity != "1").then(quantity).alias("min_quantity"),
        pl.when(percent.is_null()).then(own).otherwise(reduced).alias("amount"),
        (pl.col("for_website") != "0").alias("narrow"),
    )
    # A price for this website alone beats one for all websites.
    identity = ["id", "currency_code", "group_id", "min_quantity"]
    return rows.sort("narrow", descending=True, maintain_order=True).unique(
        identity, keep="first", maintain_order=True
    )


def _reduced(rows: pl.Series) -> pl.Series:
    return pl.Series([_minus_percent(**row) for row in rows], dtype=pl.String)


def _minus_percent(amount: str | None, currency_code: str, percent: str | None) -> str | None:
    if amount is None or percent is None:
        return None
    left = Decimal(amount) * (100 - Decimal(percent)) / 100
    return decimal_text(rounded(left, currency_code))


def of_variants(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Per variant: `id`, `prices`: canonical JSON, sorted by currency and quantity."""
    quantity_prices = tiers(tables, found).filter(
        (pl.col("group_id") == ALL_GROUPS) & pl.col("min_quantity").is_not_null()
    )
    base = regular(tables, found).filter(is_sound(pl.col("amount")))
    lines = pl.concat(
        [
            base.select(
                "id", "currency_code", "amount", pl.lit(None, pl.String).alias("min_quantity")
            ),
            quantity_prices.select("id", "currency_code", "amount", "min_quantity"),
        ]
    )
    price = pl.struct(
        "amount", "currency_code", pl.lit(None, pl.String).alias("max_quantity"), "min_quantity"
    ).struct.json_encode()
    by_quantity = pl.col("min_quantity").cast(pl.Decimal(38, 8)).fill_null(0)
    in_order = price.sort_by("currency_code", by_quantity).str.join(",")
    return lines.group_by("id").agg((pl.lit("[") + in_order + pl.lit("]")).alias("prices"))


def doubtful(tables: Tables, found: Catalogue) -> Iterator[Diagnostic]:
    """Prices that are not carried, or that a person should look at."""
    rows = regular(tables, found).collect()
    for what, prices in (("price", rows), ("tier price", _all_tiers(tables, found).collect())):
        wrong = prices.filter(pl.col("amount").is_not_null() & ~is_sound(pl.col("amount")))
        for sku, currency, amount in wrong.select("sku", "currency_code", "amount").iter_rows():
            yield unsound(sku, f"the {what} {amount}", currency)
    yield from _many(rows.filter(pl.col("amount").is_null()), "no_price", "have no price")
    yield from _many(rows.filter(pl.col("amount") == "0"), "zero_price", "cost nothing")
    yield from _conflicts(tables, found)
    yield from _display_currencies(found)


def unsound(sku: str, what: str, currency: str) -> Diagnostic:
    """A price that no shop would charge."""
    return Diagnostic(
        Severity.WARNING,
        "unsound_price",
        f"{sku} has {what} {currency}, which cannot be right; it is not carried.",
        address=Address("variant", sku),
        remedy="Correct the price in Magento.",
    )


def _many(rows: pl.DataFrame, code: str, what: str) -> Iterator[Diagnostic]:
    skus = rows["sku"].unique().sort()
    if skus.len():
        yield Diagnostic(
            Severity.WARNING,
            code,
            f"{skus.len()} things that can be bought {what}: {', '.join(skus.head(3))}.",
            remedy="Look at them in Magento before they go on sale.",
        )


def _conflicts(tables: Tables, found: Catalogue) -> Iterator[Diagnostic]:
    """Medusa has one price per currency; Magento has one per website."""
    chosen = {view.currency: view for view in selling_views(found)}
    for view in found.shop.views:
        first = chosen[view.currency]
        if view.website_id == first.website_id:
            continue
        mine = tables.scan("products").filter(pl.col("view") == view.code).select("id", "price")
        others = tables.scan("products").filter(pl.col("view") == first.code)
        both = others.select("id", "sku", pl.col("price").alias("first")).join(mine, on="id")
        skus = both.filter(pl.col("first") != pl.col("price")).select("sku").collect().to_series()
        if skus.len():
            yield Diagnostic(
                Severity.WARNING,
                "website_price",
                f"{skus.len()} prices of store view '{view.code}' differ from those of "
                f"'{first.code}' in the same currency; the latter are carried: "
                f"{', '.join(skus.sort().head(3))}.",
                remedy="Keep the second website's prices in a price list of its own.",
            )


def _display_currencies(found: Catalogue) -> Iterator[Diagnostic]:
    for view in found.shop.views:
        if view.display_currency != view.currency:
            yield Diagnostic(
                Severity.INFO,
                "display_currency",
                f"Store view '{view.code}' shows {view.display_currency} at a rate; Medusa has no "
                f"such rate, only prices in {view.currency} are carried.",
                remedy=f"Add prices in {view.display_currency} in Medusa where they are needed.",
            )
