"""Amounts as whole cents, and Magento's rounding that carries what it cut off to the next one."""

from __future__ import annotations

import math
from typing import Any


def cents(value: Any) -> int:
    """An amount of a record in cents; an absent one is 0."""
    return round(value * 100) if value else 0


def amount(value: int) -> int | float:
    """Cents the way Magento prints them: ``2710`` is 27.1, ``2700`` is 27."""
    return value / 100 if value % 100 else value // 100


def half_up(exact: float) -> int:
    """Rounded as PHP does, away from zero at the half; a hair below the half counts as the half."""
    return math.floor(abs(exact) + 0.5 + 1e-7) * (1 if exact >= 0 else -1)


class Rounding:
    """Rounds so that the errors of one ``kind`` do not add up: each is given to the next amount.

    ``negative`` is for amounts that will be subtracted.
    """

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: dict[str, float] = {}

    def round(self, exact: float, kind: str, *, negative: bool = False) -> int:
        """Whole cents for ``exact`` cents."""
        if not exact:
            return 0
        sign = -1 if negative else 1
        wanted = exact + sign * self._left.get(kind, 0.0)
        rounded = half_up(wanted)
        self._left[kind] = sign * (wanted - rounded)
        return rounded
