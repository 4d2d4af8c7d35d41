"""The tables of a Magento snapshot.

Ids are text. Prices, weights and quantities are decimal text with the digits Magento sent. Times
are `2026-11-21T00:49:27Z`; calendar dates inside attributes stay as Magento has them. Columns in
`JSON_COLUMNS` hold canonical JSON. A value that is absent or null in Magento is null, an empty
text stays empty.

Shapes of the nested columns (ids are texts, decimals are texts, as canonical JSON writes them):

    categories.attributes          {code: value}
    products.website_ids           ["1"]
    products.category_links        [{category_id, position}]
    products.images                [{id, file, media_type, label, position, disabled, types, video}]
                                   in gallery order; `video` is absent on pictures
    products.tier_prices           [{customer_group_id, website_id, qty, value, percentage_value}]
                                   group "32000" is everyone, website "0" every one;
                                   percentage_value is null unless the price is a discount
    products.links                 [{link_type, linked_product_sku, linked_product_type, position,
                                   qty}]
    products.configurable_options  [{attribute_id, label, position, values: ["49"]}] by position
    products.child_ids             ["53"]
    products.bundle_options        [{option_id, title, type, required, position, product_links}]
                                   by position, product_links [{id, sku, qty, price, price_type,
                                   is_default, can_change_quantity, position}]
    products.downloads             [{id, title, price, sort_order, link_type, link_file, link_url,
                                   number_of_downloads, is_shareable}]
    products.custom_options        as Magento's product has them in `options`
    products.other_attributes      {code: value}
    stocks.websites                ["base"], the codes of the websites that sell from it
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_TEXT, _FLAG, _COUNT = pl.String(), pl.Boolean(), pl.Int64()


def _schema(texts: str, *, flags: str = "", counts: str = "") -> pl.Schema:
    columns: dict[str, pl.DataType] = dict.fromkeys(texts.split(), _TEXT)
    columns |= dict.fromkeys(flags.split(), _FLAG)
    columns |= dict.fromkeys(counts.split(), _COUNT)
    return pl.Schema(columns)


WEBSITES = _schema("id code name default_group_id")
STORE_GROUPS = _schema("id website_id root_category_id default_store_id name")
STORE_VIEWS = _schema(
    "id code name website_id store_group_id base_currency_code default_display_currency_code"
    " timezone locale weight_unit base_media_url secure_base_media_url",
    flags="is_active is_storefront",
)
ATTRIBUTES = _schema(
    "attribute_id code label frontend_input backend_type scope",
    flags="is_user_defined is_visible",
)
ATTRIBUTE_OPTIONS = _schema("attribute_code value label")
ATTRIBUTE_SETS = _schema("id name")
CATEGORIES = _schema(
    "view id parent_id name path attributes",
    flags="is_active include_in_menu",
    counts="position level",
)
CUSTOMER_GROUPS = _schema("id code")
SOURCES = _schema(
    "source_code name description country_id region_id region city postcode street phone email"
    " contact_name",
    flags="enabled",
)
SOURCE_ITEMS = _schema("sku source_code quantity", counts="status")
STOCKS = _schema("stock_id name websites")
STOCK_SOURCE_LINKS = _schema("stock_id source_code", counts="priority")
STOCK_ITEMS = _schema(
    "product_id sku qty min_qty",
    flags="is_in_stock manage_stock use_config_manage_stock use_config_backorders is_qty_decimal",
    counts="backorders",
)
SALABLE_QUANTITIES = _schema("sku stock_id quantity")

_PRODUCT = _schema(
    "view id sku name attribute_set_id price type_id weight created_at updated_at website_ids"
    " category_links images tier_prices links configurable_options child_ids bundle_options"
    " downloads custom_options other_attributes",
    counts="status visibility",
)

_ALSO_ATTRIBUTES = frozenset(
    {
        "sku",
        "name",
        "price",
        "weight",
        "status",
        "visibility",
        "created_at",
        "updated_at",
    }
)
"""Attributes that Magento shows as members of the product itself."""

JSON_COLUMNS = frozenset(
    {
        "attributes",
        "website_ids",
        "category_links",
        "images",
        "tier_prices",
        "links",
        "configurable_options",
        "child_ids",
        "bundle_options",
        "downloads",
        "custom_options",
        "other_attributes",
        "websites",
    }
)


def attribute_column(code: str) -> str:
    """The column of a product attribute."""
    return f"attributes.{code}"


def products_schema(codes: Iterable[str]) -> pl.Schema:
    """The columns of products in a shop with these attributes.

    Attributes that are columns anyway (`sku`, `price`, ...) do not come twice.
    """
    own = {attribute_column(code): _TEXT for code in codes if code not in _ALSO_ATTRIBUTES}
    return pl.Schema({**_PRODUCT, **own})
