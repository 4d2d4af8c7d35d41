"""Deterministic chance: the same seed and place give the same draws on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

_MASK = (1 << 64) - 1


class Dice:
    """A small generator that is cheap to make, one for each record.

    Draws depend only on ``place`` (seed, purpose, index), so any record can be made alone.
    A linear congruential generator after Knuth, with its weak low bits left out.
    """

    __slots__ = ("_state",)

    def __init__(self, *place: int) -> None:
        state = 0x9E3779B97F4A7C15
        for part in place:
            state = ((state ^ part) * 0xBF58476D1CE4E5B9) & _MASK
            state ^= state >> 29
        self._state = state

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, but not including, ``limit`` (at most 2**31)."""
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) & _MASK
        return ((self._state >> 33) * limit) >> 31

    def between(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + self.below(high - low + 1)

    def one_in(self, count: int) -> bool:
        """True once in ``count`` times."""
        return self.below(count) == 0

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def sample(self, choices: Sequence[T], count: int) -> list[T]:
        """``count`` different choices, in the order of ``choices``."""
        left = list(range(len(choices)))
        chosen = sorted(left.pop(self.below(len(left))) for _ in range(count))
        return [choices[index] for index in chosen]
