"""From two states and a mapping to a plan: each case is a state and exactly what must follow."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import pytest
from catalogues import applied, catalogues
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import (
    MemoryTarget,
    Planner,
    Row,
    codes,
    mapping,
    mappings,
    price,
    product,
    said,
    shuffled,
    variant,
)

from reconcile.errors import PlanError
from reconcile.plan.document import Plan
from reconcile.plan.file import CHANGES
from reconcile.plan.narrow import Narrowing

SHIRT = product("A", 1)
SMALL = variant("A-S", 11, "A")
LEVEL = {
    "key": "A-S@Main",
    "source_id": "magento:11@main",
    "variant": "A-S",
    "location": "Main",
    "stocked_quantity": "5",
}
MAIN = {"key": "Main", "source_id": "magento:source/main", "name": "Main"}
LIST = {
    "key": "Sale",
    "source_id": "magento:list/Sale",
    "title": "Sale",
    "description": "Sale",
    "type": "sale",
    "status": "active",
}
SALE = {
    "key": "Sale/A-S/usd/any",
    "source_id": "magento:list/Sale/11",
    "price_list": "Sale",
    "variant": "A-S",
    "currency_code": "usd",
    "min_quantity": None,
    "amount": "8",
}
SHOP: dict[str, list[Row]] = {
    "product": [SHIRT],
    "variant": [SMALL],
    "stock_location": [MAIN],
    "inventory_level": [LEVEL],
    "price_list": [LIST],
    "list_price": [SALE],
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MemoryTarget:
    """A target that holds what SHOP says."""
    return applied(Planner(tmp_path_factory.mktemp("made"), MemoryTarget()), SHOP).target


@pytest.fixture
def settled(made: MemoryTarget, tmp_path: Path) -> Planner:
    """A planner with a copy of that target, to do with as a test likes."""
    return Planner(tmp_path, copy.deepcopy(made))


def changed(entity: str, row: Row, **over: object) -> dict[str, list[Row]]:
    """SHOP with one record said differently."""
    return SHOP | {entity: [{**row, **over}]}


def one(plan: Plan) -> dict[str, object]:
    """The only change of a plan as `address: {path: (before, after)}`."""
    [change] = plan.changes
    parts = {part.path: (part.before, part.after) for part in change.fields}
    return {f"{change.action} {change.address}": parts}


def test_an_empty_target_gets_everything_in_dependency_order(tmp_path: Path) -> None:
    plan = Planner(tmp_path, MemoryTarget()).plan(SHOP)
    assert said(plan.changes) == [
        "create stock_location:Main",
        "create product:A",
        "create variant:A-S",
        "create inventory_level:A-S@Main",
        "create price_list:Sale",
        "create list_price:Sale/A-S/usd/any",
    ]
    assert list(plan.changes)[2].refs == {"product:A": None}


def test_what_was_applied_needs_nothing(settled: Planner) -> None:
    assert not settled.plan(SHOP).changes


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            changed("product", SHIRT, title="New"),
            {"update product:A": {"title": ("Product A", "New")}},
        ),
        (
            changed("product", SHIRT, status="draft"),
            {"draft product:A": {"status": ("published", "draft")}},
        ),
        (
            changed("variant", SMALL, prices=[price("12")]),
            {"update variant:A-S": {"prices": ([price("10")], [price("12")])}},
        ),
        (
            changed("inventory_level", LEVEL, stocked_quantity="0"),
            {"set_stock inventory_level:A-S@Main": {"stocked_quantity": ("5", "0")}},
        ),
        (
            changed("list_price", SALE, amount="7"),
            {"update list_price:Sale/A-S/usd/any": {"amount": ("8", "7")}},
        ),
    ],
    ids=["name", "disabled", "price", "stock", "special price"],
)
def test_one_change_in_the_source_is_one_change_in_the_plan(
    settled: Planner, source: dict[str, list[Row]], expected: object
) -> None:
    assert one(settled.plan(source)) == expected


def test_a_field_set_only_once_is_not_updated(settled: Planner) -> None:
    planner = replace(settled, mappings=mappings(mapping("product", once=["title"])))
    assert planner.target.held["product"]["product_A"]["title"] == "Product A"
    assert not planner.plan(changed("product", SHIRT, title="New")).changes


def test_a_new_sku_of_a_known_record_is_an_update(settled: Planner) -> None:
    renamed = changed("variant", SMALL, key="A-SMALL", sku="A-SMALL")
    renamed |= {"inventory_level": [{**LEVEL, "variant": "magento:11"}], "list_price": []}
    plan = settled.plan(renamed)
    assert one(plan) == {"update variant:A-SMALL": {"sku": ("A-S", "A-SMALL")}}


def test_a_deleted_variant_is_created_again(settled: Planner) -> None:
    settled.target.held["variant"].clear()
    settled.target.held["inventory_level"].clear()
    settled.target.held["list_price"].clear()
    assert said(settled.plan(SHOP).changes) == [
        "create variant:A-S",
        "create inventory_level:A-S@Main",
        "create list_price:Sale/A-S/usd/any",
    ]


def test_records_of_others_are_counted_and_left_alone(settled: Planner) -> None:
    settled.target.add("product", "prod_x", "X", title="Theirs", status="published")
    plan = settled.plan(SHOP)
    tally = next(each for each in plan.header.tallies if each.entity == "product")
    assert (len(plan.changes), tally.unmanaged, tally.unchanged) == (0, 1, 1)


@pytest.mark.parametrize(("scope", "expected"), [("managed", []), ("all", ["update product:A"])])
def test_scope_decides_whether_a_match_is_taken_over(
    tmp_path: Path, scope: str, expected: list[str]
) -> None:
    target = MemoryTarget()
    target.add("product", "prod_1", "A", title="Theirs", status="published", handle="a")
    planner = Planner(tmp_path, target, mappings(mapping("product", scope=scope)))
    plan = planner.plan({"product": [SHIRT], "variant": [SMALL]})
    assert [text for text in said(plan.changes) if "product" in text] == expected
    refused = scope == "managed"
    assert ("skipped unmanaged_match product:A" in codes(plan)) is refused
    assert ("skipped unmanaged_parent variant:A-S" in codes(plan)) is refused


def test_a_product_is_known_by_the_skus_of_its_variants(tmp_path: Path) -> None:
    target = MemoryTarget()
    target.add("product", "prod_1", None, title="Theirs", status="published", handle="theirs")
    target.add("variant", "var_1", "A-S", product="prod_1", sku="A-S")
    everything = mappings(mapping("product", scope="all"), mapping("variant", scope="all"))
    plan = Planner(tmp_path, target, everything).plan({"product": [SHIRT], "variant": [SMALL]})
    assert said(plan.changes) == ["update product:A", "update variant:A-S"]
    assert next(iter(plan.changes)).target_id == "prod_1"


def test_a_variant_in_another_product_is_not_moved(settled: Planner) -> None:
    settled.target.add("product", "prod_2", "B", "magento:2", status="published", handle="b")
    settled.target.held["variant"]["variant_A-S"]["product"] = "prod_2"
    plan = settled.plan(SHOP | {"product": [SHIRT, product("B", 2)]})
    assert "skipped lives_elsewhere variant:A-S" in codes(plan)
    assert not [text for text in said(plan.changes) if " variant:" in text]


@pytest.mark.parametrize(
    ("entity", "choice", "cut_short", "expected"),
    [
        ("product", "report", "", []),
        ("product", "draft", "", ["draft product:A"]),
        ("variant", "delete", "", ["delete variant:A-S"]),
        ("price_list", "draft", "", ["draft price_list:Sale"]),
        ("list_price", "delete", "", ["delete list_price:Sale/A-S/usd/any"]),
        ("product", "draft", "source", []),
        ("product", "draft", "target", []),
        ("variant", "delete", "source", []),
        ("variant", "delete", "target", []),
        ("list_price", "delete", "source", []),
    ],
)
def test_what_is_gone_from_the_source(
    settled: Planner, entity: str, choice: str, cut_short: str, expected: list[str]
) -> None:
    """Reported, drafted or deleted as the mapping says; only reported when a side is not whole."""
    planner = replace(settled, mappings=mappings(mapping(entity, missing=choice)))
    planner.target.incomplete = frozenset({"products"} if cut_short == "target" else ())
    gone = {**SHOP, entity: []}
    plan = planner.plan(gone, incomplete=[entity] if cut_short == "source" else [])
    assert [text for text in said(plan.changes) if f" {entity}:" in text] == expected
    reported = any(f"missing_in_source {entity}:" in text for text in codes(plan))
    assert reported is not bool(expected)


def test_what_is_hidden_already_is_not_hidden_again(settled: Planner) -> None:
    planner = replace(settled, mappings=mappings(mapping("product", missing="draft")))
    planner.target.apply(planner.plan({}).changes)
    assert said(planner.plan({}).changes) == []


def test_the_numbers_of_a_tally_add_up(tmp_path: Path) -> None:
    """Two gone and hidden before, one gone now, one changed, two as they were."""
    drafting = mappings(mapping("product", missing="draft"))
    six = [product(sku, number) for number, sku in enumerate("ABCDEF")]
    planner = applied(Planner(tmp_path, MemoryTarget(), drafting), {"product": six})
    planner.target.apply(planner.plan({"product": six[:4]}).changes)
    plan = planner.plan({"product": [{**six[0], "title": "New"}, *six[1:3]]})
    [tally] = [each for each in plan.header.tallies if each.entity == "product"]
    assert dict(tally.actions) == {"update": 1, "draft": 1}
    assert (tally.unchanged, tally.missing) in {(4, 0), (2, 2)}


def test_disabling_the_only_product_is_no_empty_source(settled: Planner) -> None:
    """The source still has the product, and says that it is to be hidden."""
    plan = settled.plan(changed("product", SHIRT, status="draft"))
    assert said(plan.changes) == ["draft product:A"]
    assert "empty_source:product" not in {limit.name for limit in plan.header.limits}


def test_a_record_that_is_there_but_broken_is_not_gone(settled: Planner) -> None:
    """A product that lost its name is skipped; that is no reason to hide it from shoppers."""
    planner = replace(settled, mappings=mappings(mapping("product", missing="draft")))
    plan = planner.plan(changed("product", SHIRT, title=None))
    assert "skipped missing_required product:A" in codes(plan)
    assert said(plan.changes) == []


def test_what_a_skipped_record_needs_is_not_gone_either(settled: Planner) -> None:
    """The variant lost its title: its special price stays, until the source is in order."""
    deleting = mappings(
        mapping("variant", missing="delete"), mapping("list_price", missing="delete")
    )
    planner = replace(settled, mappings=deleting)
    assert said(planner.plan(changed("variant", SMALL, title=None)).changes) == []


def test_two_copies_of_one_record_on_the_target_have_two_addresses(settled: Planner) -> None:
    """Medusa accepts the same price twice; the copy goes, the other one stays and is updated."""
    planner = replace(settled, mappings=mappings(mapping("list_price", missing="delete")))
    [held] = planner.target.held["list_price"].values()
    planner.target.held["list_price"]["z_copy"] = {**held, "target_id": "z_copy"}
    plan = planner.plan(changed("list_price", SALE, amount="7"))
    assert sorted(change.action for change in plan.changes) == ["delete", "update"]
    assert len({change.address for change in plan.changes}) == 2


def test_the_handle_of_a_match_that_is_left_alone_is_taken(tmp_path: Path) -> None:
    target = MemoryTarget()
    target.add("product", "prod_1", "A", title="Theirs", status="published", handle="shirt")
    rows = {"product": [product("A", 1, handle="a"), product("B", 2, handle="shirt")]}
    plan = Planner(tmp_path, target).plan(rows)
    [created] = plan.changes
    assert created.after["handle"] == "shirt-b"


def test_categories_keep_their_parents(tmp_path: Path) -> None:
    tree = {
        "category": [
            _category("men", 1, None, 0),
            _category("men/tops", 2, "magento:1", 0),
            _category("men/bags", 3, "magento:1", 1),
        ]
    }
    planner = applied(Planner(tmp_path, MemoryTarget()), tree)
    held = planner.target.held["category"]
    assert held["category_men/tops"]["parent"] == "category_men"
    assert not planner.plan(tree).changes


def test_only_the_order_of_siblings_counts(tmp_path: Path) -> None:
    tree = {"category": [_category(name, n, None, n) for n, name in enumerate("abc")]}
    planner = applied(Planner(tmp_path, MemoryTarget()), tree)
    for row in planner.target.held["category"].values():
        row["rank"] = row["rank"] * 10 + 3
    assert not planner.plan(tree).changes
    swapped = {
        "category": [_category(name, "abc".index(name), None, n) for n, name in enumerate("bac")]
    }
    assert said(planner.plan(swapped).changes) == ["update category:a", "update category:b"]


def _category(key: str, number: int, parent: str | None, rank: int) -> Row:
    return {
        "key": key,
        "source_id": f"magento:{number}",
        "name": key,
        "handle": key.replace("/", "-"),
        "is_active": True,
        "parent": parent,
        "rank": rank,
    }


@settings(max_examples=6)
@given(first=catalogues(), second=catalogues())
def test_a_second_plan_is_empty(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever a target was made from, one apply brings it to another catalogue."""
    tidy = mappings(
        mapping("product", missing="draft"),
        mapping("variant", missing="delete"),
        mapping("price_list", missing="draft"),
        mapping("list_price", missing="delete"),
    )
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(), tidy)
    planner = applied(applied(planner, first), second)
    assert said(planner.plan(second).changes) == []


