"""What a plan was approved for and could not write: the records of the next plan."""

from __future__ import annotations

from reconcile.journal import History
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select


def left(plan: Plan, approval: Approval, history: History) -> frozenset[str]:
    """Addresses of the approved changes that are not applied: stale, failed, skipped, unknown, or
    never begun."""
    approved = select(plan.changes, approval.excludes, approval.decisions).approved
    named = (str(change.address) for change in approved)
    return frozenset(address for address in named if not history.applied(address))
