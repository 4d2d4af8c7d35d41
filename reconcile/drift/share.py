"""Shares in percent, exact: a limit is compared with counts, never with a rounded number."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_STEP = Decimal("0.01")
_ALL = Decimal(100)


def percent_text(part: int, whole: int) -> str:
    """With two digits; neither 0 where there is something, nor 100 where something is lacking."""
    if not whole or not part:
        return "0.00"
    share = (_ALL * part / whole).quantize(_STEP, ROUND_HALF_UP)
    if part < whole:
        share = min(share, _ALL - _STEP)
    return str(max(share, _STEP))


def is_over(part: int, whole: int, allowed: Decimal) -> bool:
    return _ALL * part > allowed * whole
