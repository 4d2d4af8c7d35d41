"""Whose an order is: the account that is carried for the one who ordered."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from reconcile.model import Severity
from reconcile.sources.magento_rest.records import accounts
from reconcile.systems import Notice, Tables

_DELETED = (
    "{count} orders are of accounts that were deleted; they are carried without a customer: "
    "{samples}."
)
_UNKNOWN = (
    "{count} orders are of customers that this snapshot does not hold; they are carried without "
    "one: {samples}."
)
_GUEST = (
    "{count} orders were made as a guest, with the e-mail of an account; they are not added to it: "
    "{samples}."
)


def with_customers(orders: pl.DataFrame, tables: Tables, twins: str) -> pl.DataFrame:
    """Add `customer` (a source id, null for guests and deleted accounts) and `account`: whether
    the e-mail of the order belongs to an account."""
    who = accounts.identities(tables, twins)
    known = who.select(pl.col("id").alias("customer_id"), "carried")
    emails = who.select("email").drop_nulls().unique().with_columns(account=pl.lit(value=True))
    return (
        orders.join(known, on="customer_id", how="left", maintain_order="left")
        .with_columns(
            (pl.lit("magento:customer/") + pl.col("carried")).alias("customer"),
            accounts.email("customer_email").alias("email"),
        )
        .join(emails, on="email", how="left", maintain_order="left")
    )


def notices(orders: pl.DataFrame, tables: Tables) -> Iterator[Notice]:
    """About orders whose customer is not who one might think."""
    guest = pl.col("customer_id").is_null() & pl.col("customer_is_guest").fill_null(value=True)
    unknown = orders.filter(~guest & pl.col("customer").is_null())
    if tables.has("customers") and tables.complete("customers"):
        yield from _about(Severity.INFO, "deleted_customer", _DELETED, unknown)
    else:
        yield from _about(Severity.WARNING, "unknown_customer", _UNKNOWN, unknown)
    yield from _about(
        Severity.INFO, "guest_with_account", _GUEST, orders.filter(guest & pl.col("account"))
    )


def _about(severity: Severity, code: str, sentence: str, orders: pl.DataFrame) -> Iterator[Notice]:
    numbers = orders.select(pl.coalesce("number", "id")).to_series().to_list()
    if numbers:
        yield Notice.about(severity, code, sentence, numbers)
