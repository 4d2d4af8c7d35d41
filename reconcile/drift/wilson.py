"""How sure one can be of a rate that was counted in a sample."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import inf, sqrt

from reconcile.drift.document import Drawn, Rate

Z = 1.959963984540054
"""The normal distribution leaves 2.5 % beyond this on either side."""
_STEP = Decimal("0.01")


def interval(share: float, drawn: float) -> tuple[float, float]:
    """The 95 % score interval of a share, both ends between 0 and 1.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
    Journal of the American Statistical Association 22 (1927), 209-212; without continuity
    correction, as NIST/SEMATECH e-Handbook of Statistical Methods, 7.2.4.1, gives it. Unlike the
    textbook's normal approximation it holds where nothing, or everything, was wrong. `drawn` need
    not be whole; infinitely many leave no doubt.
    """
    if not drawn:
        return 0.0, 1.0
    square = Z * Z / drawn
    middle = (share + square / 2) / (1 + square)
    reach = Z * sqrt(share * (1 - share) / drawn + square / (4 * drawn)) / (1 + square)
    low = 0.0 if share == 0 else max(0.0, middle - reach)
    return low, 1.0 if share == 1 else min(1.0, middle + reach)


def weight(drawn: int, population: int) -> float:
    """How many draws with replacement these, without, are worth: the finite population correction
    (W. G. Cochran, "Sampling Techniques", 3rd edition, 1977, 2.6)."""
    if drawn >= population:
        return inf
    return drawn * (population - 1) / (population - drawn)


def rate_of(wrong: int, drawn: int, population: int) -> Rate:
    """The share of wrong records in percent, with two digits; the ends are rounded outward."""
    share = wrong / drawn if drawn else 0.0
    return _rate(share, weight(drawn, population) if drawn else 0.0)


def rate_of_all(parts: Sequence[Drawn]) -> Rate:
    """The share among all records there are: each entity counts by its size, however many of it
    were drawn. What the draws are worth together is L. Kish's design effect of unequal weights
    ("Survey Sampling", 1965, 11.7)."""
    parts = [each for each in parts if each.drawn]
    whole = sum(each.population for each in parts)
    if not whole:
        return _rate(0.0, 0.0)
    share = sum(each.wrong / each.drawn * each.population for each in parts) / whole
    doubt = sum(
        (each.population / whole) ** 2 / weight(each.drawn, each.population) for each in parts
    )
    return _rate(share, 1 / doubt if doubt else inf)


def _rate(share: float, drawn: float) -> Rate:
    low, high = interval(share, drawn)
    return Rate(
        str(_percent(share).quantize(_STEP, ROUND_HALF_EVEN)),
        str(_percent(low).quantize(_STEP, ROUND_FLOOR)),
        str(_percent(high).quantize(_STEP, ROUND_CEILING)),
    )


def _percent(share: float) -> Decimal:
    """Without the dust of binary fractions, which would be rounded outward."""
    return round(Decimal(100 * share), 9)


def sentence(drawn: Drawn) -> str:
    """`0 of 200 differ: 0.0 % (95 % confident: below 1.9 %)`."""
    if not drawn.drawn:
        return "no records to draw from"
    return f"{drawn.wrong:,} of {drawn.drawn:,} differ: {_rate_in_words(drawn)}"


def sentence_of_all(drawn: Drawn) -> str:
    """`8 of 402 drawn differ; of all records 2.5 % (95 % confident: 1.1 to 5.3 %)`."""
    if not drawn.drawn:
        return "no records to draw from"
    counts = f"{drawn.wrong:,} of {drawn.drawn:,} drawn differ"
    return f"{counts}; of all records {_rate_in_words(drawn)}"


def _rate_in_words(drawn: Drawn) -> str:
    sure = "all there are" if drawn.drawn == drawn.population else f"95 % confident: {_sure(drawn)}"
    return f"{Decimal(drawn.rate.rate_percent):.1f} % ({sure})"


def _sure(drawn: Drawn) -> str:
    low, high = (Decimal(each) for each in (drawn.rate.low_percent, drawn.rate.high_percent))
    if drawn.wrong == 0:
        return f"below {high:.1f} %"
    if drawn.wrong == drawn.drawn:
        return f"above {low:.1f} %"
    return f"{low:.1f} to {high:.1f} %"
