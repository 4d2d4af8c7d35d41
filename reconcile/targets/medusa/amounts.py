"""Amounts of past orders on their way into Medusa and back, to the digit.

Medusa keeps 20 digits of an amount, and works amounts out anew each time: unit price times
quantity, net amount times rate. So a quotient that is sent has 20 digits, and a product that comes
back is off by less than a millionth of a cent: rounded to the four digits that Magento keeps of an
amount, it is the amount that was meant.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

from reconcile.canonical import decimal_text

SENT = Context(prec=20, rounding=ROUND_HALF_UP)
"""The digits Medusa keeps (`BigNumber.DEFAULT_PRECISION`, 2.21)."""
EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
DIGITS = Decimal("0.0001")
FINEST = 30
"""Digits behind the point that are sent at most."""
NOTHING = Decimal(0)


def amount_of(value: Any) -> Decimal:
    """A number of an answer or a plan; none, or something else, counts as nothing."""
    try:
        number = NOTHING if value is None else Decimal(str(value))
    except InvalidOperation:
        return NOTHING
    return number if number.is_finite() and abs(number.adjusted()) < EXACT.prec // 4 else NOTHING


def quotient(dividend: Decimal, divisor: Decimal) -> Decimal:
    """To 20 digits. Nothing divided by nothing is nothing."""
    return SENT.divide(dividend, divisor) if divisor else NOTHING


def product(one: Decimal, other: Decimal) -> Decimal:
    return EXACT.multiply(one, other)


def sent(amount: Decimal) -> str:
    """As it travels: text, without exponent, and no finer than anything can be told apart."""
    number = SENT.plus(amount)
    exponent = number.as_tuple().exponent
    fine = isinstance(exponent, int) and exponent < -FINEST
    return decimal_text(EXACT.quantize(number, Decimal(1).scaleb(-FINEST)) if fine else number)


def clean(amount: Decimal) -> Decimal:
    """Without what arithmetic left behind the four digits."""
    return EXACT.quantize(amount, DIGITS)


def kept(amount: Decimal) -> str:
    """As plans say it: decimal text with at most four digits behind the point."""
    return decimal_text(clean(amount))
