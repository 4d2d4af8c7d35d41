"""Shipping an order, wholly or in part, with its parcels' tracks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.sales.stamp import Stamp, note_id, shipping_address_id
from reconcile.sandbox.magento.sales.standing import (
    CANCELED,
    CLOSED,
    COMPLETE,
    HELD,
    open_quantity,
    settle,
    to_ship,
)
from reconcile.sandbox.magento.table import Record


@dataclass(frozen=True, slots=True)
class Track:
    """A parcel; carrier and title need not agree."""

    carrier_code: str
    title: str
    number: str


def can_ship(order: Record) -> bool:
    """Whether anything is left to ship."""
    if order["is_virtual"] or order["state"] in (CANCELED, HELD, CLOSED, COMPLETE):
        return False
    return any(open_quantity(item) > 0 for item in to_ship(order))


def ship(
    order: Record,
    stamp: Stamp,
    quantities: Mapping[int, int] | None = None,
    *,
    tracks: Sequence[Track] = (),
    source_code: str | None = None,
) -> Record:
    """Ship so many pieces by ``item_id`` of top-level rows, by default all that are left.

    Without ``source_code`` the shop has no MSI. Changes ``order``. Raises ValueError when nothing
    can be shipped, or not so much.
    """
    wanted = {item["item_id"]: open_quantity(item) for item in to_ship(order)}
    if quantities is not None:
        for item_id, quantity in quantities.items():
            if not 0 <= quantity <= wanted.get(item_id, -1):
                raise ValueError(f"row {item_id}: {quantity} pieces of {wanted.get(item_id, 0)}")
        wanted = dict(quantities)
    taken = [item for item in to_ship(order) if wanted.get(item["item_id"], 0) > 0]
    if not taken or not can_ship(order):
        raise ValueError(f"order {order['increment_id']} has nothing to ship")
    rows = [_row(item, wanted[item["item_id"]], stamp, place) for place, item in enumerate(taken)]
    for item in order["items"]:
        _count(item, wanted, order, stamp.at)
    order["updated_at"] = stamp.at
    settle(order)
    record: Record = {
        "billing_address_id": order.get("billing_address_id"),
        "created_at": stamp.at,
        "customer_id": order.get("customer_id"),
        "entity_id": stamp.entity_id,
        "increment_id": stamp.increment_id,
        "order_id": order["entity_id"],
        "packages": [],
        "shipping_address_id": shipping_address_id(order),
        "store_id": order["store_id"],
        "total_qty": sum(row["qty"] for row in rows),
        "updated_at": stamp.at,
        "items": rows,
        "tracks": [],
        "comments": [],
        "extension_attributes": source_code and {"source_code": source_code},
    }
    for track in tracks:
        add_track(record, track, stamp.at)
    return {name: value for name, value in record.items() if value is not None}


def _row(item: Record, quantity: int, stamp: Stamp, place: int) -> Record:
    row = {
        "entity_id": stamp.row_id(place),
        "name": item["name"],
        "parent_id": stamp.entity_id,
        "price": item["price"],
        "product_id": item["product_id"],
        "sku": item["sku"],
        "weight": item.get("weight"),
        "order_item_id": item["item_id"],
        "qty": quantity,
    }
    return {name: value for name, value in row.items() if value is not None}


def _count(item: Record, wanted: Mapping[int, int], order: Record, at: str) -> None:
    """Rows of bundles are counted with the bundle, the child of a configurable is not."""
    parent = next(
        (one for one in order["items"] if one["item_id"] == item.get("parent_item_id")), None
    )
    quantity = wanted.get(item["item_id"] if parent is None else parent["item_id"], 0)
    if not quantity or (parent is not None and parent["product_type"] != "bundle"):
        return
    if parent is not None:
        quantity = quantity * item["qty_ordered"] // parent["qty_ordered"]
    item["qty_shipped"] += quantity
    item["updated_at"] = at


def add_track(shipment: Record, track: Track, at: str) -> None:
    """Write one more parcel on a shipment; it moves no ``updated_at``."""
    tracks = shipment["tracks"]
    tracks.append(
        {
            "order_id": shipment["order_id"],
            "created_at": at,
            "entity_id": note_id(shipment["entity_id"], len(tracks)),
            "parent_id": shipment["entity_id"],
            "updated_at": at,
            "weight": None,
            "qty": None,
            "description": None,
            "track_number": track.number,
            "title": track.title,
            "carrier_code": track.carrier_code,
        }
    )
