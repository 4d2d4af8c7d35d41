"""What records hold right now: read in bulk by their ids, and said as a snapshot would say it.

One reader of every value: the answers go through the same tables and the same existing frames as a
snapshot, only that the tables are in memory and hold a few records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.model import Address, Change, Json
from reconcile.settings import OrdersMode
from reconcile.systems import UNTOUCHABLE
from reconcile.targets.medusa.existing import SALES, existing
from reconcile.targets.medusa.in_memory import InMemory
from reconcile.targets.medusa.list_readings import ListReadings
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.phases.phase import related_key
from reconcile.targets.medusa.protocol import CUSTOMERS, ORDERS
from reconcile.targets.medusa.tables.by_id import BY_ID
from reconcile.targets.medusa.tables.customer import CUSTOMERS as AS_COMPANION_LISTS
from reconcile.targets.medusa.tables.lookup import CUSTOMER_GROUPS
from reconcile.targets.medusa.tables.sales import SALES as SALES_TABLES

Values = Mapping[str, Json]
Tables = Iterable[InMemory]
GROUPS = "groups"


def present(
    people: People, lists: ListReadings, changes: Sequence[Change]
) -> dict[Address, Values]:
    """See `Target.present` (systems.py). Raises SystemFault."""
    by_entity: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        if change.target_id is not None:
            by_entity[change.address.entity].append(change)
    of_sales = [change for entity in SALES for change in by_entity.get(entity, ())]
    sales = _sales(people, of_sales) if of_sales else InMemory()
    found: dict[Address, Values] = {}
    for entity, wanted in by_entity.items():
        spec = ENTITY_BY_NAME[entity]
        named = _compared(spec, wanted)
        tables = (sales,) if entity in SALES else _tables(people, lists, entity, wanted, named)
        for each in tables:
            found |= _values(spec, named, each, wanted)
    return found


def _compared(spec: EntitySpec, changes: Iterable[Change]) -> dict[str, FieldSpec]:
    """The fields these changes name, but places among siblings, which move when others do."""
    paths = {path for change in changes for path in change.paths}
    fields = ((path, spec.field(path)) for path in sorted(paths))
    return {path: each for path, each in fields if each is not None and each.kind is not Kind.RANK}


def _values(
    spec: EntitySpec, named: Mapping[str, FieldSpec], tables: InMemory, changes: Iterable[Change]
) -> Iterator[tuple[Address, Values]]:
    frame = existing(tables, spec, list(named)).collect()
    rows = {row["target_id"]: row for row in frame.iter_rows(named=True)}
    for change in changes:
        row = rows.get(change.target_id)
        if row is not None:
            yield change.address, _said(row, [path for path in change.paths if path in named])


def _said(row: Mapping[str, Any], paths: Iterable[str]) -> dict[str, Json]:
    held = {path: row[path] for path in paths}
    return {**held, UNTOUCHABLE: True} if row.get(UNTOUCHABLE) else held


def _tables(
    people: People,
    lists: ListReadings,
    entity: str,
    changes: Sequence[Change],
    named: Iterable[str],
) -> Tables:
    """Tables that hold the records of these changes, and what is read along with them."""
    if entity == "list_price":
        return [lists.of(each) for each in sorted({_list_id(change) for change in changes})]
    if entity == "customer":
        return [_customers(people, changes, named)]
    return [_by_id(people, entity, changes, named)]


def _by_id(
    people: People, entity: str, changes: Iterable[Change], named: Iterable[str]
) -> InMemory:
    how = BY_ID[entity]
    ids = {_id(change) for change in changes}
    listing = how.listing
    records = people.client.matching(listing.path, listing.plural, "id", ids, how.fields(named))
    return InMemory().fill(how.tables, records)


def _id(change: Change) -> str:
    """The id to ask for: levels are asked for by their items."""
    return str(change.target_id).partition("/")[0]


def _list_id(change: Change) -> str:
    key = related_key(change, "price_list", "price_list")
    return change.refs.get(f"price_list:{key}") or ""


def _customers(people: People, changes: Sequence[Change], named: Iterable[str]) -> InMemory:
    if people.companion.facts() is None:
        tables = _by_id(people, "customer", changes, named)
    else:
        records = people.companion.find(CUSTOMERS, "id", [_id(change) for change in changes])
        tables = InMemory().fill((AS_COMPANION_LISTS,), records)
    if GROUPS in named:
        pages = people.client.pages(CUSTOMER_GROUPS)
        tables.fill(CUSTOMER_GROUPS.tables, (each for page in pages for each in page.records))
    return tables


def _sales(people: People, changes: Sequence[Change]) -> InMemory:
    """Orders with all that lives in them: one reading for the changes of both."""
    orders = {order for change in changes if (order := _order_id(change))}
    if people.settings.orders is OrdersMode.DRAFT:
        drafts = [change for change in changes if change.address.entity == "order"]
        return _by_id(people, "order", drafts, ())
    return InMemory().fill(SALES_TABLES, people.companion.find(ORDERS, "id", orders))


def _order_id(change: Change) -> str | None:
    if change.address.entity == "order":
        return change.target_id
    return change.refs.get(f"order:{related_key(change, 'order', 'order')}")
