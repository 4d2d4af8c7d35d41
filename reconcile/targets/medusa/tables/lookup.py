"""Small records that others point to: tags, types, collections, channels, profiles, groups."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import FLAG, TEXT, Listing, Record, Table, flat, nested


def _tagged(record: Record) -> Iterable[Row]:
    for product in nested(record, "products"):
        yield {"tag_id": record["id"], "product_id": product["id"]}


PRODUCT_TAGS = Listing(
    path="product-tags",
    plural="product_tags",
    fields=("id", "value", "metadata", "products.id"),
    tables=(
        flat("product_tags", id=TEXT, value=TEXT, metadata=TEXT),
        Table("tag_products", pl.Schema({"tag_id": TEXT, "product_id": TEXT}), _tagged),
    ),
    limit=100,
)


def _small(path: str, plural: str, table: str, /, **columns: pl.DataType) -> Listing:
    return Listing(path, plural, tuple(columns), (flat(table, **columns),))


PRODUCT_TYPES = _small(
    "product-types", "product_types", "product_types", id=TEXT, value=TEXT, metadata=TEXT
)
COLLECTIONS = _small(
    "collections", "collections", "collections", id=TEXT, title=TEXT, handle=TEXT, metadata=TEXT
)
SALES_CHANNELS = _small(
    "sales-channels",
    "sales_channels",
    "sales_channels",
    id=TEXT,
    name=TEXT,
    is_disabled=FLAG,
    metadata=TEXT,
)
SHIPPING_PROFILES = _small(
    "shipping-profiles",
    "shipping_profiles",
    "shipping_profiles",
    id=TEXT,
    name=TEXT,
    type=TEXT,
    metadata=TEXT,
)
CUSTOMER_GROUPS = _small(
    "customer-groups", "customer_groups", "customer_groups", id=TEXT, name=TEXT, metadata=TEXT
)
