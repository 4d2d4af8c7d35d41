"""Reads a plan, its journal and a fresh snapshot together, and says what is proven."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconcile.canonical import digest
from reconcile.entities.spec import METADATA
from reconcile.errors import PlanError, SnapshotError
from reconcile.journal import JOURNAL, History
from reconcile.journal import read as read_journal
from reconcile.model import Action, Change, Outcome, Status
from reconcile.plan import approval_file, file
from reconcile.plan.approval import obstacles
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.snapshot import Snapshot
from reconcile.systems import ExistingReader
from reconcile.verify.read_back import Known, addresses_of, known_from, read_back
from reconcile.verify.result import Counts, Difference, Digests, Verification
from reconcile.verify.untouched import Touched, Untouched, compare


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan with what was done of it. `journal_digest` covers the journal's bytes."""

    plan: Plan
    approval: Approval
    history: History
    journal_digest: str


def load(folder: Path) -> Applied:
    """Raises PlanError when nothing was applied or the journal is damaged, ApprovalError when the
    approval is missing or for other bytes."""
    plan, approval = file.read(folder), approval_file.read(folder)
    journal = folder / JOURNAL
    history = read_journal(journal)
    problems = obstacles(plan, approval)
    if history.plan_digest not in {"", plan.digest}:
        problems.append("The journal belongs to another plan.")
    if plan.changes and not history.runs:
        problems.append("Nothing of this plan was applied yet.")
    if problems:
        raise PlanError(f"Plan {plan.header.id} cannot be verified. " + " ".join(problems))
    # A plan without changes is proven by reading; no run of it ever wrote a journal.
    lines = [journal.read_bytes()] if journal.exists() else []
    return Applied(plan, approval, history, digest(lines))


def verify(
    work: Applied, now_held: Snapshot, before: Snapshot | None, read: ExistingReader, now: datetime
) -> Verification:
    """Compare what was applied with a snapshot taken after it.

    `before` is the target's snapshot the plan was made from, where it still exists: with it,
    records that no change names are compared too. Raises SnapshotError when `now_held` is not
    whole, from another shop, or older than the last line of the journal.
    """
    _refuse(work, now_held)
    plan = work.plan
    selection = select(plan.changes, work.approval.excludes)
    outcomes = work.history.outcomes
    applied = (each for each in selection.approved if work.history.applied(str(each.address)))
    known = known_from(
        plan.changes, {address: outcome.target_id for address, outcome in outcomes.items()}
    )
    differences = read_back(applied, known, now_held, read)
    rest = _others(plan, known, now_held, before, read)
    return Verification(
        plan_id=plan.header.id,
        target_url=now_held.url,
        read_at=now_held.taken_at,
        verified_at=now,
        approved_by=work.approval.approved_by,
        counts=_counts(work, selection.approved, differences),
        digests=Digests(
            plan=plan.digest,
            journal=work.journal_digest,
            snapshot=now_held.digest,
            snapshot_before=before.digest if before else "",
        ),
        differences=tuple(differences),
        unfinished=_unfinished(work.history, selection.approved),
        unexpected=rest.unexpected if rest else (),
        untouched_checked=rest.checked if rest else None,
    )


def _refuse(work: Applied, held: Snapshot) -> None:
    url = work.plan.header.target.url
    problem = ""
    if held.url.rstrip("/") != url.rstrip("/"):
        problem = f"it is of {held.url}, the plan is for {url}"
    elif not held.is_complete:
        problem = "it is not whole, so a missing record would prove nothing"
    elif work.history.last_at and held.taken_at < work.history.last_at:
        problem = "it was begun before the apply had ended"
    if problem:
        raise SnapshotError(
            f"The snapshot {held.folder} cannot prove the plan: {problem}.",
            remedy="Verify again with a new snapshot.",
        )


def _counts(
    work: Applied, approved: Collection[Change], differences: Sequence[Difference]
) -> Counts:
    statuses = Counter(_status(work.history, str(change.address)) for change in approved)
    differing = len(addresses_of(differences))
    return Counts(
        planned=len(work.plan.changes),
        excluded=len(work.plan.changes) - len(approved),
        applied=statuses[Status.APPLIED],
        failed=statuses[Status.FAILED],
        skipped=statuses[Status.SKIPPED],
        unknown=statuses[Status.UNKNOWN],
        open=statuses[None],
        equal=statuses[Status.APPLIED] - differing,
        differing=differing,
    )


def _status(history: History, address: str) -> Status | None:
    """The last status of a change; None when it was never begun."""
    if address in history.outcomes:
        return history.outcomes[address].status
    return Status.UNKNOWN if address in history.in_doubt else None


def _unfinished(history: History, approved: Iterable[Change]) -> tuple[Outcome, ...]:
    outcomes = (history.outcomes.get(str(change.address)) for change in approved)
    return tuple(each for each in outcomes if each and each.status is not Status.APPLIED)


def _others(
    plan: Plan, known: Known, held: Snapshot, before: Snapshot | None, read: ExistingReader
) -> Untouched | None:
    """What became of records that no change of the plan names."""
    if before is None:
        return None
    touched = Touched()
    metadata: defaultdict[str, set[str]] = defaultdict(set)
    prefix = METADATA.name.rstrip("*")
    for change in plan.changes:
        entity = change.address.entity
        metadata[entity].update(part.path for part in change.fields if part.path.startswith(prefix))
        target_id = known.ids.get(str(change.address))
        if target_id:
            touched.written[entity].add(target_id)
            if change.action is Action.DELETE:
                touched.deleted[entity].add(target_id)
    fields = {entity: sorted(names) for entity, names in metadata.items()}
    return compare(before, held, read, touched, fields)
