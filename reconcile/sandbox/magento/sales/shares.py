"""How much of each row of an order an invoice or a credit memo takes.

Magento gives the last piece what is left, and every piece before its share, rounded with what the
share before it lost (``Magento\\Sales\\Model\\Order\\Invoice\\Total``, ``...\\Creditmemo\\Total``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.cents import Rounding, amount, cents, half_up
from reconcile.sandbox.magento.sales.shape import is_dummy
from reconcile.sandbox.magento.table import Record

SIDES = ("", "base_")
"""Prefixes of the order's own currency and of the shop's base currency."""


@dataclass(frozen=True, slots=True)
class Step:
    """Columns of a row: how many pieces and how much there are, how much was done before.

    The amounts are row total, discount, tax, and compensation of the discount's tax.
    """

    quantity: str
    done_quantity: str
    wholes: tuple[str, str, str, str]
    dones: tuple[str, str, str, str]


INVOICING = Step(
    "qty_ordered",
    "qty_invoiced",
    ("row_total", "discount_amount", "tax_amount", "discount_tax_compensation_amount"),
    ("row_invoiced", "discount_invoiced", "tax_invoiced", "discount_tax_compensation_invoiced"),
)
REFUNDING = Step(
    "qty_invoiced",
    "qty_refunded",
    ("row_invoiced", "discount_invoiced", "tax_invoiced", "discount_tax_compensation_invoiced"),
    ("amount_refunded", "discount_refunded", "tax_refunded", "discount_tax_compensation_refunded"),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some pieces of one row of an order."""

    item: Record
    quantity: int


@dataclass(frozen=True, slots=True)
class Share:
    """What a piece comes to, in cents of one currency.

    ``row_total`` is without tax, ``with_tax`` with it, both before the discount; ``tax`` is what
    was charged on the rest.
    """

    row_total: int
    with_tax: int
    discount: int
    tax: int
    compensation: int


NOTHING = Share(0, 0, 0, 0, 0)


def pieces(order: Record, quantities: Mapping[int, int] | None, step: Step) -> list[Piece]:
    """The rows of so many pieces by ``item_id`` of top-level rows, their children after them.

    None means all that is left. Raises ValueError for more than that, and for unknown rows.
    """
    tops = [item for item in order["items"] if "parent_item_id" not in item]
    wanted = {item["item_id"]: left(item, step) for item in tops}
    if quantities is not None:
        _check(quantities, wanted)
        wanted = {item_id: quantities.get(item_id, 0) for item_id in wanted}
    ordered = {item["item_id"]: item["qty_ordered"] for item in tops}
    is_rest = quantities is None and step is INVOICING
    taken = []
    for item in order["items"]:
        top = item.get("parent_item_id", item["item_id"])
        quantity = wanted[top] * item["qty_ordered"] // ordered[top]
        if quantity and is_rest and is_dummy(item):
            quantity = item["qty_ordered"]  # Magento invoices these as a whole, again if need be
        if quantity:
            taken.append(Piece(item, quantity))
    return taken


def _check(quantities: Mapping[int, int], most: Mapping[int, int]) -> None:
    for item_id, quantity in quantities.items():
        if not 0 <= quantity <= most.get(item_id, -1):
            raise ValueError(f"row {item_id}: {quantity} pieces of {most.get(item_id, 0)}")


def left(item: Record, step: Step) -> int:
    """Pieces of a row that can still be invoiced, or refunded."""
    canceled = item["qty_canceled"] if step is INVOICING else 0
    return int(item[step.quantity] - item[step.done_quantity] - canceled)


def shares(taken: Sequence[Piece], step: Step, side: str) -> list[Share]:
    """What each piece comes to in one currency; nothing for rows that carry no money."""
    rounding = Rounding()
    kind = side or "regular"
    columns = [_Column(step, side, number) for number in range(len(step.wholes))]
    with_money = [piece for piece in taken if not is_dummy(piece.item)]

    def part(piece: Piece, number: int, *, negative: bool = False) -> int:
        open_amount = columns[number].open_amount(piece.item)
        if piece.quantity == left(piece.item, step):
            return open_amount
        available = piece.item[step.quantity] - piece.item[step.done_quantity]
        exact = open_amount / available * piece.quantity
        return rounding.round(exact, kind, negative=negative)

    rows = [part(piece, 0) for piece in with_money]
    with_tax = [_with_tax(piece, side, rounding) for piece in with_money]
    discounts = [part(piece, 1, negative=True) for piece in with_money]
    taxes = [(part(piece, 2), part(piece, 3)) for piece in with_money]
    found = iter(
        Share(row, gross, discount, *tax)
        for row, gross, discount, tax in zip(rows, with_tax, discounts, taxes, strict=True)
    )
    return [NOTHING if is_dummy(piece.item) else next(found) for piece in taken]


@dataclass(frozen=True, slots=True)
class _Column:
    step: Step
    side: str
    number: int

    def open_amount(self, item: Record) -> int:
        whole = self.step.wholes[self.number]
        done = cents(item.get(self.side + self.step.dones[self.number]))
        if whole == "row_total":
            return stored_row_total(item, self.side) - done
        return cents(item.get(self.side + whole)) - done


def stored_row_total(item: Record, side: str) -> int:
    """The row total in the database: REST shows it less the discount, and never below 0.

    The total with tax is shown less the discount as well, but is not cut off before 0, so that
    the row total can be told from it.
    """
    with_tax = cents(item[f"{side}row_total_incl_tax"]) + cents(item[f"{side}discount_amount"])
    tax = cents(item[f"{side}tax_amount"])
    return with_tax - tax - cents(item.get(f"{side}discount_tax_compensation_amount"))


def _with_tax(piece: Piece, side: str, rounding: Rounding) -> int:
    exact = row_total_with_tax(piece.item, side) / piece.item["qty_ordered"] * piece.quantity
    return rounding.round(exact, "with tax")


def row_total_with_tax(item: Record, side: str) -> int:
    """The row total with tax and before the discount, which REST does not show.

    With a discount, the tax before it is worked out again where prices are without tax, and is
    tax and compensation where they are with it.
    """
    known = stored_row_total(item, side) + cents(item[f"{side}tax_amount"])
    compensation = cents(item.get(f"{side}discount_tax_compensation_amount"))
    if compensation or not item[f"{side}discount_amount"]:
        return known + compensation
    net = stored_row_total(item, side)
    return net + half_up(net * item.get("tax_percent", 0) / 100)


def book(piece: Piece, share: Share, step: Step, side: str) -> None:
    """Add a share to what was done before."""
    parts = (share.row_total, share.discount, share.tax, share.compensation)
    for name, value in zip(step.dones, parts, strict=True):
        column = side + name
        piece.item[column] = amount(cents(piece.item.get(column)) + value)


def add(record: Record, name: str, value: int) -> None:
    """Add cents to an amount that may not be there yet."""
    record[name] = amount(cents(record.get(name)) + value)
