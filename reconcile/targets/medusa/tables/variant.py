"""Variants with their base prices and the inventory items they are counted by.

Prices of price lists are not among a variant's prices; they come with their list.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import (
    FLAG,
    TEXT,
    WHOLE,
    Listing,
    Record,
    Table,
    cells,
    flat,
    nested,
)

COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "product_id": TEXT,
    "sku": TEXT,
    "title": TEXT,
    "barcode": TEXT,
    "ean": TEXT,
    "upc": TEXT,
    "manage_inventory": FLAG,
    "allow_backorder": FLAG,
    "weight": TEXT,
    "length": TEXT,
    "height": TEXT,
    "width": TEXT,
    "origin_country": TEXT,
    "hs_code": TEXT,
    "mid_code": TEXT,
    "material": TEXT,
    "variant_rank": WHOLE,
    "metadata": TEXT,
}
PRICE_COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "amount": TEXT,
    "currency_code": TEXT,
    "min_quantity": TEXT,
    "max_quantity": TEXT,
    "rules": TEXT,
}
PRICE_FIELDS = (
    "prices.id",
    "prices.amount",
    "prices.currency_code",
    "prices.min_quantity",
    "prices.max_quantity",
    "prices.price_rules.attribute",
    "prices.price_rules.value",
)
ITEM_FIELDS = ("inventory_items.inventory_item_id", "inventory_items.required_quantity")


def _prices(record: Record) -> Iterable[Row]:
    for price in nested(record, "prices"):
        yield {**cells(price, PRICE_COLUMNS), "variant_id": record["id"]}


def _items(record: Record) -> Iterable[Row]:
    for link in nested(record, "inventory_items"):
        yield {
            "variant_id": record["id"],
            "inventory_item_id": link["inventory_item_id"],
            "required_quantity": link.get("required_quantity"),
        }


VARIANTS = Listing(
    path="product-variants",
    plural="variants",
    fields=(*COLUMNS, *PRICE_FIELDS, *ITEM_FIELDS),
    tables=(
        flat("variants", **COLUMNS),
        Table("variant_prices", pl.Schema({**PRICE_COLUMNS, "variant_id": TEXT}), _prices),
        Table(
            "variant_inventory_items",
            pl.Schema({"variant_id": TEXT, "inventory_item_id": TEXT, "required_quantity": WHOLE}),
            _items,
        ),
    ),
)
