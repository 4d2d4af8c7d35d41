"""Legacy stock items and salable quantities (source items are an ordinary list)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.collation import as_number, collate
from reconcile.sandbox.magento.errors import MagentoError, unknown_stock_product
from reconcile.sandbox.magento.table import Record

_MAPPER = "Magento\\CatalogInventory\\Model\\ResourceModel\\Stock\\Item\\StockItemCriteriaMapper"


def stock_item(call: Call) -> Record:
    """``stockItems/{sku}``."""
    product = call.shop.product(call.path["sku"])
    item = None if product is None else call.shop.stock_item(product["id"])
    if item is None:
        raise unknown_stock_product(call.path["sku"])
    return item


def low_stock(call: Call) -> Record:
    """``stockItems/lowStock``: items at or below ``qty``; those without a quantity are left out."""
    call.text("scopeId")
    limit = as_number(call.text("qty"))
    items = [
        item
        for item in call.table("stock_items").records()
        if item["qty"] is not None and item["qty"] <= limit
    ]
    page, size = call.integer("currentPage", 1), call.integer("pageSize", 0)
    start = max(page - 1, 0) * size
    return {
        "items": items[start : start + size] if size else items,
        "search_criteria": {
            "mapper_interface_name": _MAPPER,
            "criteria_list": [],
            "filters": [],
            "orders": [],
            "limit": [str(page), str(size)],
        },
        "total_count": len(items),
    }


def salable_quantity(call: Call) -> Any:
    """``inventory/get-product-salable-quantity/{sku}/{stock}``: a bare number."""
    recorded = _recorded(call)
    return recorded["quantity"] if recorded else _quantity_in_stock(call)


def is_salable(call: Call) -> bool:
    """``inventory/is-product-salable/{sku}/{stock}``: bare true or false."""
    recorded = _recorded(call)
    return bool(recorded["salable"]) if recorded else _quantity_in_stock(call) > 0


def _recorded(call: Call) -> Record | None:
    """A recorded answer knows the open reservations, which no other answer shows."""
    wanted = collate(call.path["sku"]), call.path_id("stock")
    for record in call.shop.table("salable_quantity").records():
        if (collate(record["sku"]), record["stock_id"]) == wanted:
            return record
    return None


def _quantity_in_stock(call: Call) -> Decimal:
    sources = {
        link["source_code"]
        for link in call.table("stock_source_links").records()
        if link["stock_id"] == call.path_id("stock")
    }
    items = [item for _, item in call.shop.source_items(call.path["sku"])]
    if not items:
        raise MagentoError(
            400, "Can't check requested quantity for products without Source Items support."
        )
    return sum(
        (
            as_number(item["quantity"])
            for item in items
            if item["source_code"] in sources and item["status"]
        ),
        Decimal(0),
    )
