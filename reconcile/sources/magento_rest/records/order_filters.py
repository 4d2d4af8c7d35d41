"""Which orders a plan is about."""

from __future__ import annotations

import polars as pl

from reconcile.sources.magento_rest.records import store_codes
from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.systems import OrderWords, Row, Tables

MAGENTOS_OWN = frozenset({
    "pending", "pending_payment", "processing", "complete", "closed", "canceled", "holded",
    "payment_review", "fraud",
})  # fmt: skip
"""Statuses every shop has, whether or not an order is in them (2.4, module Sales)."""


def words(tables: Tables) -> OrderWords:
    """What filters may say: Magento's own statuses and those of orders, and the store views."""
    if not tables.has("orders"):
        return OrderWords()
    seen = tables.scan("orders").select(pl.col("status").drop_nulls().unique()).collect()
    views = store_codes.read(tables).views
    return OrderWords(MAGENTOS_OWN | set(seen["status"]), frozenset(views.values()))


def wanted(options: Row, stores: StoreCodes) -> pl.Expr:
    """True for orders that the filters of a plan (see systems.Options) let through.

    Dates are those of the orders in UTC, both inclusive; an order without one is not left out.
    """
    day = pl.col("created_at").str.head(10)
    conditions = [pl.lit(value=True)]
    if options.get("from_date"):
        conditions.append(day.is_null() | (day >= options["from_date"]))
    if options.get("to_date"):
        conditions.append(day.is_null() | (day <= options["to_date"]))
    if options.get("statuses"):
        conditions.append(pl.col("status").is_in(list(options["statuses"])).fill_null(value=False))
    if options.get("stores"):
        ids = [id_ for id_, code in stores.views.items() if code in options["stores"]]
        conditions.append(pl.col("store_id").is_in(ids).fill_null(value=False))
    return pl.all_horizontal(conditions)
