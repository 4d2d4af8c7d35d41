"""What the changes of a plan move in records beside the fields they name.

Such a field tells nothing about what others did, once a change that moves it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Change

TOTALS = frozenset({"totals"})
"""What sums up the records inside a record: an order's totals follow from its invoices."""
OPTIONS = "options"
"""A product's option that gets another title has it in the options of all its variants."""


def marks(change: Change) -> Iterator[str]:
    """The addresses of records in which, or in whose members, a change moves more than it names."""
    entity = change.address.entity
    if entity == "product" and OPTIONS in change.paths:
        yield str(change.address)
    parent = _parent(ENTITY_BY_NAME[entity])
    if parent and ENTITY_BY_NAME[parent].sums_up:
        yield from _there(change, parent)


def moved(change: Change, marked: AbstractSet[str]) -> frozenset[str]:
    """The fields of a change that tell nothing, after changes that left these marks."""
    spec = ENTITY_BY_NAME[change.address.entity]
    if spec.sums_up and str(change.address) in marked:
        return TOTALS
    if spec.name == "variant" and not marked.isdisjoint(_there(change, "product")):
        return frozenset({OPTIONS})
    return frozenset()


def _parent(spec: EntitySpec) -> str:
    return spec.by_name[spec.parent].refers if spec.parent else ""


def _there(change: Change, entity: str) -> Iterator[str]:
    """The addresses of existing records of an entity that a change refers to."""
    for address, target_id in change.refs.items():
        if target_id is not None and Address.parse(address).entity == entity:
            yield address
