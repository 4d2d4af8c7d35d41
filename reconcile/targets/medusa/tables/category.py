"""Categories and the products they hold; asked from this side, membership costs linear time."""

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
    flat,
    nested,
)

COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "name": TEXT,
    "handle": TEXT,
    "description": TEXT,
    "parent_category_id": TEXT,
    "rank": WHOLE,
    "is_active": FLAG,
    "is_internal": FLAG,
    "external_id": TEXT,
    "metadata": TEXT,
}


def _members(record: Record) -> Iterable[Row]:
    for product in nested(record, "products"):
        yield {"category_id": record["id"], "product_id": product["id"]}


CATEGORIES = Listing(
    path="product-categories",
    plural="product_categories",
    fields=(*COLUMNS, "products.id"),
    tables=(
        flat("categories", **COLUMNS),
        Table("category_products", pl.Schema({"category_id": TEXT, "product_id": TEXT}), _members),
    ),
    limit=100,
)
