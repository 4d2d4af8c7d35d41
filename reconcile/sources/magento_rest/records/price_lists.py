"""Prices that hold for some time (special prices) or for some customers (group tier prices).

Lists are not a thing in Magento: every product has its own dates. Products with the same dates
share one list here, as do all prices of one customer group.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.columns import decimal_text, is_blank
from reconcile.model import Diagnostic, Severity
from reconcile.sources.magento_rest.records import catalogue, customer_groups, prices
from reconcile.sources.magento_rest.records.catalogue import COMPOSED, Catalogue
from reconcile.systems import Options, Records, Tables

SPECIAL = "Special prices"
GROUP = "Group prices"


def lists(tables: Tables, chosen: Options) -> Records:
    """Columns: `title`, `description`, `starts_at`, `ends_at`, `customer_groups` (source ids)."""
    found = catalogue.read(tables, chosen["product"])
    wanted = _prices(tables, found, chosen)
    frame = (
        wanted.group_by("title")
        .agg(pl.col("starts_at").first(), pl.col("ends_at").first(), pl.col("group_id").first())
        .sort("title")
        .select(
            pl.col("title").alias("key"),
            _list_id().alias("source_id"),
            "title",
            pl.lit("Carried over from Magento").alias("description"),
            "starts_at",
            "ends_at",
            _groups().alias("customer_groups"),
        )
    )
    return Records(frame, complete=_complete(tables, found))


def _complete(tables: Tables, found: Catalogue) -> bool:
    return found.complete and tables.complete("customer_groups")


def list_prices(tables: Tables, chosen: Options) -> Records:
    """Columns: `price_list`, `variant` (source ids), `currency_code`, `min_quantity`, `amount`."""
    found = catalogue.read(tables, chosen["product"])
    quantity = pl.col("min_quantity").fill_null("any")
    frame = _prices(tables, found, chosen).select(
        pl.concat_str("title", "sku", "currency_code", quantity, separator="/").alias("key"),
        pl.concat_str(_list_id(), "id", "currency_code", quantity, separator="/").alias(
            "source_id"
        ),
        _list_id().alias("price_list"),
        (pl.lit("magento:") + pl.col("id")).alias("variant"),
        "currency_code",
        "min_quantity",
        "amount",
    )
    notes = (
        *_unsound(tables, found),
        *_without_effect(tables, found),
        *_for_guests(tables, found),
        *_percentages(found),
    )
    return Records(frame, diagnostics=notes, complete=_complete(tables, found))


def _list_id() -> pl.Expr:
    return pl.lit("magento:list/") + pl.col("title")


def _groups() -> pl.Expr:
    group = pl.lit("magento:group/") + pl.col("group_id")
    none: list[str] = []
    return (
        pl.when(pl.col("group_id").is_null())
        .then(pl.lit(none, pl.List(pl.String)))
        .otherwise(pl.concat_list(group))
    )


def _prices(tables: Tables, found: Catalogue, chosen: Options) -> pl.LazyFrame:
    """`id`, `sku`, `title`, `starts_at`, `ends_at`, `group_id`, `currency_code`, `min_quantity`,
    `amount`: one row per price; the lower of two that would be the same price."""
    everything = pl.concat([_special(tables, found, chosen), _from_tiers(tables, found)])
    identity = ["id", "title", "currency_code", "min_quantity"]
    lowest = everything.sort(pl.col("amount").cast(pl.Decimal(38, 8)), "sku", maintain_order=True)
    return lowest.unique(identity, keep="first", maintain_order=True).sort(
        "title", "sku", "currency_code", "min_quantity"
    )


_COLUMNS = (
    "id",
    "sku",
    "title",
    "starts_at",
    "ends_at",
    "group_id",
    "currency_code",
    "min_quantity",
    "amount",
)


def _specials(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Every special price beside the regular one: `amount` (null where it cannot be right),
    `raw`, `regular`, `from_day`, `to_day`."""
    amount = decimal_text(pl.col("attributes.special_price"))
    views = prices.selling_views(found)
    names = tables.scan("products").collect_schema().names()
    absent = [
        pl.lit(None, pl.String).alias(name)
        for name in ("attributes.special_price", *_DAYS)
        if name not in names
    ]
    sold = found.products.filter(pl.col("sold") & ~pl.col("type_id").is_in(COMPOSED))
    per_view = [
        tables.scan("products")
        .filter(pl.col("view") == view.code)
        .join(sold.select("id"), on="id", how="semi")
        .with_columns(*absent)
        .select(
            "id",
            "sku",
            pl.lit(view.currency).alias("currency_code"),
            pl.when(prices.is_sound(amount)).then(amount).alias("amount"),
            pl.col("attributes.special_price").alias("raw"),
            decimal_text(pl.col("price")).alias("regular"),
            *(_day(name) for name in _DAYS),
        )
        for view in views
    ]
    return pl.concat(per_view).filter(~is_blank(pl.col("raw")))


_DAYS = ("attributes.special_from_date", "attributes.special_to_date")


