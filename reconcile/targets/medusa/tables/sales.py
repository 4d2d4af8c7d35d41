"""Orders, and what happened to them: a row of `orders` each, with its parts as JSON.

    items             [{id, source_id, sku, title, variant_id, product_id, quantity, unit_price,
                      discount, tax_rate, taxes: [{code, rate, description}], requires_shipping,
                      fulfilled_quantity, shipped_quantity, metadata}]
    shipping_methods  [{id, name, amount, discount, tax_rate, taxes, metadata}]
    credit_lines      [{id, amount, reference, reference_id, metadata, created_at}]
    transactions      [{id, amount, reference, reference_id, currency_code, created_at}]
    totals            {subtotal, discount, shipping, tax, credit, total}

All as the companion lists them, amounts as decimal text. `touched`: the order was changed in Medusa
since this tool wrote it. Payments, fulfillments and credit lines that bear our mark are rows of
`invoices`, `shipments` and `credit_memos`.

In the mode `draft` the rows of `orders` are draft orders as the Admin API lists them (`is_draft`),
with no more than Medusa's `total` among their totals; what they stand for is in their metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import polars as pl

from reconcile.canonical import to_json
from reconcile.systems import Row
from reconcile.targets.medusa.line_rows import adjusting
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.reserved import reserved
from reconcile.targets.medusa.tables.listing import (
    FLAG,
    TEXT,
    Listing,
    Record,
    Table,
    cells,
    nested,
)

ORDER: dict[str, pl.DataType] = {
    "id": TEXT,
    "number": TEXT,
    "display_id": TEXT,
    "email": TEXT,
    "customer_id": TEXT,
    "sales_channel_id": TEXT,
    "region_id": TEXT,
    "status": TEXT,
    "currency_code": TEXT,
    "created_at": TEXT,
    "updated_at": TEXT,
    "canceled_at": TEXT,
    "locale": TEXT,
    "metadata": TEXT,
    "touched": FLAG,
    "is_draft": FLAG,
    "billing_address": TEXT,
    "shipping_address": TEXT,
    "items": TEXT,
    "shipping_methods": TEXT,
    "credit_lines": TEXT,
    "transactions": TEXT,
    "totals": TEXT,
}
CHILD: dict[str, pl.DataType] = {
    "id": TEXT,
    "order_id": TEXT,
    "number": TEXT,
    "metadata": TEXT,
    "touched": FLAG,
    "created_at": TEXT,
}
PAYMENT: dict[str, pl.DataType] = {
    **CHILD,
    "amount": TEXT,
    "currency_code": TEXT,
    "captured_at": TEXT,
    "canceled_at": TEXT,
    "captured": TEXT,
    "refunded": TEXT,
    "refunds": TEXT,
}
FULFILLMENT: dict[str, pl.DataType] = {
    **CHILD,
    "packed_at": TEXT,
    "shipped_at": TEXT,
    "delivered_at": TEXT,
    "canceled_at": TEXT,
    "location_id": TEXT,
    "items": TEXT,
    "labels": TEXT,
}
CREDIT_LINE: dict[str, pl.DataType] = {
    **CHILD,
    "amount": TEXT,
    "currency_code": TEXT,
    "reference": TEXT,
    "reference_id": TEXT,
}


def _orders(record: Record) -> Iterator[Row]:
    """Drafts are no orders yet: they may become some, or go."""
    if not record.get("is_draft_order"):
        touched = record.get("touched") is True
        yield {**cells(record, ORDER), "touched": touched, "is_draft": False}


def _children(
    record: Record, relation: str, columns: dict[str, pl.DataType]
) -> Iterator[tuple[Record, Row]]:
    """The members of an order that bear our mark, each with its row."""
    if record.get("is_draft_order"):
        return
    for member in nested(record, relation):
        if mark_of(member) is not None:
            home = {
                "order_id": record["id"],
                "number": reserved(member, "number"),
                "touched": record.get("touched") is True,
            }
            yield member, {**cells(member, columns), **home}


def _invoices(record: Record) -> Iterable[Row]:
    return (row for _, row in _children(record, "payments", PAYMENT))


def _shipments(record: Record) -> Iterable[Row]:
    return (row for _, row in _children(record, "fulfillments", FULFILLMENT))


def _credit_memos(record: Record) -> Iterable[Row]:
    for line, row in _children(record, "credit_lines", CREDIT_LINE):
        if not adjusting([line]):
            yield {**row, "currency_code": record.get("currency_code")}


SALES = (
    Table("orders", pl.Schema(ORDER), _orders),
    Table("invoices", pl.Schema(PAYMENT), _invoices),
    Table("shipments", pl.Schema(FULFILLMENT), _shipments),
    Table("credit_memos", pl.Schema(CREDIT_LINE), _credit_memos),
)
"""As the companion lists orders."""


def _drafts(record: Record) -> Iterator[Row]:
    row = {
        **cells(record, ORDER),
        "number": reserved(record, "number"),
        "totals": to_json({"total": record.get("total")}),
    }
    yield {**row, "touched": False, "is_draft": True}


DRAFT_COLUMNS = (
    "id",
    "display_id",
    "email",
    "customer_id",
    "sales_channel_id",
    "region_id",
    "status",
    "currency_code",
    "created_at",
    "updated_at",
    "locale",
    "metadata",
    "total",
    "*billing_address",
    "*shipping_address",
)
DRAFT_ORDERS = Listing(
    path="draft-orders",
    plural="draft_orders",
    fields=DRAFT_COLUMNS,
    tables=(Table("orders", pl.Schema(ORDER), _drafts), *SALES[1:]),
    limit=200,
)
