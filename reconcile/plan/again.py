"""What a plan was approved for and could not write: the records of the next plan."""

from __future__ import annotations

from reconcile.errors import PlanError
from reconcile.journal import History
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select


def left(plan: Plan, approval: Approval, history: History) -> frozenset[str]:
    """Addresses of the approved changes that are not applied: stale, failed, skipped, unknown, or
    never begun. Raises PlanError for a plan that undoes another one: what the shops say now would
    do again what it takes back."""
    approved = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    named = (str(change.address) for change in approved)
    found = frozenset(address for address in named if not history.applied(address))
    undone = plan.header.scope.get("undo")
    if found and undone:
        raise PlanError(
            f"Plan {plan.header.id} undoes {undone}: a new plan from both shops would do it again.",
            remedy=f"Run `reconcile undo {undone}` again: what is undone already stays so.",
        )
    return found
