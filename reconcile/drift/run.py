"""One drift run: compare, remember, write the report. Nothing is written to any shop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from reconcile import __version__
from reconcile.canonical import decimal_text, moment_text
from reconcile.drift import files, history
from reconcile.drift.comparison import Comparison, Request, compare
from reconcile.drift.document import Summary, state_of
from reconcile.drift.runs import EntityRun, ShopFacts
from reconcile.drift.share import is_over
from reconcile.errors import DriftError
from reconcile.personal_keys import shown
from reconcile.snapshot import Snapshot
from reconcile.state import State

NAMED = 3
"""Records that an error names."""


@dataclass(frozen=True, slots=True)
class Places:
    """Folders: of reports, of what must not stay in memory, of the history; and where machines
    share the history, if they do."""

    reports: Path
    work: Path
    history: Path
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """What a run found, and the folder of its report."""

    summary: Summary
    folder: Path
    found: Comparison


def run(
    request: Request,
    places: Places,
    started: datetime,
    clock: Callable[[], datetime],
    *,
    most: Decimal | None = None,
    mask: bool = True,
) -> Finished:
    """`most` is the share in percent of each entity's records that may differ.

    Raises SnapshotError for a target that was not read to its end, DriftError when a spot check
    contradicts the comparison (the report is there then, the history does not know of it), and
    what a plan and the history raise.
    """
    found = compare(request, places.work, started)
    stamp = started.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = files.reserved(places.reports, stamp)
    summary = Summary(
        id=folder.name,
        tool_version=__version__,
        started_at=moment_text(started),
        ended_at=moment_text(clock()),
        source=_facts(request.inputs.source),
        target=_facts(request.inputs.target),
        state=state_of(found.entities),
        max_percent=None if most is None else decimal_text(most),
        exceeded=tuple(each.entity for each in found.entities if _is_over(each, most)),
        entities=found.entities,
        sample=found.sample,
    )
    contradicted = found.sample.disagreements if found.sample else ()
    if contradicted:
        since = pl.lit(summary.started_at).alias("since")
        dated = found.mismatches.with_columns(since)
    else:
        dated = history.record(places.history, summary.to_json(), found.mismatches, places.state)
    found = replace(found, mismatches=dated)
    whole = files.write(folder, found, summary, mask=mask)
    if contradicted:
        raise _contradiction(contradicted, folder)
    return Finished(whole, folder, found)


def _is_over(entity: EntityRun, most: Decimal | None) -> bool:
    return most is not None and is_over(entity.apart, entity.compared, most)


def _facts(snapshot: Snapshot) -> ShopFacts:
    return ShopFacts(
        snapshot.system,
        snapshot.url,
        moment_text(snapshot.taken_at),
        snapshot.digest,
        snapshot.is_complete,
    )


def _contradiction(addresses: tuple[str, ...], folder: Path) -> DriftError:
    named = ", ".join(shown(address) for address in addresses[:NAMED])
    more = f" and {len(addresses) - NAMED:,} more" if len(addresses) > NAMED else ""
    return DriftError(
        f"The spot check contradicts the comparison about {named}{more}: one of the two is wrong.",
        remedy=f"Compare {folder / 'sample.csv'} with the other files there, and report it as a "
        "fault of reconcile.",
    )
