"""Units cut into requests: by count, by measured bytes, and one request at a time per lane."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from reconcile.model import Change, Json
from reconcile.systems import BatchLimits, Unit


@dataclass(frozen=True, slots=True)
class Batch:
    """What one request carries: units, and the payload of each."""

    units: tuple[Unit, ...]
    payloads: tuple[Json, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for unit in self.units for change in unit.changes)

    def pieces(self, units: int) -> Iterator[Batch]:
        """Batches of at most so many units, in the same order."""
        for start in range(0, len(self.units), units):
            cut = slice(start, start + units)
            yield Batch(self.units[cut], self.payloads[cut])

    def halves(self) -> tuple[Batch, Batch]:
        """Two batches in the same order; of one unit, the first is empty."""
        middle = len(self.units) // 2
        return (
            Batch(self.units[:middle], self.payloads[:middle]),
            Batch(self.units[middle:], self.payloads[middle:]),
        )


Build = Callable[[Unit], Json]
"""Unit -> payload, or None for a unit that cannot be sent (it is settled by then)."""


def measure(payload: Json) -> int:
    """An upper bound for the bytes of a payload inside a JSON body."""
    return len(json.dumps(payload, default=str)) + 1


class Lane:
    """The units that must not overtake each other, cut into batches as they are asked for.

    Payloads are built one batch ahead at most, so memory does not grow with the plan. A unit that
    alone is over the limit of bytes travels alone.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.under_way = 0
        self._units: deque[Unit] = deque()
        self._next: tuple[Unit, Json, int] | None = None

    def add(self, unit: Unit) -> None:
        self._units.append(unit)

    @property
    def free(self) -> bool:
        """Whether another request of this lane may start now."""
        return self.name == "" or self.under_way == 0

    def cut(self, limits: BatchLimits, build: Build) -> Batch | None:
        """The next batch, or None when the lane is empty."""
        units: list[Unit] = []
        payloads: list[Json] = []
        size = 0
        while len(units) < limits.units and (upcoming := self._peek(build)) is not None:
            unit, payload, weight = upcoming
            if units and size + weight > limits.body_bytes:
                break
            units.append(unit)
            payloads.append(payload)
            size += weight
            self._next = None
        return Batch(tuple(units), tuple(payloads)) if units else None

    def _peek(self, build: Build) -> tuple[Unit, Json, int] | None:
        while self._next is None and self._units:
            unit = self._units.popleft()
            payload = build(unit)
            if payload is not None:
                self._next = (unit, payload, measure(payload))
        return self._next


def into_lanes(units: Iterable[Unit], lane_of: Callable[[Unit], str]) -> deque[Lane]:
    """The units by lane, in their order."""
    lanes: dict[str, Lane] = {}
    for unit in units:
        name = lane_of(unit)
        if name not in lanes:
            lanes[name] = Lane(name)
        lanes[name].add(unit)
    return deque(lanes.values())
