"""Special prices with their dates, and tier prices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.generator.family import CENT, Kind
from reconcile.sandbox.magento.generator.item import Item

ALL_GROUPS, NOT_LOGGED_IN, GENERAL, WHOLESALE, RETAILER = 32000, 0, 1, 2, 3

_PRICED = (Kind.SIMPLE, Kind.VIRTUAL, Kind.DOWNLOADABLE)
# Dates far enough away that running, coming and past stay what they are.
_PERIODS: tuple[tuple[str, str | None], ...] = (
    ("2024-01-15 00:00:00", None),
    ("2024-01-15 00:00:00", "2094-12-31 00:00:00"),
    ("2094-03-01 00:00:00", "2094-03-31 00:00:00"),
    ("2021-11-26 00:00:00", "2021-11-29 00:00:00"),
)


def amount(value: Decimal) -> str:
    """A price as a custom attribute shows it: six decimals."""
    return f"{value:.6f}"


def special_price(item: Item) -> dict[str, str]:
    """The three attributes of a special price; empty for seven families in eight."""
    price = item.price
    if item.family.index % 8 != 5 or item.kind not in _PRICED or price is None:
        return {}
    reduced = (price * Decimal("0.80")).quantize(CENT)
    start, end = _PERIODS[item.family.index // 8 % len(_PERIODS)]
    dates = {"special_from_date": start, "special_to_date": end}
    known = {code: date for code, date in dates.items() if date is not None}
    return {"special_price": amount(reduced), **known}


def tier_prices(item: Item) -> list[dict[str, Any]]:
    """The ``tier_prices`` member: quantities for all, and prices for single groups."""
    if item.kind not in _PRICED or item.price is None:
        return []
    return list(_tiers(item.family.index, item.price))


def _tiers(index: int, price: Decimal) -> Iterator[dict[str, Any]]:
    if index % 10 == 1:
        yield _fixed(ALL_GROUPS, 5, price * Decimal("0.90"))
    if index % 15 == 1:
        yield _percentage(WHOLESALE, 10, 15, price)
    if index % 25 == 4:
        yield _fixed(RETAILER, 1, price * Decimal("0.85"))
    if index % 100 == 8:
        yield _fixed(NOT_LOGGED_IN, 3, price * Decimal("0.95"))


def _fixed(group: int, quantity: int, price: Decimal) -> dict[str, Any]:
    return {
        "customer_group_id": group,
        "qty": quantity,
        "value": price.quantize(CENT),
        "extension_attributes": {"website_id": 0},
    }


def _percentage(group: int, quantity: int, percent: int, price: Decimal) -> dict[str, Any]:
    return {
        "customer_group_id": group,
        "qty": quantity,
        "value": (price * (100 - percent) / 100).quantize(CENT),
        "extension_attributes": {"percentage_value": percent, "website_id": 0},
    }
