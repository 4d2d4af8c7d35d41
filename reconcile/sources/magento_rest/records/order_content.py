"""One order put together: its lines, what else moved its total, and that all of it adds up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from reconcile.canonical import from_json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import (
    iso,
    order_items,
    order_lines,
    order_segments,
    order_taxes,
    order_totals,
)
from reconcile.sources.magento_rest.records.order_items import Purchase
from reconcile.sources.magento_rest.records.order_taxes import Taxes
from reconcile.sources.magento_rest.records.order_totals import Equation, Figures, Settled
from reconcile.sources.magento_rest.records.values import CORRECT, NOTHING, Unsound, amount
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Row

REPEAT = (
    "Take a new snapshot if it changed while this one was taken; otherwise correct it in Magento, "
    "or accept that it is not carried."
)


@dataclass(frozen=True, slots=True)
class Order:
    """`row` is the one of the table orders."""

    row: Row
    document: Record
    currency: str
    bought: tuple[Purchase, ...]
    taxes: Taxes
    settled: Settled


def read(row: Row) -> Order:
    """Raises Unsound for an order that cannot be carried to the cent."""
    document = wire.members(from_json(row["document"]))
    currency = _currency(row)
    items = order_items.read(document)
    if not items:
        raise Unsound("no_items", "has no items", CORRECT)
    bought = tuple(order_items.purchases(items))
    taxes = order_taxes.read(document)
    hidden = sum((item.compensation for item in order_items.bearers(bought)), NOTHING)
    figures = order_totals.figures(row, currency, hidden)
    known = order_segments.known(document, items)
    lines = order_lines.lines(bought, taxes, order_segments.subtotals(figures.subtotal, known))
    settled = order_totals.settle(
        figures, lines, known, lambda: order_segments.possible(document, taxes)
    )
    _check_paid(row, figures)
    return Order(row, document, currency, bought, taxes, settled)


def _currency(row: Row) -> str:
    code = (row["order_currency_code"] or "").strip().lower()
    if code not in iso.CURRENCIES:
        raise Unsound(
            "unknown_currency", f"is in the currency '{code[:10]}', which is no ISO code", CORRECT
        )
    if row["grand_total"] is None:
        raise Unsound("no_grand_total", "has no grand total", CORRECT)
    return code


def _check_paid(row: Row, order: Figures) -> None:
    """What was paid and refunded is what its invoices and credit memos say, where all are known."""
    checked = []
    if row["invoices_paid"] is not None:
        words = "its paid invoices sum up to {}, its total paid is {}"
        checked.append(Equation(_sum(row["invoices_paid"]), order.paid, words))
    if row["memos_refunded"] is not None:
        words = "its credit memos sum up to {}, its total refunded is {}"
        checked.append(Equation(_sum(row["memos_refunded"]), order.refunded, words))
    failed = [each for each in checked if abs(each.gap) >= order_totals.DUST]
    if failed:
        raise order_totals.unsound(failed, failed[0].gap, order.currency, REPEAT)


def _sum(amounts: Iterable[str]) -> Decimal:
    return sum(map(amount, amounts), NOTHING)
