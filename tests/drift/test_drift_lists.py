"""Look-alikes, twins, what nothing carries, prices one by one, shares: cases as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from comparing import Shops
from planning import (
    NOON,
    MemoryTarget,
    Planner,
    Row,
    mapping,
    mappings,
    product,
    records,
    variant,
)
from small_shop import SmallShop
from small_shop import product as magento_product
from test_drift_compare import SHOP

from reconcile.drift import prices, twins
from reconcile.drift.comparison import compare
from reconcile.drift.share import is_over, percent_text
from reconcile.sources import SOURCES
from reconcile.systems import Options, Records, Tables

MANY = 100_000


@pytest.fixture
def shops(tmp_path: Path) -> Shops:
    (tmp_path / "plans").mkdir()
    return Shops.moved(Planner(tmp_path / "plans", MemoryTarget()), SHOP, tmp_path)


def others(shops: Shops, *products: tuple[str, str | None, str]) -> Shops:
    """Products in Medusa that somebody else made: id, key, handle."""
    for id_, key, handle in products:
        shops.planner.target.add("product", id_, key, title="x", handle=handle, status="draft")
    return shops


def loosely(shops: Shops, **more: Any) -> list[tuple[str, ...]]:
    return shops.compare(**more).loose.rows()


ALIKE = "keys differ only in case or white space"
SEVERAL = "several records of Medusa have this key"


@pytest.mark.parametrize("key", ["c 1", " C1", "c1", "C\u00a01", "C1\n"])
def test_keys_that_look_alike(shops: Shops, key: str) -> None:
    found = loosely(others(shops.new_in_magento("product", **product("C1", 3)), ("x", key, "x")))
    assert found == [("product", "C1", key, "x", ALIKE)]


def test_keys_that_differ_do_not_look_alike(shops: Shops) -> None:
    shops = shops.new_in_magento("product", **product("C1", 3))
    assert loosely(others(shops, ("x", "C2", "x"), ("y", "C-1", "y"), ("z", None, "z"))) == []


def test_several_records_of_one_key(shops: Shops) -> None:
    assert loosely(others(shops, ("x", "A", "x"))) == [
        ("product", "A", "", "product_A", SEVERAL),
        ("product", "A", "", "x", SEVERAL),
    ]


def test_several_prices_of_one_list(shops: Shops) -> None:
    [held] = shops.planner.target.held["list_price"].values()
    shops.planner.target.held["list_price"]["z_copy"] = {**held, "target_id": "z_copy"}
    found = shops.compare()
    assert found.loose.rows() == [("list_price", "Sale/A-S/usd/any", "", "z_copy", SEVERAL)]
    assert found.mismatches["key"].to_list() == ["~id:z_copy"]


def test_the_handle_of_another_key(shops: Shops) -> None:
    reason = "has the same handle 'a'"
    assert loosely(others(shops, ("x", "X", "a"))) == [("product", "A", "X", "x", reason)]
    assert loosely(shops, only=("variant",)) == []


def test_pairs_by_their_members(tmp_path: Path) -> None:
    (tmp_path / "plans").mkdir()
    target = MemoryTarget()
    target.add("product", "prod_1", None, title="Theirs", status="published", handle="theirs")
    target.add("variant", "var_1", "A-S", product="prod_1", sku="A-S")
    everything = mappings(mapping("product", scope="all"), mapping("variant", scope="all"))
    planner = Planner(tmp_path / "plans", target, everything)
    rows = {"product": [product("A", 1)], "variant": [variant("A-S", 11, "A")]}
    assert loosely(Shops(planner, rows, tmp_path)) == [
        ("product", "A", "", "prod_1", "paired only because what lives in it has the same keys")
    ]


def test_what_nothing_carries(shops: Shops) -> None:
    """Records are counted by why they are skipped; personal or not, without their keys."""
    broken = shops.in_magento("product", "A", title=None).new_in_magento(
        "variant", **variant("Z", 99, "magento:404")
    )
    found = broken.compare()
    assert found.unmapped.rows() == [
        ("inventory_level", "", "", 1, "skipped: dependency_not_carried"),
        ("list_price", "", "", 1, "skipped: dependency_not_carried"),
        ("product", "", "", 1, "skipped: missing_required"),
        ("variant", "", "", 2, "skipped: dependency_not_carried"),
    ]
    skipped = {each.entity: each.skipped for each in found.entities if each.skipped}
    assert skipped == {"product": 1, "variant": 2, "inventory_level": 1, "list_price": 1}
    assert found.mismatches.is_empty()
    assert broken.compare(only=("product",)).unmapped.height == 1


def test_columns_that_no_rule_reads(shops: Shops) -> None:
    """All the way from the source's columns, through the planner."""

    def with_colour(tables: Tables, entity: str, chosen: Options) -> Records:
        found = records(tables, entity, chosen)
        if entity != "product":
            return found
        coloured = found.frame.with_columns(pl.lit("red").alias("colour"))
        return replace(found, frame=coloured, offered={"colour": frozenset()})

    request = shops.request()
    asked = replace(request, inputs=replace(request.inputs, records=with_colour))
    found = compare(asked, shops.folder / "work", NOON).unmapped
    assert found.rows() == [("product", "colour", "", len(SHOP["product"]), "no rule reads it")]


