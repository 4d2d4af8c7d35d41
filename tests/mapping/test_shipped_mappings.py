"""The mappings that come with the tool, over a small shop that has a bit of everything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest
from small_shop import ROOTS, SmallShop, category, product

from reconcile.mapping.desired import Desired, build
from reconcile.mapping.document import EntityMapping, load
from reconcile.mapping.transforms import load_transforms
from reconcile.sources.magento_rest.records import CHOICES, entities, records

ROOT = Path(__file__).parents[2]
SHIPPED = load(ROOT / "mappings/magento", load_transforms(None), CHOICES)


@pytest.fixture(scope="module")
def desired(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Desired]:
    """Every entity of a shop whose texts are hostile. Names are text in both shops, not HTML."""
    shop = SmallShop().add("categories", *ROOTS, category(3, 2, "Bags", description=""))
    shop.add(
        "products",
        product(1, name="Bag &trade; <script>alert(1)</script>", description="<p>x" + "y" * 60_000),
        product(2, name="Crème 🥾", url_key=None),
        product(3, name=None),
        product(4, ""),
        product(5, "p5"),
        product(6, "P5"),
    )
    shop.add("source_items", {"sku": "P1", "source_code": "default", "quantity": "3", "status": 1})
    tables = shop.write(tmp_path_factory.mktemp("shop"))
    chosen = {name: mapping.options for name, mapping in SHIPPED.items()}
    return {name: build(each, records(tables, name, chosen)) for name, each in SHIPPED.items()}


@pytest.mark.parametrize("mapping", SHIPPED.values(), ids=lambda each: each.spec.name)
def test_it_mentions_every_field(mapping: EntityMapping) -> None:
    """The reader insists on it; a mapping read from Python must not get round it."""
    known = {name for name in mapping.spec.by_name if name != "metadata.*"}
    assert known <= {rule.field for rule in mapping.rules}


def test_everything_the_source_knows_is_mapped() -> None:
    assert SHIPPED.keys() == entities()


def test_every_path_is_offered(desired: Mapping[str, Desired]) -> None:
    """`build` refuses a path that is not: getting here is the proof."""
    assert desired.keys() == SHIPPED.keys()


def one(desired: Mapping[str, Desired], entity: str, key: str, field: str) -> object:
    return desired[entity].frame.filter(pl.col("key") == key)[field].to_list()[0]


@pytest.mark.parametrize(
    ("entity", "key", "field", "expected"),
    [
        ("product", "P1", "title", "Bag ™ <script>alert(1)</script>"),
        ("product", "P1", "handle", "bag-tm-script-alert-1-script"),
        ("product", "P2", "title", "Crème 🥾"),
        ("product", "P2", "handle", "creme"),
        ("product", "P1", "status", "published"),
        ("product", "P1", "external_id", "P1"),
        ("product", "P1", "type", "Default"),
        ("product", "P1", "sales_channels", '["default"]'),
        ("product", "P2", "metadata.attributes", None),
        ("product", "P2", "metadata.custom_options", None),
        ("variant", "P1", "title", "Default variant"),
        ("category", "bags", "external_id", "3"),
        ("category", "bags", "description", None),
        ("stock_location", "Default Source", "sales_channels", '["default"]'),
        ("inventory_level", "P1@default", "stocked_quantity", "3"),
    ],
)
def test_a_value(
    desired: Mapping[str, Desired], entity: str, key: str, field: str, expected: object
) -> None:
    assert one(desired, entity, key, field) == expected


def test_a_long_description_is_whole_and_safe(desired: Mapping[str, Desired]) -> None:
    assert one(desired, "product", "P1", "description") == "<p>x" + "y" * 60_000 + "</p>"


def test_products_without_name_or_sku_are_named(desired: Mapping[str, Desired]) -> None:
    found = [(each.code, str(each.address)) for each in desired["product"].diagnostics]
    assert ("missing_required", "product:P3") in found
    assert ("missing_key", "product:magento:4") in found
    assert desired["product"].lost.height == 2


def test_skus_that_differ_in_case_are_both_carried(desired: Mapping[str, Desired]) -> None:
    assert {"p5", "P5"} <= set(desired["product"].frame["key"])
