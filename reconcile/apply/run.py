"""Executes an approved plan against a target: phase by phase, wave by wave, resumable at any time."""

from __future__ import annotations

import itertools
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from reconcile import __version__
from reconcile.apply.delivery import Delivery
from reconcile.apply.dispatch import dispatch
from reconcile.apply.ledger import Ledger, Standing
from reconcile.errors import ApprovalError, PlanError, SystemFault
from reconcile.journal import Journal, RunFacts
from reconcile.model import Address, Change, Json, Outcome
from reconcile.plan.approval import obstacles
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.systems import Phase, Progress, Target, Unit

INTERRUPTED = "interrupted"
_LOOKUP_SIZE = 500


@dataclass(frozen=True, slots=True)
class Report:
    """How a plan stands after a run.

    `run` is "" when there was nothing left to do. `counts` holds the approved changes per status,
    `open` among them; `excluded` those taken out by the approver. `failures` are this run's
    outcomes other than applied. `stopped` says why the run ended early, "" when it did not.
    """

    run: str
    counts: Mapping[str, int]
    excluded: int
    failures: tuple[Outcome, ...] = ()
    stopped: str = ""
    seconds: float = 0.0
    torn: int = 0
    """Bytes of a last line that an earlier run could not finish."""

    @property
    def whole(self) -> bool:
        """Every approved change is applied."""
        return all(count == 0 for name, count in self.counts.items() if name != "applied")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run gets from outside. `halt` is set from anywhere to end it between two requests."""

    progress: Progress
    halt: threading.Event
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    backoff: float = 1.0
    """Seconds to wait after a lost answer before looking what happened."""


def apply_plan(
    plan: Plan, approval: Approval | None, target: Target, journal: Path, around: Surroundings
) -> Report:
    """Apply what is approved and not applied yet. Running it again finishes what was left.

    Raises ApprovalError when the approval does not allow it, PlanError when the plan is not for
    this target, is being applied elsewhere, or its journal is damaged or cannot be written.
    A fault of the target that concerns every change ends the run early, in `Report.stopped`.
    """
    _refuse(plan, approval, target)
    assert approval is not None  # noqa: S101 - _refuse raised otherwise
    selection = select(plan.changes, approval.excludes)
    with Journal(journal, around.now) as book:
        if book.history.plan_digest not in {"", plan.digest}:
            raise PlanError(f"{journal} is the journal of another plan.")
        ledger = Ledger(plan.changes, selection, book)
        torn, excluded = book.history.torn, len(selection.excluded)
        if not ledger.unsettled():
            return Report("", ledger.counts(), excluded, torn=torn)
        began = time.monotonic()
        facts = _facts(plan, approval, target, ledger, around.now())
        book.start(facts)
        stopped = _Run(target, ledger, around, itertools.count(1)).until_stopped()
        book.end(ledger.counts(), stopped)
        return Report(
            run=facts.run,
            counts=ledger.counts(),
            excluded=excluded,
            failures=tuple(ledger.failures),
            stopped=stopped,
            seconds=time.monotonic() - began,
            torn=torn,
        )


def _refuse(plan: Plan, approval: Approval | None, target: Target) -> None:
    problems = obstacles(plan, approval)
    if problems:
        raise ApprovalError(f"Plan {plan.header.id} may not be applied. " + " ".join(problems))
    if plan.header.target.url.rstrip("/") != target.url.rstrip("/"):
        raise PlanError(
            f"Plan {plan.header.id} was made for {plan.header.target.url}, "
            f"the settings name {target.url}.",
            remedy="Use the settings of that shop, or make a new plan.",
        )


def _facts(
    plan: Plan, approval: Approval, target: Target, ledger: Ledger, now: datetime
) -> RunFacts:
    return RunFacts(
        run=f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        plan_id=plan.header.id,
        plan_digest=plan.digest,
        tool_version=__version__,
        approved_by=approval.approved_by,
        target_url=target.url,
        open_changes=ledger.counts()["open"],
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """One execution. `numbers` names the requests."""

    target: Target
    ledger: Ledger
    around: Surroundings
    numbers: Iterator[int]

    def until_stopped(self) -> str:
        """Do everything; returns "" or, when the run ended early, why."""
        try:
            self._settle_doubts()
            for phase in self.target.phases:
                if not self.around.halt.is_set():
                    self._phase(phase)
        except SystemFault as fault:
            return str(fault)
        if self.around.halt.is_set():
            return INTERRUPTED
        self._sweep()
        return ""

    def _settle_doubts(self) -> None:
        """Ask the target about creates that a crashed run may have sent."""
        doubtful = self.ledger.in_doubt()
        for start in range(0, len(doubtful), _LOOKUP_SIZE):
            found = self.target.lookup(doubtful[start : start + _LOOKUP_SIZE])
            self.ledger.found(self.ledger.genuine(found))

    def _phase(self, phase: Phase) -> None:
        waiting: Sequence[Unit] = phase.units(self.ledger.unsettled())
        if not waiting:
            return
        progress = self.around.progress
        progress.start(phase.name, sum(len(unit.changes) for unit in waiting))
        delivery = Delivery(
            phase=phase,
            target=self.target,
            ledger=self.ledger,
            halt=self.around.halt,
            numbers=self.numbers,
            backoff=self.around.backoff,
            settled=partial(progress.advance, phase.name),
        )
        ready, waiting = self._wave(waiting)
        while ready and not self.around.halt.is_set():
            self._learn_ids(phase, ready)
            dispatch(phase, ready, partial(self._payload, phase), delivery.deliver, delivery.halt)
            ready, waiting = self._wave(waiting)
        progress.finish(phase.name)

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
            self.ledger.skip(member, f"needs {unit.lead.address}, which was skipped")

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
            self.ledger.learn(_by_text(self.target.lookup(list(creators.values()))))

    def _payload(self, phase: Phase, unit: Unit) -> Json:
        """The payload of a unit, or None: it fails because a record it needs is not there."""
        try:
            return phase.payload(unit, self.ledger.resolve)
        except KeyError as missing:
            self.ledger.fail(unit.lead, f"needs {missing.args[0]}, which the target does not have")
            for member in unit.members:
                self.ledger.skip(member, f"needs {unit.lead.address}, which failed")
            return None

    def _sweep(self) -> None:
        """Give every change that no phase took an outcome that says why."""
        for change in self.ledger.unsettled():
            if self.ledger.verdict(change).standing is Standing.READY:
                self.ledger.fail(change, self.ledger.noted(change) or _no_phase(change))
        for change in self.ledger.unsettled():
            self.ledger.skip(change, self.ledger.verdict(change).reason)


def _by_text(ids: Mapping[Address, str]) -> dict[str, str]:
    return {str(address): target_id for address, target_id in ids.items()}


def _no_phase(change: Change) -> str:
    return f"no step of the target writes `{change.action.value}` of {change.address.entity}"
