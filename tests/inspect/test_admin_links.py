"""Links into the shops' own administrations. Ids come from shops: only plain ones make a link."""

from __future__ import annotations

import pytest

from reconcile.entities import ENTITIES
from reconcile.sources.magento_rest.admin_links import PAGES as MAGENTO_PAGES
from reconcile.sources.magento_rest.admin_links import admin_link as magento
from reconcile.sources.magento_rest.records import entities
from reconcile.targets.medusa.admin_links import PAGES as MEDUSA_PAGES
from reconcile.targets.medusa.admin_links import admin_link as medusa

ADMIN, SHOP = "https://shop.test/admin_x1", "https://medusa.test"

MAGENTO = [
    ("product", "magento:14", "catalog/product/edit/id/14/"),
    ("variant", "magento:14", "catalog/product/edit/id/14/"),
    ("inventory_level", "magento:14@default", "catalog/product/edit/id/14/"),
    ("category", "magento:3", "catalog/category/edit/id/3/"),
    ("customer", "magento:customer/5", "customer/index/edit/id/5/"),
    ("customer_group", "magento:group/2", "customer/group/edit/id/2/"),
    ("stock_location", "magento:source/east-1", "inventory/source/edit/source_code/east-1/"),
    ("order", "magento:order/42", "sales/order/view/order_id/42/"),
    ("invoice", "magento:invoice/7", "sales/invoice/view/invoice_id/7/"),
    ("shipment", "magento:shipment/7", "sales/shipment/view/shipment_id/7/"),
    ("credit_memo", "magento:creditmemo/7", "sales/creditmemo/view/creditmemo_id/7/"),
    ("price_list", "magento:special/2026", None),
    ("product", "", None),
    ("product", "magento:1/../../evil", None),
    ("product", "magento:1?x=\x1b[31m", None),
    ("product", "javascript:alert(1)", None),
]


@pytest.mark.parametrize(("entity", "source_id", "page"), MAGENTO)
def test_magento(entity: str, source_id: str, page: str | None) -> None:
    assert magento(ADMIN, entity, source_id) == (page and f"{ADMIN}/{page}")


MEDUSA = [
    ("product", "prod_1", "", "products/prod_1"),
    ("variant", "variant_1", "prod_1", "products/prod_1/variants/variant_1"),
    ("variant", "variant_1", "", None),
    ("inventory_level", "iitem_1/sloc_1", "variant_1", "inventory/iitem_1"),
    ("customer", "cus_1", "", "customers/cus_1"),
    ("order", "order_1", "", "orders/order_1"),
    ("invoice", "pay_1", "order_1", "orders/order_1"),
    ("list_price", "price_1", "plist_1", "price-lists/plist_1"),
    ("stock_location", "sloc_1", "", "settings/locations/sloc_1"),
    ("product", "../../x", "", None),
    ("product", "prod_1 onclick", "", None),
    ("unheard_of", "x_1", "", None),
]


@pytest.mark.parametrize(("entity", "target_id", "home", "page"), MEDUSA)
def test_medusa(entity: str, target_id: str, home: str, page: str | None) -> None:
    assert medusa(SHOP, entity, target_id, home) == (page and f"{SHOP}/app/{page}")


def test_every_entity_has_a_page_where_there_is_one() -> None:
    assert entities() - MAGENTO_PAGES.keys() == {"price_list", "list_price"}
    assert {spec.name for spec in ENTITIES} == MEDUSA_PAGES.keys()
