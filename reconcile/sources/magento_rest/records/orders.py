"""Orders, exact to the cent. Key: the increment id.

Columns: `id`, `number`, `email`, `customer` (source id), `status`, `state` (Magento's words),
`created_at`, `updated_at`, `canceled_at`, `currency_code`, `locale`, `billing_address`,
`shipping_address`, `items`, `shipping_methods`, `adjustments`, `totals` (JSON as entities/order.py
says); and, for metadata: `store`, `store_name`, `guest`, `coupon_code`, `discount_description`,
`applied_rules`, `shipping_description`, `shipping_method`, `payment_method`, `payment_title`,
`po_number`, `payment_transaction`, `payment_information` (JSON), `base_totals` (JSON, in the shop's
currency), `comments` (JSON), `gift_message` (JSON), `customer_note`, `customer_group` (name),
`customer_name`, `customer_tax_number`, `customer_birthday`, `address_details` (JSON: what Medusa
has no place for), `related_orders` (JSON, of edited orders), `external_id`, `other` (JSON, what
extensions add).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from reconcile.model import Address, Diagnostic, Severity
from reconcile.sources.magento_rest.records import (
    order_columns,
    order_content,
    order_customers,
    order_filters,
    order_lines,
    order_paid,
    sold_names,
    store_codes,
)
from reconcile.sources.magento_rest.records.order_content import Order
from reconcile.sources.magento_rest.records.order_notices import Seen
from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.sources.magento_rest.records.values import Unsound, word
from reconcile.systems import Options, Records, Row, Tables

JSON_COLUMNS = frozenset(
    {
        "billing_address",
        "shipping_address",
        "items",
        "shipping_methods",
        "adjustments",
        "totals",
        "payment_information",
        "base_totals",
        "comments",
        "gift_message",
        "address_details",
        "related_orders",
        "other",
    }
)
_TEXTS = """
    key source_id id number email customer status state created_at updated_at canceled_at
    currency_code locale store store_name coupon_code discount_description applied_rules
    shipping_description shipping_method payment_method payment_title po_number payment_transaction
    customer_note customer_group customer_name customer_tax_number customer_birthday external_id
"""
_SCHEMA = pl.Schema(
    dict.fromkeys([*_TEXTS.split(), *sorted(JSON_COLUMNS)], pl.String()) | {"guest": pl.Boolean()}
)
_OFFERED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(
        (
            "address_details",
            "comments",
            "coupon_code",
            "customer_note",
            "customer_tax_number",
            "external_id",
            "gift_message",
            "other",
            "payment_information",
            "payment_method",
            "payment_transaction",
            "po_number",
            "related_orders",
        ),
        frozenset(),
    ),
    "customer_birthday": frozenset({"customer"}),
    "customer_name": frozenset({"billing_address"}),
    "discount_description": frozenset({"coupon_code"}),
}


AT_ONCE = 500
"""Orders whose documents are in memory together."""


def records(tables: Tables, chosen: Options) -> Records:
    """One record per order that adds up. Row-local in the table orders; what its customers, its
    invoices and the catalogue say of it is looked up beside."""
    if not tables.has("orders"):
        return Records(pl.LazyFrame(schema=_SCHEMA), json=JSON_COLUMNS, complete=False)
    stores = store_codes.read(tables)
    everything = tables.scan("orders").collect()
    wanted = everything.select(order_filters.wanted(chosen["order"], stores)).to_series()
    rows = order_paid.with_sums(everything.filter(wanted), tables)
    rows = order_customers.with_customers(rows, tables, chosen["customer"]["twins"])
    reader = _Reader(tables, stores, chosen["order"]["province"])
    for some in rows.iter_slices(AT_ONCE):
        reader.read(some.iter_rows(named=True))
    return Records(
        pl.DataFrame(reader.made, schema=_SCHEMA, orient="row").lazy(),
        json=JSON_COLUMNS,
        offered=_OFFERED,
        unsound=_identities(row for row, _ in reader.problems),
        diagnostics=tuple(_diagnostic(row, why) for row, why in reader.problems),
        complete=tables.complete("orders"),
        notices=(*order_customers.notices(rows, tables), *reader.seen.notices()),
        left_out=_identities(everything.filter(~wanted).iter_rows(named=True)),
    )


class _Reader:
    """Reads rows of the table orders, some at a time: parsed documents are large."""

    def __init__(self, tables: Tables, stores: StoreCodes, province: str) -> None:
        self._tables, self._stores, self._province = tables, stores, province
        self.made: list[dict[str, Any]] = []
        self.problems: list[tuple[Row, Unsound]] = []
        self.seen = Seen()

    def read(self, rows: Iterable[Row]) -> None:
        """Adds records, or what stands against them."""
        found = []
        for row in rows:
            try:
                found.append(order_content.read(row))
            except Unsound as why:
                self.problems.append((row, why))
        names = sold_names.read(self._tables, *_sold(found))
        for order in found:
            self.seen.note(order, names, self._tables.taken_at)
            lost = order_columns.unknown_countries(order.document)
            self.seen.countries.extend((order.row["number"] or "", each) for each in lost)
            fields = order_columns.fields(order, names, self._stores, self._province)
            self.made.append(fields | order_columns.notes(order, self._stores))


def _sold(orders: Iterable[Order]) -> tuple[set[str], set[str]]:
    """Ids and SKUs of the products that were bought."""
    bought = [purchase for order in orders for purchase in order.bought]
    ids = {word(purchase.item.document.get("product_id")) or "" for purchase in bought}
    return ids, {order_lines.sku(purchase) or "" for purchase in bought}


def _identities(rows: Iterable[Row]) -> pl.LazyFrame:
    keys = [{"key": row["number"], "source_id": f"magento:order/{row['id']}"} for row in rows]
    return pl.LazyFrame(keys, schema={"key": pl.String, "source_id": pl.String})


def _diagnostic(row: Row, why: Unsound) -> Diagnostic:
    called = row["number"] or f"with id {row['id']}"
    return Diagnostic(
        Severity.SKIPPED,
        why.code,
        f"The order {called} is not carried: it {why.why}.",
        address=Address("order", row["number"] or f"magento:order/{row['id']}"),
        remedy=why.remedy,
    )
