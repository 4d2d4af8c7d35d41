"""How sure one can be of a rate that was counted in a sample."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import sqrt

from reconcile.drift.document import Drawn, Rate

Z = 1.959963984540054
"""The normal distribution leaves 2.5 % beyond this on either side."""
_STEP = Decimal("0.01")


def interval(wrong: int, drawn: int) -> tuple[float, float]:
    """The 95 % score interval of a share, both ends between 0 and 1.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), 209-212; without continuity
    correction, as NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1, gives it. Unlike the
    textbook's normal approximation it holds where nothing, or everything, was wrong.
    """
    if not drawn:
        return 0.0, 1.0
    share, square = wrong / drawn, Z * Z / drawn
    middle = (share + square / 2) / (1 + square)
    reach = Z * sqrt(share * (1 - share) / drawn + square / (4 * drawn)) / (1 + square)
    low = 0.0 if wrong == 0 else max(0.0, middle - reach)
    return low, 1.0 if wrong == drawn else min(1.0, middle + reach)


def rate_of(wrong: int, drawn: int) -> Rate:
    """The same in percent, with two digits; the ends are rounded outward."""
    low, high = interval(wrong, drawn)
    rate = Decimal(100 * wrong) / drawn if drawn else Decimal(0)
    return Rate(
        str(rate.quantize(_STEP, ROUND_HALF_EVEN)),
        str((100 * Decimal(low)).quantize(_STEP, ROUND_FLOOR)),
        str((100 * Decimal(high)).quantize(_STEP, ROUND_CEILING)),
    )


def sentence(drawn: Drawn) -> str:
    """`0 of 200 differ: 0.0 % (95 % confident: below 1.9 %)`."""
    if not drawn.drawn:
        return "no records to draw from"
    rate, low, high = (
        Decimal(each)
        for each in (drawn.rate.rate_percent, drawn.rate.low_percent, drawn.rate.high_percent)
    )
    if drawn.wrong == 0:
        sure = f"below {high:.1f} %"
    elif drawn.wrong == drawn.drawn:
        sure = f"above {low:.1f} %"
    else:
        sure = f"{low:.1f} to {high:.1f} %"
    return f"{drawn.wrong:,} of {drawn.drawn:,} differ: {rate:.1f} % (95 % confident: {sure})"
