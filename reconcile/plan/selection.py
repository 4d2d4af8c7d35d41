"""Which changes of a plan are to be applied once the approver's excludes are taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconcile.model import Change


@dataclass(frozen=True, slots=True)
class Selection:
    """`approved` keeps the plan's order; `excluded` maps address text to the reason in words."""

    approved: Collection[Change]
    excluded: Mapping[str, str]


def matches(address: str, pattern: str) -> bool:
    """Whether an address is meant by a pattern (`product:24-*`). Case counts.

    The exact text always matches, so a key with `[` in it needs no escaping.
    """
    return address == pattern or fnmatchcase(address, pattern)


def select(changes: Collection[Change], patterns: Sequence[str]) -> Selection:
    """Take out what the patterns name, and whatever needs a record that is now not created."""
    excluded: dict[str, str] = {}
    for address, pattern in _named(changes, patterns):
        excluded.setdefault(address, f"excluded by `{pattern}`")
    excluded |= _dependants(changes, excluded)
    if not excluded:
        return Selection(changes, excluded)
    approved = tuple(change for change in changes if str(change.address) not in excluded)
    return Selection(approved, excluded)


def _named(changes: Iterable[Change], patterns: Sequence[str]) -> Iterator[tuple[str, str]]:
    for change in changes if patterns else ():
        for pattern in patterns:
            if matches(str(change.address), pattern):
                yield str(change.address), pattern


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
                found[dependant] = f"needs {needed}, which is excluded"
                frontier.append(dependant)
    return found


def created_by_plan(change: Change) -> list[str]:
    """The addresses a change refers to that only another change of the plan brings about."""
    return [address for address, target_id in change.refs.items() if target_id is None]


def unmatched(changes: Collection[Change], patterns: Sequence[str]) -> list[str]:
    """The patterns that name no change at all."""
    hit = {pattern for _, pattern in _named(changes, patterns)}
    return [pattern for pattern in patterns if pattern not in hit]
