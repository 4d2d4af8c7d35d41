"""Is the shop there, do the credentials work, and do they suffice?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reconcile.errors import (
    AuthenticationFailed,
    BadAnswer,
    ReconcileError,
    SettingsError,
    SystemFault,
    Unreachable,
)
from reconcile.model import Finding
from reconcile.settings import MagentoSettings
from reconcile.sources.magento_rest.attributes import ATTRIBUTE_SETS, ATTRIBUTES
from reconcile.sources.magento_rest.categories import CATEGORIES
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.criteria import Criteria
from reconcile.sources.magento_rest.customer_groups import CUSTOMER_GROUPS
from reconcile.sources.magento_rest.customers import CUSTOMERS
from reconcile.sources.magento_rest.faults import NotOffered
from reconcile.sources.magento_rest.inventory import LINKS, SOURCE_ITEMS, SOURCES, STOCKS
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.orders import ORDERS
from reconcile.sources.magento_rest.products import PRODUCTS
from reconcile.sources.magento_rest.sales import CREDIT_MEMOS, INVOICES, SHIPMENTS
from reconcile.sources.magento_rest.stock_items import STOCK_ITEMS
from reconcile.sources.magento_rest.stores import read_stores

_SYSTEM = "magento"
_HOPELESS = (Unreachable, AuthenticationFailed, BadAnswer)
"""What makes further questions pointless: they would all fail alike."""


@dataclass(frozen=True, slots=True)
class _Question:
    subject: str
    listing: Listing
    is_inventory: bool = False


_QUESTIONS = (
    _Question("customer groups", CUSTOMER_GROUPS),
    _Question("attributes", ATTRIBUTES),
    _Question("attribute sets", ATTRIBUTE_SETS),
    _Question("categories", CATEGORIES),
    _Question("products", PRODUCTS),
    _Question("stock items", STOCK_ITEMS),
    _Question("sources", SOURCES, is_inventory=True),
    _Question("stocks", STOCKS, is_inventory=True),
    _Question("stock links", LINKS, is_inventory=True),
    _Question("source items", SOURCE_ITEMS, is_inventory=True),
    _Question("customers", CUSTOMERS),
)
_OF_ORDERS = (
    _Question("orders", ORDERS),
    _Question("invoices", INVOICES),
    _Question("shipments", SHIPMENTS),
    _Question("credit memos", CREDIT_MEMOS),
)


def probe(
    client: MagentoClient, settings: MagentoSettings, *, with_orders: bool = True
) -> Iterator[Finding]:
    """Ask every list that a snapshot reads for one record; stops where going on is hopeless."""
    try:
        yield _stores(client, settings)
        for question in (*_QUESTIONS, *(_OF_ORDERS if with_orders else ())):
            yield _answered(client, question)
    except _HOPELESS as fault:
        refused = isinstance(fault, AuthenticationFailed)
        yield _failed("credentials" if refused else "connection", fault)


def _stores(client: MagentoClient, settings: MagentoSettings) -> Finding:
    try:
        stores = read_stores(client)
        scopes = stores.scopes(settings.view, settings.views)
    except _HOPELESS:
        raise
    except (SystemFault, SettingsError) as error:
        return _failed("store views", error)
    message = f"shoppers see the view '{scopes[0]}'; views to read: {', '.join(scopes)}"
    return Finding(_SYSTEM, "store views", ok=True, message=message)


def _answered(client: MagentoClient, question: _Question) -> Finding:
    listing = question.listing
    criteria = Criteria(page_size=1, sort=listing.order)
    try:
        answer = client.page(listing.path, listing.query(criteria), attempts=None)
    except _HOPELESS:
        raise
    except NotOffered as fault:
        if question.is_inventory:
            return _without_inventory(question.subject)
        return _failed(question.subject, fault)
    except SystemFault as fault:
        return _failed(question.subject, fault)
    total = "an unknown number of" if answer.total is None else f"{answer.total:,}"
    return Finding(_SYSTEM, question.subject, ok=True, message=f"{total} records")


def _without_inventory(subject: str) -> Finding:
    message = "not offered: a shop without multi-source inventory, its stock items are read"
    return Finding(_SYSTEM, subject, ok=True, message=message)


def _failed(subject: str, error: ReconcileError) -> Finding:
    return Finding(_SYSTEM, subject, ok=False, message=error.message, remedy=error.remedy)
