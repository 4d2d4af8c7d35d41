"""Conflicts as the approver settled them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from reconcile.model import Change
from reconcile.plan.document import Decision, Take
from reconcile.plan.patterns import matches

UNDECIDED = "undecided: both sides changed it"
KEPT = "the target's values are kept"


def decided(change: Change, decisions: Sequence[Decision]) -> Take | None:
    """Whose values are taken; None while nobody has decided."""
    address = str(change.address)
    return next((each.take for each in decisions if matches(address, each.key)), None)


def settled(change: Change, decisions: Sequence[Decision]) -> Change:
    """The change as it is to be written: without conflicting fields that are not the source's."""
    if not change.conflicts or decided(change, decisions) is Take.SOURCE:
        return change
    return change.without(change.conflicts.keys())


def why_nothing(change: Change, decisions: Sequence[Decision]) -> str:
    """Why nothing is left of a change that was nothing but conflicts."""
    return KEPT if decided(change, decisions) is Take.TARGET else UNDECIDED


def idle(changes: Collection[Change], decisions: Sequence[Decision]) -> list[str]:
    """The patterns that name no conflict."""
    addresses = [str(change.address) for change in changes if decisions and change.conflicts]
    return [
        each.key
        for each in decisions
        if not any(matches(address, each.key) for address in addresses)
    ]
