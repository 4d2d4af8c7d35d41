"""Legacy stock items: whether stock is managed, back-orders, and the quantity without MSI.

`stockItems/lowStock` gives them in bulk, asked for everything at or below a quantity that no
column can exceed. It leaves out those whose quantity is null (six of 2,057 on the sample shop), so
these few are read one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.criteria import Criteria, Parameters
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Count, Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.single_reads import read_each, segment
from reconcile.sources.magento_rest.wire import Record, identity, picked
from reconcile.systems import Row

_ABOVE_ALL = "100000000"
_MOST_SINGLE_READS = 3_000
"""About a minute and a half, at the 30 a second measured on a small shop."""
_TABLE = "stock_items"
_FLAGS = (
    "is_in_stock",
    "manage_stock",
    "use_config_manage_stock",
    "use_config_backorders",
    "is_qty_decimal",
)


def _low_stock(criteria: Criteria) -> Parameters:
    return [
        ("scopeId", "0"),
        ("qty", _ABOVE_ALL),
        ("currentPage", str(criteria.page)),
        ("pageSize", str(criteria.page_size)),
    ]


STOCK_ITEMS = Listing(
    "stockItems/lowStock", order="", key=("product_id",), weight=4, query=_low_stock
)


class StockItems:
    """The table stock_items, filled in two steps around the products.

    First `load`, then `notice` for every product, then `finish`.
    """

    def __init__(self, loading: Loading, client: MagentoClient, pages: Pages) -> None:
        self._loading, self._client, self._pages = loading, client, pages
        self._known: set[str] = set()
        self._missing: list[str] = []
        self._missing_count = 0
        self._count = Count()

    def load(self) -> None:
        """Everything that has a quantity. Raises SystemFault."""
        items = walk(self._pages, STOCK_ITEMS)
        self._count = self._loading.begin(_TABLE, tables.STOCK_ITEMS, items.reported)
        self._loading.fill(_TABLE, items, self._row, self._count)

    def _row(self, item: Record) -> Row:
        row = stock_item_row(item)
        self._known.add(row["product_id"])
        return row

    def notice(self, product: Row) -> None:
        """Remember a product without a stock item, as far as it is worth while."""
        if product["id"] in self._known or not product["sku"]:
            return
        self._missing_count += 1
        if self._missing_count <= _MOST_SINGLE_READS:
            self._missing.append(product["sku"])

    def finish(self) -> None:
        """Read the few that are missing. Where they are many, the table says so instead."""
        if self._missing_count > _MOST_SINGLE_READS:
            self._count.problems.append(
                f"{self._missing_count} products have no quantity in stockItems/lowStock, and that"
                " is too many to read one by one"
            )
        else:
            self._read_missing(self._missing)
        self._loading.end(_TABLE, self._count)

    def _read_missing(self, skus: Sequence[str]) -> None:
        paths = [f"stockItems/{segment(sku)}" for sku in skus]
        answers = [one for chunk in read_each(self._client, self._pages, paths) for one in chunk]
        pairs = list(zip(skus, answers, strict=True))
        found = [(sku, item) for sku, item in pairs if item is not None]
        rows = list(
            self._count.rows(found, lambda pair: {**stock_item_row(pair[1]), "sku": pair[0]})
        )
        self._loading.sink.append(_TABLE, rows)
        self._count.add(reported=len(skus), distinct=len(rows))
        unread = [sku for sku, item in pairs if item is None]
        if unread:
            self._count.problems.append(
                f"the shop found no stock item for {len(unread)} products, such as {unread[0]}"
            )


def _row_with_sku(pair: tuple[str, Record]) -> Row:
    sku, item = pair
    return {**stock_item_row(item), "sku": sku}


def stock_item_row(item: Record) -> Row:
    """Raises Unreadable for one without a product id. The list does not show the SKU."""
    return {
        "product_id": identity(item, "product_id"),
        "sku": None,
        **picked(item, texts=("qty", "min_qty"), counts=("backorders",), flags=_FLAGS),
    }
