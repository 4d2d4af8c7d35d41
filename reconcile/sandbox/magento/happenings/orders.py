"""What happens to orders. Each function takes the shop, the moment in UTC, and its members.

``order`` is an order's number (a text) or entity id; ``pieces`` are pieces by SKU of a top-level
row, by default all that are left; amounts are in the base currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.happenings.finding import numbered, order_of, stamp_for
from reconcile.sandbox.magento.sales import invoicing, refunding, shipping, stamp, standing
from reconcile.sandbox.magento.sales.refunding import Refund
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.sales.shipping import Track
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

_COMMENTED = {"invoice": "invoices", "shipment": "shipments", "credit_memo": "creditmemos"}


def invoice(
    shop: Shop,
    at: str,
    *,
    order: str | int,
    pieces: Mapping[str, int] | None = None,
    paid: bool = True,
) -> dict[str, Any]:
    """Invoice and, unless ``paid`` is False, take the money; moves the order's ``updated_at``."""
    record = order_of(shop, order)
    identity = stamp_for(shop, "invoices", record["store_id"], at)
    made = invoicing.invoice(record, identity, _by_row(record, pieces), paid=paid)
    return _keep(shop, record, "invoices", made)


def ship(
    shop: Shop,
    at: str,
    *,
    order: str | int,
    pieces: Mapping[str, int] | None = None,
    tracks: Sequence[Mapping[str, str]] = (),
    source: str = "default",
) -> dict[str, Any]:
    """Ship; ``tracks`` are ``{carrier_code, title, number}``. Moves the order's ``updated_at``."""
    record = order_of(shop, order)
    made = shipping.ship(
        record,
        stamp_for(shop, "shipments", record["store_id"], at),
        _by_row(record, pieces),
        tracks=[Track(**each) for each in tracks],
        source_code=source if shop.has_inventory else None,
    )
    return _keep(shop, record, "shipments", made)


def track(
    shop: Shop,
    at: str,
    *,
    shipment: str | int,
    number: str,
    carrier_code: str = "dhl",
    title: str = "DHL",
) -> dict[str, Any]:
    """Add a parcel to a shipment that was sent before; moves no ``updated_at`` at all."""
    record = numbered(shop, "shipments", shipment)
    shipping.add_track(record, Track(carrier_code, title, number), at)
    shop.table("shipments").put(record["entity_id"], record)
    return {"entity_id": record["tracks"][-1]["entity_id"]}


def refund(
    shop: Shop,
    at: str,
    *,
    order: str | int,
    pieces: Mapping[str, int] | None = None,
    shipping: float | str | None = None,
    more: float | str = 0,
    less: float | str = 0,
) -> dict[str, Any]:
    """Refund offline. ``shipping`` is net and by default all that is left, or nothing when
    ``pieces`` are named; ``more`` and ``less`` adjust. Moves the order's ``updated_at``."""
    record = order_of(shop, order)
    back = 0 if shipping is None and pieces is not None else shipping
    wanted = Refund(
        _by_row(record, pieces),
        None if back is None else _cents(back),
        _cents(more),
        _cents(less),
    )
    identity = stamp_for(shop, "creditmemos", record["store_id"], at)
    return _keep(shop, record, "creditmemos", refunding.refund(record, identity, wanted))


def cancel(shop: Shop, at: str, *, order: str | int) -> dict[str, Any]:
    """Cancel what is neither invoiced nor shipped; moves ``updated_at``."""
    record = order_of(shop, order)
    standing.cancel(record, at)
    return _keep(shop, record)


def hold(shop: Shop, at: str, *, order: str | int) -> dict[str, Any]:
    """Put on hold; moves ``updated_at``."""
    record = order_of(shop, order)
    standing.hold(record, at)
    return _keep(shop, record)


def release(shop: Shop, at: str, *, order: str | int) -> dict[str, Any]:
    """Release from hold; moves ``updated_at``."""
    record = order_of(shop, order)
    standing.unhold(record, at)
    return _keep(shop, record)


def comment(
    shop: Shop,
    at: str,
    *,
    order: str | int | None = None,
    text: str,
    about: str = "order",
    number: str | int | None = None,
    status: str | None = None,
    visible: bool = False,
) -> dict[str, Any]:
    """Comment on an order, or (``about`` invoice, shipment, credit_memo; ``number``) on one of
    these; an order's comment may set a status of the shop's own. Moves no ``updated_at``."""
    if about in _COMMENTED and number is not None:
        record = numbered(shop, _COMMENTED[about], number)
        stamp.comment(record, text, at, visible=visible)
        shop.table(_COMMENTED[about]).put(record["entity_id"], record)
        return {"entity_id": record["comments"][-1]["entity_id"]}
    if about != "order" or order is None:
        raise ValueError(f"a comment on {about} needs its number")
    record = order_of(shop, order)
    standing.note(record, text, at, status=status, visible=visible)
    return _keep(shop, record)


def _cents(value: float | str) -> int:
    return int(Decimal(str(value)) * 100)


def _by_row(order: Record, pieces: Mapping[str, int] | None) -> dict[int, int] | None:
    """By ``item_id`` instead of by SKU. Raises ValueError for a SKU the order does not have."""
    if pieces is None:
        return None
    rows = {i["sku"]: i["item_id"] for i in order["items"] if "parent_item_id" not in i}
    unknown = sorted(pieces.keys() - rows.keys())
    if unknown:
        raise ValueError(f"order {order['increment_id']} has no row {', '.join(unknown)}")
    return {rows[sku]: quantity for sku, quantity in pieces.items()}


def _keep(
    shop: Shop, order: Record, name: str | None = None, made: Record | None = None
) -> dict[str, Any]:
    """Show the changed order, and what was made, from now on."""
    shop.table("orders").put(order["entity_id"], finished(order))
    shown = order if made is None else made
    if name is not None:
        shop.table(name).put(shown["entity_id"], shown)
    return {"entity_id": shown["entity_id"], "increment_id": shown["increment_id"]}
