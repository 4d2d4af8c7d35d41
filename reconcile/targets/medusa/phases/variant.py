"""Variants that come and go: those of one product travel together, one request at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from reconcile.entities.variant import VARIANT
from reconcile.errors import RequestRefused
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import ref, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ITEM_LINK, ORPHAN, found, learned_of, orphans
from reconcile.targets.medusa.phases.phase import (
    Learned,
    WritePhase,
    creates,
    deletes,
    related_key,
    target_of,
)
from reconcile.targets.medusa.phases.price import base_price
from reconcile.targets.medusa.tables.listing import Record

PER_PRODUCT = BatchLimits(units=200, concurrency=2)
LEARNED_FIELDS = ("id", "sku", ITEM_LINK)
PRODUCT_ID, PRICES, MANAGED = "product_id", "prices", "manage_inventory"


def variant_create_phase(client: MedusaClient) -> WritePhase:
    def asks(units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
        return orphans(client, skus_of(units))

    def create(_units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _create(client, payloads)

    return WritePhase(
        "create variants", PER_PRODUCT, creates("variant"), _new, create, asks, _product_of
    )


def variant_delete_phase(client: MedusaClient) -> WritePhase:
    def delete(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        for product, ids in by_product(held_variants(client, units, fields=()).values()).items():
            client.post(batch_path(product), {"delete": [record["id"] for record in ids]})
        return {}

    return WritePhase(
        "delete variants",
        PER_PRODUCT,
        deletes("variant"),
        lambda unit, _: target_of(unit),
        delete,
        lanes=_product_of,
    )


def _product_of(unit: Unit) -> str:
    """The lane: the variant's product, or the variant alone where the plan does not name it."""
    return related_key(unit.lead, "product", "product") or str(unit.lead.address)


def skus_of(units: Iterable[Unit]) -> list[str]:
    """The SKUs of all variants in the units that are to be counted."""
    return [
        change.address.key
        for unit in units
        for change in unit.changes
        if change.address.entity == "variant" and _counts(change)
    ]


def _counts(change: Change) -> bool:
    """Whether the change leads to an inventory item: Medusa makes one unless told not to."""
    return change.after.get(MANAGED, change.action is Action.CREATE) is not False


def new_variant(change: Change, resolve: Resolve) -> dict[str, Json]:
    """The body of a variant to be created, in its product's create or on its own."""
    body = with_metadata(change, scalars(change, VARIANT))
    body[PRICES] = [base_price(price) for price in change.after.get(PRICES) or ()]
    orphan = found(f"{ORPHAN}:{change.address.key}", resolve) if _counts(change) else None
    if orphan is not None:
        body["inventory_items"] = [item_link(orphan)]
    return body


def item_link(item: str) -> dict[str, Json]:
    return {"inventory_item_id": item, "required_quantity": 1}


def _new(unit: Unit, resolve: Resolve) -> Json:
    product = ref(unit.lead.after["product"], "product", resolve)
    return {**new_variant(unit.lead, resolve), PRODUCT_ID: product}


def _create(client: MedusaClient, payloads: Sequence[Json]) -> Learned:
    learned: dict[Address, str] = {}
    for product, bodies in by_product(payloads).items():
        bare = [{name: body[name] for name in body if name != PRODUCT_ID} for body in bodies]
        answer = client.post(batch_path(product), {"create": bare}, fields=LEARNED_FIELDS)
        for variant in answer.get("created") or ():
            learned |= addresses(learned_of(variant))
    return learned


def addresses(ids: Mapping[str, str]) -> Learned:
    """Ids by address text as ids by address."""
    return {Address.parse(text): identity for text, identity in ids.items()}


def held_variants(
    client: MedusaClient, units: Sequence[Unit], fields: Sequence[str]
) -> dict[str, Record]:
    """The variants as they are now, by id. Raises RequestRefused when one is gone."""
    ids = [target_of(unit) for unit in units]
    wanted = ("id", PRODUCT_ID, *fields)
    records = client.matching("product-variants", "variants", "id", ids, wanted)
    held = {str(record["id"]): record for record in records}
    gone = [identity for identity in ids if identity not in held]
    if gone:
        raise RequestRefused(
            f"Medusa has no variant with the id {', '.join(gone)} any more.",
            remedy="Take a new snapshot and plan again.",
        )
    return held


def by_product(records: Iterable[Record]) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record[PRODUCT_ID]].append(record)
    return groups


def batch_path(product: str) -> str:
    return f"products/{product}/variants/batch"
