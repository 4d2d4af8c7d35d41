"""Where Magento's own administration shows a record.

The paths are those of Magento 2.4's grids (`viewUrlPath` and `editUrlPath` of their actions
columns). Magento adds a key of the session to them; a link without one leads to the login, and from
there on to the page, unless `Add Secret Key to URLs` is on: then to the dashboard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PAGES: Mapping[str, str] = {
    "product": "catalog/product/edit/id/{}/",
    "variant": "catalog/product/edit/id/{}/",
    "inventory_level": "catalog/product/edit/id/{}/",
    "category": "catalog/category/edit/id/{}/",
    "customer": "customer/index/edit/id/{}/",
    "customer_group": "customer/group/edit/id/{}/",
    "stock_location": "inventory/source/edit/source_code/{}/",
    "order": "sales/order/view/order_id/{}/",
    "invoice": "sales/invoice/view/invoice_id/{}/",
    "shipment": "sales/shipment/view/shipment_id/{}/",
    "credit_memo": "sales/creditmemo/view/creditmemo_id/{}/",
}
_ID = re.compile(r"magento:(?:[a-z]+/)?([A-Za-z0-9_.-]+)(?:@.*)?", re.DOTALL)
"""Nothing else is put into an address."""


def admin_link(base: str, entity: str, source_id: str) -> str | None:
    """`base` is the address of the administration, such as `https://shop.example.com/admin`."""
    found = _ID.fullmatch(source_id)
    page = PAGES.get(entity)
    return f"{base.rstrip('/')}/{page.format(found[1])}" if found and page else None
