"""At which nominal rates an order was taxed: `[{code, rate}]`, in percent, by code.

Newer releases say it per item and rate (`itemized_taxes`), older ones in a list beside the items
(`item_applied_taxes`), the oldest only as one percentage per item.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from reconcile.canonical import decimal_text
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records.order_items import Item
from reconcile.sources.magento_rest.records.values import NOTHING, amount, word
from reconcile.sources.magento_rest.wire import Record

Tax = tuple[str, str]
"""Code, and rate in percent as decimal text."""

PRODUCT, SHIPPING = "product", "shipping"
UNNAMED = "tax"


@dataclass(frozen=True, slots=True)
class Taxes:
    """What the order says beside its items. `extra` are amounts of tax on neither goods nor
    shipping, by what was taxed (`weee`, `printed_card_gw`, ...)."""

    by_item: dict[str, list[Tax]] = field(default_factory=dict)
    shipping: list[Tax] = field(default_factory=list)
    whole: list[Tax] = field(default_factory=list)
    extra: dict[str, Decimal] = field(default_factory=dict)


def read(document: Record) -> Taxes:
    """Raises Unsound for an impossible amount."""
    extension = wire.members(document.get("extension_attributes"))
    found = Taxes(whole=list(_named(extension.get("applied_taxes"), "code", "percent")))
    for entry in wire.records(extension.get("item_applied_taxes")):
        taxed, rates = word(entry.get("type")), entry.get("applied_taxes")
        if taxed == SHIPPING:
            found.shipping.extend(_named(rates, "code", "percent"))
        elif taxed == PRODUCT:
            mine = found.by_item.setdefault(word(entry.get("item_id")) or "", [])
            mine.extend(_named(rates, "code", "percent"))
        elif taxed:
            charged = sum((amount(rate.get("amount")) for rate in wire.records(rates)), NOTHING)
            found.extra[taxed] = found.extra.get(taxed, NOTHING) + charged
    return found


def of_items(items: Iterable[Item], taxes: Taxes) -> list[Json]:
    """Of the items of one purchase together."""
    return _rows(tax for item in items for tax in _of_item(item, taxes))


def of_shipping(charged: Decimal, taxes: Taxes) -> list[Json]:
    """Without a word about shipping, all rates of the order where any tax was charged on it."""
    return _rows(taxes.shipping or (taxes.whole if charged else []))


def _of_item(item: Item, taxes: Taxes) -> Iterable[Tax]:
    extension = wire.members(item.document.get("extension_attributes"))
    rates = extension.get("itemized_taxes")
    itemized = list(_named(rates, "tax_code", "tax_percent")) if rates else []
    return itemized or taxes.by_item.get(item.id) or _by_percentage(item, taxes)


def _by_percentage(item: Item, taxes: Taxes) -> list[Tax]:
    rate = amount(item.document.get("tax_percent"))
    if not rate:
        return []
    written = decimal_text(rate)
    codes = {code for code, percent in taxes.whole if percent == written}
    return [(codes.pop() if len(codes) == 1 else UNNAMED, written)]


def _named(entries: Json, code: str, percent: str) -> Iterator[Tax]:
    for entry in wire.records(entries):
        rate = amount(entry.get(percent))
        if rate:
            yield word(entry.get(code)) or UNNAMED, decimal_text(rate)


def _rows(taxes: Iterable[Tax]) -> list[Json]:
    """Each once, by code and rate."""
    in_order = sorted(set(taxes), key=lambda tax: (tax[0], Decimal(tax[1])))
    return [{"code": code, "rate": rate} for code, rate in in_order]
