"""Part of a plan: one entity, some keys, or a pilot. What a chosen change needs comes along.

To know what is needed, all changes must have passed once. They wait in a file meanwhile; of each
only its address, its action and its references are kept in memory.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from reconcile.canonical import to_json
from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.model import Action, Change
from reconcile.plan.lines import change_from_json, change_to_json
from reconcile.plan.patterns import matches

PILOTED = ("product", "order")
"""A pilot has so many of each of these."""


@dataclass(frozen=True, slots=True)
class _Light:
    """What choosing needs to know of a change."""

    address: str
    by_id: str
    """The same with the source id for the key, which stays when a key is corrected."""
    is_delete: bool
    needs: tuple[str, ...]
    """Addresses of records that other changes of the plan create."""
    homes: tuple[str, ...]
    """Addresses of the product, variant or order it is part of."""

    @property
    def entity(self) -> str:
        return self.address.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`only` are entity names, `keys` patterns of keys (`24-*`), `pilot` a number of products and
    of orders. `addresses` are single records, by key or by source id, and `left_of` names what
    holds them: the plan that could not write them."""

    only: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    pilot: int = 0
    addresses: frozenset[str] = frozenset()
    left_of: str = ""

    @property
    def described(self) -> dict[str, str]:
        """For the plan's header; empty when nothing is left out."""
        words = {
            "only": ", ".join(self.only),
            "key": ", ".join(self.keys),
            "pilot": str(self.pilot) if self.pilot else "",
            "left of": self.left_of,
        }
        return {name: text for name, text in words.items() if text}

    def of(self, changes: Iterable[Change], folder: Path) -> Iterator[Change]:
        """The chosen changes and those they need, in the order they came.

        All of them wait in a nameless file of `folder` until the last one is known.
        """
        if not self.described:
            yield from changes
            return
        with TemporaryFile(dir=folder) as waiting:
            passed: list[_Light] = []
            for change in changes:
                waiting.write(to_json(change_to_json(change)).encode() + b"\n")
                passed.append(_light(change))
            chosen = self._chosen(passed)
            waiting.seek(0)
            for light, line in zip(passed, waiting, strict=True):
                if light.address in chosen:
                    yield change_from_json(json.loads(line))

    def _chosen(self, changes: Sequence[_Light]) -> set[str]:
        selected = {change.address for change in changes if self._takes(change)}
        if self.pilot:
            selected &= _pilot(changes, self.pilot)
        return _with_needs(selected, changes)

    def _takes(self, change: _Light) -> bool:
        entity, _, key = change.address.partition(":")
        if self.addresses and self.addresses.isdisjoint((change.address, change.by_id)):
            return False
        return (not self.only or entity in self.only) and (
            not self.keys or any(matches(key, pattern) for pattern in self.keys)
        )


def _light(change: Change) -> _Light:
    spec = ENTITY_BY_NAME[change.address.entity]
    houses = {field.refers for field in spec.fields if field.required and field.refers in _HOUSES}
    return _Light(
        str(change.address),
        f"{change.address.entity}:{change.source_id}" if change.source_id else "",
        change.action is Action.DELETE,
        tuple(address for address, target_id in change.refs.items() if target_id is None),
        tuple(address for address in change.refs if address.partition(":")[0] in houses),
    )


_HOUSES = {"product", "variant", "order"}


def _pilot(changes: Sequence[_Light], count: int) -> set[str]:
    """Some records of each kind, spread over all of them, and all that lives in them."""
    selected: set[str] = set()
    for entity in PILOTED:
        selected.update(_spread(changes, entity, count))
    inhabitants: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        for home in change.homes:
            inhabitants[home].append(change.address)
    waiting = list(selected)
    while waiting:
        for address in inhabitants.get(waiting.pop(), ()):
            if address not in selected:
                selected.add(address)
                waiting.append(address)
    return selected


def _spread(changes: Sequence[_Light], entity: str, count: int) -> list[str]:
    """Products over the whole catalogue, orders over the whole history: keys are in order."""
    found = [each.address for each in changes if each.entity == entity and not each.is_delete]
    some = min(count, len(found))
    return [found[place * len(found) // some] for place in range(some)]


def _with_needs(selected: set[str], changes: Sequence[_Light]) -> set[str]:
    """Add every change that creates what a selected one refers to."""
    needs: Mapping[str, tuple[str, ...]] = {each.address: each.needs for each in changes}
    waiting, complete = list(selected), set(selected)
    while waiting:
        for address in needs[waiting.pop()]:
            if address in needs and address not in complete:
                complete.add(address)
                waiting.append(address)
    return complete


NAMES = tuple(spec.name for spec in ENTITIES if not spec.reference)
"""What `only` may say."""
