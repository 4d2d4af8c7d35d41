"""Which records exist already: asked after a lost answer, and when a run is taken up again.

By ownership mark where Medusa lets one be stored, else by what is unique: SKU, handle, name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from reconcile.model import Address, Change
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.lookup_composite import find_levels, find_list_prices
from reconcile.targets.medusa.lookup_people import (
    find_customers,
    find_inside_orders,
    find_orders,
)
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.by_sku import ids_by_sku
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.tables.listing import Record, nested
from reconcile.targets.medusa.tables.price_list import PRICE_LISTS

Found = Mapping[Address, str]
MARKED = ("id", "metadata")
LOCATION_NAMES = ("stock-locations", "stock_locations", "name")


def lookup(people: People, changes: Sequence[Change]) -> Found:
    """The ids of those creates that are there. Raises SystemFault."""
    by_entity: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_entity[change.address.entity].append(change)
    found: dict[Address, str] = {}
    for entity, wanted in by_entity.items():
        found |= _finder(people, entity)(wanted)
    return found


def _finder(people: People, entity: str) -> Callable[[list[Change]], Found]:
    if entity in PEOPLE_FINDERS:
        return partial(PEOPLE_FINDERS[entity], people)
    return partial(FINDERS[entity], people.client)


def _named(path: str, plural: str, field: str) -> Callable[[MedusaClient, list[Change]], Found]:
    """Finds records by the value of one field, which is what they are created with."""

    def find(client: MedusaClient, changes: list[Change]) -> Found:
        return _found(changes, _candidates(client, changes, path, plural, field))

    return find


def _candidates(
    client: MedusaClient,
    changes: Sequence[Change],
    path: str,
    plural: str,
    field: str,
    fields: Sequence[str] = MARKED,
) -> list[list[Record]]:
    """For each change the records that have its value of one field."""
    values = [str(change.after.get(field) or change.address.key) for change in changes]
    held: dict[str, list[Record]] = defaultdict(list)
    for record in client.matching(path, plural, field, values, (*fields, field)):
        held[record[field]].append(record)
    return [held[value] for value in values]


def _found(changes: Sequence[Change], candidates: Sequence[Sequence[Record]]) -> Found:
    """Each change with the one of its candidates that is its own."""
    own = {
        change.address: _own(change, records)
        for change, records in zip(changes, candidates, strict=True)
    }
    return {address: str(record["id"]) for address, record in own.items() if record}


def _own(change: Change, candidates: Sequence[Record]) -> Record | None:
    """The candidate with the change's mark, else one without any; never somebody else's."""
    marks = {mark_of(record): record for record in reversed(candidates)}
    return marks.get(change.source_id) or marks.get(None)


def _locations(client: MedusaClient, changes: list[Change]) -> Found:
    """A location of ours that does not serve all its channels yet was begun, and is not there:
    they are linked by a second request, and sending the create again goes on with that."""
    fields = (*MARKED, "sales_channels.name")
    held = _candidates(client, changes, *LOCATION_NAMES, fields)
    whole = [
        [record for record in records if not _begun(change, record)]
        for change, records in zip(changes, held, strict=True)
    ]
    return _found(changes, whole)


def _begun(change: Change, record: Record) -> bool:
    served = {channel["name"] for channel in nested(record, "sales_channels")}
    wanted = set(change.after.get("sales_channels") or ())
    return mark_of(record) == change.source_id and not wanted <= served


def _variants(client: MedusaClient, changes: list[Change]) -> Found:
    ids = ids_by_sku(client, [change.address.key for change in changes])
    there = {change.address: ids.get(str(change.address)) for change in changes}
    return {address: identity for address, identity in there.items() if identity}


def _price_lists(client: MedusaClient, changes: list[Change]) -> Found:
    """Titles are not unique and cannot be asked for: all lists are read, they are few."""
    lists = [record for page in client.pages(PRICE_LISTS) for record in page.records]
    titled = [
        [record for record in lists if record["title"] == change.after.get("title")]
        for change in changes
    ]
    return _found(changes, titled)


FINDERS: Mapping[str, Callable[[MedusaClient, list[Change]], Found]] = {
    "customer_group": _named("customer-groups", "customer_groups", "name"),
    "stock_location": _locations,
    "product_type": _named("product-types", "product_types", "value"),
    "product_tag": _named("product-tags", "product_tags", "value"),
    "category": _named("product-categories", "product_categories", "handle"),
    "product": _named("products", "products", "external_id"),
    "variant": _variants,
    "inventory_level": find_levels,
    "price_list": _price_lists,
    "list_price": find_list_prices,
}
PEOPLE_FINDERS: Mapping[str, Callable[[People, Sequence[Change]], Found]] = {
    "customer": find_customers,
    "order": find_orders,
    "invoice": find_inside_orders,
    "shipment": find_inside_orders,
    "credit_memo": find_inside_orders,
}
