"""Where a category goes among its siblings, as the rank to write.

Medusa knows one move: take a category out and put it in at a rank; those behind move up. What is
wanted is an order of the managed siblings only, and only of those that are out of order is the
wanted place known. So the final order is worked out here, and each category that moves is put
right behind the one it will follow, in that order: then no later move can part the two again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A category and its wanted place among the managed siblings, counted from 0."""

    name: str
    wanted: int


def ranks(
    siblings: Sequence[str], managed: frozenset[str], moves: Sequence[Move]
) -> dict[str, int]:
    """The rank to write for each move, in the order in which they must be written.

    `siblings` are the names now below the parent, by rank; `managed` those of them whose order
    counts. A move whose name is no sibling yet comes in from elsewhere or is new.
    """
    order = _final_order(siblings, managed, sorted(moves, key=lambda move: move.wanted))
    moving = {move.name for move in moves}
    now = list(siblings)
    written: dict[str, int] = {}
    for position, name in enumerate(order):
        if name not in moving:
            continue
        if name in now:
            now.remove(name)
        rank = now.index(order[position - 1]) + 1 if position else 0
        now.insert(rank, name)
        written[name] = rank
    return written


def _final_order(
    siblings: Sequence[str], managed: frozenset[str], moves: Sequence[Move]
) -> list[str]:
    """Those that stay keep their places; the places of those that move are filled anew."""
    here = iter([move.name for move in moves if move.name in siblings])
    moving = {move.name for move in moves}
    order = [next(here) if name in moving else name for name in siblings]
    for move in moves:
        if move.name not in siblings:
            order.insert(_place(order, managed | moving, move.wanted), move.name)
    return order


def _place(order: Sequence[str], managed: frozenset[str] | set[str], wanted: int) -> int:
    """Right behind the managed sibling that comes before, or at the very front."""
    places = [place for place, name in enumerate(order) if name in managed]
    before = places[:wanted]
    return before[-1] + 1 if before else 0
