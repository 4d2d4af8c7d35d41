"""What became of each change so far, and the target ids known so far.

The ledger is the only place that writes outcomes: it tells the journal first, then remembers.
Threads may settle and resolve at the same time. A plan of any length is in it, so of each change
it holds no more than the change itself, which is light, and two words.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from reconcile.apply.own_traces import marks, moved
from reconcile.journal import Journal
from reconcile.masking import masked
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.personal_keys import shown
from reconcile.plan.selection import Selection, created_by_plan


class Standing(Enum):
    """Whether a change can be sent now."""

    READY = "ready"
    WAITING = "waiting"
    """It needs a record that another change has yet to create."""
    BLOCKED = "blocked"
    """It needs a record that will not come."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where a change stands; `reason` says in words what it waits for or is blocked by."""

    standing: Standing
    reason: str = ""


READY = Verdict(Standing.READY)

WORDS = {
    Status.FAILED: "failed",
    Status.SKIPPED: "was skipped",
    Status.STALE: "is stale",
    Status.UNKNOWN: "may or may not exist",
}
"""What became of a change, after "which"."""


@dataclass(slots=True)
class _Entry:
    """An approved change, and what is known of it by now."""

    change: Change
    status: Status | None = None
    target_id: str | None = None


class Ledger:
    """Outcomes and ids of one plan: those of earlier runs, and those of this one."""

    def __init__(self, changes: Iterable[Change], selection: Selection, journal: Journal) -> None:
        """`changes` are all of the plan: even excluded ones name ids that others need."""
        self._journal = journal
        self._lock = threading.Lock()
        self._entries = {str(change.address): _Entry(change) for change in selection.approved}
        self._excluded = selection.excluded
        self._ids: dict[str, str] = {}
        """Ids of records that no approved change is about, and of those known beforehand."""
        self._attempts: Counter[str] = Counter()
        self._notes: dict[str, str] = {}
        self._marks: set[str] = set()
        self.failures: list[Outcome] = []
        self._learn_from(changes)
        for outcome in journal.history.outcomes.values():
            if outcome.status is Status.APPLIED:
                self._remember(outcome)
        done = (e for e in self._entries.values() if e.status or self.was_sent(e.change))
        self._mark(entry.change for entry in done)

    def _mark(self, changes: Iterable[Change]) -> None:
        """Remember what these changes move beside what they name."""
        self._marks.update(mark for change in changes for mark in marks(change))

    def _learn_from(self, changes: Iterable[Change]) -> None:
        for change in changes:
            if change.target_id:
                self._know(str(change.address), change.target_id)
            for address, target_id in change.refs.items():
                if target_id:
                    self._know(address, target_id)

    def _know(self, address: str, target_id: str) -> None:
        entry = self._entries.get(address)
        if entry is None:
            self._ids[address] = target_id
        else:
            entry.target_id = target_id

    def learn(self, ids: Mapping[Address, str] | Mapping[str, str]) -> None:
        """Remember ids by address, also of records no change is about (inventory items)."""
        for address, target_id in ids.items():
            self._know(str(address), target_id)

    def resolve(self, address: str) -> str:
        """The target id of a record. Raises KeyError when nobody knows it (yet)."""
        entry = self._entries.get(address)
        if entry is None:
            return self._ids[address]
        if entry.target_id is None:
            raise KeyError(address)
        return entry.target_id

    def status(self, change: Change) -> Status | None:
        return self._status_of(str(change.address))

    def _status_of(self, address: str) -> Status | None:
        entry = self._entries.get(address)
        return entry.status if entry else None

    def unsettled(self) -> list[Change]:
        """The approved changes without an outcome in this run or an applied one before it."""
        return [entry.change for entry in self._entries.values() if entry.status is None]

    def counts(self) -> dict[str, int]:
        """Approved changes per status; `open` are those without one."""
        known = Counter(entry.status.value for entry in self._entries.values() if entry.status)
        return {**known, "open": len(self._entries) - known.total()}

    @property
    def last_at(self) -> datetime | None:
        """When the last line of earlier runs was written."""
        return self._journal.history.last_at

    def doubtful(self, change: Change) -> bool:
        """Whether an earlier run may have sent the change although no outcome says so."""
        return str(change.address) in self._journal.history.in_doubt

    def first_sent(self, change: Change) -> bool:
        """Whether one request carried the change so far, in this run and in all before it."""
        address = str(change.address)
        return self._attempts[address] == 1 and address not in self._journal.history.sent

    def was_sent(self, change: Change) -> bool:
        """Whether a request of this run or an earlier one carried the change: something of it may
        be written."""
        address = str(change.address)
        return bool(self._attempts[address]) or address in self._journal.history.sent

    def moved_by_us(self, change: Change) -> frozenset[str]:
        """The fields of its record that other changes of this plan have moved, or may have."""
        return moved(change, self._marks)

    def in_doubt(self) -> list[Change]:
        """The open creates that an earlier run may have sent."""
        return [
            change
            for change in self.unsettled()
            if change.action is Action.CREATE and self.doubtful(change)
        ]

    def intend(self, request: str, changes: Iterable[Change]) -> None:
        """Count a sending. The first one of each change is journaled and on disk on return."""
        changes = tuple(changes)
        with self._lock:
            self._mark(changes)
            fresh = [change for change in changes if not self._attempts[str(change.address)]]
            self._attempts.update(str(change.address) for change in changes)
        if fresh:
            self._journal.intend(request, fresh)

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Journal and remember outcomes; ids they carry can be resolved from now on."""
        if not outcomes:
            return
        self._journal.settle(
            (self._entries[str(outcome.address)].change.action, outcome) for outcome in outcomes
        )
        with self._lock:
            for outcome in outcomes:
                self._remember(outcome)

    def _remember(self, outcome: Outcome) -> None:
        address = str(outcome.address)
        self._attempts.pop(address, None)
        if outcome.target_id:
            self._know(address, outcome.target_id)
        if address in self._entries:
            self._entries[address].status = outcome.status
        if outcome.status is not Status.APPLIED:
            self.failures.append(replace(outcome, error=masked(outcome.error)))

    def fail(self, change: Change, reason: str) -> None:
        """A change that cannot be sent at all."""
        self._unsent(change, Status.FAILED, reason)

    def skip(self, change: Change, reason: str) -> None:
        """A change that is not sent because of another one."""
        self._unsent(change, Status.SKIPPED, reason)

    def stale(self, change: Change, reason: str) -> None:
        """A change that is not sent because the target moved under it."""
        self._unsent(change, Status.STALE, reason)

    def was_so(self, change: Change) -> None:
        """A change that need not be sent (any more): the target is as wanted."""
        self._unsent(change, Status.APPLIED, "")

    def found(self, ids: Mapping[Address, str]) -> None:
        """Creates of an earlier run that a look-up found done."""
        self.settle([Outcome(address, Status.APPLIED, ids[address], attempts=0) for address in ids])

    def _unsent(self, change: Change, status: Status, reason: str) -> None:
        known = self._entries[str(change.address)].target_id or change.target_id
        tries = self.attempts(change)
        self.settle([Outcome(change.address, status, known, attempts=tries, error=reason)])

    def attempts(self, change: Change) -> int:
        """How many requests of this run carried the change so far."""
        return self._attempts[str(change.address)]

    def note(self, changes: Iterable[Change], words: str) -> None:
        """Why these are left to a later phase, in case none takes them."""
        self._notes.update((str(change.address), words) for change in changes)

    def noted(self, change: Change) -> str:
        return self._notes.get(str(change.address), "")

    def verdict(self, change: Change, company: Collection[str] = ()) -> Verdict:
        """Whether every record the change needs is there. `company` travels in the same unit."""
        waiting = READY
        for needed in created_by_plan(change):
            verdict = READY if needed in company else self._verdict_on(needed)
            if verdict.standing is Standing.BLOCKED:
                return verdict
            if verdict.standing is Standing.WAITING:
                waiting = verdict
        return waiting

    def _verdict_on(self, needed: str) -> Verdict:
        words = f"needs {shown(needed)}, which"
        if needed in self._excluded:
            return Verdict(Standing.BLOCKED, f"{words} is excluded")
        entry = self._entries.get(needed)
        if entry is None:
            nobody = f"{words} does not exist and is not created by this plan"
            return READY if needed in self._ids else Verdict(Standing.BLOCKED, nobody)
        if entry.status is None:
            return Verdict(Standing.WAITING, f"{words} was not written")
        if entry.status is Status.APPLIED:
            return READY
        return Verdict(Standing.BLOCKED, f"{words} {WORDS[entry.status]}")

    def creators_without_id(self, change: Change) -> list[Change]:
        """The applied changes that created what this one needs, where the id is still unknown."""
        entries = [self._entries.get(needed) for needed in created_by_plan(change)]
        return [
            entry.change
            for entry in entries
            if entry and entry.status is Status.APPLIED and entry.target_id is None
        ]

    def genuine(self, found: Mapping[Address, str]) -> dict[Address, str]:
        """Of records a look-up found, those whose own creators exist or were found as well.

        A SKU that is there although its product is not belongs to somebody else.
        """
        kept = {str(address): address for address in found}
        while strays := [key for key in kept if not self._rooted(key, kept)]:
            for key in strays:
                del kept[key]
        return {address: found[address] for address in kept.values()}

    def _rooted(self, key: str, found: Collection[str]) -> bool:
        entry = self._entries.get(key)
        return entry is not None and all(
            needed in found or self._status_of(needed) is Status.APPLIED
            for needed in created_by_plan(entry.change)
        )
