"""Customers with their addresses."""

from __future__ import annotations

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import (
    Record,
    calendar_date,
    custom_attributes,
    flag,
    identity,
    json_text,
    members,
    moment,
    picked,
    records,
    text,
)
from reconcile.systems import Row

CUSTOMERS = Listing("customers/search", order="entity_id", key=("id",), id_windows=True, weight=4)

_TEXTS = (
    "email",
    "prefix",
    "firstname",
    "middlename",
    "lastname",
    "suffix",
    "group_id",
    "website_id",
    "store_id",
    "created_in",
    "gender",
    "taxvat",
    "default_billing",
    "default_shipping",
)


def load_customers(loading: Loading, pages: Pages) -> None:
    """The table customers, as far as the shop lets it be read."""
    loading.as_allowed("customers", tables.CUSTOMERS, lambda: walk(pages, CUSTOMERS), customer_row)


def customer_row(customer: Record) -> Row:
    """Raises Unreadable for a customer without an id."""
    customer_id = identity(customer, "id")
    extension = members(customer.get("extension_attributes"))
    return {
        "id": customer_id,
        **picked(customer, texts=_TEXTS, flags=("disable_auto_group_change",)),
        "created_at": moment(customer.get("created_at")),
        "updated_at": moment(customer.get("updated_at")),
        "dob": calendar_date(customer.get("dob")),
        "is_subscribed": flag(extension.get("is_subscribed")),
        "awaits_confirmation": True if text(customer.get("confirmation")) else None,
        "addresses": _addresses(customer),
        "custom_attributes": json_text(custom_attributes(customer) or None),
        "extension_attributes": json_text(_others(extension) or None),
    }


def _addresses(customer: Record) -> str | None:
    addresses = customer.get("addresses")
    return None if addresses is None else json_text(list(records(addresses)))


def _others(extension: Record) -> Record:
    return {name: value for name, value in extension.items() if name != "is_subscribed"}
