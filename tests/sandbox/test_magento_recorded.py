"""Answers the sample derives must equal those that the real store gave for the same records."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from magento_client import Reader, encoded
from shared_data import recorded

from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.magento.server import SampleMagento


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with SampleMagento(recorded_shop(recorded("luma"))) as magento, Reader(magento) as reader:
        yield reader


def lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(recorded("luma") / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def by_text(records: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def test_single_products_have_the_stock_item_in_its_place(reader: Reader) -> None:
    for expected in lines("products_single"):
        answer = reader.get(f"products/{encoded(expected['sku'])}")
        assert json.dumps(answer.json()) == json.dumps(expected)


def test_children_of_configurables(reader: Reader) -> None:
    for expected in lines("configurable_children"):
        path = f"configurable-products/{encoded(expected['sku'])}/children"
        assert json.dumps(reader.json(path)) == json.dumps(expected["children"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("base-prices-information", "base_prices_information"),
        ("special-price-information", "special_price_information"),
        ("tier-prices-information", "tier_prices_information"),
    ],
)
def test_price_information(reader: Reader, path: str, name: str) -> None:
    skus = [product["sku"] for product in reader.everything("products")]
    answer = reader.post(f"products/{path}", {"skus": [*skus, "no such SKU"]})
    assert by_text(answer) == by_text(lines(name))


def test_low_stock(reader: Reader) -> None:
    answer = reader.json("stockItems/lowStock", scopeId="0", qty="100000000")
    assert answer["items"] == lines("stock_items_lowstock_endpoint")


def test_stock_items_one_by_one(reader: Reader) -> None:
    items = {item["product_id"]: item for item in lines("stock_items")}
    for product in lines("products_single"):
        path = f"stockItems/{encoded(product['sku'])}"
        assert reader.json(path) == items[product["id"]]


def test_salable_quantity(reader: Reader) -> None:
    for expected in lines("salable_quantity"):
        place = f"{encoded(expected['sku'])}/{expected['stock_id']}"
        path = f"inventory/get-product-salable-quantity/{place}"
        assert reader.json(path) == expected["quantity"]
        assert reader.json(f"inventory/is-product-salable/{place}") is expected["salable"]


def in_order(node: dict[str, Any]) -> dict[str, Any]:
    """Siblings may share a position; then their order means nothing."""
    children = sorted(node["children_data"], key=lambda child: (child["position"], child["id"]))
    return {**node, "children_data": [in_order(child) for child in children]}


def test_category_tree(reader: Reader) -> None:
    expected = json.loads((recorded("luma") / "categories_tree.json").read_text())
    assert in_order(reader.json("categories")) == in_order(expected)


def test_attributes_of_a_set(reader: Reader) -> None:
    for expected in lines("attribute_set_attributes"):
        path = f"products/attribute-sets/{expected['attribute_set_id']}/attributes"
        fields = "attribute_id,attribute_code,frontend_input"
        answer = reader.json(path, fields=fields)
        assert by_text(answer) == by_text(expected["attributes"])


@pytest.mark.parametrize(
    ("path", "name", "wrapped"),
    [
        ("bundle-products/{}/options/all", "bundle_options", "options"),
        ("downloadable-products/{}/downloadable-links", "downloadable_links", "links"),
        ("products/{}/options", "custom_options", "options"),
    ],
)
def test_parts_of_a_product(reader: Reader, path: str, name: str, wrapped: str) -> None:
    for expected in lines(name):
        assert reader.json(path.format(encoded(expected["sku"]))) == expected[wrapped]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("products", "products"),
        ("categories/list", "categories"),
        ("products/attributes", "product_attributes"),
        ("eav/attribute-sets/list", "attribute_sets"),
        ("products/attribute-sets/groups/list", "attribute_groups"),
        ("customers/search", "customers"),
        ("customerGroups/search", "customer_groups"),
        ("orders", "orders"),
        ("invoices", "invoices"),
        ("shipments", "shipments"),
        ("creditmemos", "creditmemos"),
        ("inventory/source-items", "source_items"),
        ("inventory/sources", "sources"),
        ("inventory/stocks", "stocks"),
        ("inventory/stock-source-links", "stock_source_links"),
        ("salesRules/search", "sales_rules"),
        ("coupons/search", "coupons"),
        ("taxRates/search", "tax_rates"),
        ("taxRules/search", "tax_rules"),
        ("taxClasses/search", "tax_classes"),
        ("cmsPage/search", "cms_pages"),
        ("cmsBlock/search", "cms_blocks"),
        ("carts/search", "carts"),
    ],
)
def test_list_is_the_recorded_one(reader: Reader, path: str, name: str) -> None:
    assert by_text(reader.everything(path)) == by_text(lines(name))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("store/storeConfigs", "store_configs"),
        ("store/storeViews", "store_views"),
        ("store/websites", "websites"),
        ("store/storeGroups", "store_groups"),
        ("directory/currency", "currency"),
        ("directory/countries", "countries"),
        ("modules", "modules"),
    ],
)
def test_document_is_the_recorded_one(reader: Reader, path: str, name: str) -> None:
    assert reader.json(path) == json.loads((recorded("luma") / f"{name}.json").read_text())
