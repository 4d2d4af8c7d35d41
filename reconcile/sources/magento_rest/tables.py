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
    customers.addresses            as Magento has them: [{id, firstname, middlename, lastname,
                                   prefix, suffix, company, street: [..], city, region: {region,
                                   region_code, region_id}, postcode, country_id, telephone, fax,
                                   vat_id, default_billing, default_shipping, ...}]; a part without
                                   a value is absent, those of the region are null instead
    customers.custom_attributes    {code: value}
    customers.extension_attributes what Magento has there, without `is_subscribed`
    orders.document                the order as Magento sent it, without what is there twice:
                                   `items[].parent_item` (see `parent_item_id`) and
                                   `extension_attributes.shipping_assignments[].items`; and without
                                   what gives access to something (`orders.py` names it)
    invoices.document, shipments.document, credit_memos.document
                                   the whole record as Magento sent it

These documents are Magento's: ids and whole numbers are JSON numbers, fractions decimal text (34,
but "36.39"), times `2026-11-21 00:49:27` in UTC, what has no value is absent or null, and an empty
object may be `[]`. Only `items` of an order is a list, or null or absent, whatever came.

An id that an order, invoice, shipment or credit memo refers to is in the snapshot as well, unless
the record was deleted in the shop: what refers is read before what is referred to.

`customer_passwords` names the customers whose password can be carried: `seal` changes when the
password does, and tells nothing of it. Of others it says why not: `unfit`.
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
CUSTOMERS = _schema(
    "id email prefix firstname middlename lastname suffix group_id website_id store_id created_in"
    " created_at updated_at dob gender taxvat default_billing default_shipping addresses"
    " custom_attributes extension_attributes",
    flags="is_subscribed awaits_confirmation disable_auto_group_change",
)
"""`dob` is a calendar date, `created_in` the name of a store view. `awaits_confirmation` is true
for an account whose e-mail address was never confirmed, null for all others."""
CUSTOMER_PASSWORDS = _schema("customer_id seal unfit")

_TOTALS = (
    "grand_total",
    "subtotal",
    "tax_amount",
    "discount_amount",
    "shipping_amount",
    "shipping_tax_amount",
    "shipping_discount_amount",
    "discount_tax_compensation_amount",
    "shipping_discount_tax_compensation_amount",
    "adjustment_positive",
    "adjustment_negative",
    "total_paid",
    "total_invoiced",
    "total_refunded",
    "total_canceled",
    "total_due",
)
ORDER_AMOUNTS = (*_TOTALS, *(f"base_{name}" for name in _TOTALS))
"""In the order's currency, then in the shop's; null where Magento has no number."""

ORDERS = _schema(
    "id number state status store_id store_name customer_id customer_email customer_firstname"
    " customer_lastname customer_group_id created_at updated_at order_currency_code"
    " base_currency_code base_to_order_rate coupon_code discount_description shipping_description"
    f" {' '.join(ORDER_AMOUNTS)} document",
    flags="customer_is_guest is_virtual",
)
"""`number` is Magento's increment_id: unique among orders alone."""

_OF_AN_ORDER = "id number order_id store_id state created_at updated_at"
SHIPMENTS = _schema(f"{_OF_AN_ORDER} document")
"""`state` is Magento's shipment_status, which most shops leave empty."""
INVOICES = _schema(f"{_OF_AN_ORDER} currency grand_total base_grand_total document")
"""`state` is "1" open, "2" paid, "3" canceled; `currency` the one of the order."""
CREDIT_MEMOS = _schema(f"{_OF_AN_ORDER} currency grand_total base_grand_total document")
"""`state` is "1" open, "2" refunded, "3" canceled; `currency` the one of the order."""

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
        "addresses",
        "custom_attributes",
        "extension_attributes",
        "document",
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
