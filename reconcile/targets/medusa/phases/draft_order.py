"""Draft orders for the mode `draft`: created once, never converted; later changes of what a draft
can hold. Facts about drafts are in `drafts.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.model import Action, Change, Json
from reconcile.systems import Resolve, Unit
from reconcile.targets.medusa.addresses import all_parts, parts_of
from reconcile.targets.medusa.phases.body import METADATA, metadata, ref
from reconcile.targets.medusa.phases.draft_items import draft_items, kept_parts
from reconcile.targets.medusa.phases.order import (
    ADDRESSES,
    LINKS,
    UNWRITABLE,
    refuse_unwritable,
    why_unwritable,
)
from reconcile.targets.medusa.phases.people import People, creates
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    FEW,
    Learned,
    WritePhase,
    of,
    post_one,
    target_of,
)
from reconcile.targets.medusa.phases.sales_document import number_of
from reconcile.targets.medusa.reserved import with_reserved
from reconcile.targets.medusa.tables.store import REGIONS

PATH, SINGULAR = "draft-orders", "draft_order"
REGION = "region_in"
"""How a region is called among resolved ids: by the currency it sells in."""
EMAIL = "email"


def draft_order_phases(people: People) -> tuple[WritePhase, ...]:
    client = people.client

    def asks(_units: Sequence[Unit], _resolve: Resolve) -> Mapping[str, str]:
        """A region per currency: one that adds no taxes by itself, if there is one."""
        regions = [region for page in client.pages(REGIONS) for region in page.records]
        best_last = sorted(regions, key=lambda each: not each.get("automatic_taxes"))
        return {f"{REGION}:{each['currency_code']}": str(each["id"]) for each in best_last}

    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        """The e-mail comes second: told at once, Medusa makes a customer of it."""
        change, body = units[0].lead, dict(payloads[0])
        email = body.pop(EMAIL, None)
        identity = people.begun.get(change.source_id or "")
        if identity is None:
            identity = post_one(client, PATH, SINGULAR, units[0], body)[change.address]
        if email:
            post_one(client, f"{PATH}/{identity}", SINGULAR, units[0], {EMAIL: email})
        return {change.address: identity}

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        refuse_unwritable(payloads)
        path = f"{PATH}/{target_of(units[0])}"
        return post_one(client, path, SINGULAR, units[0], payloads[0])

    return (
        WritePhase("create draft orders", FEW, _new, _draft, create, asks),
        WritePhase("update draft orders", FEW, _changed, _update, update),
    )


def _new(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("order", changes, {Action.CREATE})]


def _changed(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("order", changes, CHANGES)]


def _draft(unit: Unit, resolve: Resolve) -> Json:
    order = unit.lead
    after = order.after
    return {
        **_columns(order, resolve),
        "region_id": resolve(f"{REGION}:{after['currency_code']}"),
        "currency_code": after["currency_code"],
        "items": draft_items(after),
        "no_notification_order": True,
    }


def _update(unit: Unit, resolve: Resolve) -> Json:
    body = _columns(unit.lead, resolve)
    why = why_unwritable(unit.lead)
    return {**body, UNWRITABLE: why} if why else body


def _columns(order: Change, resolve: Resolve) -> dict[str, Json]:
    """What both a create and an update of a draft take."""
    after = order.after
    body = {name: after[name] for name in (EMAIL, "locale") if after.get(name) is not None}
    for name, (column, entity) in LINKS.items():
        if after.get(name) is not None:
            body[column] = ref(after[name], entity, resolve)
    for name in ADDRESSES:
        if name in after:
            body[name] = parts_of(after[name]) if creates(order) else all_parts(after[name] or {})
    kept = kept_parts(after)
    number = {"number": number_of(order)} if creates(order) else {}
    written = with_reserved(metadata(order), **number, **kept)
    return {**body, METADATA: written} if written else body
