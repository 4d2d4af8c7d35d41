"""Which rows of a Magento snapshot the records of an entity are made of, for people who look into
one of them. Prices in lists are made of many rows and have none of their own."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.sources.magento_rest import tables
from reconcile.systems import Origin


def _origin(table: str, source_id: str, key: str = "", *, folds_case: bool = False) -> Origin:
    return Origin(table, source_id, key, folds_case, tables.JSON_COLUMNS)


_PRODUCTS = _origin("products", "magento:{id}", "{sku}")

ORIGINS: Mapping[str, tuple[Origin, ...]] = {
    "customer_group": (_origin("customer_groups", "magento:group/{id}", "{code}"),),
    "stock_location": (_origin("sources", "magento:source/{source_code}", "{name}"),),
    "category": (_origin("categories", "magento:{id}"),),
    "product": (_PRODUCTS,),
    "variant": (_PRODUCTS,),
    "inventory_level": (
        _origin("source_items", "", "{sku}@{source_code}", folds_case=True),
        _origin("stock_items", "magento:{product_id}@default", "{sku}@default", folds_case=True),
    ),
    "customer": (_origin("customers", "magento:customer/{id}", "{email}", folds_case=True),),
    "order": (_origin("orders", "magento:order/{id}", "{number}"),),
    "invoice": (_origin("invoices", "magento:invoice/{id}", "{number}"),),
    "shipment": (_origin("shipments", "magento:shipment/{id}", "{number}"),),
    "credit_memo": (_origin("credit_memos", "magento:creditmemo/{id}", "{number}"),),
}
