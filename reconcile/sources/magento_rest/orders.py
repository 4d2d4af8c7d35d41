"""Orders, each with the whole document Magento sends, without what it says twice."""

from __future__ import annotations

from reconcile.model import Json
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
    members,
    moment,
    picked,
    text,
)
from reconcile.systems import Row

ORDERS = Listing("orders", order="entity_id", key=("entity_id",), id_windows=True, weight=0.4)

_TEXTS = (
    "state",
    "status",
    "store_id",
    "store_name",
    "customer_id",
    "customer_email",
    "customer_firstname",
    "customer_lastname",
    "customer_group_id",
    "order_currency_code",
    "base_currency_code",
    "coupon_code",
    "discount_description",
    "shipping_description",
)
_FLAGS = ("customer_is_guest", "is_virtual")

_CUT_SHORT = {
    "base_shipping_discount_tax_compensation_amount": "base_shipping_discount_tax_compensation_amnt"
}
"""Magento's name where it is not that of the column: MySQL's columns have 64 characters at most."""

_KEYS = frozenset({"protect_code"})
"""Opens the order's page to whoever knows it."""

_PAYMENT_KEYS = frozenset(
    {
        "cc_number_enc",
        "cc_debug_request_body",
        "cc_debug_response_body",
        "cc_debug_response_serialized",
        "echeck_account_name",
        "echeck_routing_number",
    }
)
"""Card and bank numbers, also encrypted ones, and what gateways said of them."""

_STORED_CARD = frozenset({"vault_payment_token"})
_PARENT, _ITEMS = frozenset({"parent_item"}), frozenset({"items"})


def load_orders(loading: Loading, pages: Pages) -> None:
    """The table orders, as far as the shop lets it be read."""
    loading.as_allowed("orders", tables.ORDERS, lambda: walk(pages, ORDERS), order_row)


def order_row(order: Record) -> Row:
    """Raises Unreadable for an order without an entity_id."""
    return {
        "id": identity(order, "entity_id"),
        "number": text(order.get("increment_id")),
        **picked(order, texts=_TEXTS, flags=_FLAGS),
        "created_at": moment(order.get("created_at")),
        "updated_at": moment(order.get("updated_at")),
        "base_to_order_rate": amount(order.get("base_to_order_rate")),
        **{name: _amount(order, name) for name in tables.ORDER_AMOUNTS},
        "document": json_text(_document(order)),
    }


def _amount(order: Record, name: str) -> str | None:
    return amount(order.get(_CUT_SHORT.get(name, name)))


def _document(order: Record) -> Record:
    """All that Magento sent, apart from repetitions and keys."""
    document = _without(order, _KEYS)
    items = _listed(order.get("items"))
    if items is not None:
        listed = {_item_id(item) for item in items} - {None}
        document["items"] = [_item(item, listed) for item in items]
        _shorten_extension(document, listed)
    if isinstance(order.get("payment"), dict):
        document["payment"] = _payment(order["payment"])
    return document


def _without(record: Record, names: frozenset[str]) -> Record:
    return {name: value for name, value in record.items() if name not in names}


def _listed(value: Json) -> list[Json] | None:
    """A list, also one that PHP wrote as an object because of gaps; None when there is none."""
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else None


def _item_id(item: Json) -> str | None:
    return text(item.get("item_id")) if isinstance(item, dict) else None


def _item(item: Json, listed: set[str | None]) -> Json:
    """An item without the copy of its parent, which is in the list itself."""
    if isinstance(item, dict) and _item_id(item.get("parent_item")) in listed:
        return _without(item, _PARENT)
    return item


def _shorten_extension(document: Record, listed: set[str | None]) -> None:
    extension = members(document.get("extension_attributes"))
    assignments = _listed(extension.get("shipping_assignments"))
    if assignments:
        shorter = [_assignment(each, listed) for each in assignments]
        document["extension_attributes"] = {**extension, "shipping_assignments": shorter}


def _assignment(assignment: Json, listed: set[str | None]) -> Json:
    """A shipping assignment without its items, when the order lists them all."""
    items = _listed(members(assignment).get("items")) or []
    repeats = items and all(_item_id(item) in listed for item in items)
    return _without(assignment, _ITEMS) if repeats else assignment


def _payment(payment: Record) -> Record:
    shown = _without(payment, _PAYMENT_KEYS)
    extension = payment.get("extension_attributes")
    if isinstance(extension, dict):
        shown["extension_attributes"] = _without(extension, _STORED_CARD)
    return shown
