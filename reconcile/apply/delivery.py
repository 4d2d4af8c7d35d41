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
from operator import is_

from reconcile.apply.batches import Batch
from reconcile.apply.breaker import Breaker, concerns_all, is_overload
from reconcile.apply.ledger import WORDS, Ledger
from reconcile.apply.look_ahead import LookAhead
from reconcile.apply.precheck import Precheck
from reconcile.apply.pressure import Pressure, is_strain
from reconcile.errors import RequestRefused, SystemFault
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.personal_keys import shown
from reconcile.systems import Phase, Target, Unit

MOST_LOSSES = 3
"""Answers that may get lost before a change is given up."""
MOST_DOUBLINGS = 6
"""How often the wait after a lost answer is doubled."""


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
    that. `settled` hears how many changes got an outcome. `pressure` and `breaker` hear how every
    request ended: a batch larger than what the target bears now is cut, and when the target is
    down the run ends, with what was under way left in doubt.
    """

    phase: Phase
    target: Target
    ledger: Ledger
    halt: threading.Event
    numbers: Iterator[int]
    backoff: float
    settled: Callable[[int], None]
    pressure: Pressure
    breaker: Breaker
    ahead: LookAhead

    def deliver(self, batch: Batch, losses: int = 0, *, checked: bool = False) -> None:
        """Send until every change is settled, left to a later phase, or the run is halted.

        What is not `checked` is laid beside what the target holds right before it is sent.
        Raises the faults that concern all changes alike: Unreachable, AuthenticationFailed,
        PermissionMissing.
        """
        most = self.pressure.allowed(self.phase.limits).units
        if len(batch.units) > most:
            for piece in batch.pieces(most):
                self.deliver(piece, losses, checked=checked)
        elif batch.units and not self.halt.is_set():
            fit = batch if checked else self._fit(batch)
            if fit.units and not self.halt.is_set():
                self._send(fit, losses)

    def _fit(self, batch: Batch) -> Batch:
        """The batch without what moved on the target, or is as wanted. Nothing was sent so far."""
        try:
            units, settled = Precheck(self.target, self.ledger, self.ahead).fit(batch.units)
        except SystemFault as fault:
            self._unreadable(batch, fault)
            return Batch((), ())
        self.settled(settled)
        whole = len(units) == len(batch.units) and all(map(is_, units, batch.units))
        return batch if whole else self._batch(units)

    def _unreadable(self, batch: Batch, fault: SystemFault) -> None:
        """What cannot be read is not written."""
        if self.halt.is_set() and concerns_all(fault):
            return
        if is_strain(fault):
            self.pressure.strained()
        self.breaker.heard(fault, alone=False)
        if concerns_all(fault):
            raise fault
        words = f"not sent, for what the target holds could not be read: {fault}"
        for change in batch.changes:
            self.ledger.fail(change, words)
        self.settled(len(batch.changes))

    def _send(self, batch: Batch, losses: int) -> None:
        sending = _Sending(f"r{next(self.numbers)}", time.monotonic(), losses)
        self.ledger.intend(sending.request, batch.changes)
        try:
            ids = self.phase.send(batch.units, batch.payloads)
        except SystemFault as fault:
            self._failed(batch, fault, sending)
        else:
            self._told_well(batch, sending)
            self.ledger.learn(ids)
            self._settle(batch.changes, Status.APPLIED, sending, ids=ids)

    def _told_well(self, batch: Batch, sending: _Sending) -> None:
        self.breaker.succeeded()
        seconds = sending.milliseconds / 1000
        self.pressure.answered(self.phase.name, len(batch.changes), seconds)

    def _failed(self, batch: Batch, fault: SystemFault, sending: _Sending) -> None:
        """Split, look up, or give up. What a halted run did not get through stays in doubt."""
        if self.halt.is_set() and concerns_all(fault):
            return
        if is_strain(fault):
            self.pressure.strained()
        self.breaker.heard(fault, alone=len(batch.units) == 1)
        if concerns_all(fault):
            raise fault
        if self.breaker.reason:
            return
        if isinstance(fault, RequestRefused):
            self._refused(batch, fault, sending)
        else:
            self._lost(batch, fault, sending)

    def _refused(self, batch: Batch, refusal: RequestRefused, sending: _Sending) -> None:
        left: Sequence[Unit] = batch.units
        alone = len(batch.units) == 1
        if self._may_have_happened(batch, refusal, sending) or (alone and batch.units[0].members):
            left = self._not_found(batch.units, sending, refusal)
        if not alone:
            rest = batch if left is batch.units else self._batch(left)
            for half in rest.halves():
                self.deliver(half, sending.losses, checked=True)
        elif left and left[0].members:
            self._lead_alone(left[0], refusal, sending)
        elif left:
            self._settle(left[0].changes, Status.FAILED, sending, words=str(refusal))

    def _may_have_happened(self, batch: Batch, refusal: RequestRefused, sending: _Sending) -> bool:
        """A refusal of the server's making, or one that an earlier request may be the cause of.

        Also the refusal of a single unit that is sent for the first time: nothing was there when it
        was checked, so if something is now, a proxy on the way delivered the request twice.
        """
        if sending.losses > 0 or refusal.status is None or refusal.status >= 500:
            return True
        if any(self.ledger.doubtful(change) for change in batch.changes):
            return True
        fresh = all(self.ledger.first_sent(change) for change in batch.changes)
        return fresh and len(batch.units) == 1 and refusal.status >= 400

    def _lead_alone(self, unit: Unit, refusal: RequestRefused, sending: _Sending) -> None:
        lead = shown(unit.lead.address)
        self.ledger.note(unit.members, f"refused together with {lead}: {refusal}")
        self.deliver(self._batch([Unit(unit.lead)]), sending.losses, checked=True)
        status = self.ledger.status(unit.lead)
        if status not in {None, Status.APPLIED}:
            words = f"needs {lead}, which {WORDS[status]}"
            self._settle(unit.members, Status.SKIPPED, sending, words=words)

    def _lost(self, batch: Batch, loss: SystemFault, sending: _Sending) -> None:
        self.halt.wait(self.backoff * 2 ** min(sending.losses, MOST_DOUBLINGS))
        if self.breaker.reason:
            return
        again = self._not_found(batch.units, sending, loss)
        losses = sending.losses + 1
        if losses < MOST_LOSSES or is_overload(loss):
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
