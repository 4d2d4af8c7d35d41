"""Conflicts as the approver settled them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Action, Change
from reconcile.plan.document import Decision, Take
from reconcile.plan.patterns import Patterns

UNDECIDED = "undecided: both sides changed it"
KEPT = "the target's values are kept"


class Settlement:
    """The decisions of an approval, ready to be asked about any number of changes.

    `plan_digest` is that of the plan approved: its pseudonyms are understood.
    """

    def __init__(self, decisions: Sequence[Decision], plan_digest: str) -> None:
        self._takes = [each.take for each in decisions]
        self._patterns = Patterns([each.key for each in decisions], plan_digest)

    def decided(self, change: Change) -> Take | None:
        """Whose values are taken; None while nobody has decided."""
        place = self._patterns.first(change)
        return None if place is None else self._takes[place]

    def settled(self, change: Change) -> Change:
        """The change as it is to be written: without conflicting fields that are not the
        source's."""
        if not change.conflicts or self.decided(change) is Take.SOURCE:
            return change
        left = change.without(change.conflicts.keys())
        hides = left.action is not Action.DRAFT or _hiding_field(left) in left.paths
        return left if hides else replace(left, action=Action.UPDATE)

    def why_nothing(self, change: Change) -> str:
        """Why nothing is left of a change that was nothing but conflicts."""
        return KEPT if self.decided(change) is Take.TARGET else UNDECIDED


def _hiding_field(change: Change) -> str:
    """The field whose value takes the record out of sight."""
    return (ENTITY_BY_NAME[change.address.entity].draft or ("", ""))[0]


def idle(changes: Collection[Change], decisions: Sequence[Decision], plan_digest: str) -> list[str]:
    """The patterns that name no conflict."""
    patterns = Patterns([each.key for each in decisions], plan_digest)
    conflicting = (change for change in changes if decisions and change.conflicts)
    hit = {place for change in conflicting for place in patterns.naming(change)}
    return [each.key for place, each in enumerate(decisions) if place not in hit]
