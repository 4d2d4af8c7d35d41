"""The list endpoints and what may be asked of each: key, columns, kind of entity, permission."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconcile.sandbox.magento.conditions import Kind
from reconcile.sandbox.magento.sales_columns import (
    CREDIT_MEMO_COLUMNS,
    INVOICE_COLUMNS,
    ORDER_COLUMNS,
    SHIPMENT_COLUMNS,
)

_TIMES = {"created_at": Kind.DATE_TIME, "updated_at": Kind.DATE_TIME}


@dataclass(frozen=True, slots=True)
class Entity:
    """One list endpoint.

    ``key`` is the primary key's name in filters, None when it is a text; ``shown_as`` its name in
    a record, None when records do not show it. ``columns`` are filterable names that records may
    lack, or all there are; ``renamed`` maps other filter names to record members. EAV entities
    answer an unknown filter with 400 and ignore an unknown sort, flat ones answer 500 to both.
    """

    table: str
    path: str
    resource: str
    key: str | None = "entity_id"
    shown_as: str | None = "entity_id"
    eav: bool = False
    needs_inventory: bool = False
    columns: Mapping[str, Kind] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    has_all_columns: bool = False


PRODUCTS = Entity(
    "products",
    "products",
    "Magento_Catalog::products",
    shown_as="id",
    eav=True,
    columns={
        **_TIMES,
        "sku": Kind.TEXT,
        "name": Kind.TEXT,
        "type_id": Kind.TEXT,
        "attribute_set_id": Kind.NUMBER,
        "price": Kind.NUMBER,
        "status": Kind.NUMBER,
        "visibility": Kind.NUMBER,
        "weight": Kind.NUMBER,
    },
)

CATEGORIES = Entity(
    "categories",
    "categories/list",
    "Magento_Catalog::categories",
    shown_as="id",
    eav=True,
    columns={
        **_TIMES,
        "is_active": Kind.NUMBER,
        "include_in_menu": Kind.NUMBER,
        "url_key": Kind.TEXT,
        "description": Kind.TEXT,
        "is_anchor": Kind.NUMBER,
    },
)

ATTRIBUTES = Entity(
    "product_attributes",
    "products/attributes",
    "Magento_Catalog::attributes_attributes",
    key="attribute_id",
    shown_as="attribute_id",
)

CUSTOMERS = Entity(
    "customers",
    "customers/search",
    "Magento_Customer::customer",
    shown_as="id",
    eav=True,
    columns={
        **_TIMES,
        "email": Kind.TEXT,
        "group_id": Kind.NUMBER,
        "store_id": Kind.NUMBER,
        "website_id": Kind.NUMBER,
        "taxvat": Kind.TEXT,
        "dob": Kind.DATE_TIME,
        "gender": Kind.NUMBER,
    },
)


def _sales(table: str, resource: str, columns: Mapping[str, Kind]) -> Entity:
    return Entity(table, table, resource, columns=columns, has_all_columns=True)


ORDERS = _sales("orders", "Magento_Sales::actions_view", ORDER_COLUMNS)
INVOICES = _sales("invoices", "Magento_Sales::sales_invoice", INVOICE_COLUMNS)
SHIPMENTS = _sales("shipments", "Magento_Sales::shipment", SHIPMENT_COLUMNS)
CREDIT_MEMOS = _sales("creditmemos", "Magento_Sales::sales_creditmemo", CREDIT_MEMO_COLUMNS)

CUSTOMER_GROUPS = Entity(
    "customer_groups",
    "customerGroups/search",
    "Magento_Customer::group",
    key="customer_group_id",
    shown_as="id",
    renamed={"customer_group_code": "code"},
)

SOURCE_ITEMS = Entity(
    "source_items",
    "inventory/source-items",
    "Magento_InventoryApi::source",
    key="source_item_id",
    shown_as=None,
    needs_inventory=True,
    columns={
        "sku": Kind.TEXT,
        "source_code": Kind.TEXT,
        "quantity": Kind.NUMBER,
        "status": Kind.NUMBER,
    },
)


def _plain(table: str, path: str, resource: str, key: str, shown_as: str | None = None) -> Entity:
    return Entity(table, path, resource, key=key, shown_as=shown_as or key)


def _by_text_key(table: str, path: str, resource: str) -> Entity:
    return Entity(table, path, resource, key=None, shown_as=None, needs_inventory=True)


def _cms(table: str, path: str, resource: str, key: str) -> Entity:
    times = {"creation_time": Kind.DATE_TIME, "update_time": Kind.DATE_TIME}
    return Entity(table, path, resource, key, "id", columns=times, renamed={"is_active": "active"})


ENTITIES: tuple[Entity, ...] = (
    PRODUCTS,
    CATEGORIES,
    ATTRIBUTES,
    CUSTOMERS,
    ORDERS,
    INVOICES,
    SHIPMENTS,
    CREDIT_MEMOS,
    CUSTOMER_GROUPS,
    SOURCE_ITEMS,
    _plain(
        "attribute_sets", "eav/attribute-sets/list", "Magento_Catalog::sets", "attribute_set_id"
    ),
    _plain(
        "attribute_groups",
        "products/attribute-sets/groups/list",
        "Magento_Catalog::sets",
        "attribute_group_id",
    ),
    _by_text_key("sources", "inventory/sources", "Magento_InventoryApi::source"),
    Entity(
        "stocks",
        "inventory/stocks",
        "Magento_InventoryApi::stock",
        key="stock_id",
        shown_as="stock_id",
        needs_inventory=True,
    ),
    _by_text_key(
        "stock_source_links",
        "inventory/stock-source-links",
        "Magento_InventoryApi::stock_source_link",
    ),
    _plain("sales_rules", "salesRules/search", "Magento_SalesRule::quote", "rule_id"),
    _plain("coupons", "coupons/search", "Magento_SalesRule::quote", "coupon_id"),
    _plain(
        "tax_rates",
        "taxRates/search",
        "Magento_Tax::manage_tax",
        "tax_calculation_rate_id",
        "id",
    ),
    _plain(
        "tax_rules",
        "taxRules/search",
        "Magento_Tax::manage_tax",
        "tax_calculation_rule_id",
        "id",
    ),
    _plain("tax_classes", "taxClasses/search", "Magento_Tax::manage_tax", "class_id"),
    _cms("cms_pages", "cmsPage/search", "Magento_Cms::page", "page_id"),
    _cms("cms_blocks", "cmsBlock/search", "Magento_Cms::block", "block_id"),
    Entity("carts", "carts/search", "Magento_Cart::manage", shown_as="id", columns=_TIMES),
)
