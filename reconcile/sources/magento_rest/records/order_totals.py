r"""Whether the parts of an order give its total, and the totals that its lines make.

    grand_total = subtotal + tax_amount + shipping_amount + discount_amount
                  + discount_tax_compensation_amount + shipping_discount_tax_compensation_amount
                  + what extensions add                  (Magento\Quote\...\Address\Total\Grand)

Magento's discounts hold the tax that prices include, and the compensations take it out again: the
net discount is the one less the other. Each column of an order must be what its lines and its
shipping say, but for amounts that explain the difference (order_segments.py) and for dust: up to
a cent for each line and for shipping, five in all. Otherwise the order is unsound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from reconcile.canonical import decimal_text
from reconcile.money import rounded
from reconcile.sources.magento_rest.records.order_lines import Line
from reconcile.sources.magento_rest.records.order_segments import ROUNDING, Segment, choices
from reconcile.sources.magento_rest.records.values import CORRECT, NOTHING, Unsound, amount
from reconcile.systems import Row

DUST, MOST_DUST = Decimal("0.01"), Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Shipping:
    """Net, as the lines are."""

    amount: Decimal
    discount: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """What Magento's columns say of an order. The discount is positive and net."""

    currency: str
    grand_total: Decimal
    subtotal: Decimal
    discount: Decimal
    tax: Decimal
    shipping: Shipping
    paid: Decimal
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """Lines and shipping in whole minor units, what else moved the total, and the totals."""

    lines: list[Line]
    shipping: Shipping
    adjustments: list[Segment]
    totals: dict[str, str]


def figures(row: Row, currency: str, compensation: Decimal) -> Figures:
    """`row` is one of the table orders; `compensation` that of its items, for orders that have
    none of their own. Raises Unsound for an impossible amount."""
    own = row["discount_tax_compensation_amount"]
    hidden = compensation if own is None else amount(own)
    hidden_in_shipping = amount(row["shipping_discount_tax_compensation_amount"])
    return Figures(
        currency=currency,
        grand_total=amount(row["grand_total"]),
        subtotal=amount(row["subtotal"]),
        discount=-amount(row["discount_amount"]) - hidden - hidden_in_shipping,
        tax=amount(row["tax_amount"]),
        shipping=Shipping(
            amount(row["shipping_amount"]),
            amount(row["shipping_discount_amount"]) - hidden_in_shipping,
            amount(row["shipping_tax_amount"]),
        ),
        paid=amount(row["total_paid"]),
        refunded=amount(row["total_refunded"]),
    )


@dataclass(frozen=True, slots=True)
class Equation:
    """Two ways to come to one amount; `sign` tells how it moves the total."""

    ours: Decimal
    theirs: Decimal
    words: str
    sign: int = 1

    @property
    def gap(self) -> Decimal:
        return self.sign * (self.theirs - self.ours)

    def __str__(self) -> str:
        return self.words.format(decimal_text(self.ours), decimal_text(self.theirs))


def equations(order: Figures, lines: Sequence[Line]) -> tuple[Equation, ...]:
    """Their gaps add up to what is missing from the lines to the grand total."""
    shipping = order.shipping
    discount = sum((line.discount for line in lines), shipping.discount)
    tax = sum((line.tax for line in lines), shipping.tax)
    columns = order.subtotal - order.discount + shipping.amount + order.tax
    return (
        Equation(
            sum((line.subtotal for line in lines), NOTHING),
            order.subtotal,
            "its lines sum up to {}, its subtotal is {}",
        ),
        Equation(discount, order.discount, "its discounts sum up to {}, its discount is {}", -1),
        Equation(tax, order.tax, "its taxes sum up to {}, its tax is {}"),
        Equation(columns, order.grand_total, "its amounts sum up to {}, its grand total is {}"),
    )


