"""Stock of every product: legacy stock items, and MSI source items in two sources."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.generator.family import Kind, kind_of
from reconcile.sandbox.magento.generator.item import Catalogue, Item
from reconcile.sandbox.magento.generator.layout import Layout
from reconcile.sandbox.magento.stock_record import source_item, stock_item
from reconcile.sandbox.magento.table import Record

DEFAULT, SECOND = "default", "warehouse_2"
_UNSTOCKED = (Kind.BUNDLE, Kind.GROUPED)
_COUNTED = (Kind.SIMPLE,)


@dataclass(frozen=True, slots=True)
class Level:
    """Stock in source ``default``. None means unknown or "as the store is set up"."""

    quantity: Decimal | int | None
    in_stock: bool
    managed: bool | None = None
    backorders: int | None = None


def level(item: Item) -> Level:
    """One product in 12 is out of stock, one in 25 takes backorders, one in 40 is not counted."""
    if item.kind is Kind.DOWNLOADABLE:
        return Level(None, True, managed=False)
    if item.kind not in _COUNTED:
        return Level(0, True)
    dice = item.dice(7)
    if dice.one_in(12):
        return Level(0, False)
    if dice.one_in(25):
        return Level(-dice.below(4), True, backorders=1)
    if dice.one_in(40):
        return Level(0, True, managed=False)
    quantity = dice.between(1, 250)
    return Level(Decimal(quantity) + Decimal("0.5"), True) if dice.one_in(90) else _full(quantity)


def _full(quantity: int) -> Level:
    return Level(quantity, True)


class StockItemRows:
    """Legacy stock items, one per product under the product's id."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self.ids: Sequence[int] = catalogue.layout.ids

    def record(self, row_id: int) -> Record:
        now = level(self._catalogue.item(row_id))
        return stock_item(
            row_id,
            now.quantity,
            in_stock=now.in_stock,
            managed=now.managed,
            backorders=now.backorders,
        )

    def find(self, field: str, text: str) -> None:
        """There is no index: stock items are found by id."""


class SourceItemRows:
    """MSI source items: first all of source ``default``, then those of ``warehouse_2``."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        layout = catalogue.layout
        self._first = array("q", _product_ids(layout, _stocked(layout.size)))
        self._second = array("q", _product_ids(layout, _in_second_source(layout.size)))
        self.ids: Sequence[int] = range(1, len(self._first) + len(self._second) + 1)

    def record(self, row_id: int) -> Record:
        position = row_id - 1
        if position < len(self._first):
            item = self._catalogue.item(self._first[position])
            now = level(item)
            return source_item(item.sku, DEFAULT, now.quantity or 0, now.in_stock)
        item = self._catalogue.item(self._second[position - len(self._first)])
        quantity = item.dice(8).below(60)
        return source_item(item.sku, SECOND, quantity, quantity > 0)

    def find(self, field: str, text: str) -> Sequence[int] | None:
        """The source items of the family that a SKU's serial number names."""
        if field != "sku":
            return None
        family = self._catalogue.layout.family_ids(text)
        first = _rows_of(self._first, family, 1)
        return [*first, *_rows_of(self._second, family, len(self._first) + 1)]


def _rows_of(products: Sequence[int], family: range, first_row: int) -> range:
    start = bisect_left(products, family.start)
    return range(start + first_row, bisect_left(products, family.stop) + first_row)


def _stocked(size: int) -> Iterator[int]:
    return (index for index in range(size) if kind_of(index) not in _UNSTOCKED)


def _in_second_source(size: int) -> Iterator[int]:
    """Every fourth family of things that can lie in a warehouse."""
    kinds = (Kind.SIMPLE, Kind.CONFIGURABLE)
    return (index for index in range(size) if index % 4 == 1 and kind_of(index) in kinds)


def _product_ids(layout: Layout, families: Iterable[int]) -> Iterator[int]:
    for index in families:
        yield from layout.child_ids(index)
        yield layout.parent_id(index)


def source_records() -> list[dict[str, Any]]:
    """The items of ``inventory/sources``."""
    return [
        _source(DEFAULT, "Default Source", postcode="00000"),
        _source(SECOND, "Second Warehouse", postcode="48864", city="Lansing"),
    ]


def _source(code: str, name: str, *, postcode: str, city: str | None = None) -> dict[str, Any]:
    return {
        "source_code": code,
        "name": name,
        "enabled": True,
        "description": name,
        "latitude": 0,
        "longitude": 0,
        "country_id": "US",
        **({} if city is None else {"city": city, "street": "2 Depot Road"}),
        "postcode": postcode,
        "use_default_carrier_config": True,
        "carrier_links": [],
        "extension_attributes": {"is_pickup_location_active": False, "frontend_name": ""},
    }


def stock_records() -> list[dict[str, Any]]:
    """The items of ``inventory/stocks``; only the first one sells."""
    channels = [{"type": "website", "code": "base"}]
    return [
        _stock(1, "Default Stock", channels),
        _stock(2, "Second Warehouse Stock", []),
    ]


def _stock(number: int, name: str, channels: list[dict[str, str]]) -> dict[str, Any]:
    extension = {"sales_channels": channels}
    return {"stock_id": number, "name": name, "extension_attributes": extension}


def link_records() -> list[dict[str, Any]]:
    """The items of ``inventory/stock-source-links``."""
    return [
        {"stock_id": 1, "source_code": DEFAULT, "priority": 1},
        {"stock_id": 2, "source_code": SECOND, "priority": 1},
    ]
