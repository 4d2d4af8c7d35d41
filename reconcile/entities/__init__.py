"""What the shops hold, in the order it must be written: what others refer to comes first."""

from collections.abc import Mapping

from reconcile.entities.category import CATEGORY
from reconcile.entities.customer import CUSTOMER
from reconcile.entities.inventory import INVENTORY_LEVEL, STOCK_LOCATION
from reconcile.entities.lookup import (
    COLLECTION,
    CUSTOMER_GROUP,
    PRODUCT_TAG,
    PRODUCT_TYPE,
    SALES_CHANNEL,
    SHIPPING_PROFILE,
)
from reconcile.entities.order import CREDIT_MEMO, INVOICE, ORDER, SHIPMENT
from reconcile.entities.price_list import LIST_PRICE, PRICE_LIST
from reconcile.entities.product import PRODUCT
from reconcile.entities.spec import EntitySpec
from reconcile.entities.variant import VARIANT

ENTITIES: tuple[EntitySpec, ...] = (
    SALES_CHANNEL,
    SHIPPING_PROFILE,
    COLLECTION,
    CUSTOMER_GROUP,
    STOCK_LOCATION,
    PRODUCT_TYPE,
    PRODUCT_TAG,
    CATEGORY,
    PRODUCT,
    VARIANT,
    INVENTORY_LEVEL,
    PRICE_LIST,
    LIST_PRICE,
    CUSTOMER,
    ORDER,
    INVOICE,
    SHIPMENT,
    CREDIT_MEMO,
)

ENTITY_BY_NAME: Mapping[str, EntitySpec] = {spec.name: spec for spec in ENTITIES}

__all__ = ["ENTITIES", "ENTITY_BY_NAME"]
