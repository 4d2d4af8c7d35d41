"""Which orders a plan is about."""

from __future__ import annotations

import polars as pl

from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.systems import Row


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
