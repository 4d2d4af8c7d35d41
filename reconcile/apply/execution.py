"""Phase by phase, and within a phase wave by wave: what is needed by others is written first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from reconcile.apply.breaker import Breaker
from reconcile.apply.delivery import Delivery
from reconcile.apply.dispatch import dispatch
from reconcile.apply.ledger import Ledger, Standing
from reconcile.apply.lock import Lock
from reconcile.apply.look_ahead import LookAhead
from reconcile.apply.pressure import Pressure
from reconcile.errors import SystemFault
from reconcile.masking import masked
from reconcile.model import Change, Json
from reconcile.personal_keys import shown
from reconcile.systems import BatchLimits, Phase, Progress, Target, Unit

INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run gets from outside. `halt` is set from anywhere to end it between two requests."""

    progress: Progress
    halt: threading.Event
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    backoff: float = 1.0
    """Seconds to wait after a lost answer before looking what happened."""
    quiet: float = 10.0
    """Seconds a killed run must be past before its requests are looked up: the target may still
    be at work on them."""
    locks: Sequence[Lock] = ()
    """What is held, in this order, while the target is written."""


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of a plan. `numbers` names its requests."""

    target: Target
    ledger: Ledger
    around: Surroundings
    numbers: Iterator[int]
    pressure: Pressure
    breaker: Breaker

    def until_stopped(self) -> str:
        """Do everything; returns "" or, when the run ended early, why."""
        self.target.ask_before_retry(self._patient)
        try:
            self._settle_doubts()
            for phase in self.target.phases:
                if not self.around.halt.is_set():
                    self._phase(phase)
        except SystemFault as fault:
            return self.breaker.reason or masked(str(fault))
        if self.around.halt.is_set():
            return self.breaker.reason or (INTERRUPTED if self.ledger.unsettled() else "")
        self._sweep()
        return ""

    def _patient(self, _: SystemFault, seconds: float) -> bool:
        """Wait before the target's client repeats a request by itself; not when the run ends."""
        self.pressure.strained()
        return not self.around.halt.wait(seconds)

    def _settle_doubts(self) -> None:
        """Ask the target about creates that a crashed run may have sent."""
        doubtful = self.ledger.in_doubt()
        if doubtful:
            self._await_quiet()
            self.ledger.found(self.ledger.genuine(self.target.lookup(doubtful)))

    def _await_quiet(self) -> None:
        quiet, last_at = self.around.quiet, self.ledger.last_at
        age = (self.around.now() - last_at).total_seconds() if last_at else quiet
        task = "wait for requests of the run before"
        self.around.progress.start(task)
        self.around.halt.wait(min(max(quiet - age, 0.0), quiet))
        self.around.progress.finish(task)

    def _phase(self, phase: Phase) -> None:
        units = phase.units(self.ledger.unsettled())
        if not units:
            return
        progress = self.around.progress
        progress.start(phase.name, sum(len(unit.changes) for unit in units))
        try:
            self._waves(phase, units)
        finally:
            progress.finish(phase.name)

    def _waves(self, phase: Phase, units: Sequence[Unit]) -> None:
        """Send what can go, then what waited for it, until nothing more can go."""
        ahead = LookAhead(self.target)
        delivery = Delivery(
            phase=phase,
            target=self.target,
            ledger=self.ledger,
            halt=self.around.halt,
            numbers=self.numbers,
            backoff=self.around.backoff,
            settled=partial(self.around.progress.advance, phase.name),
            pressure=self.pressure,
            breaker=self.breaker,
            ahead=ahead,
        )
        build, allowed = partial(self._payload, phase), partial(self._allowed, phase)
        ready, waiting = self._wave(units)
        while ready and not self.around.halt.is_set():
            self._learn_ids(phase, ready)
            ahead.expect(phase, ready)
            dispatch(phase, ready, build, delivery.deliver, delivery.halt, allowed)
            ready, waiting = self._wave(waiting)

    def _allowed(self, phase: Phase) -> BatchLimits:
        return self.pressure.allowed(phase.limits)

    def _wave(self, units: Sequence[Unit]) -> tuple[list[Unit], list[Unit]]:
        """The units that can go now, and those that wait for these; others are skipped."""
        ready: list[Unit] = []
        waiting: list[Unit] = []
        for unit in units:
            verdict = self.ledger.verdict(unit.lead)
            if verdict.standing is Standing.WAITING:
                waiting.append(unit)
            elif verdict.standing is Standing.BLOCKED:
                self._skip_unit(unit, verdict.reason)
            else:
                ready.append(Unit(unit.lead, self._ready_members(unit)))
        return ready, waiting

    def _skip_unit(self, unit: Unit, reason: str) -> None:
        self.ledger.skip(unit.lead, reason)
        for member in unit.members:
            self.ledger.skip(member, f"needs {shown(unit.lead.address)}, which was skipped")

    def _ready_members(self, unit: Unit) -> tuple[Change, ...]:
        """The members that can travel now; the others are skipped or left to a later phase."""
        ready = []
        for member in unit.members:
            verdict = self.ledger.verdict(member, company={str(unit.lead.address)})
            if verdict.standing is Standing.READY:
                ready.append(member)
            elif verdict.standing is Standing.BLOCKED:
                self.ledger.skip(member, verdict.reason)
        return tuple(ready)

    def _learn_ids(self, phase: Phase, units: Sequence[Unit]) -> None:
        self.ledger.learn(phase.prepare(units, self.ledger.resolve))
        changes = (change for unit in units for change in unit.changes)
        creators = {
            creator.address: creator
            for change in changes
            for creator in self.ledger.creators_without_id(change)
        }
        if creators:
            self.ledger.learn(self.target.lookup(list(creators.values())))

    def _payload(self, phase: Phase, unit: Unit) -> Json:
        """The payload of a unit, or None: it fails because a record it needs is not there."""
        try:
            return phase.payload(unit, self.ledger.resolve)
        except KeyError as missing:
            needed = shown(str(missing.args[0]))
            self.ledger.fail(unit.lead, f"needs {needed}, which the target does not have")
            for member in unit.members:
                self.ledger.skip(member, f"needs {shown(unit.lead.address)}, which failed")
            return None

    def _sweep(self) -> None:
        """Give every change that no phase took an outcome that says why."""
        for change in self.ledger.unsettled():
            if self.ledger.verdict(change).standing is Standing.READY:
                self.ledger.fail(change, self.ledger.noted(change) or _no_phase(change))
        for change in self.ledger.unsettled():
            self.ledger.skip(change, self.ledger.verdict(change).reason)


def _no_phase(change: Change) -> str:
    return f"no step of the target writes `{change.action.value}` of {change.address.entity}"
