"""Single values of Magento's documents: exact amounts, words, times.

Amounts have at most the four digits behind the point that Magento's columns have; what is beyond
is dust of floating point (`0.30000000000000004`, `2.8e-14`).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from reconcile.model import Json
from reconcile.sources.magento_rest import wire

NOTHING = Decimal(0)
_DIGITS = Decimal("0.0001")
_WHOLE = Context(prec=60, rounding=ROUND_HALF_UP)
_LARGEST = 16
"""Digits before the point that Magento's amounts have at most (`decimal(20,4)`)."""


CORRECT = "Correct it in Magento, or accept that it is not carried."


class Unsound(Exception):
    """A record that cannot be carried as it is. `code` groups, `why` completes a sentence."""

    def __init__(self, code: str, why: str, remedy: str) -> None:
        super().__init__(why)
        self.code, self.why, self.remedy = code, why, remedy


def amount(value: Json) -> Decimal:
    """A number, 0 for none. Raises Unsound for one that no column of Magento can hold."""
    if type(value) is int and -(10**_LARGEST) < value < 10**_LARGEST:
        return Decimal(value)
    return NOTHING if value is None else _amount(str(value))


@lru_cache(maxsize=65_536)
def _amount(text: str) -> Decimal:
    written = wire.amount(text)
    number = NOTHING if written is None else Decimal(written)
    if number.adjusted() >= _LARGEST:
        raise Unsound(
            "impossible_amount", f"holds the amount {text[:24]}", "Correct it in Magento."
        )
    return number if number == number.to_integral_value() else _WHOLE.quantize(number, _DIGITS)


def word(value: Json) -> str | None:
    """A text without white space around it; None for none and for an empty one."""
    written = value if isinstance(value, str) else wire.text(value) or ""
    return written.strip() or None


def filled(members: dict[str, Json]) -> dict[str, Json]:
    """Only the members that say something; 0 and False do."""
    return {name: value for name, value in members.items() if value or value in (0, False)}


def moment(value: Json) -> str | None:
    """`2026-11-21 00:49:27` of a document as `2026-11-21T00:49:27.000Z`."""
    return with_milliseconds(wire.moment(value))


def with_milliseconds(moment: str | None) -> str | None:
    """A snapshot's time (`2026-11-21T00:49:27Z`) as records have it."""
    return None if moment is None else moment.replace("Z", ".000Z")
