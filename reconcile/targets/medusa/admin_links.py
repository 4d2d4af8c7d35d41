"""Where Medusa's own dashboard shows a record (routes of @medusajs/dashboard 2.21)."""

from __future__ import annotations

import re
from collections.abc import Mapping

PAGES: Mapping[str, str] = {
    "product": "products/{id}",
    "variant": "products/{home}/variants/{id}",
    "inventory_level": "inventory/{id}",
    "category": "categories/{id}",
    "customer": "customers/{id}",
    "customer_group": "customer-groups/{id}",
    "stock_location": "settings/locations/{id}",
    "price_list": "price-lists/{id}",
    "list_price": "price-lists/{home}",
    "order": "orders/{id}",
    "invoice": "orders/{home}",
    "shipment": "orders/{home}",
    "credit_memo": "orders/{home}",
    "product_type": "settings/product-types/{id}",
    "product_tag": "settings/product-tags/{id}",
    "collection": "collections/{id}",
    "sales_channel": "settings/sales-channels/{id}",
    "shipping_profile": "settings/locations/shipping-profiles/{id}",
}
DASHBOARD = "/app"
_ID = re.compile(r"[A-Za-z0-9_]+")
"""Nothing else is put into an address."""


def admin_link(url: str, entity: str, target_id: str, home: str) -> str | None:
    """`home` is the id of the record it lives in: the product of a variant, the order of an
    invoice. A level's id is that of its item and its location; the item has the page."""
    own = target_id.partition("/")[0]
    page = PAGES.get(entity, "")
    needed = [each for each, name in ((own, "{id}"), (home, "{home}")) if name in page]
    if not page or not all(_ID.fullmatch(each) for each in needed):
        return None
    return f"{url.rstrip('/')}{DASHBOARD}/{page.format(id=own, home=home)}"
