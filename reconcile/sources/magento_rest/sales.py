"""What happened to orders: invoices, shipments and credit memos, which Magento shows alike."""

from __future__ import annotations

from functools import partial

import polars as pl

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import (
    Record,
    amount,
    identity,
    json_text,
    moment,
    text,
)
from reconcile.systems import Row


def _listing(path: str, weight: float) -> Listing:
    return Listing(path, order="entity_id", key=("entity_id",), id_windows=True, weight=weight)


INVOICES = _listing("invoices", 2)
SHIPMENTS = _listing("shipments", 2)
CREDIT_MEMOS = _listing("creditmemos", 1)

_TABLES: tuple[tuple[str, pl.Schema, Listing], ...] = (
    ("credit_memos", tables.CREDIT_MEMOS, CREDIT_MEMOS),
    ("shipments", tables.SHIPMENTS, SHIPMENTS),
    ("invoices", tables.INVOICES, INVOICES),
)


def load_sales(loading: Loading, pages: Pages) -> None:
    """The tables credit_memos, shipments and invoices, as far as the shop lets them be read."""
    for table, schema, listing in _TABLES:
        loading.as_allowed(table, schema, partial(walk, pages, listing), partial(sales_row, schema))


def sales_row(schema: pl.Schema, record: Record) -> Row:
    """The columns of `schema`. Raises Unreadable for a record without an entity_id."""
    row = {
        "id": identity(record, "entity_id"),
        "number": text(record.get("increment_id")),
        "order_id": text(record.get("order_id")),
        "store_id": text(record.get("store_id")),
        "state": text(record.get("state", record.get("shipment_status"))),
        "created_at": moment(record.get("created_at")),
        "updated_at": moment(record.get("updated_at")),
        "currency": text(record.get("order_currency_code")),
        "grand_total": amount(record.get("grand_total")),
        "base_grand_total": amount(record.get("base_grand_total")),
        "document": json_text(record),
    }
    return {name: row[name] for name in schema}
