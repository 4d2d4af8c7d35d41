"""Invoicing an order, wholly or in part: the invoice, and what it changes in the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.sandbox.magento.sales.cents import amount, cents
from reconcile.sandbox.magento.sales.shape import INVOICE, INVOICE_ITEM, arranged, is_dummy
from reconcile.sandbox.magento.sales.shares import (
    INVOICING,
    SIDES,
    Piece,
    add,
    book,
    left,
    pieces,
    shares,
)
from reconcile.sandbox.magento.sales.stamp import PAID, Stamp, document
from reconcile.sandbox.magento.sales.standing import CANCELED, CLOSED, COMPLETE, HELD, settle
from reconcile.sandbox.magento.sales.totals import (
    NO_SHIPPING,
    SHIPPING_COMPENSATION,
    cost,
    price,
    row,
    shipping_of,
    total,
)
from reconcile.sandbox.magento.table import Record

OPEN = 1
_SHIPPING = ("shipping_amount", "shipping_incl_tax", "shipping_tax_amount")


def can_invoice(order: Record) -> bool:
    """Whether anything is left to invoice."""
    if order["state"] in (CANCELED, HELD, CLOSED, COMPLETE):
        return False
    return any(left(item, INVOICING) > 0 for item in order["items"] if not is_dummy(item))


def invoice(
    order: Record, stamp: Stamp, quantities: Mapping[int, int] | None = None, *, paid: bool = True
) -> Record:
    """Invoice so many pieces by ``item_id`` of top-level rows, by default all that are left.

    The first invoice takes the shipping costs. Changes ``order``. Raises ValueError when nothing
    can be invoiced, or not so much.
    """
    taken = pieces(order, quantities, INVOICING)
    if not taken or not can_invoice(order):
        raise ValueError(f"order {order['increment_id']} has nothing to invoice")
    record = document(order, stamp)
    record.update(can_void_flag=0, state=PAID if paid else OPEN)
    rows = [row(piece, stamp, place) for place, piece in enumerate(taken)]
    is_first = "shipping_invoiced" not in order
    for side in SIDES:
        shipping = shipping_of(order, side) if is_first else NO_SHIPPING
        if is_first:
            _copy_shipping(record, order, side)
        found = shares(taken, INVOICING, side)
        for each, piece, share in zip(rows, taken, found, strict=True):
            price(each, piece, share, INVOICING, side)
            book(piece, share, INVOICING, side)
        record[f"{side}grand_total"] = amount(total(record, found, shipping, side))
        _book(order, record, side, paid=paid)
    _finish(record, rows, taken)
    add(order, "base_total_invoiced_cost", cost(taken))
    order["updated_at"] = stamp.at
    settle(order)
    return arranged(record, INVOICE)


def _copy_shipping(record: Record, order: Record, side: str) -> None:
    for name in (*(side + each for each in _SHIPPING), SHIPPING_COMPENSATION[side]):
        record[name] = order[name]


def _finish(record: Record, rows: Sequence[Record], taken: Sequence[Piece]) -> None:
    for each, piece in zip(rows, taken, strict=True):
        item = piece.item
        item["qty_invoiced"] += piece.quantity
        item["updated_at"] = record["created_at"]
        if "base_cost" in item:
            each["base_cost"] = item["base_cost"]
        if not is_dummy(item):
            item["weee_tax_applied"] = "[]"
    record["total_qty"] = sum(piece.quantity for piece in taken)
    record["items"] = [arranged(each, INVOICE_ITEM) for each in rows]


def _book(order: Record, record: Record, side: str, *, paid: bool) -> None:
    grand_total = cents(record[f"{side}grand_total"])
    shipping = cents(record.get(f"{side}shipping_amount"))
    add(order, f"{side}subtotal_invoiced", cents(record[f"{side}subtotal"]))
    for name in ("discount", "tax", "discount_tax_compensation"):
        add(order, f"{side}{name}_invoiced", cents(record[f"{side}{name}_amount"]))
    add(order, f"{side}shipping_invoiced", shipping)
    add(order, f"{side}total_invoiced", grand_total)
    if paid:
        pay(order, record, side)


def pay(order: Record, invoice_record: Record, side: str) -> None:
    """Book that an invoice was paid, in one currency."""
    grand_total = cents(invoice_record[f"{side}grand_total"])
    add(order, f"{side}total_paid", grand_total)
    due = cents(order[f"{side}grand_total"]) - cents(order[f"{side}total_paid"])
    order[f"{side}total_due"] = amount(due)
    add(order["payment"], f"{side}amount_paid", grand_total)
    shipping = cents(invoice_record.get(f"{side}shipping_amount"))
    add(order["payment"], f"{side}shipping_captured", shipping)
