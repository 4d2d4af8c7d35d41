"""Stock: sources become locations, and what lies in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import RED, Row, SmallShop, child, configurable, product, read


def item(sku: str, quantity: str | None, source: str = "default", status: int = 1) -> Row:
    return {"sku": sku, "source_code": source, "quantity": quantity, "status": status}


def shop(*items: Row, products: tuple[Row, ...] = (product(1),)) -> SmallShop:
    return SmallShop().add("products", *products).add("source_items", *items)


def levels(made: SmallShop, root: Path, **options: str) -> dict[str, str]:
    return dict(read(made, root, "inventory_level", **options).by_key("quantity"))


def test_a_level_for_each_source(tmp_path: Path) -> None:
    made = shop(item("P1", "5.0000"), item("P1", "2.5", "eu"))
    result = read(made, tmp_path, "inventory_level")
    assert result.by_key("quantity", "variant", "location") == {
        "P1@default": ("5", "magento:1", "magento:source/default"),
        "P1@eu": ("2.5", "magento:1", "magento:source/eu"),
    }


@pytest.mark.parametrize("sku", ["p1", "P1 ", "p1  "])
def test_skus_of_source_items_are_compared_as_magento_does(tmp_path: Path, sku: str) -> None:
    assert levels(shop(item(sku, "5")), tmp_path) == {"P1@default": "5"}


def test_a_level_below_zero_becomes_zero_and_is_named(tmp_path: Path) -> None:
    result = read(shop(item("P1", "-3")), tmp_path, "inventory_level")
    assert result.by_key("quantity") == {"P1@default": "0"}
    assert result.said == ["warning negative_stock -"]


def test_out_of_stock_with_pieces_is_named(tmp_path: Path) -> None:
    result = read(shop(item("P1", "3", status=0)), tmp_path, "inventory_level")
    assert result.by_key("quantity") == {"P1@default": "3"}
    assert result.said == ["warning out_of_stock_with_quantity -"]


def test_only_what_is_bought_and_counted_has_levels(tmp_path: Path) -> None:
    products = (
        configurable(1, [2, 3]),
        child(2, color=RED),
        child(3, color=RED, status=2),
        product(4, type_id="bundle"),
        product(5),
        product(6),
    )
    made = shop(*(item(f"P{n}", "1") for n in range(1, 8)), products=products)
    made.add("stock_items", {"product_id": "5", "manage_stock": False})
    assert list(levels(made, tmp_path)) == ["P2@default", "P6@default"]


@pytest.mark.parametrize(
    ("salable", "expected"),
    [
        ("8", {"P1@default": "5", "P1@eu": "3"}),
        ("7", {"P1@default": "4", "P1@eu": "3"}),
        ("1", {"P1@default": "0", "P1@eu": "1"}),
        ("0", {"P1@default": "0", "P1@eu": "0"}),
        ("-2", {"P1@default": "0", "P1@eu": "0"}),
        ("20", {"P1@default": "5", "P1@eu": "3"}),
        (None, {"P1@default": "5", "P1@eu": "3"}),
    ],
)
def test_what_is_promised_to_orders_is_taken_off(
    tmp_path: Path, salable: str | None, expected: dict[str, str]
) -> None:
    made = shop(item("P1", "5"), item("P1", "3", "eu"))
    for source in ("default", "eu"):
        made.add("stock_source_links", {"stock_id": "1", "source_code": source})
    if salable is not None:
        made.add("salable_quantities", {"sku": "P1", "stock_id": "1", "quantity": salable})
    assert levels(made, tmp_path, quantity="salable") == expected
    assert levels(made, tmp_path) == {"P1@default": "5", "P1@eu": "3"}


def test_both_stocks_of_a_source_make_promises(tmp_path: Path) -> None:
    """Reservations are kept for each stock: two are waited for in one, two in the other."""
    made = shop(item("P1", "5"))
    for stock in ("1", "2"):
        made.add("stock_source_links", {"stock_id": stock, "source_code": "default"})
        made.add("salable_quantities", {"sku": "P1", "stock_id": stock, "quantity": "3"})
    assert levels(made, tmp_path, quantity="salable") == {"P1@default": "1"}


def test_what_lies_in_a_source_nobody_sells_from_is_not_promised(tmp_path: Path) -> None:
    made = shop(item("P1", "5"), item("P1", "3", "idle"))
    made.add("salable_quantities", {"sku": "P1", "stock_id": "1", "quantity": "5"})
    assert levels(made, tmp_path, quantity="salable") == {"P1@default": "5", "P1@idle": "3"}


def test_a_shop_without_sources_has_one_location(tmp_path: Path) -> None:
    made = SmallShop(msi=False).add("products", product(1), product(2))
    made.add(
        "stock_items",
        {"product_id": "1", "qty": "4.0000", "is_in_stock": True},
        {"product_id": "2", "qty": None, "is_in_stock": True},
    )
    assert levels(made, tmp_path) == {"P1@default": "4"}
    assert read(made, tmp_path, "stock_location").by_key("name", "source_id") == {
        "Default Source": ("Default Source", "magento:source/default")
    }


def test_locations_are_sold_from_when_a_website_sells_their_stock(tmp_path: Path) -> None:
    made = SmallShop().add(
        "sources",
        {"source_code": "default", "name": "Main", "enabled": True},
        {"source_code": "off", "name": "Off", "enabled": False},
        {"source_code": "idle", "name": None, "enabled": True},
    )
    made.add("stocks", {"stock_id": "1", "websites": ["base"]}, {"stock_id": "2", "websites": []})
    made.add(
        "stock_source_links",
        {"stock_id": "1", "source_code": "default"},
        {"stock_id": "1", "source_code": "off"},
        {"stock_id": "2", "source_code": "idle"},
    )
    found = read(made, tmp_path, "stock_location")
    assert found.by_key("sold") == {"Main": True, "Off": False, "idle": False}


@pytest.mark.parametrize(
    ("msi", "table"), [(True, "products"), (True, "source_items"), (False, "stock_items")]
)
def test_stock_is_whole_when_all_its_tables_are(tmp_path: Path, table: str, *, msi: bool) -> None:
    made = SmallShop(msi=msi).add("products", product(1))
    assert read(made, tmp_path, "inventory_level").complete
    made.incomplete.add(table)
    assert not read(made, tmp_path, "inventory_level").complete
