"""Drift runs as tests need them: a summary, and the mismatches it goes with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import polars as pl

from reconcile.canonical import moment_text
from reconcile.drift.document import MISMATCHES
from reconcile.model import Json

DAY_ONE = datetime(2026, 11, 1, 2, tzinfo=UTC)
Mismatch = tuple[str, str, str]
"""Entity, key, field."""


def moment(hours: float) -> str:
    return moment_text(DAY_ONE + timedelta(hours=hours))


def summary_of(
    hours: float,
    entities: Collection[str] = ("product", "variant"),
    mismatches: Iterable[Mismatch] = (),
    **other: Json,
) -> dict[str, Json]:
    """A run `hours` after the first of November, 02:00 UTC."""
    began = DAY_ONE + timedelta(hours=hours)
    records = {(entity, key) for entity, key, _ in mismatches}
    counts = {name: sum(entity == name for entity, _ in records) for name in entities}
    return {
        "format": 1,
        "id": f"{began:%Y%m%dT%H%M%SZ}",
        "tool_version": "1.0",
        "started_at": moment_text(began),
        "ended_at": moment_text(began + timedelta(seconds=90)),
        "source": shop("magento"),
        "target": shop("medusa"),
        "state": "drift" if records else "same",
        "max_percent": None,
        "exceeded": [],
        "entities": [entity_of(name, count) for name, count in counts.items()],
        "files": {},
        "sample": None,
        **other,
    }


def shop(system: str, *, complete: bool = True, url: str = "") -> dict[str, Json]:
    return {
        "system": system,
        "url": url or f"https://{system}.test",
        "taken_at": moment(0),
        "digest": f"sha256:{system}",
        "complete": complete,
    }


def entity_of(name: str, different: int, compared: int = 1000, **other: Json) -> dict[str, Json]:
    return {
        "entity": name,
        "compared": compared,
        "same": compared - different,
        "different": different,
        "missing_in_medusa": 0,
        "medusa_only": 0,
        "unmanaged": 0,
        "skipped": 0,
        "drift_percent": f"{100 * different / compared:.2f}",
        "fields": {"title": different} if different else {},
        "changed_by": {"magento": different, "medusa": 0, "both": 0, "unknown": 0},
        **other,
    }


def frame_of(mismatches: Iterable[Mismatch]) -> pl.DataFrame:
    rows = [row_of(*each) for each in mismatches]
    return pl.DataFrame(rows, MISMATCHES, orient="row")


def row_of(
    entity: str,
    key: str,
    field: str,
    values: tuple[str | None, str | None] = ("before", "after"),
    kind: str = "field",
    changed_by: str | None = "magento",
) -> tuple[str | None, ...]:
    return (entity, key, kind, field, *values, changed_by, "1", "prod_1")


def since_of(frame: pl.DataFrame) -> Mapping[Mismatch, str]:
    rows = frame.select("entity", "key", "field", "since").iter_rows()
    return {(entity, key, field): since for entity, key, field, since in rows}
