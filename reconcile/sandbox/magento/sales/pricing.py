"""What the rows of a cart come to, in one currency.

After ``Magento\\Tax\\Model\\Calculation\\AbstractAggregateCalculator``: tax by row, rounded with
what the row before lost, on what the discount leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.cart import Cart, Promotion, Rate
from reconcile.sandbox.magento.sales.cents import Rounding, half_up

_WHOLE = 100_000  # thousandths of a percent in 100 %


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """A row that carries money; ``price`` is what the catalogue shows, in cents."""

    price: int
    quantity: int
    rates: tuple[Rate, ...]


@dataclass(frozen=True, slots=True)
class Priced:
    """Amounts in cents. ``row_total`` is net, both totals are before the discount; ``tax`` is
    charged on the rest, and ``taxes`` are its parts by rate."""

    price: int
    price_with_tax: int
    row_total: int
    row_with_tax: int
    discount: int
    tax: int
    compensation: int
    taxes: tuple[int, ...]


def rows_of(cart: Cart) -> list[MoneyRow]:
    """The rows with money in the order of the cart, prices in the base currency."""
    found = []
    for line in cart.lines:
        if line.priced_by_parts:
            found += [
                MoneyRow(part.good.price, part.quantity * line.quantity, line.rates)
                for part in line.parts
            ]
        else:
            found.append(MoneyRow(line.good.price, line.quantity, line.rates))
    return found


def priced(cart: Cart, convert: Callable[[int], int]) -> tuple[list[Priced], Priced]:
    """Every row with money, and the shipping costs, in the currency that ``convert`` makes."""
    rows = [MoneyRow(convert(row.price), row.quantity, row.rates) for row in rows_of(cart)]
    rounding = Rounding()
    discounts = _discounts(rows, cart.promotion, convert, rounding)
    work_out = _included if cart.store.with_tax else _added
    done = [
        work_out(row, discount, rounding) for row, discount in zip(rows, discounts, strict=True)
    ]
    delivery = cart.delivery
    if delivery is None:
        return done, Priced(0, 0, 0, 0, 0, 0, 0, ())
    shipping = MoneyRow(convert(delivery.price), 1, delivery.rates)
    percent = cart.promotion.off_shipping if cart.promotion else 0
    return done, work_out(shipping, half_up(shipping.price * percent / 100), rounding)


def _discounts(
    rows: Sequence[MoneyRow],
    promotion: Promotion | None,
    convert: Callable[[int], int],
    rounding: Rounding,
) -> list[int]:
    if promotion is None:
        return [0] * len(rows)
    off_piece = convert(promotion.off_piece)
    found = [
        min(
            row.price * row.quantity,
            off_piece * row.quantity
            + rounding.round(row.price * row.quantity * promotion.percent / 100, "discount"),
        )
        for row in rows
    ]
    if promotion.free_piece:
        cheapest = min(range(len(rows)), key=lambda place: rows[place].price)
        found[cheapest] = rows[cheapest].price
    if promotion.off_cart:
        found = _shared_out(rows, convert(promotion.off_cart))
    return found


def _shared_out(rows: Sequence[MoneyRow], off: int) -> list[int]:
    """By what the rows cost; the last one takes what the rounding left."""
    totals = [row.price * row.quantity for row in rows]
    whole, left = sum(totals), min(off, sum(totals))
    parts = []
    for total in totals[:-1]:
        part = half_up(min(off, whole) * total / whole) if whole else 0
        parts.append(min(part, left, total))
        left -= parts[-1]
    return [*parts, min(left, totals[-1])]


def _added(row: MoneyRow, discount: int, rounding: Rounding) -> Priced:
    """Tax comes on top of the price."""
    net = row.price * row.quantity

    def tax_on(amount: int, kind: str) -> list[int]:
        return [
            rounding.round(amount * rate.thousandths / _WHOLE, f"{kind} {rate.id}")
            for rate in row.rates
        ]

    before = sum(tax_on(net, "before"))
    taxes = tuple(tax_on(net - discount, "after"))
    with_tax = net + before
    return Priced(
        price=row.price,
        price_with_tax=half_up(with_tax / row.quantity),
        row_total=net,
        row_with_tax=with_tax,
        discount=discount,
        tax=sum(taxes),
        compensation=0,
        taxes=taxes,
    )


def _included(row: MoneyRow, discount: int, rounding: Rounding) -> Priced:
    """The price contains the tax. What the discount takes of it is the compensation."""
    gross = row.price * row.quantity
    thousandths = sum(rate.thousandths for rate in row.rates)

    def tax_in(amount: int, kind: str) -> int:
        exact = amount * thousandths / (_WHOLE + thousandths)
        return rounding.round(exact, f"{kind} {thousandths}")

    before, after = tax_in(gross, "before"), tax_in(gross - discount, "after")
    return Priced(
        price=half_up((gross - before) / row.quantity),
        price_with_tax=row.price,
        row_total=gross - before,
        row_with_tax=gross,
        discount=discount,
        tax=after,
        compensation=before - after,
        taxes=_by_rate(after, row.rates),
    )


def _by_rate(tax: int, rates: Sequence[Rate]) -> tuple[int, ...]:
    """The parts of a tax by nominal rate; they add up to it."""
    whole = sum(rate.thousandths for rate in rates)
    parts = [half_up(tax * rate.thousandths / whole) for rate in rates[:-1]]
    return (*parts, tax - sum(parts)) if rates else ()
