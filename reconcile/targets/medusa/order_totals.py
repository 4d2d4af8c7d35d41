"""What an order came to, what was paid and what was given back, of what Medusa works out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconcile.canonical import decimal_text
from reconcile.money import rounded
from reconcile.targets.medusa.amounts import NOTHING, amount_of, clean
from reconcile.targets.medusa.line_rows import adjusting, credit_of, line_amount, told_apart
from reconcile.targets.medusa.lines import ADJUSTMENT, KIND, TAX, Line
from reconcile.targets.medusa.reserved import reserved


def order_totals(order: Mapping[str, Any], currency_code: str) -> dict[str, str]:
    """An order's totals as plans say them.

    Medusa's total has everything taken off that was given back, which is no part of what the order
    came to. Items that are adjustments or taxes are counted as these, and no goods.
    """
    said = {name: amount_of(value) for name, value in (order.get("totals") or {}).items()}
    discount, shipping, tax, credit, total = (
        said.get(name, NOTHING) for name in ("discount", "shipping", "tax", "credit", "total")
    )
    items, credit_lines = order.get("items") or (), order.get("credit_lines") or ()
    rises, extra_tax = _extras(items)
    falls = sum((credit_of(line) for line in adjusting(credit_lines)), NOTHING)
    paid, refunded = _moved(order.get("transactions") or ())
    grand_total = total + credit + falls
    found = {
        "subtotal": total + credit - tax + discount - shipping - rises - extra_tax,
        "discount": discount,
        "shipping": shipping,
        "tax": tax + extra_tax,
        "adjustment": rises + falls,
        "grand_total": grand_total,
        "paid": paid,
        "refunded": refunded,
        "due": grand_total - paid,
    }
    return minor_units(found, currency_code)


def minor_units(amounts: Mapping[str, Any], currency_code: str) -> dict[str, str]:
    """In whole minor units of the currency; the dust goes first, lest half a unit be less."""
    return {
        name: decimal_text(rounded(clean(amount_of(amount)), currency_code))
        for name, amount in amounts.items()
    }


def _extras(items: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """What adjustments and taxes add that are items."""
    added = {ADJUSTMENT: NOTHING, TAX: NOTHING}
    for line in told_apart(items)[1]:
        added[reserved(line, KIND)] += line_amount(line)
    return added[ADJUSTMENT], added[TAX]


def _moved(transactions: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """What was paid, and what was given back."""
    amounts = [amount_of(each.get("amount")) for each in transactions]
    paid = sum((amount for amount in amounts if amount > 0), NOTHING)
    return paid, -sum((amount for amount in amounts if amount < 0), NOTHING)
