"""What differs between two shops: nothing after an apply, and each edit is one row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from catalogues import catalogues
from comparing import Shops, counts, told
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import (
    MemoryTarget,
    Planner,
    Row,
    mapping,
    mappings,
    people_mappings,
    price,
    product,
    variant,
)

from reconcile.canonical import to_json
from reconcile.errors import SnapshotError

HOSTILE = (
    "=1+1",
    "+A",
    "a\nb",
    "a\x1b[31mb",
    "\u202eabc",
    "'",
    '"x"',
    "a,b;c",
    "ä@b",
    "a@@b",
    "<b>",
)
"""Keys that mean something to spreadsheets, terminals, browsers or to whoever splits them."""

SHOP: dict[str, list[Row]] = {
    "product": [product("A", 1), product("B", 2)],
    "variant": [variant("A-S", 11, "A"), variant("B-S", 12, "B")],
    "stock_location": [{"key": "Main", "source_id": "magento:source/main", "name": "Main"}],
    "inventory_level": [
        {
            "key": f"{sku}@Main",
            "source_id": f"magento:{sku}@main",
            "variant": sku,
            "location": "Main",
            "stocked_quantity": "5",
        }
        for sku in ("A-S", "B-S")
    ],
    "price_list": [
        {
            "key": "Sale",
            "source_id": "magento:list/Sale",
            "title": "Sale",
            "description": "Sale",
            "type": "sale",
            "status": "active",
        }
    ],
    "list_price": [
        {
            "key": "Sale/A-S/usd/any",
            "source_id": "magento:list/Sale/11",
            "price_list": "Sale",
            "variant": "A-S",
            "currency_code": "usd",
            "min_quantity": None,
            "amount": "8",
        }
    ],
    "category": [],
}


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(), remembers=True)
    return Shops.moved(planner, SHOP, tmp_path_factory.mktemp("drift"))


@pytest.fixture
def shops(moved: Shops, tmp_path: Path) -> Shops:
    return moved.copy(tmp_path)


def prices(*each: Row) -> str:
    return to_json(list(each))


def test_after_an_apply_nothing_differs(shops: Shops) -> None:
    found = shops.compare()
    assert told(found) == []
    assert counts(found, "compared", "same")["product"] == (2, 2)
    assert {each.drift_percent for each in found.entities} == {"0.00"}


EDITS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "title in Magento": (
        lambda s: s.in_magento("product", "A", title="New"),
        ("field", "product:A", "title", "New", "Product A", "magento"),
    ),
    "title in Medusa": (
        lambda s: s.in_medusa("product", "product_A", title="Mine"),
        ("field", "product:A", "title", "Product A", "Mine", "medusa"),
    ),
    "title in both": (
        lambda s: s.in_medusa("product", "product_A", title="Mine").in_magento(
            "product", "A", title="New"
        ),
        ("field", "product:A", "title", "New", "Mine", "both"),
    ),
    "stock in Medusa": (
        lambda s: s.in_medusa("inventory_level", "inventory_level_A-S@Main", stocked_quantity="3"),
        ("stock", "inventory_level:A-S@Main", "stocked_quantity", "5", "3", "medusa"),
    ),
    "stock in Magento": (
        lambda s: s.in_magento("inventory_level", "A-S@Main", stocked_quantity="0"),
        ("stock", "inventory_level:A-S@Main", "stocked_quantity", "0", "5", "magento"),
    ),
    "price in Medusa": (
        lambda s: s.in_medusa("variant", "variant_A-S", prices=[price("12")]),
        ("price", "variant:A-S", "prices", prices(price("10")), prices(price("12")), "medusa"),
    ),
    "special price in Magento": (
        lambda s: s.in_magento("list_price", "Sale/A-S/usd/any", amount="7"),
        ("price", "list_price:Sale/A-S/usd/any", "amount", "7", "8", "magento"),
    ),
    "new in Magento": (
        lambda s: s.new_in_magento("product", **product("C", 3)),
        ("missing_in_medusa", "product:C", "", None, None, "magento"),
    ),
    "removed in Medusa": (
        lambda s: s.gone_from_medusa("list_price", "list_price_Sale/A-S/usd/any"),
        ("missing_in_medusa", "list_price:Sale/A-S/usd/any", "", None, None, "medusa"),
    ),
    "removed in Magento": (
        lambda s: s.gone_from_magento("list_price", "Sale/A-S/usd/any"),
        ("medusa_only", "list_price:Sale/A-S/usd/any", "", None, None, "magento"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "row"), EDITS.values(), ids=EDITS.keys())
def test_one_edit_is_one_row(shops: Shops, edit: Any, row: tuple[Any, ...]) -> None:
    assert told(edit(shops).compare()) == [row]


@pytest.mark.parametrize(("edit", "row"), EDITS.values(), ids=EDITS.keys())
def test_who_changed_it_is_not_known_without_a_memory(
    tmp_path: Path, edit: Any, row: tuple[Any, ...]
) -> None:
    (tmp_path / "plans").mkdir()
    fresh = Shops.moved(Planner(tmp_path / "plans", MemoryTarget()), SHOP, tmp_path)
    assert told(edit(fresh).compare()) == [(*row[:-1], None)]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_keys_are_found_like_others(tmp_path: Path, hostile: str) -> None:
    (tmp_path / "plans").mkdir()
    rows = SHOP | {
        "product": [product(hostile, 1, handle="a")],
        "variant": [variant(hostile, 11, hostile)],
        "stock_location": [{**SHOP["stock_location"][0], "key": "a@b", "name": "a@b"}],
        "inventory_level": [
            {**SHOP["inventory_level"][0], "key": f"{hostile}@a@b", "variant": hostile,
             "location": "a@b"}
        ],
        "list_price": [],
    }  # fmt: skip
    planner = Planner(tmp_path / "plans", MemoryTarget(), remembers=True)
    shops = Shops.moved(planner, rows, tmp_path)
    assert told(shops.compare()) == []
    shops.in_medusa("inventory_level", f"inventory_level_{hostile}@a@b", stocked_quantity="4")
    done = shops.in_magento("product", hostile, title=hostile).run()
    assert told(done.found) == [
        ("field", f"product:{hostile}", "title", hostile, f"Product {hostile}", "magento"),
        ("stock", f"inventory_level:{hostile}@a@b", "stocked_quantity", "5", "4", "medusa"),
    ]
    [level] = done.found.parts["inventory_level"].iter_rows(named=True)
    assert (level["variant"], level["location"]) == (hostile, "a@b")


@settings(max_examples=6)
@given(rows=catalogues())
def test_whatever_was_applied_is_the_same(
    rows: dict[str, list[Row]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget())
    shops = Shops.moved(planner, rows, tmp_path_factory.mktemp("drift"))
    found = shops.compare(sample=5, seed=1)
    assert told(found) == []
    assert found.sample is not None
    assert (found.sample.disagreements, found.sample.together.wrong) == ((), 0)


@settings(max_examples=8)
@given(first=catalogues(), second=catalogues(), seed=st.integers(0, 99))
def test_the_numbers_add_up_and_the_spot_check_agrees(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    seed: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Of all records drawn, the spot check finds exactly what the full comparison does."""
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget())
    shops = Shops.moved(planner, first, tmp_path_factory.mktemp("drift"))
    found = Shops(shops.planner, second, shops.folder).compare(sample=99, seed=seed)
    assert found.sample is not None
    assert found.sample.disagreements == ()
    for each in found.entities:
        assert each.compared == each.same + each.apart
        assert sum(each.changed_by.values()) == sum(each.fields.values()) + (
            each.missing_in_medusa + each.medusa_only
        )
    apart = {each.entity: each.apart for each in found.entities}
    assert {each.entity: each.wrong for each in found.sample.entities} == apart


