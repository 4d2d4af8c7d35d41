"""Products as Medusa lists them, with everything that hangs on the product itself.

Categories and tags are left to their own listings: asked here, a category shared by a thousand
products costs time quadratic in the page size. Options are read as the product's own links to
values, which stays linear even when many products share one global option.
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
    nested,
)

COLUMNS: dict[str, pl.DataType] = {
    "id": TEXT,
    "title": TEXT,
    "subtitle": TEXT,
    "description": TEXT,
    "handle": TEXT,
    "status": TEXT,
    "external_id": TEXT,
    "thumbnail": TEXT,
    "type_id": TEXT,
    "collection_id": TEXT,
    "weight": TEXT,
    "length": TEXT,
    "height": TEXT,
    "width": TEXT,
    "origin_country": TEXT,
    "hs_code": TEXT,
    "mid_code": TEXT,
    "material": TEXT,
    "discountable": FLAG,
    "is_giftcard": FLAG,
    "metadata": TEXT,
    "updated_at": TEXT,
}
LINKED = (
    "images.id",
    "images.url",
    "images.rank",
    "sales_channels.id",
    "shipping_profile.id",
    "product_options.product_option_id",
    "product_options.values.id",
)


def _product(record: Record) -> Iterable[Row]:
    profile = record.get("shipping_profile") or {}
    yield {**cells(record, COLUMNS), "shipping_profile_id": profile.get("id")}


def _images(record: Record) -> Iterable[Row]:
    for image in nested(record, "images"):
        yield {
            "id": image["id"],
            "product_id": record["id"],
            "url": image["url"],
            "rank": image["rank"],
        }


def _channels(record: Record) -> Iterable[Row]:
    for channel in nested(record, "sales_channels"):
        yield {"product_id": record["id"], "sales_channel_id": channel["id"]}


def _options(record: Record) -> Iterable[Row]:
    for link in nested(record, "product_options"):
        yield {
            "product_id": record["id"],
            "option_id": link["product_option_id"],
            "value_ids": [value["id"] for value in nested(link, "values")],
        }


PRODUCTS = Listing(
    path="products",
    plural="products",
    fields=(*COLUMNS, *LINKED),
    tables=(
        Table("products", pl.Schema({**COLUMNS, "shipping_profile_id": TEXT}), _product),
        Table(
            "product_images",
            pl.Schema({"id": TEXT, "product_id": TEXT, "url": TEXT, "rank": WHOLE}),
            _images,
        ),
        Table(
            "product_sales_channels",
            pl.Schema({"product_id": TEXT, "sales_channel_id": TEXT}),
            _channels,
        ),
        Table(
            "product_option_links",
            pl.Schema({"product_id": TEXT, "option_id": TEXT, "value_ids": pl.List(pl.String())}),
            _options,
        ),
    ),
    limit=500,
)
