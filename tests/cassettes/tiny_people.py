"""A customer, one order and its invoice, in the words of a source, and what changes later."""

from __future__ import annotations

from cassettes.tiny_shop import Rows
from planning import Row

EMAIL = "zoe@example.com"
_HOME = {"first_name": "Zoë", "address_1": "Main 1", "city": "Köln", "country_code": "de"}


def _group() -> Row:
    return {"key": "Retail", "source_id": "magento:group/3", "name": "Retail"}


def _customer(first_name: str, street: str) -> Row:
    address = {**_HOME, "id": "7", "address_1": street}
    defaults = {"is_default_billing": True, "is_default_shipping": False}
    return {
        "key": EMAIL,
        "source_id": "magento:customer/1",
        "email": EMAIL,
        "first_name": first_name,
        "has_account": True,
        "created_at": "2019-03-01T10:11:12.000Z",
        "groups": ["magento:group/3"],
        "addresses": [{**address, **defaults}],
        "login": "reset",
    }


def _order(status: str) -> Row:
    item = {
        "id": "41",
        "sku": "LAMP-Amber",
        "title": "Lämp",
        "quantity": "2",
        "subtotal": "69",
        "discount": "9",
        "tax": "4.95",
        "taxes": [{"code": "VAT", "rate": "8.25"}],
        "requires_shipping": True,
    }
    totals = {
        "subtotal": "69",
        "discount": "9",
        "shipping": "0",
        "tax": "4.95",
        "adjustment": "0",
        "grand_total": "64.95",
        "paid": "64.95",
        "refunded": "0",
        "due": "0",
    }
    return {
        "key": "000000100",
        "source_id": "magento:order/100",
        "number": "000000100",
        "email": EMAIL,
        "customer": "magento:customer/1",
        "status": status,
        "currency_code": "usd",
        "created_at": "2019-04-01T10:11:12.000Z",
        "billing_address": _HOME,
        "items": [item],
        "totals": totals,
    }


_INVOICE: Row = {
    "key": "000000009",
    "source_id": "magento:invoice/9",
    "order": "magento:order/100",
    "number": "000000009",
    "state": "paid",
    "created_at": "2019-04-02T10:11:12.000Z",
    "currency_code": "usd",
    "amount": "64.95",
    "items": [{"id": "41", "quantity": "2"}],
}

CUSTOMERS: Rows = {"customer_group": [_group()], "customer": [_customer("Zoë", "Main 1")]}
CUSTOMERS_LATER: Rows = {**CUSTOMERS, "customer": [_customer("Zoe", "Main 2")]}
"""A name and a street have changed."""

PEOPLE: Rows = {**CUSTOMERS, "order": [_order("pending")], "invoice": [_INVOICE]}
PEOPLE_LATER: Rows = {**PEOPLE, **CUSTOMERS_LATER, "order": [_order("completed")]}
"""The order is completed, too."""
