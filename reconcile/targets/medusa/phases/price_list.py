"""Price lists, and the prices in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.canonical import decimal_text
from reconcile.entities.price_list import LIST_PRICE, PRICE_LIST
from reconcile.model import Action, Change, Json
from reconcile.systems import BatchLimits, Resolve, Unit
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.existing.price_list import GROUPS_RULE
from reconcile.targets.medusa.phases.body import number, ref, refs, scalars, with_metadata
from reconcile.targets.medusa.phases.by_sku import ids_by_sku, unknown
from reconcile.targets.medusa.phases.phase import (
    CHANGES,
    FEW,
    Learned,
    WritePhase,
    creates,
    deletes,
    of,
    post_one,
    related_key,
    target_of,
    updates,
)

PATH, SINGULAR = "price-lists", "price_list"
GROUPS, RULES = "customer_groups", "rules"
MANY = BatchLimits(units=500, concurrency=2)
LIST_ID = "price_list_id"


def price_list_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    def create(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return post_one(client, PATH, SINGULAR, units[0], payloads[0])

    def update(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _update(client, units[0], payloads[0])

    return (
        WritePhase("create price lists", FEW, creates("price_list"), _list, create),
        WritePhase("update price lists", FEW, updates("price_list"), _list, update),
    )


def _list(unit: Unit, resolve: Resolve) -> Json:
    """The body; groups become the one rule by which Medusa binds a list to customer groups."""
    change = unit.lead
    body = with_metadata(change, scalars(change, PRICE_LIST))
    if "description" in body:
        # Required by the API, and refused as null.
        body["description"] = body["description"] or ""
    if GROUPS in change.after:
        groups = refs(change.after[GROUPS], "customer_group", resolve)
        body[RULES] = {GROUPS_RULE: groups} if groups else {}
    return body


def _update(client: MedusaClient, unit: Unit, payload: Json) -> Learned:
    """Rules are replaced as a whole, so those of other kinds are read just before and kept."""
    path = f"{PATH}/{target_of(unit)}"
    if RULES in payload:
        fields = ("id", "price_list_rules.attribute", "price_list_rules.value")
        held = client.get(path, fields=fields)[SINGULAR].get(RULES) or {}
        others = {name: value for name, value in held.items() if name != GROUPS_RULE}
        payload = {**payload, RULES: {**others, **payload[RULES]}}
    return post_one(client, path, SINGULAR, unit, payload)


def list_price_phases(client: MedusaClient) -> tuple[WritePhase, ...]:
    """Prices of lists, written list by list.

    Creates and updates are one kind of request: Medusa updates the price of a list that has the
    same variant, currency and quantities, and makes it where there is none. An update by id is
    not used, for it silently makes a price with that id when the price is gone.
    """

    def asks(units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        skus = [_variant_of(unit.lead) for unit in units]
        return ids_by_sku(client, unknown(skus, "variant", resolve))

    def put(units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        return _put(client, units, payloads)

    def delete(_units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
        client.post(_prices(payloads[0]), {"delete": [body["id"] for body in payloads]})
        return {}

    return (
        WritePhase("write list prices", MANY, _priced, _price, put, asks, _list_of),
        WritePhase(
            "delete list prices", MANY, deletes("list_price"), _gone, delete, lanes=_list_of
        ),
    )


def _priced(changes: Sequence[Change]) -> list[Unit]:
    return [Unit(each) for each in of("list_price", changes, {Action.CREATE, *CHANGES})]


def _list_of(unit: Unit) -> str:
    """The lane: a list counts its prices while they are written."""
    return related_key(unit.lead, "price_list", "price_list")


def _variant_of(change: Change) -> str:
    return related_key(change, "variant", "variant")


def currency_and_minimum(change: Change) -> tuple[str, str | None]:
    """The two last parts of the key; neither can hold the separator, unlike titles and SKUs.

    What is no number stands for a price without minimum quantity.
    """
    _, currency, minimum = change.address.key.rsplit(LIST_PRICE.key_separator, 2)
    return currency, minimum if minimum[:1].isdigit() else None


def _price(unit: Unit, resolve: Resolve) -> Json:
    currency, minimum = currency_and_minimum(unit.lead)
    return {
        LIST_ID: ref(_list_of(unit), "price_list", resolve),
        "variant_id": ref(_variant_of(unit.lead), "variant", resolve),
        "currency_code": currency,
        "amount": number(unit.lead.after["amount"]),
        # Spelled out even as null: Medusa finds the price to update only by all its parts.
        "min_quantity": None if minimum is None else number(minimum),
        "max_quantity": None,
    }


def _gone(unit: Unit, resolve: Resolve) -> Json:
    return {LIST_ID: ref(_list_of(unit), "price_list", resolve), "id": target_of(unit)}


def _prices(payload: Json) -> str:
    return f"{PATH}/{payload[LIST_ID]}/prices/batch"


def _put(client: MedusaClient, units: Sequence[Unit], payloads: Sequence[Json]) -> Learned:
    bodies = [{name: body[name] for name in body if name != LIST_ID} for body in payloads]
    answer = client.post(_prices(payloads[0]), {"create": bodies})
    addresses = {_slot(body): unit.lead.address for unit, body in zip(units, bodies, strict=True)}
    answered = {_answered(price): str(price["id"]) for price in answer.get("created") or ()}
    return {addresses[slot]: id_ for slot, id_ in answered.items() if slot in addresses}


def _slot(body: Mapping[str, Json]) -> tuple[str, str, str]:
    minimum = body.get("min_quantity")
    text = "" if minimum is None else decimal_text(str(minimum))
    return body["variant_id"], body["currency_code"].lower(), text


def _answered(price: Mapping[str, Json]) -> tuple[str, str, str]:
    return _slot({**price, "variant_id": price["price_set"]["variant"]["id"]})
