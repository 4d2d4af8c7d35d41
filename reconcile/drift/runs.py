"""A drift run as it is kept for later: what was counted, and nothing about single records."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconcile.canonical import to_json
from reconcile.errors import HistoryError
from reconcile.model import Json

FORMAT = 1


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """One of the two snapshots a run compared."""

    system: str
    url: str
    taken_at: str
    digest: str
    complete: bool


@dataclass(frozen=True, slots=True)
class EntityRun:
    """What a run counted of one entity. `changed_by` and `fields` count by name."""

    entity: str
    compared: int = 0
    same: int = 0
    different: int = 0
    missing_in_medusa: int = 0
    medusa_only: int = 0
    unmanaged: int = 0
    skipped: int = 0
    drift_percent: str = "0"
    fields: Mapping[str, int] = field(default_factory=dict)
    changed_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def apart(self) -> int:
        """How many records have moved apart."""
        return self.different + self.missing_in_medusa + self.medusa_only

    @property
    def percent(self) -> Decimal:
        return Decimal(self.drift_percent)


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run. `max_percent` is the limit it was given, None without; times are UTC text."""

    id: str
    tool_version: str
    started_at: str
    ended_at: str
    source: ShopFacts
    target: ShopFacts
    state: str
    max_percent: str | None
    exceeded: tuple[str, ...]
    entities: tuple[EntityRun, ...]

    @property
    def name(self) -> str:
        """One per run, also where two machines began in the same second."""
        return f"{self.id}-{hashlib.sha256(line_of(self).encode()).hexdigest()[:8]}"

    @property
    def shops(self) -> tuple[str, str]:
        """The two shops that were compared, by their addresses."""
        return self.source.url, self.target.url

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.started_at)

    @property
    def seconds(self) -> float:
        return (datetime.fromisoformat(self.ended_at) - self.began).total_seconds()

    @property
    def complete(self) -> bool:
        """Whether both shops were read to their end."""
        return self.source.complete and self.target.complete

    @property
    def apart(self) -> int:
        """How many records of all entities have moved apart."""
        return sum(each.apart for each in self.entities)

    def of(self, entity: str) -> EntityRun | None:
        """None when the run did not look at the entity."""
        return next((each for each in self.entities if each.entity == entity), None)


def as_json(run: RunSummary) -> dict[str, Json]:
    """A run as summary.json and the history tell it; what else is known of it is left out."""
    whole = asdict(run)
    kept = {each.name: whole[each.name] for each in fields(RunSummary)}
    lists = {name: list(kept[name]) for name in ("exceeded", "entities")}
    return {"format": FORMAT, **kept, **lists}


def line_of(run: RunSummary) -> str:
    """Canonical JSON on one line."""
    return to_json(as_json(run))


def from_summary(summary: Mapping[str, Json], where: str = "") -> RunSummary:
    """What is kept of a run's summary.json, or of a line that was kept before.

    Anything else in it, such as a sample of records, is left out. Raises HistoryError for another
    format or when something is lacking; `where` is the place the error names.
    """
    form = summary.get("format")
    if form != FORMAT:
        raise HistoryError(
            f"A drift run has format {form}, this version reads {FORMAT}.",
            remedy="Use the version of reconcile that wrote it, or move the history away.",
            where=where,
        )
    try:
        return _run(summary)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise HistoryError(
            f"This is no drift run: {error!r}.", remedy="Restore the file.", where=where
        ) from error


def _run(summary: Mapping[str, Json]) -> RunSummary:
    """Raises whatever a damaged value raises."""
    run = RunSummary(
        id=summary["id"],
        tool_version=summary["tool_version"],
        started_at=summary["started_at"],
        ended_at=summary["ended_at"],
        source=_part(ShopFacts, summary["source"]),
        target=_part(ShopFacts, summary["target"]),
        state=summary["state"],
        max_percent=summary["max_percent"],
        exceeded=tuple(summary["exceeded"]),
        entities=tuple(_part(EntityRun, each) for each in summary["entities"]),
    )
    for needed in (run.began, run.seconds, *(each.percent + each.apart for each in run.entities)):
        _ = needed
    return run


def _part(made_as: type[Any], values: Mapping[str, Json]) -> Any:
    known = [each.name for each in fields(made_as)]
    return made_as(**{name: values[name] for name in known})
