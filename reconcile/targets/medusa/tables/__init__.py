"""Every table of a Medusa snapshot, one file per noun."""

from reconcile.targets.medusa.tables.category import CATEGORIES
from reconcile.targets.medusa.tables.inventory import INVENTORY_ITEMS, STOCK_LOCATIONS
from reconcile.targets.medusa.tables.lookup import (
    COLLECTIONS,
    CUSTOMER_GROUPS,
    PRODUCT_TAGS,
    PRODUCT_TYPES,
    SALES_CHANNELS,
    SHIPPING_PROFILES,
)
from reconcile.targets.medusa.tables.price_list import PRICE_LISTS
from reconcile.targets.medusa.tables.product import PRODUCTS
from reconcile.targets.medusa.tables.product_option import PRODUCT_OPTIONS
from reconcile.targets.medusa.tables.store import REGIONS, STORES
from reconcile.targets.medusa.tables.variant import VARIANTS

LISTINGS = (
    VARIANTS,
    PRODUCTS,
    PRODUCT_OPTIONS,
    INVENTORY_ITEMS,
    CATEGORIES,
    PRODUCT_TAGS,
    PRODUCT_TYPES,
    COLLECTIONS,
    CUSTOMER_GROUPS,
    SALES_CHANNELS,
    SHIPPING_PROFILES,
    STOCK_LOCATIONS,
    REGIONS,
    STORES,
)
"""Listings that depend on nothing, longest first so that the last worker is not left alone.

Price lists are read apart: the prices of each are a listing of their own.
"""

__all__ = ["LISTINGS", "PRICE_LISTS"]
