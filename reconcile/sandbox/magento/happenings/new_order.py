"""A new order, from products of the shop's catalogue."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento import product_record
from reconcile.sandbox.magento.happenings.finding import (
    customer_of,
    latest_of_store,
    stamp_for,
)
from reconcile.sandbox.magento.sales.address import buyer_members, order_address
from reconcile.sandbox.magento.sales.cart import (
    Cart,
    Delivery,
    Good,
    Line,
    Part,
    Payment,
    Promotion,
    Rate,
    Store,
)
from reconcile.sandbox.magento.sales.placing import place
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

_PLAIN = ("simple", "virtual", "downloadable")
_NOT_SHIPPED = ("virtual", "downloadable")
_SOMEWHERE: Record = {
    "city": "Lansing",
    "country_id": "US",
    "firstname": "New",
    "lastname": "Guest",
    "postcode": "48933",
    "region": "Michigan",
    "region_code": "MI",
    "region_id": 33,
    "street": ["1 New Street"],
    "telephone": "555-0100",
}


def place_order(
    shop: Shop,
    at: str,
    *,
    lines: Mapping[str, int],
    customer: str | int | None = None,
    email: str = "new.guest@example.org",
    store_id: int = 1,
    tax: float | str = 0,
    shipping: float | str = 5,
    percent_off: int = 0,
    address: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Order pieces by SKU: of simple, virtual and downloadable products, and of the children of
    configurables. Without ``customer`` a guest orders. ``tax`` is a percentage of goods and
    shipping costs, ``shipping`` an amount in the base currency.
    """
    taxes = (Rate(1, "Tax", int(Decimal(str(tax)) * 1000)),) if Decimal(str(tax)) else ()
    bought = tuple(_line(shop, sku, pieces, taxes) for sku, pieces in lines.items())
    is_virtual = all(line.good.is_virtual for line in bought)
    cents = int(Decimal(str(shipping)) * 100)
    delivery = Delivery("flatrate_flatrate", "Flat Rate - Fixed", cents, taxes)
    known = None if customer is None else customer_of(shop, customer)
    mail = email if known is None else str(known["email"])
    where = _where(known, mail, address)
    stamp = stamp_for(shop, "orders", store_id, at)
    cart = Cart(
        store=_store(shop, store_id),
        buyer=buyer_members(known, mail, where),
        billing=where,
        payment=Payment("checkmo", ("Check / Money order",), has_card_fields=known is not None),
        lines=bought,
        shipping=None if is_virtual else where,
        delivery=None if is_virtual else delivery,
        promotion=Promotion("2", percent=percent_off) if percent_off else None,
        protect_code=hashlib.sha256(f"{stamp.increment_id} {at}".encode()).hexdigest()[:32],
    )
    shop.table("orders").put(stamp.entity_id, finished(place(cart, stamp)))
    return {"entity_id": stamp.entity_id, "increment_id": stamp.increment_id}


def _where(known: Record | None, email: str, address: Mapping[str, Any] | None) -> Record:
    if address is None and known is not None and known["addresses"]:
        return order_address(known["addresses"][0], email)
    return {**_SOMEWHERE, **(address or {}), "email": email}


def _store(shop: Shop, store_id: int) -> Store:
    """As the last order of the same store view had it. Raises ValueError when there is none."""
    latest = latest_of_store(shop.table("orders"), store_id)
    if latest is None:
        raise ValueError(f"no order of store view {store_id} to learn currency and rate from")
    order = shop.table("orders").record(latest["entity_id"])
    names = str(order["store_name"]).split("\n")
    return Store(
        store_id,
        (names[0], names[1], names[2]),
        order["order_currency_code"],
        order["base_to_order_rate"],
        base_currency=order["base_currency_code"],
    )


def _line(shop: Shop, sku: str, pieces: int, rates: tuple[Rate, ...]) -> Line:
    product = shop.product(sku)
    if product is None or product["type_id"] not in _PLAIN:
        raise ValueError(f"{sku} is no product that can be ordered here")
    good = _good(product)
    table = shop.table("products")
    parent_id = next(product_record.parents_of(table, product["id"]), None)
    if parent_id is None:
        return Line(good, pieces, rates)
    parent = table.record(parent_id)
    options = [
        {"option_id": option["attribute_id"], "option_value": _value(shop, product, option)}
        for option in parent["extension_attributes"]["configurable_product_options"]
    ]
    shown = Good(
        parent["id"],
        good.sku,
        parent["name"],
        "configurable",
        good.price,
        good.weight,
        options={"configurable_item_options": options},
    )
    return Line(shown, pieces, rates, parts=(Part(good),))


def _value(shop: Shop, product: Record, option: Mapping[str, Any]) -> int:
    """The option of a child's attribute that its parent varies in."""
    attribute = shop.table("product_attributes").record(int(option["attribute_id"]))
    return int(product_record.attribute(product, attribute["attribute_code"]) or 0)


def _good(product: Record) -> Good:
    return Good(
        product["id"],
        product["sku"],
        product["name"],
        product["type_id"],
        int(Decimal(str(product["price"])) * 100),
        product.get("weight"),
        is_virtual=product["type_id"] in _NOT_SHIPPED,
    )
