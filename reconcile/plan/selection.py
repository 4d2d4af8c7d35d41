"""Which changes of a plan are to be applied once the approver's excludes are taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.model import Change
from reconcile.personal_keys import shown
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Decision
from reconcile.plan.patterns import Patterns


@dataclass(frozen=True, slots=True)
class Selection:
    """`approved` keeps the plan's order; `excluded` maps address text to the reason in words."""

    approved: Collection[Change]
    excluded: Mapping[str, str]


def select(
    changes: Collection[Change],
    patterns: Sequence[str],
    decisions: Sequence[Decision],
    plan_digest: str,
) -> Selection:
    """Take out what the patterns name, whatever needs a record that is now not created, and what
    conflicts leave nothing of. By the plan's digest the patterns' pseudonyms are understood."""
    settlement = Settlement(decisions, plan_digest)
    excluded: dict[str, str] = {}
    for address, pattern in named(changes, patterns, plan_digest):
        excluded.setdefault(address, f"excluded by `{pattern}`")
    excluded |= _dependants(changes, excluded)
    conflicting = [change for change in changes if change.conflicts]
    for change in conflicting:
        if not settlement.settled(change).paths:
            excluded.setdefault(str(change.address), settlement.why_nothing(change))
    if not excluded and not conflicting:
        return Selection(changes, excluded)
    approved = (change for change in changes if str(change.address) not in excluded)
    return Selection(tuple(map(settlement.settled, approved)), excluded)


def named(
    changes: Iterable[Change], patterns: Sequence[str], plan_digest: str
) -> Iterator[tuple[str, str]]:
    """Each address that a pattern names, with the pattern."""
    known = Patterns(patterns, plan_digest)
    for change in changes if patterns else ():
        for place in known.naming(change):
            yield str(change.address), patterns[place]


def _dependants(changes: Collection[Change], excluded: Iterable[str]) -> dict[str, str]:
    """Address -> reason for every change that needs an excluded one, however indirectly."""
    waiting_for: dict[str, list[str]] = {}
    for change in changes:
        for needed in created_by_plan(change):
            waiting_for.setdefault(needed, []).append(str(change.address))
    found: dict[str, str] = {}
    frontier = list(excluded)
    seen = set(frontier)
    while frontier:
        needed = frontier.pop()
        for dependant in waiting_for.get(needed, []):
            if dependant not in seen:
                seen.add(dependant)
                found[dependant] = f"needs {shown(needed)}, which is excluded"
                frontier.append(dependant)
    return found


def created_by_plan(change: Change) -> list[str]:
    """The addresses a change refers to that only another change of the plan brings about."""
    return [address for address, target_id in change.refs.items() if target_id is None]


def unmatched(changes: Collection[Change], patterns: Sequence[str], plan_digest: str) -> list[str]:
    """The patterns that name no change at all."""
    hit = {pattern for _, pattern in named(changes, patterns, plan_digest)}
    return [pattern for pattern in patterns if pattern not in hit]
