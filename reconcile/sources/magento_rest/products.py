"""All products, flat: parents and children alike, one sweep per view."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from reconcile.model import Json
from reconcile.sources.magento_rest import product_parts as parts
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import (
    Record,
    custom_attributes,
    identity,
    json_text,
    members,
    moment,
    picked,
    text,
)
from reconcile.systems import Row

PRODUCTS = Listing("products", order="entity_id", key=("id",), id_windows=True)

_TEXTS = ("sku", "name", "attribute_set_id", "price", "type_id", "weight")


def load_products(
    loading: Loading,
    pages: Pages,
    scopes: Sequence[str],
    codes: Sequence[str],
    noticed: Callable[[Row], None],
) -> None:
    """The table products: one row per view and product.

    `codes` are the attributes that get a column; `noticed` sees each row of the first view.
    """
    schema = tables.products_schema(codes)
    walks = {scope: walk(pages, PRODUCTS, scope) for scope in scopes}

    def row_in(view: str, product: Record) -> Row:
        row = product_row(view, schema, product)
        if view == scopes[0]:
            noticed(row)
        return row

    loading.per_view("products", schema, walks, row_in)


def product_row(view: str, schema: pl.Schema, product: Record) -> Row:
    """Raises Unreadable for a product without an id. One without a SKU has it null."""
    product_id = identity(product, "id")
    extension = members(product.get("extension_attributes"))
    attributes = custom_attributes(product)
    nested = _nested(product, extension, attributes)
    return {
        "view": view,
        "id": product_id,
        **picked(product, texts=_TEXTS, counts=("status", "visibility")),
        "created_at": moment(product.get("created_at")),
        "updated_at": moment(product.get("updated_at")),
        **{name: json_text(value) for name, value in nested.items()},
        **_attribute_columns(attributes, schema),
    }


def _nested(product: Record, extension: Record, attributes: Record) -> dict[str, Json]:
    return {
        "website_ids": parts.website_ids(extension),
        "category_links": parts.category_links(extension, attributes),
        "images": parts.images(product),
        "tier_prices": parts.tier_prices(product),
        "links": parts.links(product),
        "configurable_options": parts.configurable_options(extension),
        "child_ids": parts.child_ids(extension),
        "bundle_options": parts.bundle_options(extension),
        "downloads": parts.downloads(extension),
        "custom_options": parts.custom_options(product),
    }


def _attribute_columns(attributes: Record, schema: pl.Schema) -> Row:
    """Known attributes in their columns, all others together."""
    known, others = {}, {}
    for code, value in attributes.items():
        column = tables.attribute_column(code)
        if column in schema:
            known[column] = text(value)
        else:
            others[code] = value
    return {**known, "other_attributes": json_text(others) if others else None}
