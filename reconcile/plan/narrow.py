"""Part of a plan: one entity, some keys, or a pilot. What a chosen change needs comes along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.model import Action, Change
from reconcile.plan.selection import matches


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`only` are entity names, `keys` patterns of keys (`24-*`), `pilot` a number of products."""

    only: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    pilot: int = 0

    @property
    def described(self) -> dict[str, str]:
        """For the plan's header; empty when nothing is left out."""
        words = {
            "only": ", ".join(self.only),
            "key": ", ".join(self.keys),
            "pilot": str(self.pilot) if self.pilot else "",
        }
        return {name: text for name, text in words.items() if text}

    def of(self, changes: Iterable[Change]) -> Iterator[Change]:
        """The chosen changes and those they need, in the order they came."""
        if not self.described:
            yield from changes
            return
        everything = list(changes)
        chosen = self._chosen(everything)
        yield from (change for change in everything if str(change.address) in chosen)

    def _chosen(self, changes: Sequence[Change]) -> set[str]:
        selected = {str(change.address) for change in changes if self._takes(change)}
        if self.pilot:
            selected &= _pilot(changes, self.pilot)
        return _with_needs(selected, {str(change.address): change for change in changes})

    def _takes(self, change: Change) -> bool:
        entity, key = change.address.entity, change.address.key
        return (not self.only or entity in self.only) and (
            not self.keys or any(matches(key, pattern) for pattern in self.keys)
        )


def _pilot(changes: Sequence[Change], count: int) -> set[str]:
    """Some products of each kind, spread over the whole catalogue, and all that lives in them."""
    products = [
        str(change.address)
        for change in changes
        if change.address.entity == "product" and change.action is not Action.DELETE
    ]
    step = max(1, len(products) // count)
    selected = set(products[::step][:count])
    inhabitants: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        for home in _homes(change):
            inhabitants[home].append(str(change.address))
    waiting = list(selected)
    while waiting:
        for address in inhabitants.get(waiting.pop(), ()):
            if address not in selected:
                selected.add(address)
                waiting.append(address)
    return selected


_HOMES = {"product", "variant"}


def _homes(change: Change) -> list[str]:
    """The product or variant a change is part of."""
    spec = ENTITY_BY_NAME[change.address.entity]
    required = {field.refers for field in spec.fields if field.required and field.refers in _HOMES}
    return [address for address in change.refs if address.split(":", 1)[0] in required]


def _with_needs(selected: set[str], changes: Mapping[str, Change]) -> set[str]:
    """Add every change that creates what a selected one refers to."""
    waiting, complete = list(selected), set(selected)
    while waiting:
        for address, target_id in changes[waiting.pop()].refs.items():
            if target_id is None and address in changes and address not in complete:
                complete.add(address)
                waiting.append(address)
    return complete


NAMES = tuple(spec.name for spec in ENTITIES if not spec.reference)
"""What `only` may say."""
