"""Which rows of a Magento snapshot the records of an entity are made of, for people who look into
one of them. Prices in lists are made of many rows and have none of their own."""

from __future__ import annotations

from collections.abc import Mapping

from reconcile.sources.magento_rest import tables
from reconcile.systems import Origin


def _origin(
    table: str, source_id: str, key: str = "", *, folds_case: bool = False, parent: str = ""
) -> Origin:
    return Origin(table, source_id, key, folds_case, tables.JSON_COLUMNS, parent)


_ORDER = "magento:order/{order_id}"
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
    "invoice": (_origin("invoices", "magento:invoice/{id}", "{number}", parent=_ORDER),),
    "shipment": (_origin("shipments", "magento:shipment/{id}", "{number}", parent=_ORDER),),
    "credit_memo": (_origin("credit_memos", "magento:creditmemo/{id}", "{number}", parent=_ORDER),),
}

_STOCK = (
    _origin("stock_items", "magento:{product_id}", "{sku}", folds_case=True),
    _origin("source_items", "", "{sku}", folds_case=True),
    _origin("salable_quantities", "", "{sku}", folds_case=True),
)
PARTS: Mapping[str, tuple[Origin, ...]] = {"product": _STOCK, "variant": _STOCK}
"""Rows of other tables that are a part of it, by the source id or the key of the record."""

MADE_OF: Mapping[str, frozenset[str]] = {
    path: frozenset(columns.split())
    for path, columns in {
        "attribute_set": "attribute_set_id",
        "categories": "category_links",
        "components": "bundle_options links",
        "enabled": "status",
        "first_image": "images",
        "options": "configurable_options child_ids",
        "prices": "price tier_prices attributes.special_price attributes.special_from_date"
        " attributes.special_to_date",
        "published": "status visibility website_ids",
        "thumbnail": "images",
        "type": "type_id",
        "websites": "website_ids",
        "birthday": "dob",
        "customer": "customer_id",
        "first_name": "firstname",
        "groups": "group_id is_subscribed",
        "last_name": "lastname",
        "middle_name": "middlename",
        "tax_number": "taxvat",
        "totals": "grand_total subtotal tax_amount discount_amount shipping_amount total_paid"
        " total_refunded total_due",
        "currency_code": "order_currency_code currency",
        "amount": "grand_total",
        "order": "order_id",
    }.items()
}
"""Columns that records have and tables do not -> the columns of the tables they are made of, for
people who follow a value; what lies in documents is not among them."""
