"""What makes an approval valid, and what stands against applying a plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reconcile.errors import ApprovalError
from reconcile.journal import History
from reconcile.model import Severity
from reconcile.personal_keys import shown
from reconcile.plan.decisions import Settlement, idle
from reconcile.plan.document import Approval, Decision, Plan, Waiver
from reconcile.plan.limits import PLAN_AGE
from reconcile.plan.selection import select, unmatched

LISTED = 5
"""Patterns of a kind that are named when they are wrong."""


def approve(
    plan: Plan,
    approved_by: str,
    now: datetime,
    excludes: Sequence[str] = (),
    waivers: Sequence[Waiver] = (),
    decisions: Sequence[Decision] = (),
    note: str = "",
) -> Approval:
    """An approval that `apply` will accept. Raises ApprovalError saying what stands against it."""
    approval = Approval(
        plan.digest, approved_by, now, tuple(excludes), tuple(waivers), tuple(decisions), note
    )
    check(plan, approval, now, remedy="Correct the options, or make a new plan.")
    return approval


def check(plan: Plan, approval: Approval, now: datetime, *, remedy: str, where: str = "") -> None:
    """Raises ApprovalError with everything that stands against an approval, also against how it
    is worded; of one for another plan only that. `where` is the file it comes from."""
    problems = obstacles(plan, approval, now)
    if approval.plan_digest == plan.digest:
        problems = [*_mistakes(plan, approval), *problems]
    if problems:
        raise ApprovalError(
            "This cannot be approved: " + " ".join(problems),
            remedy=f"Nothing was written. {remedy}",
            where=where,
        )


def keep_what_is_done(plan: Plan, former: Approval, given: Approval, history: History) -> None:
    """Raises ApprovalError where `given` settles a conflict otherwise that is written, or may be,
    as `former` settled it: nothing would write it again, and nobody could tell what was written.
    """
    settlements = [Settlement(each.decisions, plan.digest) for each in (former, given)]
    for change in plan.changes:
        address = str(change.address)
        begun = address in history.in_doubt or history.applied(address)
        done = bool(change.conflicts) and begun
        ways = (each.settled(change).paths for each in settlements)
        if done and len(set(ways)) > 1:
            raise ApprovalError(
                f"{shown(change.address)} is applied with its conflict settled otherwise "
                f"({', '.join(sorted(change.conflicts))}).",
                remedy="Repeat the former --take and --key, or make a new plan: what is undecided "
                "comes up in it again.",
            )


def _mistakes(plan: Plan, approval: Approval) -> Iterator[str]:
    if not approval.approved_by.strip():
        yield "Nobody is named as approver (--by NAME)."
    vain = unmatched(plan.changes, approval.excludes, plan.digest)
    yield from _first(f"The exclude `{each}` matches no change of this plan." for each in vain)
    vain = idle(plan.changes, approval.decisions, plan.digest)
    yield from _first(f"`{each}` names no change of this plan with a conflict." for each in vain)
    known = [limit.name for limit in plan.header.limits]
    for waiver in approval.waivers:
        if waiver.limit not in known:
            yield f"There is no limit `{waiver.limit}`; there are: {', '.join(known) or 'none'}."
        if not waiver.reason.strip():
            yield f"The waiver of `{waiver.limit}` gives no reason."


def _first(sentences: Iterable[str]) -> Iterator[str]:
    """A file may be wrong in thousands of places: some tell what is wrong with it."""
    known = list(sentences)
    yield from known[:LISTED]
    if len(known) > LISTED:
        yield f"So it is with {len(known) - LISTED:,} more."


def obstacles(plan: Plan, approval: Approval | None, now: datetime | None = None) -> list[str]:
    """Every reason why this plan may not be applied, as sentences. Empty: it may.

    `now`: when it is to be applied; None where its age does not matter (it was applied).
    """
    if approval is None:
        return ["The plan is not approved; `reconcile approve` does that."]
    if approval.plan_digest != plan.digest:
        return [_other_bytes(plan, approval)]
    too_old = _too_old(plan, approval, now) if now else ()
    return [*_blocking(plan), *_exceeded(plan, approval), *too_old]


def _other_bytes(plan: Plan, approval: Approval) -> str:
    return (
        f"The approval is for {approval.plan_digest}, the plan is {plan.digest}: "
        "one of them changed after the approval."
    )


def _blocking(plan: Plan) -> Iterator[str]:
    for item in plan.diagnostics:
        if item.severity is Severity.BLOCKING:
            yield f"Blocked by {item.code}: {item.message}"


def _exceeded(plan: Plan, approval: Approval) -> Iterator[str]:
    waived = {waiver.limit for waiver in approval.waivers}
    for limit in plan.header.limits:
        if limit.exceeded and limit.name not in waived:
            yield f"Limit {limit.name} is exceeded and not waived: {limit.sentence}"


def _too_old(plan: Plan, approval: Approval, now: datetime) -> Iterator[str]:
    hours = (now - plan.header.created_at).total_seconds() / 3600
    for limit in plan.header.limits:
        waived = any(waiver.limit == limit.name for waiver in approval.waivers)
        if limit.name == PLAN_AGE and hours > limit.allowed and not waived:
            yield (
                f"Limit {limit.name} is exceeded and not waived: the plan is {hours:,.0f} hours "
                f"old, over {limit.allowed:g}. Both shops have moved on; make a new plan."
            )


def remarks(plan: Plan, approval: Approval) -> list[str]:
    """What an approver should know of what was approved, though nothing forbids it."""
    fine = {
        limit.name: limit
        for limit in plan.header.limits
        if not limit.exceeded and limit.name != PLAN_AGE  # it may be exceeded later
    }
    selection = select(plan.changes, approval.excludes, approval.decisions, plan.digest)
    notes = [
        f"The waiver of `{waiver.limit}` is not needed: {fine[waiver.limit].sentence}"
        for waiver in approval.waivers
        if waiver.limit in fine
    ]
    dependants = [why for why in selection.excluded.values() if why.startswith("needs ")]
    if dependants:
        notes.append(
            f"{len(dependants)} further changes are left out because they need an excluded one, "
            f"the first of them {dependants[0]}."
        )
    settlement = Settlement(approval.decisions, plan.digest)
    undecided = sum(
        bool(change.conflicts) and settlement.decided(change) is None for change in plan.changes
    )
    if undecided:
        have = (
            "1 change has a conflict" if undecided == 1 else f"{undecided} changes have conflicts"
        )
        notes.append(
            f"{have} nobody decided: the target stays as it is there. "
            "`--take source` or `--take target` decides."
        )
    if plan.changes and not selection.approved:
        notes.append("Everything is excluded: there is nothing left to apply.")
    return notes
