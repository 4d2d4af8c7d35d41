"""Refunding an order, wholly or in part: the credit memo, and what it changes in the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.cents import amount, cents, half_up
from reconcile.sandbox.magento.sales.shape import (
    CREDIT_MEMO,
    CREDIT_MEMO_ITEM,
    arranged,
    is_dummy,
)
from reconcile.sandbox.magento.sales.shares import (
    REFUNDING,
    SIDES,
    Piece,
    add,
    book,
    pieces,
    shares,
)
from reconcile.sandbox.magento.sales.stamp import REFUNDED, Stamp, document
from reconcile.sandbox.magento.sales.standing import CANCELED, CLOSED, HELD, note, settle
from reconcile.sandbox.magento.sales.totals import cost, part_of, price, row, shipping_of, total
from reconcile.sandbox.magento.table import Record

_WEEE = {
    "base_weee_tax_row_disposition": 0,
    "weee_tax_applied": "[]",
    "weee_tax_applied_row_amount": 0,
    "weee_tax_row_disposition": 0,
}


@dataclass(frozen=True, slots=True)
class Refund:
    """What to give back. Amounts are cents of the base currency, as they are typed in.

    ``quantities`` are pieces by ``item_id`` of top-level rows, None for all that are left;
    ``shipping`` is net, None for all that is left; ``more`` and ``less`` are the adjustments.
    """

    quantities: Mapping[int, int] | None = None
    shipping: int | None = None
    more: int = 0
    less: int = 0


ALL = Refund()


def can_refund(order: Record) -> bool:
    """Whether there is money left to give back."""
    paid, refunded = cents(order.get("base_total_paid")), cents(order.get("base_total_refunded"))
    return order["state"] not in (CANCELED, HELD, CLOSED) and paid > refunded


def refund(order: Record, stamp: Stamp, wanted: Refund = ALL) -> Record:
    """Refund offline. Changes ``order``.

    Raises ValueError when there is not so much to refund; ``order`` is of no use then.
    """
    if not can_refund(order):
        raise ValueError(f"order {order['increment_id']} has nothing to refund")
    taken = pieces(order, wanted.quantities, REFUNDING)
    before = cents(order.get("base_shipping_refunded"))
    whole = cents(order.get("base_shipping_invoiced"))
    now = whole - before if wanted.shipping is None else wanted.shipping
    if not 0 <= now <= whole - before:
        raise ValueError(f"shipping: {now} cents of {whole - before}")
    record = document(order, stamp)
    record["state"] = REFUNDED
    rows = [row(piece, stamp, place) for place, piece in enumerate(taken)]
    for side in SIDES:
        shipping = part_of(shipping_of(order, side), before, now, whole)
        record[f"{side}shipping_amount"] = amount(shipping.amount)
        record[f"{side}shipping_tax_amount"] = amount(shipping.tax)
        with_tax = shipping.amount + shipping.tax + shipping.compensation
        record[f"{side}shipping_incl_tax"] = amount(with_tax)
        found = shares(taken, REFUNDING, side)
        for each, piece, share in zip(rows, taken, found, strict=True):
            price(each, piece, share, REFUNDING, side)
            book(piece, share, REFUNDING, side)
        adjustment = _adjust(record, order, wanted, side)
        grand_total = total(record, found, shipping, side) + adjustment
        record[f"{side}grand_total"] = amount(grand_total)
        _book(order, record, side)
    _refuse_more_than_was_paid(order)
    _finish(record, rows, taken)
    add(order, "base_total_invoiced_cost", -cost(taken))
    order["updated_at"] = stamp.at
    settle(order)
    given_back = cents(record["base_grand_total"]) / 100
    note(order, f"We refunded ${given_back:,.2f} offline.", stamp.at, about="creditmemo")
    return arranged(record, CREDIT_MEMO)


def _adjust(record: Record, order: Record, wanted: Refund, side: str) -> int:
    """Write the adjustments, which are typed in the base currency; what they come to in cents."""
    rate = 1 if side else order["base_to_order_rate"]
    more, less = half_up(wanted.more * rate), half_up(wanted.less * rate)
    record[f"{side}adjustment"] = amount(more - less)
    for name, value in (("adjustment_positive", more), ("adjustment_negative", less)):
        add(order, side + name, value)
        if wanted.more or wanted.less:
            record[side + name] = amount(value)
    return more - less


def _refuse_more_than_was_paid(order: Record) -> None:
    """As Magento's ``CreditmemoService::validateForRefund`` does, in the base currency."""
    paid, refunded = cents(order["base_total_paid"]), cents(order["base_total_refunded"])
    if refunded > paid:
        raise ValueError(f"order {order['increment_id']}: {refunded} cents of {paid} refunded")


def _finish(record: Record, rows: Sequence[Record], taken: Sequence[Piece]) -> None:
    for each, piece in zip(rows, taken, strict=True):
        item = piece.item
        item["qty_refunded"] += piece.quantity
        item["updated_at"] = record["created_at"]
        each["base_cost"] = item.get("base_cost")
        if not is_dummy(item):
            each.update(_WEEE)
    record["items"] = [arranged(each, CREDIT_MEMO_ITEM) for each in rows]


def _book(order: Record, record: Record, side: str) -> None:
    grand_total = cents(record[f"{side}grand_total"])
    shipping = cents(record[f"{side}shipping_amount"])
    add(order, f"{side}subtotal_refunded", cents(record[f"{side}subtotal"]))
    for name in ("discount", "tax", "discount_tax_compensation"):
        add(order, f"{side}{name}_refunded", cents(record[f"{side}{name}_amount"]))
    add(order, f"{side}shipping_refunded", shipping)
    add(order, f"{side}shipping_tax_refunded", cents(record[f"{side}shipping_tax_amount"]))
    add(order, f"{side}total_refunded", grand_total)
    add(order, f"{side}total_offline_refunded", grand_total)
    add(order["payment"], f"{side}amount_refunded", grand_total)
    add(order["payment"], f"{side}shipping_refunded", shipping)
