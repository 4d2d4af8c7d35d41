"""Stock locations with the channels they serve, inventory items, and how many lie where."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import (
    TEXT,
    Listing,
    Record,
    Table,
    cells,
    flat,
    nested,
)

LEVEL_COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "location_id": TEXT,
    "stocked_quantity": TEXT,
    "reserved_quantity": TEXT,
}


def _levels(record: Record) -> Iterable[Row]:
    for level in nested(record, "location_levels"):
        yield {**cells(level, LEVEL_COLUMNS), "inventory_item_id": record["id"]}


def _served(record: Record) -> Iterable[Row]:
    for channel in nested(record, "sales_channels"):
        yield {"location_id": record["id"], "sales_channel_id": channel["id"]}


INVENTORY_ITEMS = Listing(
    path="inventory-items",
    plural="inventory_items",
    fields=("id", "sku", *(f"location_levels.{column}" for column in LEVEL_COLUMNS)),
    tables=(
        flat("inventory_items", id=TEXT, sku=TEXT),
        Table("inventory_levels", pl.Schema({**LEVEL_COLUMNS, "inventory_item_id": TEXT}), _levels),
    ),
)

STOCK_LOCATIONS = Listing(
    path="stock-locations",
    plural="stock_locations",
    fields=("id", "name", "metadata", "sales_channels.id"),
    tables=(
        flat("stock_locations", id=TEXT, name=TEXT, metadata=TEXT),
        Table(
            "stock_location_channels",
            pl.Schema({"location_id": TEXT, "sales_channel_id": TEXT}),
            _served,
        ),
    ),
)
