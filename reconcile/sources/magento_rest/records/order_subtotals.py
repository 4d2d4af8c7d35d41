r"""What each item of an order cost before discount and tax, which no member of it says plainly.

Magento's database has it as `row_total`, but its REST orders show another value under that name,
worked out by `Magento\Sales\Model\Order\Webapi\ChangeOutputArray` of the release:

    without that class  row_total as it is stored
    its first form      row_total - discount; negative where the discount is larger, as it can be
                        when prices include tax: then the discount does, and the row total does not
    2.4.7 and later     the same, but never below 0; and row_total_incl_tax =
                        row_total + tax + compensation + fixed taxes - discount, never below 0

Which of them it is shows in the order's own subtotal: the first reading that gives it is right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from reconcile.sources.magento_rest.records.order_items import Item
from reconcile.sources.magento_rest.records.values import NOTHING

_CLOSE = Decimal("0.005")
"""Rows are rounded to four digits one by one, and their sum again."""

Reading = Callable[[Item], Decimal]


def before_discount(items: Sequence[Item], subtotals: Sequence[Decimal]) -> list[Decimal]:
    """One amount per item. `subtotals` are the sums the order allows; of several readings that
    give one of them the newest release's is taken, and the same when none does."""
    for reading in _READINGS:
        amounts = [reading(item) for item in items]
        total = sum(amounts, NOTHING)
        if any(abs(total - subtotal) < _CLOSE for subtotal in subtotals):
            return amounts
    return [_READINGS[0](item) for item in items]


def _discount_added(item: Item) -> Decimal:
    return item.row_total + item.discount


def _discount_added_unless_cut(item: Item) -> Decimal:
    """0 may be what is left of a negative amount; what the tax is part of is never negative."""
    cut = not item.row_total and item.discount and item.compensation
    return _from_incl_tax(item) if cut else _discount_added(item)


def _from_incl_tax(item: Item) -> Decimal:
    return item.row_total_incl_tax + item.discount - item.tax - item.compensation - item.weee


def _as_shown(item: Item) -> Decimal:
    return item.row_total


def _invoiced(item: Item) -> Decimal:
    """Stored amounts, of items that were invoiced as a whole."""
    return item.row_invoiced


def _price_times_quantity(item: Item) -> Decimal:
    """Off by a cent and more where the unit price is rounded."""
    return item.price * item.quantity


_READINGS: tuple[Reading, ...] = (
    _discount_added_unless_cut,
    _discount_added,
    _as_shown,
    _from_incl_tax,
    _invoiced,
    _price_times_quantity,
)
