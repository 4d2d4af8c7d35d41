"""Salable quantities: what may still be sold from a stock, open orders taken off.

There is one request per SKU and stock, so they are read only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.inventory import STOCKS
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.single_reads import read_each, segment
from reconcile.sources.magento_rest.wire import identity, members, records, text
from reconcile.systems import Row

_TABLE = "salable_quantities"
COMPOSED = frozenset({"configurable", "bundle", "grouped"})
"""Product types without a quantity of their own: Magento does not tell one."""


def load_salable(
    loading: Loading, client: MagentoClient, pages: Pages, skus: Sequence[str]
) -> None:
    """The table salable_quantities, for every stock a website sells from.

    A SKU that Magento tells no quantity for, such as one that is not in a stock, has no row.
    """
    asked = list(product(_selling_stocks(pages), skus))
    count = loading.begin(_TABLE, tables.SALABLE_QUANTITIES, len(asked))
    questions = iter(asked)
    for quantities in read_each(client, pages, (_path(*each) for each in asked)):
        pairs = zip(islice(questions, len(quantities)), quantities, strict=True)
        rows: list[Row] = [
            {"sku": sku, "stock_id": stock, "quantity": text(quantity)}
            for (stock, sku), quantity in pairs
            if quantity is not None
        ]
        loading.sink.append(_TABLE, rows)
        loading.progress.advance(_TABLE, len(quantities))
        count.add(reported=len(rows), distinct=len(rows))
    if asked and not count.distinct:
        count.problems.append("the shop told no salable quantity at all")
    loading.end(_TABLE, count)


def _path(stock: str, sku: str) -> str:
    return f"inventory/get-product-salable-quantity/{segment(sku)}/{segment(stock)}"


def _selling_stocks(pages: Pages) -> Iterator[str]:
    for stocks in walk(pages, STOCKS):
        for stock in records(stocks):
            if members(stock.get("extension_attributes")).get("sales_channels"):
                yield identity(stock, "stock_id")
