"""What stands already where creates would: ours, or put there by others since the plan was made.

Mostly what a look-up of our own creates finds too. It differs where the shop knows a record by more
than our mark: the account somebody opened with an e-mail, the order that got a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Address, Change
from reconcile.settings import OrdersMode
from reconcile.targets.medusa.existing import SALES, existing
from reconcile.targets.medusa.list_readings import ListReadings
from reconcile.targets.medusa.lookup import Found, lookup
from reconcile.targets.medusa.lookup_people import emails_of, numbered
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.order import order_key
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.phases.phase import related_key
from reconcile.targets.medusa.phases.price_list import currency_and_minimum
from reconcile.targets.medusa.protocol import CUSTOMERS

SLOT = ("variant", "currency_code", "min_quantity")


def taken(people: People, lists: ListReadings, changes: Sequence[Change]) -> Found:
    """See `Target.taken` (systems.py). Raises SystemFault."""
    by_entity: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        by_entity[change.address.entity].append(change)
    found: dict[Address, str] = {}
    for entity, wanted in by_entity.items():
        found |= _taken(people, lists, entity, wanted)
    return found


def _taken(people: People, lists: ListReadings, entity: str, changes: Sequence[Change]) -> Found:
    if entity == "list_price":
        return dict(_list_prices(lists, changes))
    if entity in SALES and people.settings.orders is OrdersMode.DRAFT:
        # Draft orders are known by our mark alone, and no list can be asked for a mark: to look
        # for each would be to read them all each time.
        return {}
    if entity == "order":
        return dict(_orders(people, changes))
    if entity == "customer" and people.companion.facts() is not None:
        return dict(_customers(people, changes))
    return lookup(people, changes)


def _customers(people: People, changes: Sequence[Change]) -> Iterator[tuple[Address, str]]:
    """Customers with our mark, and those with the same e-mail that are of the same sort: an account
    and a guest may share one."""
    emails = emails_of(changes)
    ids: dict[tuple[str, object], str] = {}
    for record in people.companion.find(CUSTOMERS, "email", emails):
        identity = str(record["id"])
        ids[str(record["email"]), record["has_account"]] = identity
        ids[str(record["email"]), mark_of(record)] = identity
    for email, change in zip(emails, changes, strict=True):
        sort = change.after.get("has_account", True)
        identity_there = ids.get((email, change.source_id)) or ids.get((email, sort))
        if identity_there:
            yield change.address, identity_there


def _orders(people: People, changes: Sequence[Change]) -> Iterator[tuple[Address, str]]:
    """Orders with the same number, whoever made them."""
    numbers = {order_key(change): change.address for change in changes}
    for record in numbered(people, list(numbers), "summary"):
        if record["number"] in numbers and not record.get("is_draft_order"):
            yield numbers[record["number"]], str(record["id"])


def _list_prices(lists: ListReadings, changes: Sequence[Change]) -> Iterator[tuple[Address, str]]:
    """Prices of the same list, variant, currency and minimum quantity."""
    slots: dict[str, dict[tuple[str | None, ...], Address]] = defaultdict(dict)
    for change in changes:
        currency, minimum = currency_and_minimum(change)
        slot = (_id_of(change, "variant"), currency, minimum)
        slots[_id_of(change, "price_list")][slot] = change.address
    for price_list, wanted in slots.items():
        tables = lists.of(price_list)
        frame = existing(tables, ENTITY_BY_NAME["list_price"], SLOT).collect()
        for identity, *slot_there in frame.select("target_id", *SLOT).iter_rows():
            if tuple(slot_there) in wanted:
                yield wanted[tuple(slot_there)], identity


def _id_of(change: Change, entity: str) -> str:
    """The id of what a change refers to; "" of what is yet to be created."""
    key = related_key(change, entity, entity)
    return change.refs.get(f"{entity}:{key}") or ""
