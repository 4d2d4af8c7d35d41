"""Items, shipping methods and adjustments of an order, as the lines that Medusa is to hold.

One row of a plan is one line of Medusa, with two exceptions. An adjustment is an item of its own
when it raises the total, and a credit line when it lowers it (by cents: an item, too). And where
tax was charged on a net amount of nothing, which no rate can do, the tax is an item of its own as
well. Such items have no variant, and say in their metadata what they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.model import Json
from reconcile.targets.medusa.amounts import EXACT, amount_of, quotient, sent
from reconcile.targets.medusa.reserved import with_reserved
from reconcile.targets.medusa.taxes import tax_lines

Line = Mapping[str, Any]
ADJUSTMENT, TAX = "adjustment", "tax"
"""What an item is that is no purchase; the first is also the reference of credit lines."""
KIND = "kind"
ITEMS, METHODS = "items", "shipping_methods"
DISCOUNT = "discount"
LARGEST_EPSILON = Decimal(1)
"""Medusa takes credit lines that together are no more than one minor unit of the currency for
nothing (`calculateCreditLinesTotal`, 2.21). No currency has a larger one."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one order as Medusa holds them."""

    items: Sequence[Line]
    shipping_methods: Sequence[Line]
    credit_lines: Sequence[Line]


def lines_of(order: Mapping[str, Any]) -> Lines:
    """The lines to create for an order's `items`, `shipping_methods` and `adjustments`."""
    purchases, methods = order.get(ITEMS) or (), order.get(METHODS) or ()
    rises: list[Line] = []
    falls: list[Line] = []
    for adjustment in order.get("adjustments") or ():
        lowers = -amount_of(adjustment["amount"]) > LARGEST_EPSILON
        (falls if lowers else rises).append(adjustment)
    return Lines(
        items=[
            *map(_purchase, purchases),
            *_taxes_on_nothing(purchases, ITEMS),
            *_taxes_on_nothing(methods, METHODS),
            *map(_rise, rises),
        ],
        shipping_methods=[_method(row) for row in methods],
        credit_lines=[_fall(row) for row in falls],
    )


def _purchase(row: Line) -> Json:
    quantity, subtotal = amount_of(row["quantity"]), amount_of(row["subtotal"])
    line = {
        OWNERSHIP_KEY: row["id"],
        "variant_sku": row.get("sku"),
        "title": row.get("title") or row.get("sku") or row["id"],
        "quantity": sent(quantity),
        "unit_price": sent(quotient(subtotal, quantity)),
        "requires_shipping": row.get("requires_shipping", True),
        "metadata": dict(row.get("metadata") or {}),
    }
    return {**line, **_reductions(row, subtotal)}


def _method(row: Line) -> Json:
    amount = amount_of(row["amount"])
    return {
        OWNERSHIP_KEY: row["id"],
        "name": row.get("name") or row["id"],
        "amount": sent(amount),
        "metadata": {},
        **_reductions(row, amount),
    }


def _reductions(row: Line, amount: Decimal) -> dict[str, Json]:
    """Discount and tax of a line whose price before both is `amount`."""
    discount = amount_of(row.get("discount"))
    net = EXACT.subtract(amount, discount)
    reductions = [{"code": DISCOUNT, "amount": sent(discount), "description": "Discount"}]
    return {
        "tax_lines": tax_lines(net, amount_of(row.get("tax")), row.get("taxes") or ()),
        "adjustments": reductions if discount else [],
    }


def _net(row: Line) -> Decimal:
    amount = amount_of(row.get("subtotal", row.get("amount")))
    return EXACT.subtract(amount, amount_of(row.get("discount")))


def _taxes_on_nothing(rows: Iterable[Line], part: str) -> list[Json]:
    return [
        _extra(f"{part}:{row['id']}:{TAX}", "Tax", row["tax"], kind=TAX, of=part, id=row["id"])
        for row in rows
        if amount_of(row.get("tax")) and not _net(row)
    ]


def _rise(row: Line) -> Json:
    name = row.get("name") or row["id"]
    return _extra(f"{ADJUSTMENT}:{row['id']}", name, row["amount"], kind=ADJUSTMENT, id=row["id"])


def _extra(source_id: str, title: str, amount: Any, **what: Json) -> Json:
    """An item that is no purchase."""
    return {
        OWNERSHIP_KEY: source_id,
        "variant_sku": None,
        "title": title,
        "quantity": "1",
        "unit_price": sent(amount_of(amount)),
        "requires_shipping": False,
        "metadata": with_reserved({}, **what),
        "tax_lines": [],
        "adjustments": [],
    }


def _fall(row: Line) -> Json:
    return {
        "amount": sent(-amount_of(row["amount"])),
        "reference": ADJUSTMENT,
        "reference_id": row["id"],
        "metadata": with_reserved({}, kind=ADJUSTMENT, name=row.get("name")),
    }
