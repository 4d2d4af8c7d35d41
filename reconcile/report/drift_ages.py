"""How long mismatches have been open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from reconcile.personal_keys import shown
from reconcile.report.drift_words import KINDS
from reconcile.report.words import counted

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_BOUNDS = (("today", 1), ("less than 7 days", 7), ("less than 30 days", 30))
OLDER = "30 days or more"


@dataclass(frozen=True, slots=True)
class Oldest:
    """One mismatch that has been open for long; keys that say who somebody is are masked."""

    record: str
    kind: str
    field: str
    since: datetime
    age: str

    @property
    def what(self) -> str:
        """The field, or what it is about the whole record."""
        return self.field or KINDS.get(self.kind, self.kind)


def age_text(since: datetime, now: datetime) -> str:
    """`19 days`, `3 hours`, `less than a minute`."""
    seconds = int((now - since).total_seconds())
    for size, unit in _UNITS:
        if seconds >= size:
            return counted(seconds // size, unit, f"{unit}s")
    return "less than a minute"


def ages(open_: pl.DataFrame, now: datetime) -> list[tuple[str, int]]:
    """How many are open for how long; four classes, the youngest first."""
    days = [(now - each) / timedelta(days=1) for each in _since(open_)]
    classes = [next((name for name, below in _BOUNDS if age < below), OLDER) for age in days]
    return [(name, classes.count(name)) for name in (*(name for name, _ in _BOUNDS), OLDER)]


def oldest(open_: pl.DataFrame, now: datetime, count: int) -> list[Oldest]:
    """Those open longest."""
    first = open_.sort("since", "entity", "key", "field", maintain_order=True).head(count)
    rows = first.select("entity", "key", "kind", "field", "since").iter_rows()
    return [
        Oldest(
            record=shown(f"{entity}:{key}"),
            kind=kind,
            field=field,
            since=(moment := datetime.fromisoformat(since)),
            age=age_text(moment, now),
        )
        for entity, key, kind, field, since in rows
    ]


def _since(open_: pl.DataFrame) -> Sequence[datetime]:
    counts = open_.group_by("since").len()
    found: list[datetime] = []
    for since, count in counts.iter_rows():
        found += [datetime.fromisoformat(since)] * count
    return found
