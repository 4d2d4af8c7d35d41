"""How the drift of each entity went over time, as small charts: plain SVG coordinates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from reconcile.drift.runs import EntityRun, RunSummary
from reconcile.entities import ENTITIES

WIDTH, HEIGHT = 320, 104
LEFT, RIGHT, TOP, BOTTOM = 40, 314, 10, 80
"""Where the plot lies within the chart."""
MOST_POINTS = 100
_NICE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Point:
    """One run over an entity, and where it stands in the chart."""

    x: float
    y: float
    at: datetime
    counts: EntityRun


@dataclass(frozen=True, slots=True)
class Trend:
    """One entity over time. `line` and `area` are SVG path data, `top` the number at the top."""

    entity: str
    points: tuple[Point, ...]
    line: str
    area: str
    top: int
    thinned: bool

    @property
    def last(self) -> EntityRun:
        return self.points[-1].counts

    @property
    def calm(self) -> bool:
        """Whether nothing was ever apart."""
        return not any(point.counts.apart for point in self.points)


def trends(runs: Sequence[RunSummary]) -> list[Trend]:
    """One per entity that any run (oldest first) looked at, in the order of ENTITIES."""
    found = {name: _counted(runs, name) for name in _names(runs)}
    return [_trend(name, counted) for name, counted in found.items()]


def _names(runs: Sequence[RunSummary]) -> list[str]:
    seen = {each.entity for run in runs for each in run.entities}
    known = [spec.name for spec in ENTITIES if spec.name in seen]
    return [*known, *sorted(seen.difference(known))]


def _counted(runs: Sequence[RunSummary], entity: str) -> list[tuple[datetime, EntityRun]]:
    return [(run.began, counts) for run in runs if (counts := run.of(entity))]


def _trend(entity: str, counted: list[tuple[datetime, EntityRun]]) -> Trend:
    kept = _thinned(counted)
    top = _nice(max(counts.apart for _, counts in kept))
    first, last = kept[0][0], kept[-1][0]
    points = tuple(
        Point(_across(at, first, last), _down(counts.apart, top), at, counts) for at, counts in kept
    )
    line = "M" + "L".join(f"{point.x} {point.y}" for point in points)
    area = f"{line}V{BOTTOM}H{points[0].x}Z"
    return Trend(entity, points, line, area, top, len(kept) < len(counted))


def _thinned(counted: list[tuple[datetime, EntityRun]]) -> list[tuple[datetime, EntityRun]]:
    """Of many runs, per stretch the one with most apart, so that no peak is lost; and the last."""
    if len(counted) <= MOST_POINTS:
        return counted
    ends = [round(number * (len(counted) - 1) / (MOST_POINTS - 1)) for number in range(MOST_POINTS)]
    peaks = [max(counted[a:b], key=lambda each: each[1].apart) for a, b in pairwise(ends)]
    return [*peaks, counted[-1]]


def _across(at: datetime, first: datetime, last: datetime) -> float:
    """A single moment stands at the right end, where now is."""
    share = (at - first) / (last - first) if last > first else 1.0
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _down(count: int, top: int) -> float:
    return round(BOTTOM - count / top * (BOTTOM - TOP), 1)


def _nice(most: int) -> int:
    """The first of 1, 2, 5, 10, 20, 50 ... that is not less."""
    size = 1
    while True:
        for step in _NICE:
            if step * size >= most:
                return step * size
        size *= 10
