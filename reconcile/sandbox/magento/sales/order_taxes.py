"""Which rates made the tax of an order: by order, by row and by rate, as Magento repeats it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reconcile.sandbox.magento.sales.cart import Cart, Rate
from reconcile.sandbox.magento.sales.cents import amount
from reconcile.sandbox.magento.sales.order_rows import MoneyAmounts
from reconcile.sandbox.magento.sales.pricing import rows_of
from reconcile.sandbox.magento.sales.shape import is_dummy
from reconcile.sandbox.magento.table import Record

_RATES_PER_ORDER = 8


def tax_members(
    cart: Cart,
    order: Record,
    items: Sequence[Record],
    amounts: Sequence[MoneyAmounts],
    shipping: MoneyAmounts,
) -> Record:
    """The tax members of the order's ``extension_attributes``; also writes those of its rows."""
    order_id = order["entity_id"]
    totals: dict[Rate, list[int]] = {}
    by_row: list[Record] = []
    additional: list[Record] = []
    with_money = [item for item in items if not is_dummy(item)]
    for item, row, each in zip(with_money, rows_of(cart), amounts, strict=True):
        applied = _applied(row.rates, each, totals)
        if applied:
            by_row.append({"type": "product", "item_id": item["item_id"], "applied_taxes": applied})
            item["extension_attributes"] = {
                "itemized_taxes": list(_itemized(applied, row.rates, order_id, item["item_id"]))
            }
    if cart.delivery is not None:
        applied = _applied(cart.delivery.rates, shipping, totals)
        if applied:
            by_row.append({"type": "shipping", "applied_taxes": applied})
            additional += _itemized(applied, cart.delivery.rates, order_id, None)
    return {
        "applied_taxes": [_one(rate, *both) for rate, both in totals.items()],
        "item_applied_taxes": by_row,
        "converting_from_quote": False,
        "taxes": [_tax(rate, both, order_id) for rate, both in totals.items()],
        "additional_itemized_taxes": additional,
    }


def _applied(
    rates: Sequence[Rate], each: MoneyAmounts, totals: dict[Rate, list[int]]
) -> list[Record]:
    """What each rate charged on a row, added to ``totals`` as well; nothing for no tax at all."""
    if not each.own.tax and not each.base.tax:
        return []
    found = []
    for rate, own, base in zip(rates, each.own.taxes, each.base.taxes, strict=True):
        found.append(_one(rate, own, base))
        both = totals.setdefault(rate, [0, 0])
        both[0] += own
        both[1] += base
    return found


def _one(rate: Rate, own: int, base: int) -> Record:
    return {
        "code": rate.code,
        "title": rate.code,
        "percent": rate.percent,
        "amount": amount(own),
        "base_amount": amount(base),
    }


def _tax_id(order_id: int, rate: Rate) -> int:
    return order_id * _RATES_PER_ORDER + rate.id % _RATES_PER_ORDER


def _itemized(
    applied: Sequence[Record], rates: Sequence[Rate], order_id: int, item_id: int | None
) -> Iterator[Record]:
    """``tax_item_id`` is that of the row and the rate; shipping has no row."""
    kind = "shipping" if item_id is None else "product"
    first = (item_id or order_id * 1024 + 1023) * _RATES_PER_ORDER
    for rate, tax in zip(rates, applied, strict=True):
        yield {
            "tax_item_id": first + rate.id % _RATES_PER_ORDER,
            "tax_id": _tax_id(order_id, rate),
            **({} if item_id is None else {"item_id": item_id}),
            "tax_code": rate.code,
            "tax_percent": rate.percent,
            "amount": tax["amount"],
            "base_amount": tax["base_amount"],
            "real_amount": tax["amount"],
            "real_base_amount": tax["base_amount"],
            "taxable_item_type": kind,
        }


def _tax(rate: Rate, both: Sequence[int], order_id: int) -> Record:
    one = _one(rate, *both)
    return {
        "tax_id": _tax_id(order_id, rate),
        "order_id": order_id,
        **one,
        "base_real_amount": one["base_amount"],
        "priority": 0,
        "position": 0,
        "process": 0,
    }
