"""The items of a draft order, and what it keeps of the order it stands for (see `drafts.py`)."""

from __future__ import annotations

from reconcile.model import Json
from reconcile.targets.medusa.amounts import EXACT, amount_of, quotient, sent
from reconcile.targets.medusa.drafts import Parts
from reconcile.targets.medusa.phases.body import jsonable, number

KEPT = ("items", "shipping_methods", "adjustments", "totals")
"""The fields of an order that its draft keeps in metadata."""


def draft_items(order: Parts) -> list[Json]:
    """What the draft shows: purchases, shipping, and what else raised the total."""
    rises = [row for row in order.get("adjustments") or () if amount_of(row["amount"]) > 0]
    return [
        *(_item(row, row["subtotal"], row["quantity"]) for row in order.get("items") or ()),
        *(_item(row, row["amount"], "1") for row in order.get("shipping_methods") or ()),
        *(_item(row, row["amount"], "1") for row in rises),
    ]


def _item(row: Parts, amount: str, quantity: str) -> Json:
    net = EXACT.subtract(amount_of(amount), amount_of(row.get("discount")))
    gross = EXACT.add(net, amount_of(row.get("tax")))
    return {
        "title": row.get("title") or row.get("name") or row["id"],
        "quantity": number(quantity),
        "unit_price": sent(quotient(gross, amount_of(quantity))),
        "metadata": {"sku": row["sku"]} if row.get("sku") else {},
    }


def kept_parts(order: Parts) -> dict[str, Json]:
    """What a draft keeps of the order it stands for."""
    return {name: jsonable(order[name]) for name in KEPT if order.get(name) is not None}
