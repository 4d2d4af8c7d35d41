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
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

_TEXT, _FLAG, _COUNT = pl.String(), pl.Boolean(), pl.Int64()


def _schema(
    texts: str, *, flags: str = "", counts: str = "", order: str | None = None
) -> pl.Schema:
    columns = {name: _TEXT for name in texts.split()}
    columns |= {name: _FLAG for name in flags.split()}
    columns |= {name: _COUNT for name in counts.split()}
    return pl.Schema(columns)
