"""What the rows and the shipping costs of an invoice or a credit memo come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.cents import amount, cents, half_up
from reconcile.sandbox.magento.sales.shape import is_dummy
from reconcile.sandbox.magento.sales.shares import Piece, Share, Step
from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.table import Record

COMPENSATION = "discount_tax_compensation_amount"
SHIPPING_COMPENSATION = {
    "": "shipping_discount_tax_compensation_amount",
    "base_": "base_shipping_discount_tax_compensation_amnt",
}
"""By side; MySQL's columns have 64 characters at most."""

_COPIED = ("base_price", "base_price_incl_tax", "name", "price", "price_incl_tax")
_REFERRED = ("product_id", "sku")


@dataclass(frozen=True, slots=True)
class Shipping:
    """Shipping costs in cents of one currency; ``amount`` is net and before the discount."""

    amount: int = 0
    discount: int = 0
    tax: int = 0
    compensation: int = 0


NO_SHIPPING = Shipping()


def shipping_of(order: Record, side: str) -> Shipping:
    """All shipping costs of an order."""
    return Shipping(
        cents(order[f"{side}shipping_amount"]),
        cents(order[f"{side}shipping_discount_amount"]),
        cents(order[f"{side}shipping_tax_amount"]),
        cents(order[SHIPPING_COMPENSATION[side]]),
    )


def part_of(shipping: Shipping, before: int, now: int, whole: int) -> Shipping:
    """What giving back ``now`` of ``whole`` comes to, when ``before`` was given back already.

    All parts of a whole add up to it exactly.
    """

    def part(value: int) -> int:
        return half_up(value * (before + now) / whole) - half_up(value * before / whole)

    if not whole:
        return NO_SHIPPING
    return Shipping(
        part(shipping.amount),
        part(shipping.discount),
        part(shipping.tax),
        part(shipping.compensation),
    )


def row(piece: Piece, stamp: Stamp, place: int) -> Record:
    """A row of an invoice or a credit memo, without its amounts."""
    record = {name: piece.item[name] for name in _COPIED + _REFERRED if name in piece.item}
    record["entity_id"] = stamp.row_id(place)
    record["parent_id"] = stamp.entity_id
    record["order_item_id"] = piece.item["item_id"]
    record["qty"] = piece.quantity
    return record


def price(record: Record, piece: Piece, share: Share, step: Step, side: str) -> None:
    """Write the amounts of one currency on a row; rows that carry no money have none."""
    item = piece.item
    if is_dummy(item):
        return
    record[f"{side}row_total"] = amount(share.row_total)
    record[f"{side}row_total_incl_tax"] = amount(share.with_tax)
    record[f"{side}tax_amount"] = amount(share.tax)
    record[side + COMPENSATION] = amount(share.compensation)
    if item[side + step.wholes[1]]:
        record[f"{side}discount_amount"] = amount(share.discount)


def total(record: Record, found: Sequence[Share], shipping: Shipping, side: str) -> int:
    """Write the totals of one currency, and return the grand total in cents.

    The compensation of the shipping discount's tax is in that of the rows, unlike on orders.
    """
    subtotal = sum(share.row_total for share in found)
    discount = sum(share.discount for share in found) + shipping.discount
    tax = sum(share.tax for share in found) + shipping.tax
    compensation = sum(share.compensation for share in found) + shipping.compensation
    with_tax = sum(share.with_tax for share in found)
    record[f"{side}subtotal"] = amount(subtotal)
    record[f"{side}subtotal_incl_tax"] = amount(with_tax)
    record[f"{side}discount_amount"] = amount(-discount)
    record[f"{side}tax_amount"] = amount(tax)
    record[side + COMPENSATION] = amount(compensation)
    return subtotal + shipping.amount + tax + compensation - discount


def cost(taken: Sequence[Piece]) -> int:
    """What the pieces cost the shop itself, as far as it knows, in cents of the base currency."""
    return sum(cents(piece.item.get("base_cost")) * piece.quantity for piece in taken)
