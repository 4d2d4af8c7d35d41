"""Amounts: Decimal with a currency, and as many digits as that currency has."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

_WITHOUT = "bif clp djf gnf isk jpy kmf krw pyg rwf ugx uyi vnd vuv xaf xof xpf"
_THREE = "bhd iqd jod kwd lyd omr tnd"

DIGITS: Mapping[str, int] = {
    **dict.fromkeys(_WITHOUT.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
"""Minor-unit digits of the currencies that do not have two (ISO 4217)."""


def digits(currency_code: str) -> int:
    """Digits behind the point, for a currency code in any case."""
    return DIGITS.get(currency_code.lower(), 2)


def rounded(amount: Decimal, currency_code: str) -> Decimal:
    """The amount in whole minor units, halves away from zero."""
    return amount.quantize(Decimal(1).scaleb(-digits(currency_code)), rounding=ROUND_HALF_UP)
