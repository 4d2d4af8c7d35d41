"""Right before a batch is sent: is the target still what its changes were planned for?

All records a batch touches are asked for at once. What moved is settled as stale and goes out of
the batch, what is as wanted already is settled as applied; the rest can be sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.apply.ledger import WORDS, Ledger
from reconcile.apply.look_ahead import LookAhead
from reconcile.apply.stale import AS_AFTER, AS_BEFORE, Held, Judgement, judge
from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Action, Address, Change
from reconcile.personal_keys import shown
from reconcile.plan.selection import created_by_plan
from reconcile.systems import Target, Unit

AS_WANTED = "is as wanted"


@dataclass(frozen=True, slots=True)
class Precheck:
    """Checks the units of batches. Safe to use from several threads."""

    target: Target
    ledger: Ledger
    ahead: LookAhead

    def fit(self, units: Sequence[Unit]) -> tuple[list[Unit], int]:
        """The units that may be sent, and how many changes got an outcome. Raises SystemFault."""
        changes = [change for unit in units for change in unit.changes]
        judgements = {**self._of_creates(changes), **self._of_others(changes)}
        before = sum(self.ledger.status(change) is None for change in changes)
        left = [self._fit(unit, judgements) for unit in units]
        open_now = sum(self.ledger.status(change) is None for change in changes)
        return [unit for unit in left if unit is not None], before - open_now

    def _of_creates(self, changes: Iterable[Change]) -> dict[Address, Judgement]:
        """Creates that nobody ever sent, and whose place is taken."""
        fresh = [
            change
            for change in changes
            if change.action is Action.CREATE
            and not self.ledger.was_sent(change)
            and _could_be_there(change)
        ]
        found = self.ahead.taken(fresh) if fresh else {}
        self.ledger.learn(
            {address: id_ for address, id_ in found.items() if _is_its_key(address.entity)}
        )
        return {address: _taken(address, identity) for address, identity in found.items()}

    def _of_others(self, changes: Iterable[Change]) -> dict[Address, Judgement]:
        others = (change for change in changes if change.action is not Action.CREATE)
        known = [change for change in others if change.target_id is not None]
        found = self.target.present(known) if known else {}
        return {
            change.address: judge(
                change,
                found.get(change.address),
                self.ledger.resolve,
                sent=self.ledger.was_sent(change),
                ours=self.ledger.moved_by_us(change),
            )
            for change in known
        }

    def _fit(self, unit: Unit, judgements: Mapping[Address, Judgement]) -> Unit | None:
        """What is left of a unit. A lead that is as wanted still leads what is written in it.

        Members of a lead that is not sent are left: later phases skip those that need it, and
        write the others one by one.
        """
        verdicts = {each.address: judgements.get(each.address, AS_BEFORE) for each in unit.changes}
        members = tuple(each for each in unit.members if self._open(each, verdicts[each.address]))
        lead = verdicts[unit.lead.address]
        leads_on = bool(members) and lead.held is Held.AS_AFTER
        if leads_on or self._open(unit.lead, lead):
            return unit if len(members) == len(unit.members) else Unit(unit.lead, members)
        status = self.ledger.status(unit.lead)
        words = WORDS.get(status, AS_WANTED) if status else AS_WANTED
        lead_name = shown(unit.lead.address)
        self.ledger.note(members, f"planned together with {lead_name}, which {words}")
        return None

    def _open(self, change: Change, judgement: Judgement) -> bool:
        """Settle what need not or must not be sent; returns whether it is still to be."""
        if judgement.held is Held.MOVED:
            self.ledger.stale(change, judgement.words)
        elif judgement.held is Held.AS_AFTER:
            self.ledger.was_so(change)
        return judgement.held is Held.AS_BEFORE


def _is_its_key(entity: str) -> bool:
    """Whether records of an entity are nothing but a word: whoever wrote it, it is the same."""
    return ENTITY_BY_NAME[entity].vocabulary_of is not None


def _taken(address: Address, identity: str) -> Judgement:
    if _is_its_key(address.entity):
        return AS_AFTER
    return Judgement(Held.MOVED, f"is there already as {identity}")


def _could_be_there(change: Change) -> bool:
    """Whether anybody could have made it: nothing can lie in a record that is yet to be created,
    unless it has a name of its own in the whole shop."""
    spec = ENTITY_BY_NAME[change.address.entity]
    parent = spec.by_name[spec.parent].refers if spec.parent else ""
    inside = bool(spec.key_fields) or (bool(parent) and ENTITY_BY_NAME[parent].sums_up)
    return not (inside and created_by_plan(change))
