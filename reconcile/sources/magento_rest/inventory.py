"""Multi-source inventory: sources, stocks, and the quantity of each SKU in each source."""

from __future__ import annotations

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.faults import NotOffered
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import (
    Record,
    identity,
    json_text,
    members,
    picked,
    records,
    text,
)
from reconcile.systems import Row

SOURCES = Listing("inventory/sources", order="source_code", key=("source_code",))
STOCKS = Listing("inventory/stocks", order="stock_id", key=("stock_id",))
LINKS = Listing(
    "inventory/stock-source-links", order="source_code", key=("stock_id", "source_code")
)
SOURCE_ITEMS = Listing(
    "inventory/source-items", order="source_item_id", key=("source_code", "sku"), weight=4
)

_TABLES = (
    ("sources", tables.SOURCES),
    ("stocks", tables.STOCKS),
    ("stock_source_links", tables.STOCK_SOURCE_LINKS),
    ("source_items", tables.SOURCE_ITEMS),
)


def load_inventory(loading: Loading, pages: Pages) -> bool:
    """The tables sources, stocks, stock_source_links and source_items.

    False when the shop has no multi-source inventory: it then lacks the routes (404), and the
    tables are empty. Missing permissions raise PermissionMissing instead.
    """
    try:
        sources = walk(pages, SOURCES)
    except NotOffered:
        for table, schema in _TABLES:
            loading.listed(table, schema, [], dict)
        return False
    loading.walked("sources", tables.SOURCES, sources, _source_row)
    loading.walked("stocks", tables.STOCKS, walk(pages, STOCKS), _stock_row)
    loading.walked("stock_source_links", tables.STOCK_SOURCE_LINKS, walk(pages, LINKS), _link_row)
    loading.walked("source_items", tables.SOURCE_ITEMS, walk(pages, SOURCE_ITEMS), _source_item_row)
    return True


def _source_row(source: Record) -> Row:
    code = identity(source, "source_code")
    texts = tuple(name for name in tables.SOURCES if name != "enabled")
    return {**picked(source, texts=texts, flags=("enabled",)), "source_code": code}


def _stock_row(stock: Record) -> Row:
    stock_id = identity(stock, "stock_id")
    channels = records(members(stock.get("extension_attributes")).get("sales_channels"))
    codes = [text(channel.get("code")) for channel in channels if channel.get("type") == "website"]
    return {
        "stock_id": stock_id,
        "name": text(stock.get("name")),
        "websites": json_text(codes),
    }


def _link_row(link: Record) -> Row:
    return {
        "stock_id": identity(link, "stock_id"),
        "source_code": identity(link, "source_code"),
        **picked(link, counts=("priority",)),
    }


def _source_item_row(item: Record) -> Row:
    return {
        "sku": identity(item, "sku"),
        "source_code": identity(item, "source_code"),
        **picked(item, texts=("quantity",), counts=("status",)),
    }
