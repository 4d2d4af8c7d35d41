"""Customers through the Admin API, for shops without the companion: as guests, one by one.

A customer takes several requests: itself, then each address, then the groups. A create that was cut
short goes on where it stopped when it is sent again, for what is there already is found by e-mail
and by the marks of addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.entities.customer import CUSTOMER
from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.errors import RequestRefused
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import Resolve, Unit
from reconcile.targets.medusa.addresses import DEFAULTS, all_parts, marked
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.body import METADATA, scalars, with_metadata
from reconcile.targets.medusa.phases.customer import joined, left, unknown_groups
from reconcile.targets.medusa.phases.people import ONLY_COMPANION, People
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    FEW,
    Learned,
    WritePhase,
    of,
    post_one,
    target_of,
)
from reconcile.targets.medusa.tables.listing import Record, nested

PATH, SINGULAR = "customers", "customer"
ADDRESSES, GROUPS = "addresses", "groups"
ADDRESS_FIELDS = ("id", "addresses.id", "addresses.metadata")
FOUND_FIELDS = ("id", "email", "has_account", "metadata", "addresses.metadata", "groups.id")


def customer_admin_phases(people: People) -> tuple[WritePhase, ...]:
    client = people.client

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        body, addresses, groups = _split(payloads[0])
        identity = _created(client, units[0], body)
        _write_addresses(client, identity, addresses)
        _write_groups(client, identity, groups)
        return {units[0].lead.address: identity}

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        body, addresses, groups = _split(payloads[0])
        identity = target_of(units[0])
        if body:
            post_one(client, f"{PATH}/{identity}", SINGULAR, units[0], body)
        _write_addresses(client, identity, addresses)
        _write_groups(client, identity, groups)
        return {}

    def asks(units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return unknown_groups(client, units, resolve)

    new, changed = (people.when(companion=False, picks=picks) for picks in (_new, _changed))
    return (
        WritePhase("create customers", FEW, new, _body, create, asks),
        WritePhase("update customers", FEW, changed, _body, update, asks),
    )


def _new(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("customer", changes, {Action.CREATE})]


def _changed(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("customer", changes, CHANGES)]


def _body(unit: Unit, resolve: Resolve) -> Json:
    """The customer's own columns, and under two names of ours what other requests write."""
    change = unit.lead
    columns = scalars(change, CUSTOMER)
    own = {name: value for name, value in columns.items() if name not in ONLY_COMPANION}
    body = with_metadata(change, own)
    if ADDRESSES in change.after:
        rows = change.after[ADDRESSES] or ()
        body[ADDRESSES] = [_address(row, change.source_id) for row in rows]
    if GROUPS in change.after:
        body[GROUPS] = {"add": joined(change, resolve), "remove": left(change, resolve)}
    return body


def _address(row: Mapping[str, Json], owner: str | None) -> Json:
    return {
        **all_parts(row),
        **{name: row.get(name) is True for name in DEFAULTS},
        METADATA: {OWNERSHIP_KEY: marked(row["id"], owner)},
    }


def _split(payload: Json) -> tuple[dict[str, Json], list[Json] | None, Mapping[str, Json]]:
    body = dict(payload)
    return body, body.pop(ADDRESSES, None), body.pop(GROUPS, {})


def _created(client: MedusaClient, unit: Unit, body: Json) -> str:
    """The id of the customer, made now or by a request whose answer was lost."""
    try:
        return post_one(client, PATH, SINGULAR, unit, body)[unit.lead.address]
    except RequestRefused:
        held = own_guests(client, [unit.lead]).get(unit.lead.address)
        if held is None:
            raise
        return str(held["id"])


def own_guests(client: MedusaClient, changes: Sequence[Change]) -> dict[Address, Record]:
    """Of customers to be created those that are there, with their addresses and groups."""
    emails = [str(change.after.get("email") or change.address.key) for change in changes]
    found = client.matching(PATH, "customers", "email", emails, FOUND_FIELDS)
    held = {(record["email"], mark_of(record)): record for record in found}
    marks = [(email, change.source_id) for email, change in zip(emails, changes, strict=True)]
    return {
        change.address: held[mark]
        for change, mark in zip(changes, marks, strict=True)
        if mark in held
    }


def _write_addresses(client: MedusaClient, customer: str, wanted: list[Json] | None) -> None:
    """Make the addresses that bear our mark be the wanted ones; others are left alone."""
    if wanted is None:
        return
    path = f"{PATH}/{customer}"
    record = client.get(path, fields=ADDRESS_FIELDS)[SINGULAR]
    held = {mark_of(each): each["id"] for each in nested(record, ADDRESSES)}
    held.pop(None, None)
    for address in wanted:
        identity = held.pop(mark_of(address), None)
        own = f"{path}/addresses/{identity}" if identity else f"{path}/addresses"
        client.post(own, address)
    for identity in held.values():
        client.delete(f"{path}/addresses/{identity}")


def _write_groups(client: MedusaClient, customer: str, groups: Mapping[str, Json]) -> None:
    """Medusa would put a customer into a group twice, so it is asked first who is where."""
    if not groups.get("add") and not groups.get("remove"):
        return
    path = f"{PATH}/{customer}"
    record = client.get(path, fields=("id", "groups.id"))[SINGULAR]
    held = {group["id"] for group in nested(record, GROUPS)}
    add = [group for group in groups["add"] if group not in held]
    remove = [group for group in groups["remove"] if group in held]
    if add or remove:
        client.post(f"{path}/customer-groups", {"add": add, "remove": remove})
