"""Why changes happen, in a few words, so that a reviewer judges many of a kind at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from reconcile.model import Action, Change, Json
from reconcile.report.text import one_line

MOST: Final = 6
"""The most frequent causes of an entity and action that stay apart; the rest is `OTHER`."""
OTHER: Final = "other fields"
_NAMED = 4
_STOCK = "stocked_quantity"

Kind = tuple[str, Action]


@dataclass(frozen=True, slots=True)
class Causes:
    """The causes of a plan in reading order: `labels` by place, `places` by kind and label."""

    labels: tuple[str, ...]
    places: Mapping[tuple[Kind, str], int]

    def place(self, change: Change) -> int:
        """The place of a change's cause among the labels."""
        kind = _kind(change)
        found = self.places.get((kind, cause(change)))
        return self.places[kind, OTHER] if found is None else found


class CauseCounter:
    """Counts the causes of changes that pass by."""

    def __init__(self) -> None:
        self._counts: dict[Kind, Counter[str]] = defaultdict(Counter)

    def see(self, change: Change) -> None:
        self._counts[_kind(change)][cause(change)] += 1

    def causes(self) -> Causes:
        """Most frequent first within each kind, the rest of a kind last."""
        found = [
            (kind, label) for kind, counts in self._counts.items() for label in _labels(counts)
        ]
        places = {each: place for place, each in enumerate(found)}
        return Causes(tuple(label for _, label in found), places)


def _labels(counts: Counter[str]) -> list[str]:
    frequent = sorted(counts, key=lambda label: (-counts[label], label))
    kept = [label for label in frequent[:MOST] if label != OTHER]
    return kept if len(kept) == len(counts) else [*kept, OTHER]


def _kind(change: Change) -> Kind:
    return change.address.entity, change.action


def cause(change: Change) -> str:
    """Which fields differ, which way stock goes, or why something is hidden or deleted; nothing
    for what is new."""
    if change.action is Action.CREATE:
        return ""
    if change.action is Action.SET_STOCK:
        return _direction(change)
    if change.action in {Action.DRAFT, Action.DELETE} and change.reason:
        return one_line(change.reason, 60)
    return _fields(change.paths)


def _fields(paths: tuple[str, ...]) -> str:
    named = [one_line(path, 40) for path in paths[:_NAMED]]
    rest = len(paths) - len(named)
    return ", ".join([*named, f"{rest} more"] if rest else named)


def _direction(change: Change) -> str:
    for part in change.fields:
        if part.path == _STOCK:
            return _way(_quantity(part.before), _quantity(part.after))
    return _fields(change.paths)


def _way(before: Decimal | None, after: Decimal | None) -> str:
    if before is None or after is None:
        return "first count"
    if after == 0 != before:
        return "goes to zero"
    return "rises" if after > before else "falls"


def _quantity(value: Json) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
