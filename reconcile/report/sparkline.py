"""Numbers over time in one line of text."""

from __future__ import annotations

from collections.abc import Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-:=+*#"
"""The same where the output has no blocks."""
GAP = " "


def sparkline(values: Sequence[int | None], *, ascii_only: bool = False) -> str:
    """One character per value, from zero to the largest; None is a gap.

    What is not zero never looks like zero.
    """
    signs = ASCII if ascii_only else BLOCKS
    most = max((value for value in values if value is not None), default=0)
    return "".join(GAP if value is None else signs[_height(value, most)] for value in values)


def _height(value: int, most: int) -> int:
    if value <= 0 or most <= 0:
        return 0
    return max(1, round(value / most * (len(BLOCKS) - 1)))
