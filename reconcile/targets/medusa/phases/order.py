"""Orders of the past through the companion, each with its invoices, shipments and credit memos.

A new order takes all of them along. Later changes of one order travel together as well, so that
no order is ever in two requests at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.errors import BadAnswer, RequestRefused
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.addresses import all_parts
from reconcile.targets.medusa.lines import lines_of
from reconcile.targets.medusa.phases.body import METADATA, jsonable, ref
from reconcile.targets.medusa.phases.people import (
    People,
    creates,
    merged_metadata,
    refuse_failed,
)
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    Learned,
    WritePhase,
    of,
    related_key,
)
from reconcile.targets.medusa.phases.sales_document import PLURALS, document, number_of
from reconcile.targets.medusa.protocol import ORDERS

MANY = BatchLimits(units=100, body_bytes=8_000_000)
ADDRESSES = ("billing_address", "shipping_address")
LINKS = {
    "customer": ("customer_id", "customer"),
    "sales_channel": ("sales_channel_id", "sales_channel"),
}
COLUMNS = ("email", "status", "currency_code", "created_at", "updated_at", "canceled_at", "locale")
FOLLOWING = frozenset({"paid", "refunded", "due"})
"""The totals that follow from invoices and credit memos; the others stay as they were written."""
UNWRITABLE = "unwritable"
"""The key of a payload that says why it cannot be written at all."""


def order_phases(people: People) -> tuple[WritePhase, ...]:
    """New orders, then changes of orders. The last phase takes what was refused together."""

    def send(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        refuse_unwritable(payloads)
        return _learned(units, people.companion.post(ORDERS, payloads))

    new, changed, single = (
        people.when(companion=True, picks=picks) for picks in (_new, _changed, _single)
    )
    return (
        WritePhase("create orders", MANY, new, _new_order, send),
        WritePhase("update orders", MANY, changed, _changed_order, send),
        WritePhase("update orders one by one", MANY, single, _changed_order, send, lanes=order_of),
    )


def order_of(unit: Unit) -> str:
    """The key of the order that a unit is about."""
    return order_key(unit.lead)


def order_key(change: Change) -> str:
    if change.address.entity == "order":
        return change.address.key
    return related_key(change, "order", "order")


def _new(changes: Sequence[Change]) -> list[Unit]:
    """Each order to be created, with what is to be created in it."""
    inside: dict[str, list[Change]] = {}
    for change in _children(changes):
        if creates(change):
            inside.setdefault(order_key(change), []).append(change)
    return [
        Unit(order, tuple(inside.get(order.address.key, ())))
        for order in of("order", changes, {Action.CREATE})
    ]


def _changed(changes: Sequence[Change]) -> list[Unit]:
    """All changes of one order as one unit: what is to be done to the order itself leads."""
    together: dict[str, list[Change]] = {}
    for change in (*of("order", changes, CHANGES), *_children(changes)):
        together.setdefault(order_key(change), []).append(change)
    return [Unit(lead, tuple(members)) for lead, *members in together.values()]


def _single(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in (*of("order", changes, CHANGES), *_children(changes))]


def _children(changes: Sequence[Change]) -> list[Change]:
    written = {Action.CREATE, *CHANGES}
    return [change for entity in PLURALS for change in of(entity, changes, written)]


def _new_order(unit: Unit, resolve: Resolve) -> Json:
    order = unit.lead
    return {
        "number": number_of(order),
        OWNERSHIP_KEY: order.source_id,
        "order": _document(order, resolve),
        **_inside(unit.members, resolve),
    }


def _document(order: Change, resolve: Resolve) -> Json:
    after = order.after
    lines = lines_of(after)
    return {
        **_columns(order, resolve),
        "items": [jsonable(line) for line in lines.items],
        "shipping_methods": list(lines.shipping_methods),
        "credit_lines": list(lines.credit_lines),
    }


def _columns(order: Change, resolve: Resolve) -> dict[str, Json]:
    """What a change says of the order itself."""
    after = order.after
    body = {name: after[name] for name in COLUMNS if name in after}
    for name, (column, entity) in LINKS.items():
        if name in after:
            body[column] = ref(after[name], entity, resolve)
    for name in ADDRESSES:
        if name in after:
            body[name] = all_parts(after[name]) if after[name] else None
    metadata = merged_metadata(order)
    return {**body, METADATA: metadata} if metadata else body


def _changed_order(unit: Unit, resolve: Resolve) -> Json:
    key = order_of(unit)
    body: dict[str, Json] = {"number": key, "id": resolve(f"order:{key}")}
    members: Sequence[Change] = unit.changes
    if unit.lead.address.entity == "order":
        body |= {OWNERSHIP_KEY: unit.lead.source_id, "update": _columns(unit.lead, resolve)}
        members = unit.members
    why = why_unwritable(unit.lead)
    return {**body, **_inside(members, resolve), **({UNWRITABLE: why} if why else {})}


def why_unwritable(change: Change) -> str:
    """Why a change of an order cannot be written; "" when it can."""
    before, after = (side.get("totals") or {} for side in (change.before, change.after))
    moved = [name for name in after.keys() - FOLLOWING if after[name] != before.get(name)]
    if creates(change) or change.address.entity != "order" or not moved:
        return ""
    return (
        f"The amounts of order {change.address.key} changed after it was written "
        f"({', '.join(sorted(moved))}), and those of an order of the past are never changed."
    )


def refuse_unwritable(payloads: Sequence[Json]) -> None:
    """Raise RequestRefused when one of the payloads cannot be written."""
    for payload in payloads:
        if UNWRITABLE in payload:
            raise RequestRefused(
                payload[UNWRITABLE],
                remedy="Compare the order in both shops, and correct Medusa by hand.",
            )


def _inside(members: Sequence[Change], resolve: Resolve) -> dict[str, Json]:
    """Invoices, shipments and credit memos under the names the companion has for them."""
    inside: dict[str, Json] = {}
    for member in members:
        documents = inside.setdefault(PLURALS[member.address.entity], [])
        documents.append(document(member, resolve))
    return inside


def _learned(units: Sequence[Unit], told: Sequence[Mapping[str, Any]]) -> Learned:
    by_number = {str(each.get("number")): each for each in told}
    answers = {_sent_number(unit): by_number.get(_sent_number(unit)) for unit in units}
    if None in answers.values():
        raise BadAnswer("The companion in Medusa did not say what became of each order.")
    known = {number: answer for number, answer in answers.items() if answer is not None}
    errors = {number: each["error"] for number, each in known.items() if "error" in each}
    refuse_failed("order", units, errors)
    ids: dict[Address, str] = {}
    for unit in units:
        ids |= _ids(unit, known[_sent_number(unit)])
    return ids


def _sent_number(unit: Unit) -> str:
    return number_of(unit.lead) if unit.lead.address.entity == "order" else order_of(unit)


def _ids(unit: Unit, answer: Mapping[str, Any]) -> Learned:
    """The ids an answer tells of an order and what is in it."""
    ids = {Address("order", order_of(unit)): str(answer["id"])}
    for change in unit.changes:
        made = answer.get(PLURALS.get(change.address.entity, "")) or {}
        if number_of(change) in made:
            ids[change.address] = str(made[number_of(change)])
    return ids
