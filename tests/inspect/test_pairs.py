"""How a pair was told, or why there is none; and what lives in a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from explaining import Explainer, story
from planning import (
    MemoryTarget,
    Planner,
    Row,
    mappings,
    people_mappings,
    product,
    variant,
)

from reconcile.inspect.document import State
from reconcile.inspect.find import find
from reconcile.inspect.relatives import Asked, family, needed
from reconcile.model import Action, Address
from reconcile.plan.filters import OrderFilters
from reconcile.plan.standing import UNTOUCHABLE

Rows = dict[str, list[Row]]


@pytest.fixture
def target() -> MemoryTarget:
    return MemoryTarget()


@pytest.fixture
def explain(tmp_path: Path, target: MemoryTarget) -> Explainer:
    (tmp_path / "plans").mkdir()
    return Explainer(Planner(tmp_path / "plans", target, mappings()), tmp_path / "own")


def people(explain: Explainer, **more: object) -> Explainer:
    planner = Planner(explain.planner.folder, explain.planner.target, people_mappings(), **more)
    return Explainer(planner, explain.plans)


def shop() -> Rows:
    return {"product": [product("A", 1)], "variant": [variant("A-S", 11, "A")]}


def order(number: str, id_: int, **over: object) -> Row:
    return {
        "key": number, "source_id": f"magento:order/{id_}", "number": number, "status": "pending",
        "currency_code": "usd", "created_at": "2026-01-01T00:00:00.000Z", "items": [], "totals": {},
        **over,
    }  # fmt: skip


def test_matched_by_mark(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_1", "OLD", "magento:1", title="Product A")
    found = explain(shop(), "A")
    assert (found.match.by, found.target_id, found.state) == ("mark", "prod_1", State.DIFFERS)
    assert explain(shop(), "prod_1").address == Address("product", "A")


def test_matched_by_key(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_1", "A", "magento:77")
    assert explain(shop(), "A").match.by == "key"


def test_matched_by_members(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_1", "OLD", "magento:77")
    target.add("variant", "variant_1", "A-S", "magento:11", product="prod_1")
    found = explain(shop(), "A")
    assert (found.match.by, found.target_id) == ("members", "prod_1")


def test_only_in_the_target(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_9", "MINE", title="Mine")
    found = explain(shop(), "MINE")
    assert (found.state, found.match.reason) == (State.LEFT_ALONE, "unmanaged")
    assert (found.target.found, found.source.found, found.match.by) == (True, False, None)
    assert explain(shop(), "prod_9").address == Address("product", "MINE")


def test_in_both_but_not_managed(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_1", "A", title="Mine")
    found = explain(shop(), "A")
    assert (found.state, found.match.by) == (State.LEFT_ALONE, "key")
    assert found.match.reason == "unmanaged_match"
    assert "scope: all" in found.match.remedy


def test_gone_from_the_source(explain: Explainer, target: MemoryTarget) -> None:
    target.add("product", "prod_9", "GONE", "magento:9", title="Gone")
    for words in ("GONE", "prod_9", "magento:9"):
        found = explain(shop(), words)
        assert (found.address.key, found.state) == ("GONE", State.GONE)
        assert (found.match.reason, found.source_id) == ("missing_in_source", "magento:9")


def test_it_lives_elsewhere(explain: Explainer, target: MemoryTarget) -> None:
    rows = shop()
    rows["product"].append(product("B", 2))
    explain.planner.carry_out(rows)
    target.held["variant"]["variant_A-S"]["product"] = "product_B"
    found = explain(rows, "A-S")
    assert (found.state, found.match.reason) == (State.LEFT_ALONE, "lives_elsewhere")
    assert "cannot be moved" in found.match.words


def test_changed_on_the_target(explain: Explainer, target: MemoryTarget) -> None:
    told = people(explain)
    rows: Rows = {"order": [order("1001", 1)]}
    told.planner.carry_out(rows)
    target.held["order"]["order_1001"][UNTOUCHABLE] = True
    found = told(rows, "1001")
    assert (found.state, found.match.reason) == (State.LEFT_ALONE, "changed_on_target")


def test_left_out_by_the_filters_of_a_plan(explain: Explainer) -> None:
    told = people(explain, filters=OrderFilters(statuses=("complete",)))
    rows: Rows = {"order": [order("1001", 1)]}
    found = told.asked(rows, Asked("order", key="1001", source_id="magento:order/1"))
    assert found is not None
    assert (found.state, found.match.reason) == (State.NOT_CARRIED, "left_out")


SKIPPED: dict[str, tuple[Rows, str, str]] = {
    "required": ({"product": [product("A", 1, title=None)]}, "A", "missing_required"),
    "twice": ({"product": [product("A", 1), product("A", 2)]}, "magento:2", "duplicate_key"),
    "dependency": ({"product": [], "variant": [variant("X", 5, "NONE")]}, "X",
                   "dependency_not_carried"),
    "unsound": ({"product": [product("A", 1, unsound=True)]}, "A", "unsound"),
}  # fmt: skip


@pytest.mark.parametrize("name", SKIPPED)
def test_a_record_that_is_skipped_names_its_diagnostic(explain: Explainer, name: str) -> None:
    rows, words, code = SKIPPED[name]
    asked = find(explain.shops(rows), words) or [Asked("product", key=words)]
    found = explain.asked(rows, asked[0])
    assert found is not None
    if name == "twice":  # the first of the two is carried under that key
        assert code in [each.code for each in found.diagnostics]
        return
    assert (found.state, found.match.reason) == (State.NOT_CARRIED, code)
    assert not found.is_same


def test_nothing_is_known_of_it(explain: Explainer) -> None:
    assert explain.asked(shop(), Asked("product", key="NOPE")) is None
    assert find(explain.shops(shop()), "NOPE") == []


def test_the_links_and_who_it_lives_in(explain: Explainer) -> None:
    explain.planner.carry_out(shop())
    found = explain(shop(), "A-S")
    assert found.source.link == "https://magento.test/variant/magento:11"
    assert found.target.link == "https://medusa.test/variant/variant_A-S/product_A"
    assert story(found, "product").existing == "A"


def test_children_are_named_with_their_state(explain: Explainer, target: MemoryTarget) -> None:
    rows = shop()
    rows["stock_location"] = [{"key": "Main", "source_id": "magento:source/m", "name": "Main"}]
    rows["inventory_level"] = [
        {"key": f"{sku}@Main", "source_id": f"magento:{sku}@Main", "variant": sku,
         "location": "Main", "stocked_quantity": "3"}
        for sku in ("A-S",)
    ]  # fmt: skip
    explain.planner.carry_out(rows)
    rows["variant"] = [variant("A-S", 11, "A", title="New"), variant("A-M", 12, "A")]
    found = explain(rows, "product:A")
    assert {str(each.address): each.state for each in found.children} == {
        "variant:A-M": State.NEW,
        "variant:A-S": State.DIFFERS,
        "inventory_level:A-S@Main": State.SAME,
    }
    assert (found.state, found.is_same) == (State.SAME, True)
    level = explain(rows, "A-S@Main")
    assert (level.address.entity, level.state) == ("inventory_level", State.SAME)
    assert explain(rows, "inventory_level:A-S@Main").address == level.address


def test_a_product_needs_no_orders() -> None:
    every = mappings() | people_mappings()
    assert set(needed(every, "product")) == {
        "category", "product", "variant", "stock_location", "inventory_level"
    }  # fmt: skip
    assert set(needed(every, "invoice")) == {"order", "invoice", "customer", "customer_group"}
    assert family(every, "order") == ["order", "invoice", "shipment"]
    assert set(needed(every, "category")) == {"category"}


def test_what_is_explained_is_what_a_plan_of_everything_says(explain: Explainer) -> None:
    """For every record of a shop in which much is to be done."""
    rows = shop()
    explain.planner.carry_out(rows)
    rows["product"] = [product("A", 1, title="New"), product("B", 2, handle="a", type="Bag")]
    rows["variant"] += [variant("B-S", 21, "B")]
    plan = explain.planner.plan(rows)
    changes = {str(each.address): each for each in plan.changes if each.source_id}
    assert {each.action for each in changes.values()} == {Action.CREATE, Action.UPDATE}
    for address, change in changes.items():
        if address.startswith("product_type:"):
            continue
        found = explain(rows, address).change
        assert found is not None
        assert (found.action, list(found.fields)) == (change.action.value, list(change.fields))
