"""Regular and quantity prices of variants, exact and per currency."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_shop import RED, SmallShop, child, configurable, product, read, shop_of, tier, view


def prices(made: SmallShop, root: Path) -> dict[str, list[str]]:
    """SKU -> prices as `amount currency` or `amount currency from quantity`."""
    return {
        key: [
            f"{each['amount']} {each['currency_code']}"
            + (f" from {each['min_quantity']}" if each["min_quantity"] else "")
            for each in json.loads(cell)
        ]
        for key, cell in read(made, root, "variant").by_key("prices").items()
    }


def test_the_price_is_exact(tmp_path: Path) -> None:
    amounts = ["34", "12.345", "10.50", "0.0"]
    made = shop_of(*(product(n, price=amount) for n, amount in enumerate(amounts)))
    assert [each for [each] in prices(made, tmp_path).values()] == [
        "34 usd",
        "12.345 usd",
        "10.5 usd",
        "0 usd",
    ]


def test_a_child_has_its_own_price(tmp_path: Path) -> None:
    made = shop_of(configurable(1, [2]), child(2, color=RED, price="7"))
    assert prices(made, tmp_path) == {"P2": ["7 usd"]}


@pytest.mark.parametrize("amount", ["-1", "10000000000", "99999999999999999999999999999999"])
def test_a_price_that_cannot_be_right_is_named_and_left_out(tmp_path: Path, amount: str) -> None:
    found = read(shop_of(product(1, price=amount)), tmp_path, "variant")
    assert found.by_key("prices") == {"P1": "[]"}
    assert found.said == ["warning unsound_price variant:P1"]
    assert amount in found.message("unsound_price")


@pytest.mark.parametrize(
    ("amount", "code"), [(None, "no_price"), ("", "no_price"), ("0", "zero_price")]
)
def test_no_price_and_nothing_to_pay_are_named(
    tmp_path: Path, amount: str | None, code: str
) -> None:
    found = read(shop_of(product(1, price=amount)), tmp_path, "variant")
    assert found.said == [f"warning {code} -"]


def test_quantity_prices_for_everyone(tmp_path: Path) -> None:
    tiers = [tier("7", "10"), tier("9", "5"), tier("8", "6.5"), tier("1", "20", group="2")]
    assert prices(shop_of(product(1, tier_prices=tiers)), tmp_path) == {
        "P1": ["10 usd", "9 usd from 5", "8 usd from 6.5", "7 usd from 10"]
    }


@pytest.mark.parametrize(
    ("price", "percent", "currency", "expected"),
    [
        ("10", "10", "USD", "9 usd from 5"),
        ("9.99", "33.33", "USD", "6.66 usd from 5"),
        ("0.15", "50", "USD", "0.08 usd from 5"),
        ("999", "12.5", "JPY", "874 jpy from 5"),
        ("10", "100", "USD", "0 usd from 5"),
    ],
)
def test_a_percentage_is_taken_off_and_rounded(
    tmp_path: Path, price: str, percent: str, currency: str, expected: str
) -> None:
    """`value` is only what the price came to when the shop was read."""
    tiers = [tier("1.23", "5", percentage_value=percent)]
    made = shop_of(product(1, price=price, tier_prices=tiers))
    made.add("store_views", view("default", 1, base_currency_code=currency))
    assert prices(made, tmp_path)["P1"][1] == expected


def test_a_price_of_this_website_beats_one_of_all(tmp_path: Path) -> None:
    tiers = [tier("5", "5"), tier("8", "5", website_id="1"), tier("1", "5", website_id="2")]
    assert prices(shop_of(product(1, tier_prices=tiers)), tmp_path)["P1"] == [
        "10 usd",
        "8 usd from 5",
    ]


def test_an_unsound_quantity_price_is_named(tmp_path: Path) -> None:
    made = shop_of(product(1, tier_prices=[tier("-5", "5")]))
    found = read(made, tmp_path, "variant")
    assert "P1" in found.message("unsound_price")


@pytest.fixture
def two_websites() -> SmallShop:
    both = ["1", "2"]
    made = shop_of(
        product(1, price="10", website_ids=both),
        product(1, price="12", view="eu", website_ids=both),
    )
    made.add("store_views", view("default", 1))
    return made


def test_a_second_website_in_another_currency(tmp_path: Path, two_websites: SmallShop) -> None:
    two_websites.add("store_views", view("eu", 2, website_id="2", base_currency_code="EUR"))
    assert prices(two_websites, tmp_path) == {"P1": ["12 eur", "10 usd"]}


def test_a_second_website_prices_only_what_it_sells(tmp_path: Path) -> None:
    made = shop_of(product(1, price="10"), product(1, price="12", view="eu"))
    made.add("store_views", view("default", 1))
    made.add("store_views", view("eu", 2, website_id="2", base_currency_code="EUR"))
    assert prices(made, tmp_path) == {"P1": ["10 usd"]}


def test_a_second_website_in_the_same_currency(tmp_path: Path, two_websites: SmallShop) -> None:
    two_websites.add("store_views", view("eu", 2, website_id="2"))
    found = read(two_websites, tmp_path, "variant")
    assert json.loads(found.by_key("prices")["P1"])[0]["amount"] == "10"
    assert found.said == ["warning website_price -"]


def test_a_display_currency_is_named(tmp_path: Path) -> None:
    made = shop_of(product(1))
    made.add("store_views", view("default", 1, default_display_currency_code="EUR"))
    assert read(made, tmp_path, "variant").said == ["info display_currency -"]


def test_prices_of_bundles(tmp_path: Path) -> None:
    """A dynamic bundle costs what its parts cost; that is no price of zero."""
    made = shop_of(
        product(1, type_id="bundle", price="0"),
        product(2, type_id="bundle", price="50"),
        product(3, type_id="grouped", price=None),
    )
    found = read(made, tmp_path, "variant")
    assert {key: len(json.loads(cell)) for key, cell in found.by_key("prices").items()} == {
        "P1": 0,
        "P2": 1,
        "P3": 0,
    }
    assert found.said == []
