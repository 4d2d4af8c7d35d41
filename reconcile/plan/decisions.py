"""Conflicts as the approver settled them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Action, Change
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
    left = change.without(change.conflicts.keys())
    hides = left.action is not Action.DRAFT or _hiding_field(left) in left.paths
    return left if hides else replace(left, action=Action.UPDATE)


def _hiding_field(change: Change) -> str:
    """The field whose value takes the record out of sight."""
    return (ENTITY_BY_NAME[change.address.entity].draft or ("", ""))[0]


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
