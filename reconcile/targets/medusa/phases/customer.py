"""Customers through the companion: many in one request, new ones and changed ones alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reconcile.entities.customer import CUSTOMER
from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.errors import BadAnswer
from reconcile.identity import FOREIGN
from reconcile.model import Action, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.addresses import address_body
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import METADATA, scalars
from reconcile.targets.medusa.phases.by_sku import found
from reconcile.targets.medusa.phases.people import (
    CARRIED,
    RESET,
    People,
    merged_metadata,
    refuse_failed,
)
from reconcile.targets.medusa.phases.phase import CHANGES, Learned, WritePhase, of
from reconcile.targets.medusa.protocol import CUSTOMERS

MANY = BatchLimits(units=200, body_bytes=4_000_000)
GROUP = "customer_group"
MARK = f"{METADATA}.{OWNERSHIP_KEY}"


def customer_phases(people: People) -> tuple[WritePhase, WritePhase]:
    """Creates and updates in one phase: what is sent says what it is. New e-mails go before, for
    the old one may be somebody else's from now on."""
    return (
        _customer_phase(people, "write e-mails of customers", _renamed),
        _customer_phase(people, "write customers", _written),
    )


def _customer_phase(
    people: People, name: str, chosen: Callable[[Sequence[Change]], list[Unit]]
) -> WritePhase:

    def body(unit: Unit, resolve: Resolve) -> Json:
        return _body(people, unit.lead, resolve)

    def send(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _learned(units, people.companion.post(CUSTOMERS, payloads))

    def asks(units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return unknown_groups(people.client, units, resolve)

    picks = people.when(companion=True, picks=chosen)
    return WritePhase(name, MANY, picks, body, send, asks)


def _renamed(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("customer", changes, CHANGES) if "email" in each.paths]


def _written(changes: Sequence[Change]) -> list[Unit]:
    """The rest."""
    there = [Unit(each) for each in of("customer", changes, CHANGES) if "email" not in each.paths]
    return [Unit(each) for each in of("customer", changes, {Action.CREATE})] + there


def _body(people: People, change: Change, resolve: Resolve) -> Json:
    after = change.after
    body: dict[str, Json] = {
        "email": after.get("email") or change.address.key,
        OWNERSHIP_KEY: change.source_id,
        "customer": customer_fields(change),
    }
    if change.target_id is not None:
        body["id"] = change.target_id
    if change.before.get(MARK) not in (None, change.source_id):
        body["replaces"] = change.before[MARK]
    if "addresses" in after:
        rows = after["addresses"] or ()
        body["addresses"] = [address_body(row, change.source_id) for row in rows]
    if "groups" in after:
        body["groups"] = {
            "add": joined(change, resolve),
            "remove": left(change, resolve),
        }
    if after.get("login"):
        body["login"] = _login(people, change, str(after["login"]))
    return body


def customer_fields(change: Change) -> dict[str, Json]:
    """The columns and the metadata a change writes."""
    written = {name: value for name, value in scalars(change, CUSTOMER).items() if name != "login"}
    metadata = merged_metadata(change)
    return {**written, METADATA: metadata} if metadata else written


def joined(change: Change, resolve: Resolve) -> list[str]:
    """The ids of groups a customer comes into."""
    return _group_ids(change.after.get("groups"), change.before.get("groups"), resolve)


def left(change: Change, resolve: Resolve) -> list[str]:
    """The ids of groups a customer leaves."""
    return _group_ids(change.before.get("groups"), change.after.get("groups"), resolve)


def _group_ids(
    groups: Sequence[str] | None, but: Sequence[str] | None, resolve: Resolve
) -> list[str]:
    return [group_id(key, resolve) for key in groups or () if key not in (but or ())]


def group_id(key: str, resolve: Resolve) -> str:
    """A group that no record of the source belongs to goes by its id."""
    return key.removeprefix(FOREIGN) if key.startswith(FOREIGN) else resolve(f"{GROUP}:{key}")


def unknown_groups(
    client: MedusaClient, units: Sequence[Unit], resolve: Resolve
) -> Mapping[str, str]:
    """Groups that customers leave: a change has no reference to what it takes away."""
    named = {key for unit in units for key in unit.lead.before.get("groups") or ()}
    names = [
        key
        for key in named
        if not key.startswith(FOREIGN) and found(f"{GROUP}:{key}", resolve) is None
    ]
    groups = client.matching("customer-groups", "customer_groups", "name", names, ("id", "name"))
    return {f"{GROUP}:{group['name']}": str(group["id"]) for group in groups}


def _login(people: People, change: Change, login: str) -> Json:
    """The hash is opened only here, on its way into the request."""
    if login == RESET:
        return {"kind": "reset"}
    seal = login.removeprefix(CARRIED)
    return {"kind": "carried", "seal": seal, "hash": people.hash_of(change, seal)}


def _learned(units: Sequence[Unit], told: Sequence[Mapping[str, Any]]) -> Learned:
    by_email = {str(each.get("email")).lower(): each for each in told}
    answers = {unit.lead.address: by_email.get(_email(unit.lead)) for unit in units}
    if None in answers.values():
        raise BadAnswer("The companion in Medusa did not say what became of each customer.")
    known = {address: answer for address, answer in answers.items() if answer is not None}
    refuse_failed(
        "customer",
        units,
        {str(address): each["error"] for address, each in known.items() if "error" in each},
    )
    return {address: str(each["id"]) for address, each in known.items()}


def _email(change: Change) -> str:
    return str(change.after.get("email") or change.address.key).lower()
