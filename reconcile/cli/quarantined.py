"""What plans and runs leave in quarantine. The shops and the plan are done by then, so a disk that
refuses is a warning."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from reconcile.apply import Report
from reconcile.cli.context import SOURCE, Context
from reconcile.errors import SnapshotError
from reconcile.journal import History
from reconcile.model import Address
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.quarantine import Moved, Quarantine, SourceRecords, applied, planned
from reconcile.report.words import counted
from reconcile.snapshot import Snapshot, stored
from reconcile.sources import SOURCES


def after_plan(
    context: Context, folder: Path, source: Snapshot, asked: Collection[Address] | None = None
) -> None:
    """Take in what a plan just made cannot carry; `asked` names the records it was made for."""
    records = SourceRecords(source, SOURCES[source.system].origins)
    _move(context, lambda kept: planned(kept, file.read(folder), records, asked))


def after_apply(context: Context, plan: Plan, report: Report, history: History) -> None:
    """Take in what a run of `apply` could not write."""
    records = _records_of(context, plan)
    _move(context, lambda kept: applied(kept, plan, report.failures, history, records))


def _records_of(context: Context, plan: Plan) -> SourceRecords:
    """The snapshot that a plan was made from, if it is still there."""
    try:
        found = stored(context.config.snapshots, SOURCE)
    except SnapshotError:
        return SourceRecords()
    tables = next((each for each in found if each.digest == plan.header.source.digest), None)
    return SourceRecords(tables, SOURCES[SOURCE].origins)


def _move(context: Context, move: Callable[[Quarantine], Moved]) -> None:
    folder = context.config.quarantine
    try:
        moved = move(Quarantine(folder))
    except OSError as error:
        context.warn(f"What failed cannot be kept below {folder}: {error}.")
        return
    if moved.left:
        context.note(f"{counted(moved.left, 'record', 'records')} left quarantine.")
    if moved.came:
        came = counted(moved.came, "record is", "records are")
        context.note(f"{came} in quarantine: see `reconcile quarantine list`.")
