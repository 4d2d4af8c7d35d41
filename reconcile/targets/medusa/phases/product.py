"""Products: created with all their variants in one go, then changed field by field.

`variants` never appear in an update: Medusa deletes every variant that such a list leaves out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reconcile.entities.product import PRODUCT
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.phases.body import as_links, ref, refs, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ITEM_LINK, learned_of, orphans
from reconcile.targets.medusa.phases.option import write_options
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    FEW,
    Learned,
    WritePhase,
    deletes,
    of,
    related_key,
    target_of,
)
from reconcile.targets.medusa.phases.variant import addresses, new_variant, skus_of

BATCH = "products/batch"
CREATES = BatchLimits(units=100, body_bytes=400_000, concurrency=2)
UPDATES = BatchLimits(units=100)
VARIANTS_AT_ONCE = 500
"""More variants than this are made after their product, by the phase for new variants."""
LEARNED_FIELDS = ("id", "external_id", "variants.id", "variants.sku", f"variants.{ITEM_LINK}")
LISTS = {"categories": "category", "tags": "product_tag", "sales_channels": "sales_channel"}
LINKS = {
    "type": ("type_id", "product_type"),
    "collection": ("collection_id", "collection"),
    "shipping_profile": ("shipping_profile_id", "shipping_profile"),
}


def product_create_phase(client: MedusaClient) -> WritePhase:
    def asks(units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
        return orphans(client, skus_of(units))

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        answer = client.post(BATCH, {"create": payloads}, fields=LEARNED_FIELDS)
        return _learned(units, answer.get("created") or ())

    return WritePhase("create products", CREATES, _new_units, _new, create, asks)


def product_update_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    """Options first: new variants may need values that only this adds."""

    def reshape(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        body = dict(payloads[0])
        write_options(client, target_of(units[0]), body.pop("options"))
        return update(units, [body]) if body.keys() > {"id"} else {}

    def update(_units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        client.post(BATCH, {"update": payloads})
        return {}

    return (
        WritePhase("change product options", FEW, _reshaped, _changed, reshape),
        WritePhase("update products", UPDATES, _updated, _changed, update),
    )


def product_delete_phase(client: MedusaClient) -> WritePhase:
    def delete(_units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        client.post(BATCH, {"delete": payloads})
        return {}

    return WritePhase(
        "delete products", UPDATES, deletes("product"), lambda unit, _: target_of(unit), delete
    )


def _new_units(changes: Sequence[Change]) -> list[Unit]:
    """Each product to be created, with the variants to be created in it."""
    variants: dict[str, list[Change]] = defaultdict(list)
    for change in of("variant", changes, {Action.CREATE}):
        variants[related_key(change, "product", "product")].append(change)
    return [
        Unit(product, tuple(variants[product.address.key][:VARIANTS_AT_ONCE]))
        for product in of("product", changes, {Action.CREATE})
    ]


def _reshaped(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("product", changes, CHANGES) if "options" in each.paths]


def _updated(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("product", changes, CHANGES) if "options" not in each.paths]


def _new(unit: Unit, resolve: Resolve) -> Json:
    body = {key: value for key, value in _fields(unit.lead, resolve).items() if value is not None}
    body["options"] = unit.lead.after.get("options") or []
    body["variants"] = [new_variant(member, resolve) for member in unit.members]
    return body


def _changed(unit: Unit, resolve: Resolve) -> Json:
    body = {"id": target_of(unit), **_fields(unit.lead, resolve)}
    after = unit.lead.after
    return {**body, "options": after["options"] or []} if "options" in after else body


def _fields(change: Change, resolve: Resolve) -> dict[str, Json]:
    """Every field but options and variants. Medusa takes lists as whole lists."""
    after = change.after
    body = with_metadata(change, scalars(change, PRODUCT))
    if "images" in after:
        body["images"] = [{"url": url} for url in after["images"] or ()]
    for name, entity in LISTS.items():
        if name in after:
            body[name] = as_links(refs(after[name], entity, resolve))
    for name, (column, entity) in LINKS.items():
        if name in after:
            body[column] = ref(after[name], entity, resolve)
    return body


def _learned(units: Sequence[Unit], created: Sequence[Mapping[str, Json]]) -> Learned:
    """Ids of products by the external id they were sent with, and of their variants by SKU."""
    by_external_id = {unit.lead.after.get("external_id"): unit.lead.address for unit in units}
    learned: dict[Address, str] = {}
    for product in created:
        if product["external_id"] in by_external_id:
            learned[by_external_id[product["external_id"]]] = product["id"]
        for variant in product.get("variants") or ():
            learned |= addresses(learned_of(variant))
    return learned
