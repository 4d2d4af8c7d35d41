"""What makes an approval valid, and what stands against applying a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from reconcile.errors import ApprovalError
from reconcile.model import Severity
from reconcile.plan.document import Approval, Plan, Waiver
from reconcile.plan.selection import select, unmatched


def approve(
    plan: Plan,
    approved_by: str,
    now: datetime,
    excludes: Sequence[str] = (),
    waivers: Sequence[Waiver] = (),
) -> Approval:
    """An approval that `apply` will accept. Raises ApprovalError saying what stands against it."""
    approval = Approval(plan.digest, approved_by, now, tuple(excludes), tuple(waivers))
    problems = [*_mistakes(plan, approval), *obstacles(plan, approval)]
    if problems:
        raise ApprovalError(
            "This cannot be approved: " + " ".join(problems),
            remedy="Nothing was written. Correct the options, or make a new plan.",
        )
    return approval


def _mistakes(plan: Plan, approval: Approval) -> Iterator[str]:
    if not approval.approved_by.strip():
        yield "Nobody is named as approver (--by NAME)."
    for pattern in unmatched(plan.changes, approval.excludes):
        yield f"The exclude `{pattern}` matches no change of this plan."
    known = [limit.name for limit in plan.header.limits]
    for waiver in approval.waivers:
        if waiver.limit not in known:
            yield f"There is no limit `{waiver.limit}`; there are: {', '.join(known) or 'none'}."
        if not waiver.reason.strip():
            yield f"The waiver of `{waiver.limit}` gives no reason."


def obstacles(plan: Plan, approval: Approval | None) -> list[str]:
    """Every reason why this plan may not be applied, as sentences. Empty: it may."""
    if approval is None:
        return ["The plan is not approved; `reconcile approve` does that."]
    if approval.plan_digest != plan.digest:
        return [_other_bytes(plan, approval)]
    return [*_blocking(plan), *_exceeded(plan, approval)]


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


def remarks(plan: Plan, approval: Approval) -> list[str]:
    """What an approver should know of what was approved, though nothing forbids it."""
    fine = {limit.name: limit for limit in plan.header.limits if not limit.exceeded}
    selection = select(plan.changes, approval.excludes)
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
    if plan.changes and not selection.approved:
        notes.append("Everything is excluded: there is nothing left to apply.")
    return notes
