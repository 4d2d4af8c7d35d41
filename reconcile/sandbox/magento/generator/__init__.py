"""A shop made from nothing but a size and a seed: same numbers in, same bytes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from reconcile.sandbox.magento.entity import ENTITIES
from reconcile.sandbox.magento.generator import attributes, categories, settings, stock
from reconcile.sandbox.magento.generator.customers import CustomerRows
from reconcile.sandbox.magento.generator.drift import apply_drift
from reconcile.sandbox.magento.generator.item import Catalogue
from reconcile.sandbox.magento.generator.odd_customers import add_odd_customers
from reconcile.sandbox.magento.generator.product import ProductRows
from reconcile.sandbox.magento.generator.sales import fates
from reconcile.sandbox.magento.generator.sales.goods import sells_services
from reconcile.sandbox.magento.generator.sales.history import Sales
from reconcile.sandbox.magento.generator.sales.ledger import Ledger
from reconcile.sandbox.magento.generator.sales.oddities import OddSales
from reconcile.sandbox.magento.generator.sales.rows import FollowUpRows, OrderRows
from reconcile.sandbox.magento.generator.stores import VIEWS, store_documents
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import MemoryRows, Rows

_SMALLEST, _LARGEST = 1, 100_000
_MOST_BY_DEFAULT = 1000
_KEYS = {one.table: one.shown_as for one in ENTITIES} | {
    "attribute_set_attributes": "attribute_set_id"
}


def generated_shop(
    size: int,
    *,
    seed: int = 1,
    drift: int = 0,
    customers: int | None = None,
    orders: int | None = None,
    oddities: bool = False,
    has_inventory: bool = True,
) -> Shop:
    """A shop with ``size`` top-level products (children come on top), at most 100,000.

    Products, customers and orders (by default one for every two products, and three for every
    four, but not more than 1,000) are made when they are asked for, so that memory hardly grows
    with their number. More orders are added to those that were there; their customers and
    products depend on how many there are of those. ``drift`` changes that many records of the
    catalogue afterwards, always the same ones. With ``oddities`` there is one order and one
    customer more for each kind of bad record; the document of that name has their ids by
    ``orders`` and ``customers``. Raises ValueError for a number out of range.
    """
    customers = min(max(size // 2, 5), _MOST_BY_DEFAULT) if customers is None else customers
    orders = min(max(size * 3 // 4, 5), _MOST_BY_DEFAULT) if orders is None else orders
    _check("size", size, _SMALLEST)
    _check("customers", customers, 0)
    _check("orders", orders, 0)
    catalogue = Catalogue(size, seed)
    documents = store_documents(has_inventory=has_inventory)
    documents["product_counts"] = _product_counts(catalogue)
    people = CustomerRows(customers, seed)
    ledger = Ledger(orders, people, seed, sells_services=sells_services(size))
    sales = Sales(ledger, catalogue, has_inventory=has_inventory)
    rows = {**_rows(catalogue), **_sales_rows(sales), "customers": people}
    shop = Shop(rows, documents, has_inventory=has_inventory)
    apply_drift(shop, catalogue, drift)
    if oddities:
        odd_orders = OddSales(shop, sales, catalogue).add_all()
        odd = {"orders": odd_orders, "customers": add_odd_customers(shop, seed)}
        shop.set_document("oddities", odd)
    return shop


def _check(name: str, number: int, least: int) -> None:
    if not least <= number <= _LARGEST:
        raise ValueError(f"{name} must be {least} to {_LARGEST}, not {number}")


def _sales_rows(sales: Sales) -> dict[str, Rows]:
    return {
        "orders": OrderRows(sales),
        "invoices": FollowUpRows(sales, fates.INVOICES),
        "shipments": FollowUpRows(sales, fates.SHIPMENTS),
        "creditmemos": FollowUpRows(sales, fates.CREDIT_MEMOS),
    }


def _rows(catalogue: Catalogue) -> dict[str, Rows]:
    tables = {
        "categories": categories.category_records(catalogue.tree, "en"),
        "categories_de": categories.category_records(catalogue.tree, "de"),
        "product_attributes": attributes.attribute_records("en"),
        "product_attributes_de": attributes.attribute_records("de"),
        "attribute_sets": attributes.set_records(),
        "attribute_groups": attributes.group_records(),
        "attribute_set_attributes": attributes.set_contents(),
        "sources": stock.source_records(),
        "stocks": stock.stock_records(),
        "stock_source_links": stock.link_records(),
        "customer_groups": settings.customer_group_records(),
        "tax_classes": settings.tax_class_records(),
        "tax_rates": settings.tax_rate_records(),
        "tax_rules": settings.tax_rule_records(),
    }
    products = {f"products_{view}": ProductRows(catalogue, view) for view in VIEWS}
    return {
        **{name: _in_memory(name, records) for name, records in tables.items()},
        **products,
        "products": ProductRows(catalogue, "all"),
        "stock_items": stock.StockItemRows(catalogue),
        "source_items": stock.SourceItemRows(catalogue),
    }


def _in_memory(name: str, records: Iterable[dict[str, Any]]) -> MemoryRows:
    key = _KEYS.get(name.removesuffix("_de"))
    return MemoryRows(
        {
            position if key is None else int(record[key]): record
            for position, record in enumerate(records, start=1)
        }
    )


def _product_counts(catalogue: Catalogue) -> Counter[int]:
    """How many top-level products each category has in the tree, its branches included."""
    counts: Counter[int] = Counter()
    for index in range(catalogue.layout.size):
        counts.update(catalogue.leaf_category(index).path)
    return counts
