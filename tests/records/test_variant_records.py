"""Variants: what can be bought, and why a child cannot be one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_shop import (
    BLUE,
    COLOR,
    LARGE,
    RED,
    RED_TOO,
    SIZE,
    SMALL,
    Row,
    child,
    configurable,
    product,
    read,
    shop_of,
)


def test_a_product_sold_as_it_is_has_one_variant(tmp_path: Path) -> None:
    [row] = read(shop_of(product(1, weight="2.5")), tmp_path, "variant").rows
    assert json.loads(row["options"]) == {"Default option": "Default option value"}
    assert (row["key"], row["sku"], row["product"]) == ("P1", "P1", "magento:1")
    assert (row["title"], row["weight"]) == ("Default variant", "2.5")
    assert (row["manage_inventory"], row["allow_backorder"]) == (True, False)


def test_siblings_stand_in_the_order_of_the_shops_options(tmp_path: Path) -> None:
    """A child that joins later does not move the others."""
    rows = [
        child(2, size=SMALL, color=RED),
        child(3, size=SMALL, color=BLUE),
        child(4, size=LARGE, color=RED),
    ]
    for name in ("whole", "fewer"):
        (tmp_path / name).mkdir()
    whole = shop_of(configurable(1, [4, 3, 2], by=[SIZE, COLOR]), *rows)
    places = read(whole, tmp_path / "whole", "variant").by_key("place")
    assert places["P4"] > max(places["P2"], places["P3"])
    assert len(set(places.values())) == 3
    fewer = shop_of(configurable(1, [4, 2], by=[SIZE, COLOR]), rows[0], rows[2])
    assert read(fewer, tmp_path / "fewer", "variant").by_key("place") == {
        key: places[key] for key in ("P2", "P4")
    }


def test_a_configurable_has_one_variant_per_child(tmp_path: Path) -> None:
    made = shop_of(
        configurable(1, [2, 3], by=[SIZE, COLOR]),
        child(2, color=RED, size=SMALL),
        child(3, color=RED, size=LARGE),
    )
    found = read(made, tmp_path, "variant")
    assert found.by_key("title") == {"P2": "S / Red", "P3": "L / Red"}
    assert found.by_key("product") == {"P2": "magento:1", "P3": "magento:1"}
    assert json.loads(found.by_key("options")["P3"]) == {"Color": "Red", "Size": "L"}
    assert found.said == []


@pytest.mark.parametrize(
    ("children", "why"),
    [
        ([child(2)], "no valid value for Color = nothing"),
        ([child(2, color="999")], "no valid value for Color = 999"),
        ([child(2, color="")], "no valid value for Color = "),
        ([child(2, color=RED), child(3, color=RED)], "a sibling has the same options"),
    ],
    ids=["no value", "unknown", "empty", "equal"],
)
def test_a_child_that_cannot_be_told_from_others_is_named(
    tmp_path: Path, children: list[Row], why: str
) -> None:
    ids = [int(row["id"]) for row in children]
    found = read(shop_of(configurable(1, ids), *children), tmp_path, "variant")
    last = children[-1]["sku"]
    assert last not in found.by_key("sku")
    assert found.said == [f"skipped unsound_options variant:{last}"]
    assert why in found.message("unsound_options")


def test_two_options_with_one_label_are_two_variants(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2, 3]), child(2, color=RED), child(3, color=RED_TOO))
    assert read(made, tmp_path, "variant").by_key("title") == {"P2": "Red", "P3": "Red (51)"}


def test_of_two_equal_children_the_one_made_first_stays(tmp_path: Path) -> None:
    """Whatever order the rows came in: else a re-read would swap the two."""
    made = shop_of(child(3, color=RED), configurable(1, [3, 2]), child(2, color=RED))
    assert list(read(made, tmp_path, "variant").by_key("sku")) == ["P2"]


def test_children_of_two_parents_do_not_compete(tmp_path: Path) -> None:
    made = shop_of(
        configurable(1, [3]), configurable(2, [4]), child(3, color=RED), child(4, color=RED)
    )
    assert set(read(made, tmp_path, "variant").by_key("sku")) == {"P3", "P4"}


def test_a_disabled_child_is_left_out_and_counted(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2, 3]), child(2, color=RED), child(3, color=BLUE, status=2))
    found = read(made, tmp_path, "variant")
    assert list(found.by_key("sku")) == ["P2"]
    assert found.said == ["info disabled_children -"]
    kept = read(made, tmp_path, "variant", disabled_children="keep")
    assert list(kept.by_key("sku")) == ["P2", "P3"]
    assert kept.said == []


def test_a_disabled_product_of_its_own_keeps_its_variant(tmp_path: Path) -> None:
    assert list(read(shop_of(product(1, status=2)), tmp_path, "variant").by_key("sku")) == ["P1"]


def test_a_skipped_type_has_no_variant(tmp_path: Path) -> None:
    made = shop_of(product(1, type_id="bundle"), product(2))
    assert list(read(made, tmp_path, "variant", bundle="skip").by_key("sku")) == ["P2"]


STOCK_SETTINGS: list[tuple[Row, tuple[bool, bool]]] = [
    ({"manage_stock": False, "backorders": 0}, (False, False)),
    ({"manage_stock": True, "backorders": 1}, (True, True)),
    ({"manage_stock": True, "backorders": 2}, (True, True)),
    ({"manage_stock": None, "backorders": None}, (True, False)),
]
"""Magento's settings -> whether stock is counted, and whether it is sold without."""


def test_stock_settings(tmp_path: Path) -> None:
    made = shop_of(*(product(n) for n, _ in enumerate(STOCK_SETTINGS)))
    for number, (item, _) in enumerate(STOCK_SETTINGS):
        made.add("stock_items", {"product_id": str(number), **item})
    found = read(made, tmp_path, "variant").by_key("manage_inventory", "allow_backorder")
    assert list(found.values()) == [expected for _, expected in STOCK_SETTINGS]


def test_composed_products_have_no_stock_of_their_own(tmp_path: Path) -> None:
    made = shop_of(product(1, type_id="bundle"), product(2, type_id="grouped"))
    assert set(read(made, tmp_path, "variant").by_key("manage_inventory").values()) == {False}


def test_an_empty_sku_has_no_key(tmp_path: Path) -> None:
    """The mapping names and leaves out records without a key."""
    keys = [row["key"] for row in read(shop_of(product(1, "")), tmp_path, "variant").rows]
    assert keys == [""]
