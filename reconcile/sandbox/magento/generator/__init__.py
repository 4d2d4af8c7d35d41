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
from reconcile.sandbox.magento.generator.product import ProductRows
from reconcile.sandbox.magento.generator.stores import VIEWS, store_documents
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import MemoryRows, Rows

_SMALLEST, _LARGEST = 1, 100_000
_KEYS = {one.table: one.shown_as for one in ENTITIES} | {
    "attribute_set_attributes": "attribute_set_id"
}


def generated_shop(size: int, *, seed: int = 1, drift: int = 0, has_inventory: bool = True) -> Shop:
    """A shop with ``size`` top-level products (children come on top), at most 100,000.

    Products are made when they are asked for, so memory does not grow with the size. ``drift``
    changes that many records afterwards, always the same ones. Raises ValueError for a size out
    of range.
    """
    if not _SMALLEST <= size <= _LARGEST:
        raise ValueError(f"size must be {_SMALLEST} to {_LARGEST}, not {size}")
    catalogue = Catalogue(size, seed)
    documents = store_documents(has_inventory=has_inventory)
    documents["product_counts"] = _product_counts(catalogue)
    shop = Shop(_rows(catalogue), documents, has_inventory=has_inventory)
    apply_drift(shop, catalogue, drift)
    return shop


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
        "customers": CustomerRows(max(catalogue.layout.size // 4, 5), catalogue.seed),
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
