"""Invoices, shipments and credit memos, as they travel inside their order.

A create says everything; a change of one that is there names its id and only what changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.model import Change, Json
from reconcile.systems import Resolve
from reconcile.targets.medusa.amounts import amount_of, sent
from reconcile.targets.medusa.phases.body import METADATA, jsonable, ref
from reconcile.targets.medusa.phases.people import creates, merged_metadata
from reconcile.targets.medusa.reserved import with_reserved
from reconcile.targets.medusa.tracking import labels_of

PLURALS: Mapping[str, str] = {
    "invoice": "invoices",
    "shipment": "shipments",
    "credit_memo": "credit_memos",
}
"""The entities that live in an order, by what the companion calls them."""

MONEY_COLUMNS = ("state", "currency_code", "created_at")


def number_of(change: Change) -> str:
    return str(change.after.get("number") or change.address.key)


def document(change: Change, resolve: Resolve) -> Json:
    """One invoice, shipment or credit memo."""
    body = {
        "number": number_of(change),
        OWNERSHIP_KEY: change.source_id,
        **_FIELDS[change.address.entity](change, resolve),
    }
    if change.target_id is not None:
        body["id"] = change.target_id
    metadata = with_reserved(merged_metadata(change), **_kept(change))
    return {**body, METADATA: metadata} if metadata else body


def _money(change: Change, _resolve: Resolve) -> dict[str, Json]:
    after = change.after
    body: dict[str, Json] = {name: after[name] for name in MONEY_COLUMNS if name in after}
    if "amount" in after:
        body["amount"] = sent(amount_of(after["amount"]))
    return body


def _parcel(change: Change, resolve: Resolve) -> dict[str, Json]:
    after = change.after
    body: dict[str, Json] = {}
    if creates(change):
        location = ref(after.get("location"), "stock_location", resolve)
        items = [
            {OWNERSHIP_KEY: row["id"], "quantity": sent(amount_of(row["quantity"]))}
            for row in after.get("items") or ()
        ]
        body = {"created_at": after.get("created_at"), "location_id": location, "items": items}
    if creates(change) or "tracking" in after:
        body["labels"] = labels_of(after.get("tracking") or ())
    return body


_FIELDS: Mapping[str, Callable[[Change, Resolve], dict[str, Json]]] = {
    "invoice": _money,
    "shipment": _parcel,
    "credit_memo": _money,
}


def _kept(change: Change) -> dict[str, Json]:
    """What Medusa has no field for."""
    after, entity = change.after, change.address.entity
    kept = {"number": number_of(change)} if creates(change) else {}
    if entity == "shipment":
        if creates(change) and after.get("location") is None:
            kept["location"] = "chosen"
        names: tuple[str, ...] = ("tracking",)
    else:
        names = ("items", "totals", *(("state", "amount") if entity == "credit_memo" else ()))
    return {**kept, **{name: jsonable(after[name]) for name in names if name in after}}
