"""How the totals of Magento's sales records add up: exact to the cent, in both currencies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from reconcile.sandbox.magento.sales.cents import cents
from reconcile.sandbox.magento.shop import Shop

Record = dict[str, Any]
SIDES = ("", "base_")
SHIPPING_COMPENSATION = {
    "": "shipping_discount_tax_compensation_amount",
    "base_": "base_shipping_discount_tax_compensation_amnt",
}


def tops(order: Record) -> list[Record]:
    return [item for item in order["items"] if "parent_item_id" not in item]


def order_faults(
    order: Record, invoices: Iterable[Record], credit_memos: Iterable[Record]
) -> Iterator[str]:
    """What does not add up in an order, with what followed it."""
    for side in SIDES:
        for name, left, right in _equations(order, list(invoices), list(credit_memos), side):
            if left != right:
                yield f"{order['increment_id']} {side}{name}: {left} is not {right}"
    pieces = sum(item["qty_ordered"] for item in tops(order))
    if order["total_qty_ordered"] != pieces:
        yield f"{order['increment_id']} total_qty_ordered"


def _equations(
    order: Record, invoices: list[Record], memos: list[Record], side: str
) -> Iterator[tuple[str, int, int]]:
    def of(name: str) -> int:
        return cents(order.get(side + name))

    def total(records: Iterable[Record], *names: str) -> int:
        return sum(cents(one.get(side + name)) for one in records for name in names)

    yield (
        "grand_total",
        of("grand_total"),
        of("subtotal")
        + of("tax_amount")
        + of("shipping_amount")
        + of("discount_amount")
        + of("discount_tax_compensation_amount")
        + cents(order[SHIPPING_COMPENSATION[side]]),
    )
    yield "subtotal", of("subtotal"), sum(_row_total(item, side) for item in tops(order))
    tax = total(tops(order), "tax_amount") + of("shipping_tax_amount")
    yield "tax_amount", of("tax_amount"), tax
    discount = total(order["items"], "discount_amount") + of("shipping_discount_amount")
    yield "discount_amount", -of("discount_amount"), discount
    yield "total_due", of("total_due"), of("grand_total") - of("total_paid")
    yield "total_paid", of("total_paid"), of("total_invoiced")
    yield "total_invoiced", of("total_invoiced"), total(invoices, "grand_total")
    yield "total_refunded", of("total_refunded"), total(memos, "grand_total")
    yield "amount_ordered", cents(order["payment"][f"{side}amount_ordered"]), of("grand_total")
    yield "amount_paid", cents(order["payment"].get(f"{side}amount_paid")), of("total_paid")


def _row_total(item: Record, side: str) -> int:
    """What REST shows and the discount; where it was cut off at 0, from the total with tax."""
    discount = cents(item[f"{side}discount_amount"])
    shown = cents(item[f"{side}row_total"])
    if shown or not discount:
        return shown + discount
    with_tax = cents(item[f"{side}row_total_incl_tax"]) + discount
    compensation = cents(item.get(f"{side}discount_tax_compensation_amount"))
    return with_tax - cents(item[f"{side}tax_amount"]) - compensation


def document_faults(record: Record) -> Iterator[str]:
    """What does not add up in an invoice or a credit memo. Its compensation is all there is."""
    for side in SIDES:
        parts = (
            "subtotal",
            "tax_amount",
            "shipping_amount",
            "discount_amount",
            "discount_tax_compensation_amount",
            "adjustment",
        )
        whole = sum(cents(record.get(side + name)) for name in parts)
        if cents(record[f"{side}grand_total"]) != whole:
            yield f"{record['increment_id']} {side}grand_total is not {whole}"


def shop_faults(shop: Shop) -> list[str]:
    """What does not add up in a whole shop."""
    invoices = _by_order(shop, "invoices")
    memos = _by_order(shop, "creditmemos")
    faults: list[str] = []
    for order in shop.table("orders").records():
        number = order["entity_id"]
        faults += order_faults(order, invoices.get(number, []), memos.get(number, []))
    for record in chain.from_iterable([*invoices.values(), *memos.values()]):
        faults += document_faults(record)
    return faults


def _by_order(shop: Shop, name: str) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for record in shop.table(name).records():
        found.setdefault(record["order_id"], []).append(record)
    return found
