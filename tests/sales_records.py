"""Customers, orders and what happened to them, as Magento answers them; all of it made up."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.shop import Shop

Record = dict[str, Any]

AT = "2026-03-01 10:20:30"
DUST = 2.8421709430404e-14
"""What is left of a sum of floats."""


def address(number: int, **over: Any) -> Record:
    return {
        "entity_id": number,
        "address_type": "billing",
        "firstname": "Zoë",
        "lastname": "O'Neil",
        "street": ["1 Quay", "Flat 2"],
        "city": "Galway",
        "postcode": "H91",
        "country_id": "IE",
        "telephone": "555-0100",
        **over,
    }


def customer(number: int, **over: Any) -> Record:
    return {
        "id": number,
        "group_id": 1,
        "default_billing": "7",
        "created_at": AT,
        "updated_at": AT,
        "created_in": "English",
        "dob": "1973-12-15",
        "email": f"Zoe.{number}@Example.com",
        "firstname": "Zoë",
        "lastname": "O'Neil",
        "gender": 2,
        "store_id": 1,
        "website_id": 1,
        "addresses": [
            {
                "id": 7,
                "customer_id": number,
                "region": {"region_code": None, "region": None, "region_id": 0},
                "country_id": "IE",
                "street": ["1 Quay", "Flat 2"],
                "telephone": "555-0100",
                "postcode": "H91",
                "city": "Galway",
                "firstname": "Zoë",
                "lastname": "O'Neil",
                "default_billing": True,
            }
        ],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": True},
        **over,
    }


def item(number: int, **over: Any) -> Record:
    return {
        "item_id": number,
        "sku": "LAMP-Amber",
        "name": "Lämp",
        "product_type": "configurable",
        "qty_ordered": 1,
        "price": 34.5,
        "row_total": 31.05,
        "discount_amount": 3.45,
        "tax_amount": DUST,
        **over,
    }


def items(number: int) -> list[Record]:
    """A configurable and its child, which Magento gives a copy of the parent."""
    parent = item(number * 10)
    child = item(
        number * 10 + 1,
        product_type="simple",
        price=0,
        row_total=0,
        discount_amount=0,
        parent_item_id=number * 10,
    )
    return [parent, {**child, "parent_item": parent}]


def order(number: int, **over: Any) -> Record:
    return {
        "entity_id": number,
        "increment_id": f"{number:09}",
        "state": "processing",
        "status": "processing",
        "store_id": 1,
        "store_name": "Main\nMain Store\nEnglish",
        "customer_id": 1,
        "customer_is_guest": 0,
        "customer_email": "Zoe.1@Example.com",
        "customer_firstname": "Zoë",
        "customer_lastname": "O'Neil",
        "customer_group_id": 1,
        "created_at": AT,
        "updated_at": AT,
        "order_currency_code": "EUR",
        "base_currency_code": "USD",
        "base_to_order_rate": 0.9214,
        "is_virtual": 0,
        "coupon_code": "TEN",
        "shipping_description": "Flat Rate - Fixed",
        "grand_total": 36.05,
        "base_grand_total": 39.13,
        "subtotal": 34.5,
        "tax_amount": DUST,
        "shipping_amount": 5,
        "discount_amount": -3.45,
        "base_shipping_discount_tax_compensation_amnt": 0.25,
        "total_due": 0,
        "protect_code": "0123456789abcdef0123456789abcdef",
        "items": items(number),
        "billing_address": address(number * 2),
        "payment": {"method": "checkmo", "additional_information": ["Check", None]},
        "status_histories": [],
        "extension_attributes": {
            "shipping_assignments": [
                {
                    "shipping": {
                        "address": address(number * 2 + 1, address_type="shipping"),
                        "method": "flatrate_flatrate",
                        "total": {"shipping_amount": 5},
                    },
                    "items": items(number),
                }
            ],
            "gift_cards_amount": 1.5,
        },
        **over,
    }


def invoice(number: int, **over: Any) -> Record:
    return {
        "entity_id": number,
        "increment_id": f"{number:09}",
        "order_id": number,
        "store_id": 1,
        "state": 2,
        "created_at": AT,
        "updated_at": AT,
        "order_currency_code": "EUR",
        "grand_total": 36.05,
        "base_grand_total": 39.13,
        "items": [{"entity_id": number, "order_item_id": number * 10, "qty": 1, "price": 34.5}],
        "comments": [],
        **over,
    }


def shipment(number: int, **over: Any) -> Record:
    return {
        "entity_id": number,
        "increment_id": f"{number:09}",
        "order_id": number,
        "store_id": 1,
        "created_at": AT,
        "updated_at": AT,
        "items": [{"entity_id": number, "order_item_id": number * 10, "qty": 1, "price": 34.5}],
        "tracks": [
            {"entity_id": number, "carrier_code": "ups", "title": "U", "track_number": "1Z"}
        ],
        "packages": [],
        "extension_attributes": {"source_code": "default"},
        **over,
    }


def credit_memo(number: int, **over: Any) -> Record:
    return invoice(number, adjustment=-0.5, adjustment_negative=0.5, **over)


TABLES = ("customers", "orders", "invoices", "shipments", "creditmemos")


def with_sales(shop: Shop, count: int) -> Shop:
    """Replace the shop's customers and sales by `count` of each kind, ids from 1 on."""
    makers = zip(TABLES, (customer, order, invoice, shipment, credit_memo), strict=True)
    for name, make in makers:
        table = shop.table(name)
        for row_id in list(table.ids):
            table.remove(row_id)
        for number in range(1, count + 1):
            table.put(number, make(number))
    return shop
