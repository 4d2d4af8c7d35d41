"""State and status of an order, and what changes nothing else: cancel, hold, comment."""

from __future__ import annotations

from reconcile.sandbox.magento.sales.cents import amount, cents
from reconcile.sandbox.magento.sales.shape import is_dummy
from reconcile.sandbox.magento.sales.shares import INVOICING, SIDES, left
from reconcile.sandbox.magento.sales.stamp import note_id
from reconcile.sandbox.magento.table import Record

NEW, PROCESSING, COMPLETE = "new", "processing", "complete"
CLOSED, CANCELED, HELD = "closed", "canceled", "holded"
PENDING = "pending"
_AT_REST = (CANCELED, HELD, CLOSED)
_FINE_UNIT = 4  # digits of the columns for cancelled tax


def open_quantity(item: Record) -> int:
    """Pieces of a row that can still be shipped."""
    done = item["qty_shipped"] + item["qty_canceled"] + item["qty_refunded"]
    return int(max(item["qty_ordered"] - done, 0))


def to_ship(order: Record) -> list[Record]:
    """The rows that are shipped, all or in part: top-level ones that are no services."""
    return [
        item
        for item in order["items"]
        if "parent_item_id" not in item and not item.get("is_virtual")
    ]


def settle(order: Record) -> None:
    """Set the state that follows from what is invoiced, shipped and refunded.

    A status of the shop's own stays as long as the state does.
    """
    if order["state"] in _AT_REST:
        return
    if order["state"] == NEW and _has_begun(order):
        _enter(order, PROCESSING)
    if any(left(item, INVOICING) > 0 for item in order["items"] if not is_dummy(item)):
        return
    is_shipped = not any(open_quantity(item) for item in to_ship(order))
    paid = cents(order.get("base_total_paid"))
    if is_shipped and 0 < paid == cents(order.get("base_total_refunded")):
        _enter(order, CLOSED)
    elif is_shipped and order["state"] == PROCESSING:
        _enter(order, COMPLETE)


def _has_begun(order: Record) -> bool:
    return "total_invoiced" in order or any(item["qty_shipped"] for item in order["items"])


def _enter(order: Record, state: str) -> None:
    order["state"] = order["status"] = state


def cancel(order: Record, at: str) -> None:
    """Cancel what is neither invoiced nor shipped yet. Raises ValueError when there is nothing.

    What was invoiced before stays, and then the order is not cancelled as a whole.
    """
    if order["state"] in _AT_REST or not any(map(_to_cancel, order["items"])):
        raise ValueError(f"order {order['increment_id']} has nothing to cancel")
    keeps = any(item["qty_invoiced"] > item["qty_refunded"] for item in order["items"])
    for item in order["items"]:
        _cancel_row(item, at)
    for side in SIDES:
        _cancel_amounts(order, side)
    order["updated_at"] = at
    if keeps:
        _enter(order, PROCESSING)
        settle(order)
    else:
        _enter(order, CANCELED)


def _to_cancel(item: Record) -> int:
    """None of a row without money of its own: Magento cancels the row that carries the price."""
    if is_dummy(item):
        return 0
    return min(max(left(item, INVOICING), 0), open_quantity(item))


def _cancel_row(item: Record, at: str) -> None:
    quantity = _to_cancel(item)
    share = quantity / item["qty_ordered"]
    item["qty_canceled"] = quantity
    item["tax_canceled"] = _fine(cents(item["base_tax_amount"]) * share)
    compensation = cents(item.get("discount_tax_compensation_amount"))
    item["discount_tax_compensation_canceled"] = _fine(compensation * share)
    item["updated_at"] = at


def _fine(exact: float) -> int | float:
    """Cents as an amount of four digits: these two columns are not rounded to cents."""
    value = round(exact / 100, _FINE_UNIT)
    return int(value) if value == int(value) else value


def _cancel_amounts(order: Record, side: str) -> None:
    for name, whole in (
        ("subtotal", "subtotal"),
        ("tax", "tax_amount"),
        ("shipping", "shipping_amount"),
    ):
        open_amount = cents(order[side + whole]) - cents(order.get(f"{side}{name}_invoiced"))
        order[f"{side}{name}_canceled"] = amount(open_amount)
    discount = abs(cents(order[f"{side}discount_amount"]))
    invoiced = abs(cents(order.get(f"{side}discount_invoiced")))
    order[f"{side}discount_canceled"] = amount(discount - invoiced)
    paid = cents(order.get(f"{side}total_paid"))
    order[f"{side}total_canceled"] = amount(cents(order[f"{side}grand_total"]) - paid)


def hold(order: Record, at: str) -> None:
    """Put an order on hold. Raises ValueError for one that is at rest."""
    if order["state"] in (*_AT_REST, COMPLETE):
        raise ValueError(f"order {order['increment_id']} cannot be held")
    order["hold_before_state"], order["hold_before_status"] = order["state"], order["status"]
    order["state"] = order["status"] = HELD
    order["updated_at"] = at


def unhold(order: Record, at: str) -> None:
    """Release an order. Raises ValueError for one that is not held."""
    if order["state"] != HELD:
        raise ValueError(f"order {order['increment_id']} is not held")
    order["state"] = order.pop("hold_before_state")
    order["status"] = order.pop("hold_before_status")
    order["updated_at"] = at


def note(
    order: Record,
    text: str,
    at: str,
    *,
    about: str = "order",
    status: str | None = None,
    visible: bool = False,
) -> None:
    """Write into the order's history, newest first; it moves no ``updated_at``.

    ``about`` names the kind of record that made the entry. ``status`` becomes the order's.
    """
    if status is not None:
        order["status"] = status
    histories = order["status_histories"]
    entry = {
        "comment": text,
        "created_at": at,
        "entity_id": note_id(order["entity_id"], len(histories)),
        "entity_name": about,
        "is_customer_notified": 0,
        "is_visible_on_front": int(visible),
        "parent_id": order["entity_id"],
        "status": order["status"],
    }
    order["status_histories"] = [entry, *histories]
