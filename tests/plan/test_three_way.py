"""Who changed what since it was last applied: the target follows, keeps, or waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from catalogues import catalogues
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import NOON, MemoryTarget, Planner, Row, codes, mapping, product, said

from reconcile import base
from reconcile.journal import History
from reconcile.mapping.document import OnConflict
from reconcile.model import Json, Severity
from reconcile.plan.document import Approval, Decision, Plan, Take, Tally
from reconcile.remember import remember

A = {"product": [product("A", 1, title="One", subtitle="Sub")]}
FIELDS = ("title", "handle", "status", "external_id", "options", "subtitle", "material")
PRODUCT = mapping("product", fields=FIELDS)


@pytest.fixture
def settled(tmp_path: Path) -> Planner:
    """A planner whose target holds A, and remembers it."""
    planner = Planner(tmp_path, MemoryTarget(), {"product": PRODUCT}, remembers=True)
    planner.carry_out(A)
    return planner


def source_says(**over: Json) -> dict[str, list[Row]]:
    return {"product": [{**A["product"][0], **over}]}


def target_says(planner: Planner, **over: Json) -> None:
    [row] = planner.target.held["product"].values()
    row.update(over)


def written(plan: Plan) -> dict[str, Mapping[str, Json]]:
    return {str(change.address): change.after for change in plan.changes}


def products(plan: Plan) -> Tally:
    return next(each for each in plan.header.tallies if each.entity == "product")


def test_the_source_changed_the_target_follows(settled: Planner) -> None:
    plan = settled.plan(source_says(title="Two"))
    assert written(plan) == {"product:A": {"title": "Two"}}
    assert codes(plan) == []


def test_the_target_changed_it_is_kept_and_said(settled: Planner) -> None:
    target_says(settled, title="Better")
    plan = settled.plan(A)
    assert written(plan) == {}
    assert codes(plan) == ["info kept_on_target product:A"]
    assert "title is 'Better', the source says 'One'" in plan.diagnostics[0].message
    assert products(plan) == Tally("product", kept=1)


def test_what_was_added_on_the_target_is_kept(settled: Planner) -> None:
    """The record was created here without it: it had no value then."""
    target_says(settled, material="Wool")
    assert written(settled.plan(A)) == {}
    assert written(settled.plan(source_says(title="Two"))) == {"product:A": {"title": "Two"}}


def test_what_was_removed_on_the_target_is_named(settled: Planner) -> None:
    settled.target.held["product"].clear()
    plan = settled.plan({"product": [*A["product"], product("B", 2, title="New")]})
    assert said(plan.changes) == ["create product:A", "create product:B"]
    assert codes(plan) == ["warning removed_on_target product:A"]


def test_both_changed_the_same_way(settled: Planner) -> None:
    target_says(settled, title="Two")
    plan = settled.plan(source_says(title="Two"))
    assert (written(plan), codes(plan)) == ({}, [])


def conflict(planner: Planner, **over: Json) -> dict[str, list[Row]]:
    """Both sides change the title, the source the subtitle as well."""
    target_says(planner, title="Better")
    return source_says(title="Two", subtitle="New", **over)


def test_a_conflict_waits_for_a_decision(settled: Planner) -> None:
    plan = settled.plan(conflict(settled))
    [change] = plan.changes
    assert dict(change.conflicts) == {"title": "One"}
    [note] = plan.diagnostics
    assert (note.severity, note.code) == (Severity.WARNING, "conflict")
    assert "title is 'Better', the source says 'Two'" in note.message
    assert products(plan) == Tally("product", actions={"update": 1}, undecided=1)


@pytest.mark.parametrize(
    ("decisions", "title", "left"),
    [
        ((), "Better", ["update product:A"]),
        ((Decision(Take.SOURCE, "product:A"),), "Two", []),
        ((Decision(Take.TARGET, "product:*"),), "Better", []),
        ((Decision(Take.TARGET, "product:A"), Decision(Take.SOURCE, "*")), "Better", []),
        ((Decision(Take.SOURCE, "product:B"),), "Better", ["update product:A"]),
    ],
)
def test_a_decision_is_carried_out_and_remembered(
    settled: Planner, decisions: tuple[Decision, ...], title: str, left: list[str]
) -> None:
    rows = conflict(settled)
    settled.carry_out(rows, *decisions)
    [held] = settled.target.held["product"].values()
    assert (held["title"], held["subtitle"]) == (title, "New")
    assert said(settled.plan(rows).changes) == left


def test_a_decision_for_the_target_holds_until_the_source_moves_again(settled: Planner) -> None:
    rows = conflict(settled)
    settled.carry_out(rows, Decision(Take.TARGET, "*"))
    assert codes(settled.plan(rows)) == ["info kept_on_target product:A"]
    again = settled.plan(source_says(title="Three", subtitle="New"))
    assert codes(again) == ["warning conflict product:A"]


def test_a_decision_on_what_is_excluded_is_not_remembered(settled: Planner) -> None:
    """An exclude leaves a record for another time, whatever `--take` says of all the others."""
    rows = conflict(settled)
    plan = settled.plan(rows)
    decisions = (Decision(Take.TARGET, "*"),)
    approval = Approval(plan.digest, "test", NOON, ("product:A",), decisions=decisions)
    remember(settled.memory, plan, approval, History())
    assert codes(settled.plan(rows)) == ["warning conflict product:A"]


RULES = [
    (OnConflict.SOURCE, {"title": "Two", "subtitle": "New"}, {}),
    (OnConflict.TARGET, {"subtitle": "New"}, {}),
    (OnConflict.REVIEW, {"title": "Two", "subtitle": "New"}, {"title": "One"}),
]


@pytest.mark.parametrize(("rule", "after", "undecided"), RULES)
def test_the_mapping_says_whose_value_it_is(
    settled: Planner, rule: OnConflict, after: Mapping[str, Json], undecided: Mapping[str, Json]
) -> None:
    rules = tuple(replace(each, on_conflict=rule) for each in PRODUCT.rules)
    planner = replace(settled, mappings={"product": replace(PRODUCT, rules=rules)})
    [change] = planner.plan(conflict(planner)).changes
    assert (change.after, dict(change.conflicts)) == (after, undecided)


def test_what_was_hidden_and_is_shown_again_stays_so(tmp_path: Path) -> None:
    """Its source is gone, and somebody sells it on the target all the same."""
    chosen = {"product": mapping("product", fields=FIELDS, missing="draft")}
    planner = Planner(tmp_path, MemoryTarget(), chosen, remembers=True)
    both = {"product": [*A["product"], product("B", 2)]}
    only_b = {"product": [product("B", 2)]}
    planner.carry_out(both)
    assert said(planner.carry_out(only_b).changes) == ["draft product:A"]
    planner.target.held["product"]["product_A"]["status"] = "published"
    plan = planner.plan(only_b)
    assert (said(plan.changes), codes(plan)) == ([], ["info kept_on_target product:A"])
    assert products(plan) == Tally("product", unchanged=1, missing=1, kept=1)
    back = planner.plan(both)
    assert said(back.changes) == []


def test_a_renamed_category_is_no_change_of_its_products(tmp_path: Path) -> None:
    """References are remembered by id: a new path is another key of the same record."""
    shoes = {"key": "shoes", "source_id": "magento:9", "name": "Shoes", "handle": "shoes"}
    rows = {"category": [shoes], "product": [product("A", 1, categories=["magento:9"])]}
    planner = Planner(tmp_path, MemoryTarget(), remembers=True)
    planner.carry_out(rows)
    planner.target.held["product"]["product_A"]["categories"] = []
    renamed = {**rows, "category": [{**shoes, "key": "boots", "handle": "boots"}]}
    plan = planner.plan(renamed)
    assert said(plan.changes) == ["update category:boots"]
    assert "info kept_on_target product:A" in codes(plan)


@settings(max_examples=15, deadline=None)
@given(first=catalogues(), second=catalogues(), third=catalogues(), data=st.data())
def test_a_base_only_takes_writes_away(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    third: dict[str, list[Row]],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever happened on either side, and whichever files of the base are lost since."""
    knowing = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(), remembers=True)
    knowing.carry_out(first)
    knowing.carry_out(second)
    others = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(knowing.target.held))
    _edited(knowing.target, data)
    for path in sorted(knowing.memory.glob("*/*/*.parquet")):
        if data.draw(st.booleans()):
            path.unlink()
    without = {key: set(after) for key, after in written(others.plan(third)).items()}
    with_base = {key: set(after) for key, after in written(knowing.plan(third)).items()}
    assert all(fields <= without.get(key, set()) for key, fields in with_base.items())


def _edited(target: MemoryTarget, data: st.DataObject) -> None:
    for row in target.held.get("product", {}).values():
        if data.draw(st.booleans()):
            row["title"] = data.draw(st.sampled_from(["Edited", "One"]))


@settings(max_examples=15, deadline=None)
@given(first=catalogues(), second=catalogues())
def test_without_edits_on_the_target_a_base_changes_nothing(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    knowing = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(), remembers=True)
    knowing.carry_out(first)
    others = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(knowing.target.held))
    with_base, without = knowing.plan(second), others.plan(second)
    assert written(with_base) == written(without)
    assert codes(with_base) == codes(without)


def test_a_base_of_another_shop_is_not_used(settled: Planner) -> None:
    [own] = settled.memory.iterdir()
    facts = own / base.FACTS
    facts.write_text(facts.read_text().replace("shop.test", "other.test"))
    target_says(settled, title="Better")
    plan = settled.plan(A)
    assert written(plan) == {"product:A": {"title": "One"}}
    assert codes(plan) == ["warning foreign_base -"]
