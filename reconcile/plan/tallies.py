"""How the records of each entity fell out, counted while its changes pass by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconcile.model import Action, Change, Diagnostic, Severity
from reconcile.plan.document import Tally
from reconcile.three_way import Verdict


@dataclass(slots=True)
class Outcome:
    """How many of an entity's pairs and of its missing records get a change.

    `kept` counts pairs with fields that only the target changed, `left` those of them that differ
    nowhere else, `undecided` pairs with conflicts.
    """

    entity: str
    pairs: int
    missing: int
    unmanaged: int
    updated: int = 0
    cleared: int = 0
    kept: int = 0
    left: int = 0
    undecided: int = 0

    def hear(self, verdict: Verdict) -> None:
        self.kept += bool(verdict.kept)
        self.left += not (verdict.taken or verdict.undecided)
        self.undecided += bool(verdict.undecided)

    def updating(self, changes: Iterator[Change]) -> Iterator[Change]:
        for change in changes:
            self.updated += 1
            yield change

    def clearing(self, changes: Iterator[Change]) -> Iterator[Change]:
        for change in changes:
            self.cleared += 1
            yield change


def tallied(
    outcomes: Iterable[Outcome],
    actions: Mapping[tuple[str, Action], int],
    diagnostics: Iterable[Diagnostic],
) -> Iterator[Tally]:
    """One tally per entity. `actions` counts changes by entity and action."""
    skipped = Counter(
        each.address.entity
        for each in diagnostics
        if each.severity is Severity.SKIPPED and each.address
    )
    for outcome in outcomes:
        yield Tally(
            entity=outcome.entity,
            actions={
                action.value: count
                for (entity, action), count in sorted(actions.items())
                if entity == outcome.entity
            },
            unchanged=outcome.pairs - outcome.updated - outcome.left,
            cleared=outcome.cleared,
            skipped=skipped[outcome.entity],
            missing=outcome.missing - outcome.cleared,
            unmanaged=outcome.unmanaged,
            kept=outcome.kept,
            undecided=outcome.undecided,
        )