@settings(max_examples=6)
@given(rows=catalogues(), seed=st.integers(0, 99))
def test_the_order_of_the_sources_rows_does_not_matter(
    rows: dict[str, list[Row]], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget())
    one_way = planner.write(rows) / CHANGES
    another = planner.write(shuffled(rows, seed)) / CHANGES
    assert one_way.read_bytes() == another.read_bytes()


@pytest.mark.parametrize(
    ("sold", "unsold"), [(None, []), ({"usd"}, []), ({"eur"}, ["usd"]), (set(), ["usd"])]
)
def test_prices_nobody_will_see_are_named(
    settled: Planner, sold: set[str] | None, unsold: list[str]
) -> None:
    known = None if sold is None else frozenset(sold)
    plan = replace(settled, currencies=known).plan(SHOP)
    notes = [each.message for each in plan.diagnostics if each.code == "currency_not_sold"]
    assert [note.split(" are in ")[1][:3] for note in notes] == unsold


@pytest.mark.parametrize(("side", "severity"), [("source", "warning"), ("target", "blocking")])
def test_only_a_target_cut_short_blocks_the_plan(
    settled: Planner, side: str, severity: str
) -> None:
    """What the target did not show would be created a second time."""
    if side == "target":
        settled.target.incomplete = frozenset({"products"})
    plan = settled.plan(SHOP, incomplete=["product"] if side == "source" else [])
    found = [each for each in plan.diagnostics if each.code == "incomplete_snapshot"]
    assert [each.severity.value for each in found] == [severity]


@pytest.mark.parametrize(
    ("pattern", "known"), [("A", True), ("A-S@*", True), ("prod_*", False), ("a", False)]
)
def test_a_key_that_nobody_has_is_a_slip(settled: Planner, pattern: str, *, known: bool) -> None:
    """Unchanged records count: only what is in neither shop is refused."""
    narrowing = Narrowing(keys=(pattern,))
    if known:
        assert not settled.plan(SHOP, narrowing=narrowing).changes
        return
    with pytest.raises(PlanError, match="has a key like"):
        settled.plan(SHOP, narrowing=narrowing)
