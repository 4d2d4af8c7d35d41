"""The form of every write: one dataclass, filled with the functions of one noun."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.entities.spec import EntitySpec
from reconcile.errors import RequestRefused
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient

Learned = Mapping[Address, str]
CHANGES = frozenset({Action.UPDATE, Action.DRAFT, Action.SET_STOCK})
"""The actions that write to a record that is there."""

ONE = BatchLimits(units=1)
"""One record after the other, for what Medusa orders or counts while it writes."""
FEW = BatchLimits(units=1, concurrency=4)
"""One record per request, several requests at once."""


def _no_lane(_unit: Unit) -> str:
    return ""


def _nothing(_units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
    return {}


@dataclass(slots=True, eq=False)
class WritePhase:
    """A Phase (see systems.py) whose five answers are given by five functions."""

    name: str
    limits: BatchLimits
    picks: Callable[[Sequence[Change]], list[Unit]]
    body: Callable[[Unit, Resolve], Json]
    post: Callable[[Sequence[Unit], Sequence[Json]], Learned]
    asks: Callable[[Sequence[Unit], Resolve], Mapping[str, str]] = _nothing
    lanes: Callable[[Unit], str] = _no_lane

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        return self.picks(changes)

    def lane(self, unit: Unit) -> str:
        return self.lanes(unit)

    def prepare(self, units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return self.asks(units, resolve)

    def payload(self, unit: Unit, resolve: Resolve) -> Json:
        return self.body(unit, resolve)

    def send(self, units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return self.post(units, payloads)


def creates(entity: str) -> Callable[[Sequence[Change]], list[Unit]]:
    """Picks the creates of an entity, one unit each."""
    return lambda changes: [Unit(each) for each in of(entity, changes, {Action.CREATE})]


def updates(entity: str) -> Callable[[Sequence[Change]], list[Unit]]:
    """Picks what writes to existing records of an entity, one unit each."""
    return lambda changes: [Unit(each) for each in of(entity, changes, CHANGES)]


def deletes(entity: str) -> Callable[[Sequence[Change]], list[Unit]]:
    """Picks the deletes of an entity, one unit each."""
    return lambda changes: [Unit(each) for each in of(entity, changes, {Action.DELETE})]


def of(
    entity: str, changes: Sequence[Change], actions: frozenset[Action] | set[Action]
) -> list[Change]:
    return [
        change for change in changes if change.address.entity == entity and change.action in actions
    ]


def target_of(unit: Unit) -> str:
    """The id of the record an update or delete writes to. Raises KeyError when there is none."""
    if unit.lead.target_id is None:
        raise KeyError(str(unit.lead.address))
    return unit.lead.target_id


def post_one(client: MedusaClient, path: str, singular: str, unit: Unit, payload: Json) -> Learned:
    """Write one record. A 200 without a record is Medusa's answer for an id that is gone."""
    record = client.post(path, payload, fields=("id",)).get(singular) or {}
    if "id" not in record:
        raise RequestRefused(
            f"Medusa has no {unit.lead.address.entity} with the id {unit.lead.target_id} any more.",
            remedy="Take a new snapshot and plan again.",
        )
    return {unit.lead.address: str(record["id"])}


def record_phases(
    client: MedusaClient,
    spec: EntitySpec,
    path: str,
    singular: str,
    body: Callable[[Unit, Resolve], Json],
) -> tuple[WritePhase, WritePhase]:
    """Create and update phases of an entity that is written record by record, in any order."""

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return post_one(client, path, singular, units[0], payloads[0])

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return post_one(client, f"{path}/{target_of(units[0])}", singular, units[0], payloads[0])

    noun = spec.plural.replace("_", " ")
    return (
        WritePhase(f"create {noun}", FEW, creates(spec.name), body, create),
        WritePhase(f"update {noun}", FEW, updates(spec.name), body, update),
    )


def related_key(change: Change, field: str, entity: str) -> str:
    """The key of the record a REF field points to, "" where the change does not say.

    A change names only what it alters, so the rest is found among its references. These are asked
    first: the values of a change that was read from a plan are not in memory.
    """
    referred = _referred(change, entity)
    if len(referred) == 1:
        return referred[0]
    named = change.after.get(field) or change.before.get(field)
    return str(named) if named else next(iter(referred), "")


def _referred(change: Change, entity: str) -> list[str]:
    addresses = (Address.parse(text) for text in change.refs)
    return [address.key for address in addresses if address.entity == entity]
