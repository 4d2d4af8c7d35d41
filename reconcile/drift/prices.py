"""Prices that differ, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import polars as pl

from reconcile.canonical import decimal_text, from_json
from reconcile.drift.document import Kind
from reconcile.model import Json
from reconcile.report.spreadsheet import figure

_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True, order=True)
class PriceName:
    """What tells the prices of one SKU apart; "" where a part has no value."""

    currency: str
    min_quantity: str = ""
    max_quantity: str = ""
    price_list: str = ""


def rows(mismatches: pl.DataFrame, parts: pl.DataFrame | None) -> Iterator[tuple[str, ...]]:
    """SKU, currency, minimum and maximum quantity, price list, both amounts, percent, since.

    `parts` has what the keys of prices in lists are made of.
    """
    named = {row["key"]: row for row in parts.iter_rows(named=True)} if parts is not None else {}
    for row in mismatches.filter(pl.col("kind") == Kind.PRICE.value).iter_rows(named=True):
        if row["entity"] == "list_price":
            yield _of_list(row, named[row["key"]])
        else:
            yield from _of_variant(row)


def _of_list(row: Mapping[str, Any], parts: Mapping[str, Any]) -> tuple[str, ...]:
    name = PriceName(
        parts["currency_code"], parts.get("min_quantity") or "", "", parts["price_list"]
    )
    return _row(parts["variant"], name, row["magento"], row["medusa"], row["since"])


def _of_variant(row: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    wanted, held = _amounts(row["magento"]), _amounts(row["medusa"])
    for name in sorted(wanted.keys() | held.keys()):
        sides = wanted.get(name), held.get(name)
        if sides[0] != sides[1]:
            yield _row(row["key"], name, *sides, row["since"])


def _amounts(text: str | None) -> dict[PriceName, str]:
    """Amounts as texts; of a price that stands twice all of them."""
    found: dict[PriceName, list[str]] = {}
    for price in from_json(text) or ():
        found.setdefault(_name(price), []).append(price["amount"])
    return {name: " / ".join(sorted(amounts)) for name, amounts in found.items()}


def _name(price: Mapping[str, Json]) -> PriceName:
    low, high = price.get("min_quantity"), price.get("max_quantity")
    # From one on is the same as without a minimum only where there is a maximum.
    low = "1" if low is None and high is not None else low
    return PriceName(price["currency_code"], _text(low), _text(high))


def _text(number: Json) -> str:
    return "" if number is None else str(number)


def _row(
    sku: str, name: PriceName, magento: str | None, medusa: str | None, since: str
) -> tuple[str, ...]:
    return (
        sku,
        name.currency,
        name.min_quantity,
        name.max_quantity,
        name.price_list,
        *map(figure, (magento or "", medusa or "", percent(magento, medusa))),
        since,
    )


def percent(magento: str | None, medusa: str | None) -> str:
    """By how much Medusa's price is above (or below, with a minus) Magento's; "" where one side
    has no single price or Magento's is zero."""
    wanted, held = _number(magento), _number(medusa)
    if wanted is None or held is None or not wanted:
        return ""
    share = (100 * (held - wanted) / wanted).quantize(_STEP, ROUND_HALF_UP)
    return decimal_text(share)


def difference(magento: str | None, medusa: str | None) -> str:
    """By how much Medusa has more (or less, with a minus); "" where one side has no number."""
    wanted, held = _number(magento), _number(medusa)
    return "" if wanted is None or held is None else decimal_text(held - wanted)


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None
