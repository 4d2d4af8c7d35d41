"""Invoices, shipments and credit memos: the payments, fulfillments and credit lines of ours.

What Medusa has no field for was put into their metadata when they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from reconcile.canonical import rows_text, to_json
from reconcile.systems import Tables
from reconcile.targets.medusa.amounts import amount_of, kept
from reconcile.targets.medusa.existing.columns import marked
from reconcile.targets.medusa.existing.nested import Nested, with_nested
from reconcile.targets.medusa.existing.sales_tables import scanned
from reconcile.targets.medusa.reserved import reserved
from reconcile.targets.medusa.tables.listing import Record
from reconcile.targets.medusa.tracking import tracking_rows


def invoices(tables: Tables, fields: Sequence[str]) -> pl.LazyFrame:
    state = (
        pl.when(pl.col("canceled_at").is_not_null())
        .then(pl.lit("canceled"))
        .when(pl.col("captured_at").is_not_null())
        .then(pl.lit("paid"))
        .otherwise(pl.lit("open"))
    )
    return _living_in_order(tables, "invoices", fields, _MONEY).with_columns(state.alias("state"))


def shipments(tables: Tables, fields: Sequence[str]) -> pl.LazyFrame:
    return _living_in_order(tables, "shipments", fields, _PARCEL)


def credit_memos(tables: Tables, fields: Sequence[str]) -> pl.LazyFrame:
    return _living_in_order(tables, "credit_memos", fields, {**_MONEY, **_MEMO})


def _living_in_order(
    tables: Tables, table: str, fields: Sequence[str], nested: Mapping[str, Nested]
) -> pl.LazyFrame:
    frame = marked(scanned(tables, table)).with_columns(
        pl.col("number").alias("key"),
        pl.col("order_id").alias("order"),
        pl.col("touched").alias("untouchable"),
    )
    return with_nested(frame, fields, nested)


def _amount(record: Record) -> str:
    return kept(amount_of(record["amount"]))


def _memo_amount(record: Record) -> str:
    """A credit memo that was canceled is a credit line of nothing."""
    canceled = reserved(record, "state") == "canceled"
    return kept(amount_of(reserved(record, "amount"))) if canceled else _amount(record)


def _kept_rows(record: Record) -> str:
    return rows_text(reserved(record, "items") or ())


def _kept_totals(record: Record) -> str | None:
    totals = reserved(record, "totals")
    return to_json(totals) if totals else None


def _kept_text(name: str) -> Callable[[Record], str | None]:
    def read(record: Record) -> str | None:
        value: Any = reserved(record, name)
        return None if value is None else str(value)

    return read


def _shipped(record: Record) -> str:
    """By the order's items. Lines of others have no id of ours."""
    rows = (
        {"id": str(each["source_id"]), "quantity": kept(amount_of(each.get("quantity")))}
        for each in record["items"] or ()
        if each.get("source_id") is not None
    )
    return rows_text(rows)


def _tracking(record: Record) -> str:
    return rows_text(tracking_rows(reserved(record, "tracking"), record["labels"] or ()))


def _location(record: Record) -> str | None:
    """None where the source named none and the companion had to choose one."""
    return None if reserved(record, "location") == "chosen" else record["location_id"]


_MONEY = {
    "amount": Nested(_amount, plain=("amount",)),
    "items": Nested(_kept_rows, json=("metadata",)),
    "totals": Nested(_kept_totals, json=("metadata",)),
}
_MEMO = {
    "amount": Nested(_memo_amount, json=("metadata",), plain=("amount",)),
    "state": Nested(_kept_text("state"), json=("metadata",)),
}
_PARCEL = {
    "items": Nested(_shipped, json=("items",)),
    "tracking": Nested(_tracking, json=("metadata", "labels")),
    "location": Nested(_location, json=("metadata",), plain=("location_id",)),
}