def settle(
    order: Figures,
    lines: Sequence[Line],
    known: Sequence[Segment],
    possible: Callable[[], Sequence[Segment]],
) -> Settled:
    """`possible` is asked for more segments only when something is missing. Raises Unsound."""
    checked = equations(order, lines)
    gaps = [each.gap for each in checked]
    dust = min(MOST_DUST, DUST * (len(lines) + 1))
    found = _explained(gaps, [*known, *(possible() if any(gaps) else ())], dust)
    if found is None:
        raise unsound(
            (each for each in checked if abs(each.gap) > dust), sum(gaps, NOTHING), order.currency
        )
    return _in_minor_units(order, lines, found)


def unsound(
    failed: Iterable[Equation], missing: Decimal, currency: str, remedy: str = CORRECT
) -> Unsound:
    told = "; ".join(map(str, failed)) or "known amounts do not explain it"
    return Unsound(
        "totals_do_not_add_up",
        f"does not add up by {decimal_text(abs(missing))} {currency.upper()}: {told}",
        remedy,
    )


def _explained(
    gaps: Sequence[Decimal], segments: Sequence[Segment], dust: Decimal
) -> tuple[Segment, ...] | None:
    """The segments that are missing from the lines, exactly or else but for dust."""
    if not segments and not any(gaps):
        return ()
    for tolerance in (NOTHING, dust):
        for chosen in choices(segments):
            if _fits(chosen, gaps, tolerance):
                return chosen
    return None


def _fits(chosen: Sequence[Segment], gaps: Sequence[Decimal], tolerance: Decimal) -> bool:
    """They give what is missing as a whole, and some of them what each column lacks."""
    amounts = [segment.amount for segment in chosen]
    missing = sum(gaps, NOTHING) - sum(amounts, NOTHING)
    return abs(missing) <= tolerance and all(
        any(abs(gap - part) <= tolerance for part in _sums(amounts)) for gap in gaps
    )


def _sums(amounts: Sequence[Decimal]) -> Iterator[Decimal]:
    for count in range(len(amounts) + 1):
        for some in combinations(amounts, count):
            yield sum(some, NOTHING)


def _in_minor_units(
    order: Figures, lines: Sequence[Line], adjustments: Sequence[Segment]
) -> Settled:
    """Parts and total rounded so that they still add up; what that takes is named `rounding`."""
    shipping, currency = order.shipping, order.currency
    subtotals = whole([line.subtotal for line in lines], currency)
    discounts = whole([*(line.discount for line in lines), shipping.discount], currency)
    taxes = whole([*(line.tax for line in lines), shipping.tax], currency)
    carried = rounded(shipping.amount, currency)
    moved = [replace(each, amount=rounded(each.amount, currency)) for each in adjustments]
    parts = sum(subtotals) - sum(discounts) + carried + sum(taxes)
    total = rounded(order.grand_total, currency)
    rest = total - parts - sum(each.amount for each in moved)
    moved.append(Segment(ROUNDING, "Rounding", rest))
    paid = rounded(order.paid, currency)
    totals = {
        "subtotal": sum(subtotals, NOTHING),
        "discount": sum(discounts, NOTHING),
        "shipping": carried,
        "tax": sum(taxes, NOTHING),
        "adjustment": sum((each.amount for each in moved), NOTHING),
        "grand_total": total,
        "paid": paid,
        "refunded": rounded(order.refunded, currency),
        "due": total - paid,
    }
    return Settled(
        [
            replace(line, subtotal=subtotal, discount=discount, tax=tax)
            for line, subtotal, discount, tax in zip(
                lines, subtotals, discounts, taxes, strict=False
            )
        ],
        Shipping(carried, discounts[-1], taxes[-1]),
        [each for each in moved if each.amount],
        {name: decimal_text(value) for name, value in totals.items()},
    )


def whole(amounts: Sequence[Decimal], currency: str) -> list[Decimal]:
    """In whole minor units, so that their sum is the rounded sum; whole ones stay as they are."""
    result, exact, so_far = [], NOTHING, NOTHING
    for each in amounts:
        exact += each
        result.append(rounded(exact, currency) - so_far)
        so_far += result[-1]
    return result
