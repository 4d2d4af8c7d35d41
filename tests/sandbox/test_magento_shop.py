"""Changing single records of a running shop."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.product_record import attribute
from reconcile.sandbox.magento.shop import Shop

TIERED = "CA-000002"


@pytest.fixture
def shop() -> Shop:
    return generated_shop(60)


def product(shop: Shop, sku: str, scope: str = "all") -> dict[str, Any]:
    record = shop.product(sku, scope)
    assert record is not None
    return record


def test_change_is_seen_in_every_scope(shop: Shop) -> None:
    shop.update_product(TIERED, price=Decimal("20.00"), color="5")
    for scope in ("all", "default", "de"):
        record = product(shop, TIERED, scope)
        assert (record["price"], attribute(record, "color")) == (20, "5")


def test_change_of_one_view_stays_there(shop: Shop) -> None:
    shop.update_product(TIERED, scope="de", name="Nur hier")
    assert product(shop, TIERED, "de")["name"] == "Nur hier"
    assert product(shop, TIERED, "default")["name"] != "Nur hier"


def test_percentage_tiers_follow_the_price(shop: Shop) -> None:
    shop.update_product(TIERED, price=Decimal("200.00"))
    fixed, percentage = product(shop, TIERED)["tier_prices"]
    assert fixed["value"] == Decimal("155.69")
    assert percentage["value"] == Decimal("170.00")


def test_none_takes_a_value_out(shop: Shop) -> None:
    shop.update_product(TIERED, weight=None, url_key=None)
    record = product(shop, TIERED)
    assert "weight" not in record
    assert attribute(record, "url_key") is None


def test_renamed_sku_is_found_under_its_new_name_only(shop: Shop) -> None:
    shop.update_product(TIERED, sku="Other")
    assert shop.product(TIERED) is None
    assert product(shop, "other")["id"] == 2


def test_stock_of_the_default_source_is_the_legacy_stock(shop: Shop) -> None:
    shop.set_stock(TIERED, 3)
    shop.set_stock(TIERED, Decimal("0.5"), source_code="warehouse_2", in_stock=False)
    item = shop.stock_item(2)
    assert item is not None
    assert (item["qty"], item["is_in_stock"]) == (3, True)
    levels = {
        one["source_code"]: (one["quantity"], one["status"]) for _, one in shop.source_items(TIERED)
    }
    assert levels == {"default": (3, 1), "warehouse_2": (Decimal("0.5"), 0)}


def test_new_source_item_for_a_sku_that_had_none_there(shop: Shop) -> None:
    count = len(shop.table("source_items"))
    shop.set_stock("PO-000001", 4, source_code="warehouse_2")
    assert len(shop.table("source_items")) == count + 1


def test_added_product_gets_the_next_id(shop: Shop) -> None:
    last = shop.table("products").ids[-1]
    row_id = shop.add_product({**product(shop, TIERED), "sku": "Brand new"})
    assert row_id == last + 1
    assert product(shop, "brand NEW", "de")["id"] == row_id


def test_deleted_child_leaves_its_parent(shop: Shop) -> None:
    parent = product(shop, "TA-000003")
    first, *others = parent["extension_attributes"]["configurable_product_links"]
    shop.delete_product(shop.table("products").record(first)["sku"])
    extension = product(shop, "TA-000003")["extension_attributes"]
    assert extension["configurable_product_links"] == others
    assert shop.table("products").get(first) is None
    assert shop.stock_item(first) is None


def test_deleted_product_has_no_stock_left(shop: Shop) -> None:
    shop.delete_product(TIERED)
    assert shop.product(TIERED) is None
    assert shop.source_items(TIERED) == []


def test_unknown_sku_is_an_error(shop: Shop) -> None:
    for change in (shop.disable_product, shop.delete_product):
        with pytest.raises(KeyError):
            change("nope")
