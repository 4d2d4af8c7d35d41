"""One batch to the target, and what to do when the answer is a refusal, or never comes.

A refused batch is split until the offender stands alone. A refused unit with members is tried
with its lead alone; the members are left to the later phase that writes them one by one. After a
lost answer the target is asked what exists before anything is sent again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.apply.batches import Batch
from reconcile.apply.ledger import WORDS, Ledger
from reconcile.errors import AnswerLost, BadAnswer, RequestRefused, SystemFault
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.personal_keys import shown
from reconcile.systems import Phase, Target, Unit

MOST_LOSSES = 3
"""Answers that may get lost before a change is given up."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """One request: its name, when it began, and how many answers its changes lost before it."""

    request: str
    began: float
    losses: int

    @property
    def milliseconds(self) -> int:
        return round((time.monotonic() - self.began) * 1000)


@dataclass(frozen=True, slots=True)
class Delivery:
    """Delivers the batches of one phase. Used by several threads at once.

    `halt` is asked before every request; once it is set nothing more is sent. `numbers` gives each
    request its name in the journal. After a lost answer it waits `backoff` seconds, then twice
    that. `settled` hears how many changes got an outcome.
    """

    phase: Phase
    target: Target
    ledger: Ledger
    halt: threading.Event
    numbers: Iterator[int]
    backoff: float
    settled: Callable[[int], None]

    def deliver(self, batch: Batch, losses: int = 0) -> None:
        """Send until every change is settled, left to a later phase, or the run is halted.

        Raises the faults that concern all changes alike: Unreachable, AuthenticationFailed,
        PermissionMissing.
        """
        if self.halt.is_set() or not batch.units:
            return
        sending = _Sending(f"r{next(self.numbers)}", time.monotonic(), losses)
        self.ledger.intend(sending.request, batch.changes)
        try:
            ids = self.phase.send(batch.units, batch.payloads)
        except RequestRefused as refusal:
            self._refused(batch, refusal, sending)
        except (AnswerLost, BadAnswer) as loss:
            self._lost(batch, loss, sending)
        else:
            self.ledger.learn(ids)
            self._settle(batch.changes, Status.APPLIED, sending, ids=ids)

    def _refused(self, batch: Batch, refusal: RequestRefused, sending: _Sending) -> None:
        left: Sequence[Unit] = batch.units
        alone = len(batch.units) == 1
        if self._may_have_happened(batch, refusal, sending) or (alone and batch.units[0].members):
            left = self._not_found(batch.units, sending, refusal)
        if not alone:
            rest = batch if left is batch.units else self._batch(left)
            for half in rest.halves():
                self.deliver(half, sending.losses)
        elif left and left[0].members:
            self._lead_alone(left[0], refusal, sending)
        elif left:
            self._settle(left[0].changes, Status.FAILED, sending, words=str(refusal))

    def _may_have_happened(self, batch: Batch, refusal: RequestRefused, sending: _Sending) -> bool:
        """A refusal of the server's making, or one that an earlier request may be the cause of."""
        if sending.losses > 0 or refusal.status is None or refusal.status >= 500:
            return True
        return any(self.ledger.doubtful(change) for change in batch.changes)

    def _lead_alone(self, unit: Unit, refusal: RequestRefused, sending: _Sending) -> None:
        lead = shown(unit.lead.address)
        self.ledger.note(unit.members, f"refused together with {lead}: {refusal}")
        self.deliver(self._batch([Unit(unit.lead)]), sending.losses)
        status = self.ledger.status(unit.lead)
        if status not in {None, Status.APPLIED}:
            words = f"needs {lead}, which {WORDS[status]}"
            self._settle(unit.members, Status.SKIPPED, sending, words=words)

    def _lost(self, batch: Batch, loss: SystemFault, sending: _Sending) -> None:
        self.halt.wait(self.backoff * 2**sending.losses)
        again = self._not_found(batch.units, sending, loss)
        losses = sending.losses + 1
        if losses < MOST_LOSSES:
            self.deliver(self._batch(again), losses)
            return
        changes = [change for unit in again for change in unit.changes]
        words = f"no answer to {losses} requests: {loss}"
        self._settle(changes, Status.UNKNOWN, sending, words=words)

    def _not_found(
        self, units: Sequence[Unit], sending: _Sending, fault: SystemFault
    ) -> list[Unit]:
        """Ask which creates exist, settle those; returns what is still to be sent."""
        found = self._find(units, sending)
        left = [self._without_found(unit, found, sending, fault) for unit in units]
        return [unit for unit in left if unit is not None]

    def _find(self, units: Sequence[Unit], sending: _Sending) -> Mapping[Address, str]:
        """Which creates of these units exist. Raises SystemFault: then nobody knows."""
        changes = [change for unit in units for change in unit.changes]
        creates = [change for change in changes if change.action is Action.CREATE]
        if not creates:
            return {}
        try:
            return self.ledger.genuine(self.target.lookup(creates))
        except SystemFault as fault:
            words = f"it may have been written, and could not be looked up: {fault}"
            self._settle(changes, Status.UNKNOWN, sending, words=words)
            raise

    def _without_found(
        self, unit: Unit, found: Mapping[Address, str], sending: _Sending, fault: SystemFault
    ) -> Unit | None:
        """Settle what exists of a unit; returns what is still to be sent of it."""
        there = [change for change in unit.changes if change.address in found]
        self._settle(there, Status.APPLIED, sending, ids=found)
        members = tuple(change for change in unit.members if change.address not in found)
        if unit.lead.address not in found:
            return Unit(unit.lead, members)
        self.ledger.note(members, f"sent together with {shown(unit.lead.address)}: {fault}")
        return None

    def _batch(self, units: Sequence[Unit]) -> Batch:
        payloads = tuple(self.phase.payload(unit, self.ledger.resolve) for unit in units)
        return Batch(tuple(units), payloads)

    def _settle(
        self,
        changes: Sequence[Change],
        status: Status,
        sending: _Sending,
        *,
        ids: Mapping[Address, str] | None = None,
        words: str = "",
    ) -> None:
        outcomes = [
            Outcome(
                address=change.address,
                status=status,
                target_id=(ids or {}).get(change.address) or change.target_id,
                request_id=sending.request,
                attempts=self.ledger.attempts(change),
                duration_ms=sending.milliseconds,
                error=words,
            )
            for change in changes
        ]
        self.ledger.settle(outcomes)
        self.settled(len(outcomes))
