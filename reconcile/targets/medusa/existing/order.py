"""Orders of the shop, with their lines and totals as plans say them.

Of a draft order, which cannot hold what an order of the past is made of, its metadata says what it
stands for; the grand total is the one Medusa works out all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from reconcile.canonical import rows_text, to_json
from reconcile.model import Json
from reconcile.systems import Tables
from reconcile.targets.medusa.addresses import parts_of
from reconcile.targets.medusa.drafts import draft_part, draft_totals
from reconcile.targets.medusa.existing.columns import marked
from reconcile.targets.medusa.existing.nested import Nested, with_nested
from reconcile.targets.medusa.existing.sales_tables import scanned
from reconcile.targets.medusa.line_rows import adjustment_rows, item_rows, method_rows
from reconcile.targets.medusa.order_totals import order_totals
from reconcile.targets.medusa.tables.listing import Record


def orders(tables: Tables, fields: Sequence[str]) -> pl.LazyFrame:
    frame = marked(scanned(tables, "orders")).with_columns(
        pl.col("number").alias("key"),
        pl.col("customer_id").alias("customer"),
        pl.col("sales_channel_id").alias("sales_channel"),
        pl.col("touched").alias("untouchable"),
    )
    return with_nested(frame, fields, NESTED)


def _address(name: str) -> Callable[[Record], str | None]:
    def read(record: Record) -> str | None:
        parts = parts_of(record[name])
        return to_json(parts) if parts else None

    return read


def _rows(name: str, read: Callable[[Record], list[Json]]) -> Callable[[Record], str]:
    return lambda record: rows_text(
        draft_part(record, name) if record["is_draft"] else read(record)
    )


def _items(record: Record) -> list[Json]:
    return item_rows(_lines(record, "items"))


def _methods(record: Record) -> list[Json]:
    return method_rows(_lines(record, "shipping_methods"), _lines(record, "items"))


def _adjustments(record: Record) -> list[Json]:
    return adjustment_rows(_lines(record, "items"), _lines(record, "credit_lines"))


def _lines(record: Record, name: str) -> Any:
    return record[name] or ()


def _totals(record: Record) -> str:
    read = draft_totals if record["is_draft"] else order_totals
    return to_json(read(record, record["currency_code"] or ""))


_DRAFT = ("metadata",)
NESTED = {
    "billing_address": Nested(_address("billing_address"), json=("billing_address",)),
    "shipping_address": Nested(_address("shipping_address"), json=("shipping_address",)),
    "items": Nested(_rows("items", _items), json=("items", *_DRAFT), plain=("is_draft",)),
    "shipping_methods": Nested(
        _rows("shipping_methods", _methods),
        json=("shipping_methods", "items", *_DRAFT),
        plain=("is_draft",),
    ),
    "adjustments": Nested(
        _rows("adjustments", _adjustments),
        json=("items", "credit_lines", *_DRAFT),
        plain=("is_draft",),
    ),
    "totals": Nested(
        _totals,
        json=("totals", "items", "credit_lines", "transactions", *_DRAFT),
        plain=("is_draft", "currency_code"),
    ),
}
