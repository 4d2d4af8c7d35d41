"""Executes an approved plan against a target. Running it again finishes what was left."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconcile import __version__
from reconcile.apply.breaker import Breaker
from reconcile.apply.execution import Execution, Surroundings
from reconcile.apply.ledger import Ledger
from reconcile.apply.lock import claim_of
from reconcile.apply.pressure import Pressure
from reconcile.errors import ApprovalError, PlanError
from reconcile.journal import Journal, RunFacts
from reconcile.model import Outcome
from reconcile.plan.approval import obstacles
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.systems import Target


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


def apply_plan(
    plan: Plan, approval: Approval | None, target: Target, journal: Path, around: Surroundings
) -> Report:
    """Apply what is approved and not applied yet. Running it again finishes what was left.

    Raises ApprovalError when the approval does not allow it, PlanError when the plan is not for
    this target, is being applied elsewhere, or its journal is damaged or cannot be written.
    Raises LockError when another apply is writing to the same target (see `Surroundings.locks`).
    A fault of the target that concerns every change ends the run early, in `Report.stopped`.
    """
    plan = replace(plan, changes=tuple(plan.changes))  # light, and gone through many times
    began_at = around.now()
    approval = _allowed(plan, approval, target, began_at)
    selection = select(plan.changes, approval.excludes, approval.decisions, plan.digest)
    breaker = Breaker(around.halt)
    with _alone(plan, target, around, breaker), Journal(journal, around.now, plan.changes) as book:
        if book.history.plan_digest not in {"", plan.digest}:
            raise PlanError(f"{journal} is the journal of another plan.")
        ledger = Ledger(plan.changes, selection, book)
        torn, excluded = book.history.torn, len(selection.excluded)
        if not ledger.unsettled():
            return Report("", ledger.counts(), excluded, torn=torn)
        began = time.monotonic()
        facts = _facts(plan, approval, target, ledger, began_at)
        book.start(facts)
        numbers = itertools.count(1)
        execution = Execution(target, ledger, around, numbers, Pressure(), breaker)
        stopped = execution.until_stopped()
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


@contextmanager
def _alone(plan: Plan, target: Target, around: Surroundings, breaker: Breaker) -> Iterator[None]:
    """Hold every lock; one that gets lost ends the run."""
    with ExitStack() as stack:
        for lock in around.locks:
            claim = claim_of(target.url, plan.header.id, around.now())
            stack.enter_context(lock.held(claim, breaker.open))
        yield


def _allowed(plan: Plan, approval: Approval | None, target: Target, now: datetime) -> Approval:
    problems = obstacles(plan, approval, now)
    if approval is None or problems:
        raise ApprovalError(f"Plan {plan.header.id} may not be applied. " + " ".join(problems))
    if plan.header.target.url.rstrip("/") != target.url.rstrip("/"):
        raise PlanError(
            f"Plan {plan.header.id} was made for {plan.header.target.url}, "
            f"the settings name {target.url}.",
            remedy="Use the settings of that shop, or make a new plan.",
        )
    return approval


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
        mapping_digest=plan.header.mapping_digest,
        source_snapshot=plan.header.source.digest,
        target_snapshot=plan.header.target.digest,
    )
