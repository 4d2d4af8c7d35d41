"""What the page needs to know to write an approval in the browser, as `approve` would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reconcile.canonical import moment_text
from reconcile.model import Change, Json, Severity
from reconcile.personal_keys import is_personal, pseudonym
from reconcile.plan.approval_file import HEADING
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Approval, Limit, Plan
from reconcile.plan.limits import PLAN_AGE
from reconcile.plan.patterns import Patterns
from reconcile.report.evidence import Evidence

_NAME: Final = "approval.yml"


def review(plan: Plan, evidence: Evidence) -> Json:
    """The facts of the plan that an approval names or depends on, and the approval there is.

    `age` is the number of hours after which the plan is too old, null where nothing says so.
    """
    header = plan.header
    blocking = sum(each.severity is Severity.BLOCKING for each in plan.diagnostics)
    return {
        "file": _NAME,
        "heading": HEADING,
        "plan": header.id,
        "digest": plan.digest,
        "created_at": moment_text(header.created_at),
        "age": next((each.allowed for each in header.limits if each.name == PLAN_AGE), None),
        "age_limit": PLAN_AGE,
        "limits": [[each.name, each.exceeded] for each in header.limits],
        "blocking": blocking,
        "applied": bool(evidence.outcomes or evidence.in_doubt),
        "approval": _standing(plan, evidence.approval),
    }


def can_be_waived(limit: Limit) -> bool:
    """Whether a reviewer may come to waive it: it is exceeded, or will be in time."""
    return limit.exceeded or limit.name == PLAN_AGE


def approval_name(change: Change, plan_digest: str) -> str | None:
    """What an approval calls a record whose key is personal; None for all others."""
    address = change.address
    return pseudonym(address, plan_digest) if is_personal(address.entity) else None


def _standing(plan: Plan, approval: Approval | None) -> Json:
    """The approval with places instead of patterns; null where it is for other bytes."""
    if approval is None or approval.plan_digest != plan.digest:
        return None
    return {
        "by": approval.approved_by,
        "at": moment_text(approval.approved_at),
        "note": approval.note,
        "waivers": [[waiver.limit, waiver.reason] for waiver in approval.waivers],
        "excluded": list(_excluded(plan, approval)),
        "decisions": list(_decided(plan, approval)),
    }


def _excluded(plan: Plan, approval: Approval) -> Iterator[int]:
    patterns = Patterns(approval.excludes, plan.digest)
    for place, change in enumerate(plan.changes if approval.excludes else ()):
        if patterns.first(change) is not None:
            yield place


def _decided(plan: Plan, approval: Approval) -> Iterator[list[Json]]:
    settlement = Settlement(approval.decisions, plan.digest)
    for place, change in enumerate(plan.changes if approval.decisions else ()):
        take = settlement.decided(change) if change.conflicts else None
        if take is not None:
            yield [place, take.value]