TWINS: dict[str, tuple[Sequence[str | None], list[tuple[str, str, str]]]] = {
    "case": (["A-1", "a-1"], [("A-1", "a-1", "0, 1")]),
    "blanks": (["A 1", "A1", "a\u00a01 "], [("A 1", "A1", "0, 1"), ("A 1", "a\u00a01 ", "0, 2")]),
    "one spelling twice": (["A-1", "A-1"], []),
    "two spellings, one twice": (["A-1", "a-1", "A-1"], [("A-1", "a-1", "0, 1, 2")]),
    "others": (["A-1", "A_1", "A1", None, None, ""], []),
}


@pytest.mark.parametrize(("keys", "rows"), TWINS.values(), ids=TWINS.keys())
def test_twins(keys: Sequence[str | None], rows: list[tuple[str, str, str]]) -> None:
    records = pl.DataFrame({"key": keys, "id": [str(number) for number in range(len(keys))]})
    found = twins.among("sku", "magento", records)
    assert found.select("key", "other", "ids").rows() == rows
    assert set(found["shop"]) <= {"magento"}


def test_twins_of_a_snapshot_as_the_shop_spells_them(tmp_path: Path) -> None:
    rows: list[Row] = [magento_product(1, "AB"), magento_product(2, "ab"), magento_product(3, "C")]
    tables = SmallShop().add("products", *rows).write(tmp_path)
    every = twins.of_source(tables, SOURCES["magento"].origins, lambda _: True, "magento")
    assert pl.concat(every).rows() == [("sku", "AB", "ab", "magento", "magento:1, magento:2")]
    none = twins.of_source(tables, SOURCES["magento"].origins, lambda _: False, "magento")
    assert list(none) == []


def test_twins_of_medusa(shops: Shops) -> None:
    shops.planner.target.add("variant", "v", "a-s", product="product_A", sku="a-s")
    assert shops.compare().twins.rows() == [("sku", "A-S", "a-s", "medusa", "v, variant_A-S")]


PERCENT = {
    ("10", "8"): "-20",
    ("3", "4"): "33.33",
    ("0", "4"): "",
    (None, "4"): "",
    ("4", None): "",
    ("1", "1 / 2"): "",
    ("100000000000000000000", "100000000000000000001"): "0",
}


@pytest.mark.parametrize(("sides", "said"), PERCENT.items())
def test_percent_of_a_price(sides: tuple[str | None, str | None], said: str) -> None:
    assert prices.percent(*sides) == said


SHARES = {
    (0, 0): "0.00",
    (0, 9): "0.00",
    (12, 1690): "0.71",
    (1, MANY): "0.01",
    (MANY - 1, MANY): "99.99",
    (MANY, MANY): "100.00",
}


@pytest.mark.parametrize(("counts", "said"), SHARES.items())
def test_a_share_is_never_rounded_to_none_or_all(counts: tuple[int, int], said: str) -> None:
    assert percent_text(*counts) == said


@pytest.mark.parametrize(
    ("counts", "most", "over"),
    [
        ((1, 200), "0.5", False),
        ((2, 399), "0.5", True),
        ((1001, 200_000), "0.5", True),
        ((1000, 200_000), "0.5", False),
        ((0, 0), "0", False),
        ((1, 10), "0", True),
        ((10, 10), "100", False),
    ],
)
def test_a_limit_is_compared_with_counts(counts: tuple[int, int], most: str, *, over: bool) -> None:
    """0.5005 % is printed as 0.50 %, and over 0.5 % all the same."""
    assert is_over(*counts, Decimal(most)) is over


@pytest.mark.parametrize(
    ("most", "tolerated", "exceeded"),
    [(None, False, ()), ("49.9", False, ("product",)), ("50", True, ()), ("100", True, ())],
)
def test_how_much_may_differ(
    shops: Shops, most: str | None, *, tolerated: bool, exceeded: tuple[str, ...]
) -> None:
    """One of two products: exactly half may."""
    shops.in_medusa("product", "product_A", title="Mine")
    summary = shops.run(most).summary
    assert (summary.tolerated, summary.exceeded, summary.state) == (tolerated, exceeded, "drift")
