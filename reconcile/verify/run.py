"""Reads a plan, its journal and a fresh snapshot together, and says what is proven."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import METADATA
from reconcile.errors import PlanError, SnapshotError
from reconcile.journal import JOURNAL, History, digest_of
from reconcile.journal import read as read_journal
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.plan import approval_file, file
from reconcile.plan.approval import obstacles
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.snapshot import Snapshot
from reconcile.verify.read_back import Known, addresses_of, known_from, read_back
from reconcile.verify.result import Counts, Difference, Digests, Verification
from reconcile.verify.untouched import Touched, Untouched, compare
from reconcile.verify.windows import Records


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
    plan = replace(plan, changes=tuple(plan.changes))  # light, and gone through many times
    journal = folder / JOURNAL
    history = read_journal(journal, plan.changes)
    problems = obstacles(plan, approval)
    if history.plan_digest not in {"", plan.digest}:
        problems.append("The journal belongs to another plan.")
    approved = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    if approved and not history.runs:
        problems.append("Nothing of this plan was applied yet.")
    if problems:
        raise PlanError(f"Plan {plan.header.id} cannot be verified. " + " ".join(problems))
    return Applied(plan, approval, history, digest_of(journal))


def verify(
    work: Applied, now_held: Snapshot, before: Snapshot | None, records: Records, now: datetime
) -> Verification:
    """Compare what was applied with a snapshot taken after it.

    `before` is the target's snapshot the plan was made from, where it still exists: with it,
    records that no change names are compared too. Raises SnapshotError when `now_held` is not
    whole, from another shop, or older than the last line of the journal.
    """
    _refuse(work, now_held)
    plan = work.plan
    given = work.approval
    selection = select(plan.changes, given.excludes, given.decisions, plan.digest)
    outcomes = work.history.outcomes
    applied = (each for each in selection.approved if work.history.applied(str(each.address)))
    known = known_from(
        plan.changes, {address: outcome.target_id for address, outcome in outcomes.items()}
    )
    differences = read_back(applied, known, now_held, records)
    rest = _others(work, known, now_held, before, records)
    return Verification(
        plan_id=plan.header.id,
        target_url=now_held.url,
        read_at=now_held.taken_at,
        verified_at=now,
        approved_by=given.approved_by,
        approval_note=given.note,
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
        stale=statuses[Status.STALE],
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
    work: Applied, known: Known, held: Snapshot, before: Snapshot | None, records: Records
) -> Untouched | None:
    """What became of records that no change of the plan names."""
    if before is None:
        return None
    touched = Touched()
    metadata: defaultdict[str, set[str]] = defaultdict(set)
    prefix = METADATA.name.rstrip("*")
    for change in work.plan.changes:
        entity = change.address.entity
        metadata[entity].update(path for path in change.paths if path.startswith(prefix))
        target_id = known.ids.get(str(change.address))
        if target_id:
            touched.written[entity].add(target_id)
            if change.action is Action.DELETE:
                touched.deleted[entity].add(target_id)
        if _status(work.history, str(change.address)) is not None:
            touched.written[_sum(entity)].update(_sums(change, known))
    fields = {entity: sorted(names) for entity, names in metadata.items()}
    return compare(before, held, records, touched, fields)


def _sum(entity: str) -> str:
    """The entity whose records sum up those of this one, "" where none does."""
    parent = ENTITY_BY_NAME[entity].parent
    return parent if parent and ENTITY_BY_NAME[parent].sums_up else ""


def _sums(change: Change, known: Known) -> Iterator[str]:
    """The ids of the records that a change inside them changes as well."""
    wanted = _sum(change.address.entity)
    for address in change.refs if wanted else ():
        if Address.parse(address).entity == wanted and address in known.ids:
            yield known.ids[address]