def _day(name: str) -> pl.Expr:
    column = pl.col(name)
    alias = "from_day" if "from" in name else "to_day"
    return pl.when(~is_blank(column)).then(column.str.slice(0, 10)).alias(alias)


def _lowers() -> pl.Expr:
    exact = pl.Decimal(38, 8)
    regular = pl.col("regular").cast(exact, strict=False)
    return regular.is_null() | (pl.col("amount").cast(exact) < regular)


def _special(tables: Tables, found: Catalogue, chosen: Options) -> pl.LazyFrame:
    rows = _specials(tables, found).filter(pl.col("amount").is_not_null() & _lowers())
    if chosen["price_list"]["expired"] == "omit":
        today = tables.taken_at.date().isoformat()
        rows = rows.filter(pl.col("to_day").is_null() | (pl.col("to_day") >= today))
    begin = pl.lit(" from ") + pl.col("from_day")
    end = pl.lit(" until ") + pl.col("to_day")
    title = pl.concat_str(pl.lit(SPECIAL), begin.fill_null(""), end.fill_null(""))
    return rows.select(
        "id",
        "sku",
        title.alias("title"),
        _moments(found, "from_day", end=False).alias("starts_at"),
        _moments(found, "to_day", end=True).alias("ends_at"),
        pl.lit(None, pl.String).alias("group_id"),
        "currency_code",
        pl.lit(None, pl.String).alias("min_quantity"),
        "amount",
    )


def _moments(found: Catalogue, column: str, *, end: bool) -> pl.Expr:
    def convert(days: pl.Series) -> pl.Series:
        known = {day: found.shop.moment(day, end=end) for day in days.drop_nulls().unique()}
        return days.replace_strict(known, default=None, return_dtype=pl.String)

    return pl.col(column).map_batches(convert, return_dtype=pl.String)


def _from_tiers(tables: Tables, found: Catalogue) -> pl.LazyFrame:
    """Tier prices of one group, and those for all customers that hold from the first piece."""
    names = customer_groups.names(tables)
    tiers = prices.tiers(tables, found)
    everyone = pl.col("group_id") == prices.ALL_GROUPS
    known = pl.col("group_id").is_in(list(names))
    kept = tiers.filter((everyone & pl.col("min_quantity").is_null()) | (~everyone & known))
    group_name = pl.col("group_id").replace_strict(
        names, default=None, return_dtype=pl.String
    )  # fmt: skip
    title = pl.when(everyone).then(pl.lit(SPECIAL)).otherwise(pl.format(GROUP + ": {}", group_name))
    return kept.with_columns(
        title.alias("title"),
        pl.lit(None, pl.String).alias("starts_at"),
        pl.lit(None, pl.String).alias("ends_at"),
        pl.when(~everyone).then(pl.col("group_id")).alias("group_id"),
    ).select(*_COLUMNS)


def _unsound(tables: Tables, found: Catalogue) -> Iterator[Diagnostic]:
    wrong = _specials(tables, found).filter(pl.col("amount").is_null()).sort("sku").collect()
    for sku, currency, raw in wrong.select("sku", "currency_code", "raw").iter_rows():
        yield prices.unsound(sku, f"the special price {raw}", currency)


def _without_effect(tables: Tables, found: Catalogue) -> Iterator[Diagnostic]:
    rows = _specials(tables, found).filter(~_lowers()).select("sku").collect().to_series()
    if rows.len():
        yield Diagnostic(
            Severity.INFO,
            "special_price_without_effect",
            f"{rows.len()} special prices are not below the regular one and are left out, as "
            f"Magento ignores them: {', '.join(rows.unique().sort().head(3))}.",
        )


def _for_guests(tables: Tables, found: Catalogue) -> Iterator[Diagnostic]:
    known = [prices.ALL_GROUPS, *customer_groups.names(tables)]
    rows = prices.tiers(tables, found).filter(~pl.col("group_id").is_in(known))
    skus = rows.select("sku").collect().to_series()
    if skus.len():
        yield Diagnostic(
            Severity.WARNING,
            "guest_price",
            f"{skus.len()} tier prices are for visitors without an account, who are in no group in "
            f"Medusa; they are not carried: {', '.join(skus.unique().sort().head(3))}.",
            remedy="Give these prices to all groups in Magento, or accept the regular price.",
        )


def _percentages(found: Catalogue) -> Iterator[Diagnostic]:
    if "attributes.special_price" not in found.products.collect_schema().names():
        return
    composed = found.products.filter(
        pl.col("type_id").is_in(COMPOSED) & ~is_blank(pl.col("attributes.special_price"))
    )
    skus = composed.select("sku").collect().to_series()
    if skus.len():
        yield Diagnostic(
            Severity.WARNING,
            "composed_special_price",
            f"{skus.len()} bundles have a special price in percent, which is not carried: "
            f"{', '.join(skus.sort().head(3))}.",
            remedy="Set a price list for them in Medusa.",
        )
