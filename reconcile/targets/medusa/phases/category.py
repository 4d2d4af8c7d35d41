"""Categories: parents before children, siblings in their order, one at a time.

Medusa shifts siblings when one is put among them and counts them while it writes, so parallel
writes below one parent would leave equal ranks.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.entities.category import CATEGORY
from reconcile.model import Change, Json
from reconcile.systems import Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import (
    METADATA,
    ref,
    replaced_metadata,
    scalars,
    with_metadata,
)
from reconcile.targets.medusa.phases.phase import (
    ONE,
    Learned,
    WritePhase,
    creates,
    deletes,
    post_one,
    target_of,
    updates,
)

PATH, SINGULAR = "product-categories", "product_category"


def category_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return post_one(client, PATH, SINGULAR, units[0], payloads[0])

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _update(client, units[0], payloads[0])

    return (
        WritePhase("create categories", ONE, _new, _body, create),
        WritePhase("update categories", ONE, _changed, _body, update),
    )


def category_delete_phase(client: MedusaClient) -> WritePhase:
    """Children go before their parents: Medusa keeps a category that has children."""

    def delete(units: Sequence[Unit], _payloads: Sequence[Json]) -> Learned:
        client.delete(f"{PATH}/{target_of(units[0])}")
        return {}

    return WritePhase("delete categories", ONE, _removed, lambda unit, _: None, delete)


def _depth(change: Change) -> int:
    return change.address.key.count("/")


def _rank(change: Change) -> int:
    return change.after.get("rank") or 0


def _new(changes: Sequence[Change]) -> list[Unit]:
    """Rising ranks below each parent, so that every given rank is free when its turn comes."""
    units = creates("category")(changes)
    return sorted(units, key=lambda unit: (_depth(unit.lead), _rank(unit.lead)))


def _changed(changes: Sequence[Change]) -> list[Unit]:
    return sorted(updates("category")(changes), key=lambda unit: _rank(unit.lead))


def _removed(changes: Sequence[Change]) -> list[Unit]:
    return sorted(deletes("category")(changes), key=lambda unit: -_depth(unit.lead))


def _body(unit: Unit, resolve: Resolve) -> Json:
    after = unit.lead.after
    body = with_metadata(unit.lead, scalars(unit.lead, CATEGORY))
    if "parent" in after:
        body["parent_category_id"] = ref(after["parent"], "category", resolve)
    if "description" in body:
        # The API refuses null here; Medusa's own default for "none" is the empty text.
        body["description"] = body["description"] or ""
    return body


def _update(client: MedusaClient, unit: Unit, payload: Json) -> Learned:
    """Medusa replaces the metadata of a category as a whole, so it is merged here, read now."""
    path = f"{PATH}/{target_of(unit)}"
    if METADATA in payload:
        held = client.get(path, fields=(METADATA,))[SINGULAR].get(METADATA)
        payload = {**payload, METADATA: replaced_metadata(held, payload[METADATA])}
    return post_one(client, path, SINGULAR, unit, payload)
