"""Items of invoices, shipments and credit memos as quantities of the order's own lines.

Magento names parents and children of one purchase, now both, now only one of them:

    configurable             the parent counts (invoices repeat its child)
    bundle, fixed price      the parent counts (invoices repeat its children)
    bundle, dynamic price    on invoices and credit memos the children count; the parent's quantity
                             is the one that was ordered, whatever happened (Item::isDummy)
    bundle, sent in parts    shipments name the children only

Where children count, each stands for an equal share of the line's quantity: of a bundle of two, one
sent is half a bundle. Shares have four digits and add up to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from reconcile.canonical import decimal_text, from_json
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import order_items
from reconcile.sources.magento_rest.records.order_items import Item, Purchase
from reconcile.sources.magento_rest.records.values import NOTHING, Unsound, amount, word
from reconcile.systems import Tables

_DIGITS = Decimal("0.0001")
Bought = Sequence[Purchase]


def read(tables: Tables, order_ids: Iterable[str]) -> dict[str, Bought]:
    """What was bought, by order id; orders that cannot be read are left out."""
    if not tables.has("orders"):
        return {}
    wanted = pl.col("id").is_in(sorted(set(order_ids)))
    documents = tables.scan("orders").select("id", "document").filter(wanted).collect()
    found: dict[str, Bought] = {}
    for id_, document in documents.iter_rows():
        try:
            found[id_] = order_items.purchases(order_items.read(wire.members(from_json(document))))
        except Unsound:
            continue  # the order says so itself, and takes along what refers to it
    return found


def quantities(items: Json) -> dict[str, Decimal]:
    """Quantity by the order's item id, of the items of an invoice, a shipment or a credit memo."""
    found: dict[str, Decimal] = {}
    for item in wire.records(items):
        id_ = word(item.get("order_item_id")) or ""
        found[id_] = found.get(id_, NOTHING) + amount(item.get("qty"))
    return found


def rows(given: Mapping[str, Decimal], bought: Bought, *, shipped: bool = False) -> list[Json]:
    """`[{id, quantity}]` by line. `shipped`: intangible children of a bundle do not count."""
    folded = ((each.item.id, _folded(given, each, shipped=shipped)) for each in bought)
    return [{"id": id_, "quantity": decimal_text(quantity)} for id_, quantity in folded if quantity]


def unknown(given: Mapping[str, Decimal], bought: Bought) -> list[str]:
    """Ids of items that the order does not have."""
    known = {item.id for each in bought for item in (each.item, *each.children)}
    return sorted(id_ for id_, quantity in given.items() if quantity and id_ not in known)


def _folded(given: Mapping[str, Decimal], purchase: Purchase, *, shipped: bool) -> Decimal:
    own = given.get(purchase.item.id, NOTHING)
    counting = [
        child
        for child in purchase.children
        if child.quantity and not (shipped and child.is_virtual)
    ]
    named = any(child.id in given for child in counting)
    if not named or (own and (shipped or not purchase.is_dynamic)):
        return own
    return (_share(given, counting) * purchase.item.quantity).quantize(_DIGITS, ROUND_HALF_UP)


def _share(given: Mapping[str, Decimal], children: Sequence[Item]) -> Decimal:
    """How much of the whole, from 0 to 1."""
    count, so_far, share = Decimal(len(children)), NOTHING, NOTHING
    for place, child in enumerate(children, start=1):
        until = (place / count).quantize(_DIGITS, ROUND_HALF_UP)
        share += (until - so_far) * given.get(child.id, NOTHING) / child.quantity
        so_far = until
    return share