def test_fields_set_only_once_are_no_drift(shops: Shops) -> None:
    once = mappings(mapping("product", once=["title"]))
    planner = Planner(shops.planner.folder, shops.planner.target, once)
    chosen = Shops(planner, shops.rows, shops.folder)
    assert told(chosen.in_medusa("product", "product_A", title="Mine").compare()) == []


def test_what_was_hidden_for_want_of_a_source_is_as_it_should_be(shops: Shops) -> None:
    drafting = mappings(mapping("product", missing="draft"))
    planner = Planner(shops.planner.folder, shops.planner.target, drafting, remembers=True)
    left = Shops(planner, shops.rows, shops.folder)
    for entity, key in (("product", "B"), ("variant", "B-S"), ("inventory_level", "B-S@Main")):
        left = left.gone_from_magento(entity, key)
    gone = ("medusa_only", "product:B", "", None, None, "magento")
    assert told(left.compare(only=("product",))) == [gone]
    planner.carry_out(left.rows)
    found = left.compare(only=("product",))
    assert told(found) == []
    assert found.unmanaged.row(0)[1:] == (
        "B", "product_B", "gone from Magento, hidden by the mapping"
    )  # fmt: skip
    shown = left.in_medusa("product", "product_B", status="published").compare(only=("product",))
    assert told(shown) == [(*gone[:-1], "medusa")]


