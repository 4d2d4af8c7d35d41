"""Placing an order: from a cart to the order's record, new and pending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.cart import Cart
from reconcile.sandbox.magento.sales.cents import amount
from reconcile.sandbox.magento.sales.order_rows import MoneyAmounts, order_rows
from reconcile.sandbox.magento.sales.order_taxes import tax_members
from reconcile.sandbox.magento.sales.pricing import Priced, priced
from reconcile.sandbox.magento.sales.shares import SIDES
from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.sales.standing import NEW, PENDING
from reconcile.sandbox.magento.sales.totals import COMPENSATION, SHIPPING_COMPENSATION
from reconcile.sandbox.magento.table import Record


@dataclass(frozen=True, slots=True)
class _Side:
    """A cart in one currency: rows with money, and shipping."""

    rows: list[Priced]
    shipping: Priced


def place(cart: Cart, stamp: Stamp, *, status: str = PENDING) -> Record:
    """The order's record, not yet ``finished``: members are in no particular order."""
    store = cart.store
    base = _Side(*priced(cart, lambda value: value))
    own = base if store.rate == 1 else _Side(*priced(cart, store.converted))
    amounts = [MoneyAmounts(*pair) for pair in zip(own.rows, base.rows, strict=True)]
    items = order_rows(cart, stamp, amounts)
    tops = [item for item in items if "parent_item_id" not in item]
    order: Record = {
        **_identity(cart, stamp),
        **cart.buyer,
        "state": NEW,
        "status": status,
        "is_virtual": int(cart.shipping is None),
        "total_item_count": len(tops),
        "total_qty_ordered": sum(item["qty_ordered"] for item in tops),
        "weight": sum(item.get("row_weight", 0) for item in tops),
        "items": items,
        "billing_address": _address(cart.billing, "billing", stamp.entity_id),
        "status_histories": [],
    }
    for side, priced_side in zip(SIDES, (own, base), strict=True):
        _totals(order, priced_side, side)
    order["payment"] = _payment(cart, order)
    order["extension_attributes"] = _extension(cart, order, items, amounts, own, base)
    return order


def _identity(cart: Cart, stamp: Stamp) -> Record:
    store, promotion = cart.store, cart.promotion
    shown = {
        "applied_rule_ids": promotion and promotion.rules,
        "coupon_code": promotion and promotion.code,
        "discount_description": promotion and promotion.description,
        "shipping_description": cart.delivery and cart.delivery.description,
        "customer_note": cart.note,
        "remote_ip": cart.remote_ip,
        "base_currency_code": store.base_currency,
        "base_to_global_rate": 1,
        "base_to_order_rate": store.rate,
        "billing_address_id": _address_id(stamp.entity_id, "billing"),
        "created_at": stamp.at,
        "updated_at": stamp.at,
        "email_sent": 1,
        "entity_id": stamp.entity_id,
        "global_currency_code": store.base_currency,
        "increment_id": stamp.increment_id,
        "order_currency_code": store.currency,
        "protect_code": cart.protect_code,
        "quote_id": stamp.entity_id,
        "store_currency_code": store.base_currency,
        "store_id": store.id,
        "store_name": "\n".join(store.names),
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _totals(order: Record, side: _Side, prefix: str) -> None:
    rows, shipping = side.rows, side.shipping
    subtotal = sum(row.row_total for row in rows)
    discount = sum(row.discount for row in rows) + shipping.discount
    tax = sum(row.tax for row in rows) + shipping.tax
    compensation = sum(row.compensation for row in rows)
    total = subtotal + shipping.row_total + tax + compensation + shipping.compensation - discount
    for name, value in (
        ("subtotal", subtotal),
        ("subtotal_incl_tax", sum(row.row_with_tax for row in rows)),
        ("discount_amount", -discount),
        ("tax_amount", tax),
        (COMPENSATION, compensation),
        ("shipping_amount", shipping.row_total),
        ("shipping_incl_tax", shipping.row_with_tax),
        ("shipping_tax_amount", shipping.tax),
        ("shipping_discount_amount", shipping.discount),
        ("grand_total", total),
        ("total_due", total),
    ):
        order[prefix + name] = amount(value)
    order[SHIPPING_COMPENSATION[prefix]] = amount(shipping.compensation)


def _address_id(order_id: int, kind: str) -> int:
    return order_id * 2 - (kind == "shipping")


def _address(address: Record, kind: str, order_id: int) -> Record:
    numbered = {"address_type": kind, "entity_id": _address_id(order_id, kind)}
    known = {**address, **numbered, "parent_id": order_id}
    return {name: known[name] for name in sorted(known)}


def _payment(cart: Cart, order: Record) -> Record:
    payment = cart.payment
    card = {"cc_exp_year": "0", "cc_ss_start_month": "0", "cc_ss_start_year": "0"}
    return {
        "account_status": None,
        "additional_information": list(payment.information),
        "amount_ordered": order["grand_total"],
        "base_amount_ordered": order["base_grand_total"],
        "base_shipping_amount": order["base_shipping_amount"],
        "cc_last4": None,
        **(card if payment.has_card_fields else {}),
        "entity_id": order["entity_id"],
        "method": payment.method,
        "parent_id": order["entity_id"],
        **({} if payment.po_number is None else {"po_number": payment.po_number}),
        "shipping_amount": order["shipping_amount"],
    }


def _extension(
    cart: Cart,
    order: Record,
    items: Sequence[Record],
    amounts: Sequence[MoneyAmounts],
    own: _Side,
    base: _Side,
) -> Record:
    shipping: Record = {}
    if cart.shipping is not None and cart.delivery is not None:
        shipping["address"] = _address(cart.shipping, "shipping", order["entity_id"])
        shipping["method"] = cart.delivery.method
    titles = ("method_title", "instructions")
    information = [
        {"key": title, "value": "null" if text is None else text}
        for title, text in zip(titles, cart.payment.information, strict=False)
    ]
    gift = _gift(cart, order)
    shipped = MoneyAmounts(own.shipping, base.shipping)
    return {
        "shipping_assignments": [{"shipping": shipping, "items": []}],
        "payment_additional_info": information,
        **tax_members(cart, order, items, amounts, shipped),
        **({} if gift is None else {"gift_message": gift}),
    }


def _gift(cart: Cart, order: Record) -> Record | None:
    if cart.gift is None:
        return None
    customer_id = order.get("customer_id", 0)
    return {"gift_message_id": order["entity_id"], "customer_id": customer_id, **cart.gift}
