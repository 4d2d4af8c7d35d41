"""Special and group prices: which list holds them, from when to when, and which are not carried."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_shop import (
    RED,
    Row,
    SmallShop,
    child,
    configurable,
    product,
    read,
    shop_of,
    tier,
    view,
)


def special(number: int, amount: str, begin: str | None = None, end: str | None = None) -> Row:
    dates = {"special_from_date": begin, "special_to_date": end}
    return product(number, price="10", special_price=amount, **dates)


def found(made: SmallShop, root: Path, **options: str) -> dict[str, str]:
    """`list/sku/currency/quantity` -> amount."""
    return dict(read(made, root, "list_price", **options).by_key("amount"))


def dates(made: SmallShop, root: Path) -> dict[str, tuple[str | None, str | None]]:
    return dict(read(made, root, "price_list").by_key("starts_at", "ends_at"))


def test_the_same_dates_share_a_list(tmp_path: Path) -> None:
    made = shop_of(
        special(1, "8", "2026-11-01 00:00:00", "2026-11-30 00:00:00"),
        special(2, "7", "2026-11-01", "2026-11-30"),
        special(3, "6", "2026-12-01"),
        special(4, "5"),
        special(5, "4", None, "2026-12-24"),
    )
    assert list(dates(made, tmp_path)) == [
        "Special prices",
        "Special prices from 2026-11-01 until 2026-11-30",
        "Special prices from 2026-12-01",
        "Special prices until 2026-12-24",
    ]
    assert found(made, tmp_path)["Special prices from 2026-11-01 until 2026-11-30/P2/usd/any"] == (
        "7"
    )


@pytest.mark.parametrize(
    ("zone", "begin", "end", "expected"),
    [
        ("UTC", "2026-11-01", "2026-11-30", ("2026-11-01T00:00", "2026-11-30T23:59")),
        ("America/Chicago", "2026-11-01", "2026-11-30", ("2026-11-01T05:00", "2026-12-01T05:59")),
        ("America/Chicago", "2026-11-01", "2026-11-01", ("2026-11-01T05:00", "2026-11-02T05:59")),
        ("Europe/Berlin", "2026-03-29", "2026-03-29", ("2026-03-28T23:00", "2026-03-29T21:59")),
        ("Asia/Beirut", "2026-03-29", "2026-03-29", ("2026-03-28T22:00", "2026-03-29T20:59")),
        ("Nowhere/Land", "2026-11-01", "2026-11-01", ("2026-11-01T00:00", "2026-11-01T23:59")),
        (None, "2026-11-01", None, ("2026-11-01T00:00", "None")),
    ],
)
def test_days_are_the_shops_own_also_when_clocks_change(
    tmp_path: Path, zone: str | None, begin: str, end: str | None, expected: tuple[str, str]
) -> None:
    made = shop_of(special(1, "8", begin, end))
    made.add("store_views", view("default", 1, timezone=zone))
    [(starts, ends)] = dates(made, tmp_path).values()
    assert (str(starts)[:16], str(ends)[:16]) == expected
    assert ends is None or ends.endswith(":59:59.999Z")


@pytest.mark.parametrize("day", ["0000-00-00 00:00:00", "soon", "2026-02-30"])
def test_a_date_that_is_none_does_not_stop_the_plan(tmp_path: Path, day: str) -> None:
    read(shop_of(special(1, "8", day, None)), tmp_path, "price_list")


@pytest.mark.parametrize("amount", ["10", "10.00", "11"])
def test_a_special_price_that_is_no_lower_is_named(tmp_path: Path, amount: str) -> None:
    result = read(shop_of(special(1, amount)), tmp_path, "list_price")
    assert result.rows == []
    assert result.said == ["info special_price_without_effect -"]


@pytest.mark.parametrize("amount", ["-5", "abc"])
def test_a_special_price_that_cannot_be_right_is_not_carried_and_named(
    tmp_path: Path, amount: str
) -> None:
    result = read(shop_of(special(1, amount)), tmp_path, "list_price")
    assert result.rows == []
    assert any("P1" in each.message for each in result.diagnostics)


@pytest.mark.parametrize(("expired", "count"), [("keep", 2), ("omit", 1)])
def test_prices_whose_last_day_is_over(tmp_path: Path, expired: str, count: int) -> None:
    """The snapshot was taken on 2026-11-01; that day still counts."""
    made = shop_of(special(1, "8", None, "2026-10-31"), special(2, "8", None, "2026-11-01"))
    assert len(found(made, tmp_path, expired=expired)) == count


def test_a_parents_special_price_is_not_its_childrens(tmp_path: Path) -> None:
    made = shop_of(
        configurable(1, [2], **{"attributes.special_price": "1"}),
        child(2, color=RED, special_price="8"),
    )
    assert found(made, tmp_path) == {"Special prices/P2/usd/any": "8"}


def test_group_prices_have_a_list_for_each_group(tmp_path: Path) -> None:
    tiers = [tier("9", "1", "2"), tier("8", "5", "2"), tier("7", "1", "1")]
    made = shop_of(product(1, tier_prices=tiers))
    assert found(made, tmp_path) == {
        "Group prices: General/P1/usd/any": "7",
        "Group prices: Wholesale/P1/usd/5": "8",
        "Group prices: Wholesale/P1/usd/any": "9",
    }
    groups = read(made, tmp_path, "price_list").by_key("customer_groups")
    assert groups == {
        "Group prices: General": ["magento:group/1"],
        "Group prices: Wholesale": ["magento:group/2"],
    }


def test_a_price_for_everyone_from_the_first_piece_is_special(tmp_path: Path) -> None:
    made = shop_of(special(1, "8") | {"tier_prices": [tier("7")]}, special(2, "6"))
    assert found(made, tmp_path) == {
        "Special prices/P1/usd/any": "7",
        "Special prices/P2/usd/any": "6",
    }
    assert read(made, tmp_path, "price_list").by_key("customer_groups") == {"Special prices": []}


def test_prices_for_visitors_without_an_account_are_named(tmp_path: Path) -> None:
    made = shop_of(product(1, tier_prices=[tier("9", "1", "0"), tier("9", "1", "77")]))
    result = read(made, tmp_path, "list_price")
    assert result.rows == []
    assert result.said == ["warning guest_price -"]


def test_prices_in_two_currencies_stand_in_one_list(tmp_path: Path) -> None:
    made = shop_of(special(1, "8"), special(1, "6") | {"view": "eu"})
    eu = view("eu", 2, website_id="2", base_currency_code="EUR")
    made.add("store_views", view("default", 1), eu)
    assert found(made, tmp_path) == {
        "Special prices/P1/eur/any": "6",
        "Special prices/P1/usd/any": "8",
    }


def test_a_bundles_percentage_is_named(tmp_path: Path) -> None:
    made = shop_of(product(1, type_id="bundle", special_price="80"))
    result = read(made, tmp_path, "list_price")
    assert (result.rows, result.said) == ([], ["warning composed_special_price -"])


@pytest.mark.parametrize("table", ["products", "customer_groups"])
@pytest.mark.parametrize("entity", ["price_list", "list_price"])
def test_lists_are_whole_when_products_and_groups_are(
    tmp_path: Path, entity: str, table: str
) -> None:
    """A group that was not read must not take its prices off the target."""
    made = shop_of(special(1, "8"))
    assert read(made, tmp_path, entity).complete
    made.incomplete.add(table)
    assert not read(made, tmp_path, entity).complete