def test_records_of_others_are_listed_and_no_drift(shops: Shops) -> None:
    shops.planner.target.add("product", "prod_x", "X", title="Theirs", status="published")
    found = shops.compare()
    assert told(found) == []
    assert counts(found, "compared", "unmanaged")["product"] == (2, 1)
    assert found.unmanaged.rows() == [("product", "X", "prod_x", "unmanaged")]


def test_a_source_cut_short_calls_nothing_gone(shops: Shops) -> None:
    left = shops.gone_from_magento("list_price", "Sale/A-S/usd/any")
    assert told(left.compare(incomplete=["list_price"], sample=9)) == []
    assert counts(left.compare(), "medusa_only")["list_price"] == (1,)


def test_a_target_cut_short_is_refused(shops: Shops) -> None:
    shops.planner.target.incomplete = frozenset({"products"})
    with pytest.raises(SnapshotError, match=r"medusa is not complete: 'products' \(cut short\)"):
        shops.compare()


def test_a_narrow_run_looks_at_nothing_else(shops: Shops) -> None:
    changed = shops.in_magento("product", "A", title="New").in_medusa(
        "variant", "variant_A-S", title="Mine"
    )
    found = changed.compare(only=("variant",), sample=3)
    assert [row[1] for row in told(found)] == ["variant:A-S"]
    assert [each.entity for each in found.entities] == ["variant"]
    assert found.sample is not None
    assert [each.entity for each in found.sample.entities] == ["variant"]


ADA = {
    "key": "ada@example.com",
    "source_id": "magento:customer/1",
    "email": "ada@example.com",
    "first_name": "Ada",
    "has_account": True,
    "created_at": "2026-01-01T00:00:00.000Z",
    "groups": [],
    "addresses": [],
    "login": None,
}


@pytest.mark.parametrize("window", [0, 1, 2])
def test_people_read_in_windows(tmp_path: Path, window: int) -> None:
    """Fields that are never corrected count as well; what they were is not remembered."""
    (tmp_path / "plans").mkdir()
    rows = {"customer": [ADA, *(_person(number) for number in range(4))]}
    planner = Planner(
        tmp_path / "plans", MemoryTarget(), people_mappings(), remembers=True, window=window
    )
    shops = Shops.moved(planner, rows, tmp_path)
    assert told(shops.compare()) == []
    shops.in_medusa(
        "customer", "customer_ada@example.com", first_name="Adele",
        created_at="2026-02-01T00:00:00.000Z",
    )  # fmt: skip
    found = shops.gone_from_medusa("customer", "customer_p2@example.com").compare(sample=9)
    assert told(found) == [
        ("field", "customer:ada@example.com", "created_at", "2026-01-01T00:00:00.000Z",
         "2026-02-01T00:00:00.000Z", None),
        ("field", "customer:ada@example.com", "first_name", "Ada", "Adele", "medusa"),
        ("missing_in_medusa", "customer:p2@example.com", "", None, None, "medusa"),
    ]  # fmt: skip
    assert counts(found, "compared", "same", "different", "missing_in_medusa") == {
        "customer": (5, 3, 1, 1)
    }
    assert found.sample is not None
    assert found.sample.disagreements == ()


def _person(number: int) -> Row:
    email = f"p{number}@example.com"
    return {**ADA, "key": email, "email": email, "source_id": f"magento:customer/{number + 2}"}
