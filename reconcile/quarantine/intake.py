"""What goes into quarantine after a plan and after an apply, and what may leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from reconcile.journal import History
from reconcile.model import Address, Change, Diagnostic, Outcome, Severity
from reconcile.plan.document import Plan
from reconcile.plan.patterns import matches
from reconcile.quarantine.document import Document, Entry, Stage, names_of
from reconcile.quarantine.source_records import Rows, SourceRecords
from reconcile.quarantine.store import Quarantine

AT_ONCE = 2_000
"""Records whose rows are in memory together."""

NO_FAILURES = (
    "unmanaged_*",
    "changed_on_target",
    "lives_elsewhere",
    "dependency_not_carried",  # what it depends on is in quarantine itself
    "no_companion",  # the target lacks something, for all records alike
    "numbers_not_kept",
    "*_product",  # the mapping chose to skip this type
)
"""Codes of records that are not carried although nothing is wrong with them."""

UNDO = "undo"
"""In the scope of a plan that takes another one back: its changes come from no source."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many records came in, for the first time or again, and how many left."""

    came: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class _Failure:
    """One record that failed in this plan or run. `change` is what was to be written."""

    address: Address
    code: str
    error: str
    remedy: str = ""
    change: Change | None = None

    @property
    def source_id(self) -> str | None:
        return self.change.source_id if self.change else None

    @property
    def names(self) -> tuple[str, ...]:
        """What the source's records are asked for, the surest last."""
        return (self.address.key, *([self.source_id] if self.source_id else []))


@dataclass(frozen=True, slots=True)
class _Occasion:
    """The plan or run in which records failed."""

    stage: Stage
    plan: str
    run: str
    at: datetime


def planned(
    quarantine: Quarantine,
    plan: Plan,
    source: SourceRecords,
    asked: Collection[Address] | None = None,
) -> Moved:
    """Take in what a plan cannot carry, and let go what it can.

    Only a plan of everything that the source has tells that nothing is wrong with a record any
    more, or one that was `asked` for exactly these records. One that could not be written stays
    until it is, or until there is nothing to write. Raises OSError.
    """
    held = quarantine.read().entries
    failures = _complaints(plan)
    occasion = _Occasion(Stage.PLAN, plan.header.id, "", plan.header.created_at)
    _put(quarantine, failures.values(), held, occasion, source)
    sound = [each for each in _told_of(held, plan, asked) if each.address not in failures]
    waiting = [each for each in sound if each.stage is Stage.APPLY or asked is not None]
    to_do = _changed(waiting, plan.changes)
    left = [each.address for each in sound if each.address not in to_do]
    quarantine.remove(left)
    return Moved(len(failures), len(left))


def _told_of(
    held: Sequence[Entry], plan: Plan, asked: Collection[Address] | None
) -> Sequence[Entry]:
    """The entries that the plan would complain about if there were something wrong."""
    if not plan.header.source.complete:
        return ()
    if asked is not None:
        return [each for each in held if each.address in asked]
    return () if plan.header.scope else held


def _changed(entries: Iterable[Entry], changes: Iterable[Change]) -> set[Address]:
    """Which of these records the changes are about."""
    by_name = {name: each.address for each in entries for name in each.names}
    if not by_name:
        return set()
    named = (name for each in changes for name in names_of(each.address, each.source_id))
    return {by_name[name] for name in named if name in by_name}


def _complaints(plan: Plan) -> dict[Address, _Failure]:
    """The failures of a plan. Several of one record become one."""
    found: dict[Address, list[Diagnostic]] = {}
    for each in plan.diagnostics:
        if each.severity is Severity.SKIPPED and each.address and _is_failure(each.code):
            found.setdefault(each.address, []).append(each)
    return {
        address: _Failure(
            address,
            of_it[0].code,
            " ".join(dict.fromkeys(each.message for each in of_it)),
            " ".join(dict.fromkeys(each.remedy for each in of_it if each.remedy)),
        )
        for address, of_it in found.items()
    }


def _is_failure(code: str) -> bool:
    return not any(matches(code, pattern) for pattern in NO_FAILURES)


def applied(
    quarantine: Quarantine,
    plan: Plan,
    failures: Sequence[Outcome],
    history: History,
    source: SourceRecords,
) -> Moved:
    """Take in what a run of `apply` could not write, and let go what is written by now.

    `failures` are the outcomes of the run other than applied, `history` its journal. Raises
    OSError.
    """
    if UNDO in plan.header.scope:
        return Moved()
    held = quarantine.read().entries
    refused = list(_refused(plan.changes, failures))
    run = history.runs[-1] if history.runs else ""
    at = history.last_at or plan.header.created_at
    _put(quarantine, refused, held, _Occasion(Stage.APPLY, plan.header.id, run, at), source)
    left = _written(held, plan, history)
    quarantine.remove(left)
    return Moved(len(refused), len(left))


def _refused(changes: Iterable[Change], failures: Sequence[Outcome]) -> Iterator[_Failure]:
    outcomes = {str(each.address): each for each in failures}
    for change in changes if outcomes else ():
        outcome = outcomes.get(str(change.address))
        if outcome:
            yield _Failure(change.address, outcome.status.value, outcome.error, change=change)


def _written(held: Iterable[Entry], plan: Plan, history: History) -> set[Address]:
    """What failed since, in a plan made later, stays; and so does the one of two records with one
    key that the plan did not carry. Names of plans begin with their time."""
    complaints = _complaints(plan)
    earlier = (each for each in held if each.plan <= plan.header.id)
    waiting = [each for each in earlier if each.address not in complaints]
    done = (each for each in plan.changes if history.applied(str(each.address)))
    return _changed(waiting, done)


def _put(
    quarantine: Quarantine,
    failures: Iterable[_Failure],
    held: Iterable[Entry],
    occasion: _Occasion,
    source: SourceRecords,
) -> None:
    known = {each.address: each for each in held}
    in_order = sorted(failures, key=lambda each: each.address)
    for entity, of_it in groupby(in_order, key=lambda each: each.address.entity):
        while some := list(islice(of_it, AT_ONCE)):
            rows = source.of(entity, {name for each in some for name in each.names})
            for each in some:
                found = [rows[name] for name in each.names if name in rows]
                quarantine.put(_document(each, known.get(each.address), occasion, found))


def _document(
    failure: _Failure, before: Entry | None, occasion: _Occasion, found: Sequence[Rows]
) -> Document:
    entry = Entry(
        address=failure.address,
        code=failure.code,
        stage=occasion.stage,
        error=failure.error,
        remedy=failure.remedy,
        plan=occasion.plan,
        run=occasion.run,
        attempts=_attempts(before, occasion),
        first_at=before.first_at if before else occasion.at,
        last_at=occasion.at,
        source_id=failure.source_id or (found[0].source_id if found else None),
    )
    by_table = {table: rows for each in found for table, rows in each.by_table.items()}
    after = failure.change.after if failure.change else None
    return Document(entry, by_table or None, after)


def _attempts(before: Entry | None, occasion: _Occasion) -> int:
    """The same plan or run counts once, however often it is told."""
    if before is None:
        return 1
    same = (before.stage, before.plan, before.run) == (occasion.stage, occasion.plan, occasion.run)
    return before.attempts + (not same)
