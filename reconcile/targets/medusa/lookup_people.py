"""Which customers and orders of a plan exist already, each told by its mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconcile.model import Address, Change
from reconcile.settings import OrdersMode
from reconcile.targets.medusa.addresses import marked
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.customer_admin import own_guests
from reconcile.targets.medusa.phases.order import order_key
from reconcile.targets.medusa.phases.people import People
from reconcile.targets.medusa.protocol import CUSTOMERS, ORDERS
from reconcile.targets.medusa.tables.listing import Record, nested
from reconcile.targets.medusa.tables.sales import DRAFT_ORDERS

Found = Mapping[Address, str]
MEMBERS = {"invoice": "payments", "shipment": "fulfillments", "credit_memo": "credit_lines"}
"""What the records inside an order are called where the companion lists them."""


def find_customers(people: People, changes: Sequence[Change]) -> Found:
    """A guest counts only when it is whole: a create takes several requests without companion."""
    if people.companion.facts() is None:
        there = own_guests(people.client, changes)
        return {
            change.address: str(there[change.address]["id"])
            for change in changes
            if change.address in there and _whole(change, there[change.address])
        }
    return _by_mark(changes, people.companion.find(CUSTOMERS, "email", emails_of(changes)))


def emails_of(changes: Sequence[Change]) -> list[str]:
    """The e-mails that customers are created with."""
    return [str(change.after.get("email") or change.address.key) for change in changes]


def _whole(change: Change, record: Record) -> bool:
    rows = change.after.get("addresses") or ()
    wanted = {marked(row["id"], change.source_id) for row in rows}
    groups = list(nested(record, "groups"))
    there = {mark_of(address) for address in nested(record, "addresses")}
    return wanted <= there and len(groups) >= len(change.after.get("groups") or ())


def find_orders(people: People, changes: Sequence[Change]) -> Found:
    if people.settings.orders is OrdersMode.DRAFT:
        return _find_drafts(people, changes)
    numbers = [order_key(change) for change in changes]
    return _by_mark(changes, numbered(people, numbers, "summary"))


def _find_drafts(people: People, changes: Sequence[Change]) -> Found:
    """A draft without its e-mail was begun: sending its create again goes on with that."""
    drafts = [record for page in people.client.pages(DRAFT_ORDERS) for record in page.records]
    mailed = {change.source_id for change in changes if change.after.get("email")}
    begun = [each for each in drafts if mark_of(each) in mailed and not each.get("email")]
    people.begun.update((str(mark_of(each)), str(each["id"])) for each in begun)
    return _by_mark(changes, (each for each in drafts if each not in begun))


def find_inside_orders(people: People, changes: Sequence[Change]) -> Found:
    """Invoices, shipments or credit memos: their orders are looked at."""
    orders = list(numbered(people, [order_key(change) for change in changes], ""))
    found: dict[Address, str] = {}
    for entity, relation in MEMBERS.items():
        wanted = [change for change in changes if change.address.entity == entity]
        found |= _by_mark(wanted, (each for order in orders for each in nested(order, relation)))
    return found


def numbered(people: People, numbers: Sequence[str], fields: str) -> Iterator[Record]:
    """Orders by their numbers; none in a shop without companion."""
    if people.companion.facts() is not None:
        yield from people.companion.find(ORDERS, "number", numbers, fields)


def _by_mark(changes: Sequence[Change], records: Iterable[Record]) -> Found:
    marks = {mark_of(record): str(record["id"]) for record in records}
    return {
        change.address: marks[change.source_id]
        for change in changes
        if change.source_id is not None and change.source_id in marks
    }
