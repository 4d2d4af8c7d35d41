"""Stock locations with the channels they serve, and the levels of variants in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.entities.inventory import STOCK_LOCATION
from reconcile.errors import RequestRefused
from reconcile.model import Action, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.ownership import mark_of
from reconcile.targets.medusa.phases.body import METADATA, number, refs, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ids_by_sku, unknown
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    ONE,
    Learned,
    WritePhase,
    creates,
    of,
    post_one,
    target_of,
    updates,
)

LOCATIONS, SINGULAR = "stock-locations", "stock_location"
LEVELS = "inventory-items/location-levels/batch"
MANY = BatchLimits(units=500)
CHANNELS = "sales_channels"


def stock_location_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        """Two requests. One that was cut short in between goes on where it stopped: names of
        locations are not unique, so a location that was begun is looked for first."""
        change, (body, channels) = units[0].lead, _split(payloads[0])
        location = _begun(client, change)
        if location is None:
            location = post_one(client, LOCATIONS, SINGULAR, units[0], body)[change.address]
        _serve(client, location, channels)
        return {change.address: location}

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        location = target_of(units[0])
        body, channels = _split(payloads[0])
        if body:
            post_one(client, f"{LOCATIONS}/{location}", SINGULAR, units[0], body)
        _serve(client, location, channels)
        return {}

    return (
        WritePhase("create stock locations", ONE, creates("stock_location"), _location, create),
        WritePhase("update stock locations", ONE, updates("stock_location"), _location, update),
    )


def _location(unit: Unit, resolve: Resolve) -> Json:
    """The body, and under `sales_channels` the ids of channels the location does not serve yet."""
    change = unit.lead
    wanted, served = (side.get(CHANNELS) or () for side in (change.after, change.before))
    missing = [key for key in wanted if key not in served]
    body = with_metadata(change, scalars(change, STOCK_LOCATION))
    return {**body, CHANNELS: refs(missing, "sales_channel", resolve)}


def _split(payload: Json) -> tuple[dict[str, Json], list[str]]:
    body = dict(payload)
    return body, body.pop(CHANNELS)


def _begun(client: MedusaClient, change: Change) -> str | None:
    """The id of a location with the name and the mark of one to be created."""
    fields = ("id", "name", METADATA)
    held = client.matching(LOCATIONS, "stock_locations", "name", [change.after["name"]], fields)
    ours = (str(record["id"]) for record in held if mark_of(record) == change.source_id)
    return next(ours, None) if change.source_id else None


def _serve(client: MedusaClient, location: str, channels: Sequence[str]) -> None:
    if channels:
        client.post(f"{LOCATIONS}/{location}/sales-channels", {"add": channels}, fields=("id",))


def inventory_level_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    """Levels across items. One that is there after all is set, one that is gone is made."""

    def asks(units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        skus = [unit.lead.after["variant"] for unit in units]
        return ids_by_sku(client, unknown(skus, "inventory_item", resolve))

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _set_levels(client, "create", units, payloads)

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _set_levels(client, "update", units, payloads)

    return (
        WritePhase("create inventory levels", MANY, _absent, _new_level, create, asks),
        WritePhase("update inventory levels", MANY, _present, _known_level, update),
    )


OTHERWISE = {"create": "update", "update": "create"}


def _set_levels(
    client: MedusaClient, kind: str, units: Sequence[Unit], payloads: Sequence[Json]
) -> Learned:
    try:
        client.post(LEVELS, {kind: payloads})
    except RequestRefused as refusal:
        if len(payloads) > 1 or not _set_otherwise(client, OTHERWISE[kind], payloads):
            raise refusal from None
    return {
        unit.lead.address: f"{body['inventory_item_id']}/{body['location_id']}"
        for unit, body in zip(units, payloads, strict=True)
    }


def _set_otherwise(client: MedusaClient, kind: str, payloads: Sequence[Json]) -> bool:
    try:
        client.post(LEVELS, {kind: payloads})
    except RequestRefused:
        return False
    return True


def _absent(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in _levels(changes) if each.target_id is None]


def _present(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in _levels(changes) if each.target_id is not None]


def _levels(changes: Sequence[Change]) -> list[Change]:
    return of("inventory_level", changes, {Action.CREATE, *CHANGES})


def _new_level(unit: Unit, resolve: Resolve) -> Json:
    after = unit.lead.after
    return {
        "inventory_item_id": resolve(f"inventory_item:{after['variant']}"),
        "location_id": resolve(f"stock_location:{after['location']}"),
        "stocked_quantity": number(after["stocked_quantity"]),
    }


def _known_level(unit: Unit, _resolve: Resolve) -> Json:
    item, _, location = target_of(unit).partition("/")
    return {
        "inventory_item_id": item,
        "location_id": location,
        "stocked_quantity": number(unit.lead.after["stocked_quantity"]),
    }
