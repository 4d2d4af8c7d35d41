"""Items, shipping methods and adjustments of an order, read back from the lines Medusa holds.

`lines.py` says what is which. Lines of others, which nobody marked, go by their own ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.model import Json
from reconcile.targets.medusa.amounts import EXACT, NOTHING, amount_of, kept, product
from reconcile.targets.medusa.lines import ADJUSTMENT, ITEMS, KIND, METHODS, TAX, Line
from reconcile.targets.medusa.reserved import open_metadata, reserved
from reconcile.targets.medusa.taxes import tax_of, taxes_of


def item_rows(items: Iterable[Line]) -> list[Json]:
    """The purchases among the items, each with the tax that had to be an item of its own."""
    purchases, extras = told_apart(items)
    taxes = _extra_taxes(extras, ITEMS)
    return [_item_row(line, taxes.get(_source_id(line), NOTHING)) for line in purchases]


def told_apart(items: Iterable[Line]) -> tuple[list[Line], list[Line]]:
    purchases: list[Line] = []
    extras: list[Line] = []
    for line in items:
        (extras if reserved(line, KIND) in {ADJUSTMENT, TAX} else purchases).append(line)
    return purchases, extras


def _extra_taxes(extras: Iterable[Line], part: str) -> dict[str, Decimal]:
    taxes = [line for line in extras if reserved(line, KIND) == TAX]
    return {
        str(reserved(line, "id")): line_amount(line)
        for line in taxes
        if reserved(line, "of") == part
    }


def line_amount(line: Line) -> Decimal:
    return product(amount_of(line.get("unit_price")), amount_of(line.get("quantity")))


def _source_id(line: Line) -> str:
    """The row's id; a line nobody marked goes by its own."""
    mark = line.get(OWNERSHIP_KEY) or (line.get("metadata") or {}).get(OWNERSHIP_KEY)
    return str(mark or line.get("id"))


def _item_row(line: Line, extra_tax: Decimal) -> Json:
    subtotal = line_amount(line)
    row = {
        "id": _source_id(line),
        "sku": line.get("sku"),
        "title": line.get("title") or "",
        "quantity": kept(amount_of(line.get("quantity"))),
        "subtotal": kept(subtotal),
        "requires_shipping": line.get("requires_shipping") is not False,
        "metadata": open_metadata(line),
        **_reduced(line, subtotal, extra_tax),
    }
    return {name: part for name, part in row.items() if part not in (None, {})}


def _reduced(line: Line, amount: Decimal, extra_tax: Decimal) -> dict[str, Json]:
    discount = amount_of(line.get("discount"))
    tax = tax_of(EXACT.subtract(amount, discount), line.get("tax_rate"))
    return {
        "discount": kept(discount),
        "tax": kept(EXACT.add(tax, extra_tax)),
        "taxes": taxes_of(line.get("taxes") or ()),
    }


def method_rows(methods: Iterable[Line], items: Iterable[Line]) -> list[Json]:
    """The shipping methods; `items` are the order's, for taxes that had to be items."""
    taxes = _extra_taxes(told_apart(items)[1], METHODS)
    return [
        {
            "id": _source_id(line),
            "name": line.get("name") or "",
            "amount": kept(amount_of(line.get("amount"))),
            **_reduced(line, amount_of(line.get("amount")), taxes.get(_source_id(line), NOTHING)),
        }
        for line in methods
    ]


def adjustment_rows(items: Iterable[Line], credit_lines: Iterable[Line]) -> list[Json]:
    """What else moved the total: items and credit lines that say so."""
    rises = [line for line in items if reserved(line, KIND) == ADJUSTMENT]
    return [
        *(
            _adjustment(reserved(line, "id"), line.get("title"), line_amount(line))
            for line in rises
        ),
        *(
            _adjustment(line.get("reference_id"), reserved(line, "name"), credit_of(line))
            for line in adjusting(credit_lines)
        ),
    ]


def _adjustment(identity: Any, name: Any, amount: Decimal) -> Json:
    return {"id": str(identity), "name": name or str(identity), "amount": kept(amount)}


def adjusting(credit_lines: Iterable[Line]) -> list[Line]:
    """The credit lines that are adjustments, and no credit memos or refunds."""
    return [line for line in credit_lines if line.get("reference") == ADJUSTMENT]


def credit_of(line: Line) -> Decimal:
    return -amount_of(line.get("amount"))
