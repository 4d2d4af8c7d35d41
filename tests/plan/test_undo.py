"""The inverse of an applied plan gives every value back that was there before."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from catalogues import catalogues
from histories import customer, group, invoice, order
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning import (
    NOON,
    MemoryTables,
    MemoryTarget,
    Planner,
    Row,
    codes,
    made_id,
    mapping,
    mappings,
    people_mappings,
    product,
    said,
    variant,
)

from reconcile.errors import ApprovalError, PlanError
from reconcile.journal import History
from reconcile.model import Action, Json, Outcome, Status
from reconcile.plan import again, file, undo
from reconcile.plan.approval import approve, obstacles
from reconcile.plan.document import Approval, Plan, SnapshotFacts, Waiver

HELD = SnapshotFacts("memory", MemoryTables({}).url, NOON, "sha256:9", complete=True)
SHOP: dict[str, list[Row]] = {
    "product": [product("A", 1)],
    "variant": [variant("A-S", 2, "magento:1")],
}


def carried_out(planner: Planner, rows: dict[str, list[Row]]) -> undo.Done:
    """Everything of a plan is applied."""
    plan = planner.plan(rows)
    planner.target.apply(list(plan.changes))
    return done(plan)


def done(plan: Plan) -> undo.Done:
    outcomes = {
        str(each.address): Outcome(each.address, Status.APPLIED, each.target_id or made_id(each))
        for each in plan.changes
    }
    return undo.Done(plan, Approval(plan.digest, "test", NOON), History(outcomes=outcomes))


def undone(planner: Planner, applied: undo.Done, *, delete: bool = False) -> Plan:
    place = planner.folder / f"undo-{applied.plan.header.id}"
    return file.read(undo.build(applied, HELD, place, NOON, delete=delete))


def test_what_was_created_goes_out_of_sight_with_what_lives_in_it(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget())
    plan = undone(planner, carried_out(planner, SHOP))
    assert said(plan.changes) == ["draft product:A"]
    assert codes(plan) == []
    assert plan.header.scope["undo"]


def test_what_cannot_be_hidden_stays_and_is_named(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget())
    carried_out(planner, {**SHOP, "variant": []})
    applied = carried_out(planner, SHOP)
    plan = undone(planner, applied)
    assert (said(plan.changes), codes(plan)) == ([], ["skipped not_undone variant:A-S"])
    assert "--delete" in plan.diagnostics[0].message


def test_a_deletion_has_to_be_waived(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget())
    carried_out(planner, {**SHOP, "variant": []})
    plan = undone(planner, carried_out(planner, SHOP), delete=True)
    assert said(plan.changes) == ["delete variant:A-S"]
    with pytest.raises(ApprovalError, match="undo_deletes"):
        approve(plan, "Ada", NOON)
    approve(plan, "Ada", NOON, waivers=[Waiver("undo_deletes", "never sold")])


def test_records_it_needs_go_by_the_ids_the_journal_tells(tmp_path: Path) -> None:
    """Nothing that the undone plan created is awaited by its undo."""
    planner = Planner(tmp_path, MemoryTarget())
    rows = {
        "category": [{"key": "men", "source_id": "magento:9", "name": "Men", "handle": "men"}],
        "product": [product("A", 1, categories=["magento:9"])],
    }
    plan = undone(planner, carried_out(planner, rows))
    [change] = [each for each in plan.changes if each.address.entity == "product"]
    assert None not in change.refs.values()


def test_a_login_is_not_taken_away(tmp_path: Path) -> None:
    """What is set once is never removed, so it is said and left out."""
    fields = ("email", "has_account", "created_at", "login")
    chosen = {"customer": mapping("customer", fields=fields)}
    planner = Planner(tmp_path, MemoryTarget(), chosen)
    person = {
        "key": "a@b.test",
        "source_id": "magento:customer/1",
        "email": "a@b.test",
        "has_account": True,
        "created_at": "2020-01-01T00:00:00.000Z",
    }
    carried_out(planner, {"customer": [person]})
    plan = undone(planner, carried_out(planner, {"customer": [{**person, "login": "reset"}]}))
    assert said(plan.changes) == []
    assert [each.code for each in plan.diagnostics] == ["not_undone"]
    assert "a@b.test" not in plan.diagnostics[0].message


def test_nothing_applied_is_nothing_to_undo(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget())
    plan = planner.plan(SHOP)
    with pytest.raises(PlanError, match="nothing to undo"):
        undone(planner, undo.Done(plan, Approval(plan.digest, "test", NOON), History()))


RENAMED = {**SHOP, "product": [product("A", 1, title="New")]}


def renamed(folder: Path) -> tuple[Planner, undo.Done]:
    """A planner, and a plan that changed one title."""
    planner = Planner(folder, MemoryTarget())
    carried_out(planner, SHOP)
    return planner, carried_out(planner, RENAMED)


def test_what_was_applied_to_one_shop_is_not_undone_in_another(tmp_path: Path) -> None:
    """A copy of a shop has the same ids and values."""
    _, applied = renamed(tmp_path)
    elsewhere = replace(HELD, url="https://live.test")
    with pytest.raises(PlanError, match=r"was applied to https://shop\.test"):
        undo.build(applied, elsewhere, tmp_path / "undo", NOON, delete=False)


@pytest.mark.parametrize("how", ["was_so", "sent"])
def test_what_the_plan_did_not_write_for_certain_is_named(tmp_path: Path, how: str) -> None:
    planner, applied = renamed(tmp_path)
    outcomes = dict(applied.history.outcomes)
    history = History(outcomes, **{how: {"product:A"}})
    plan = undone(planner, replace(applied, history=history))
    assert (said(plan.changes), codes(plan)) == ([], ["skipped not_undone product:A"])


def test_what_was_published_goes_out_of_sight_as_a_draft(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget())
    carried_out(planner, {**SHOP, "product": [product("A", 1, status="draft")]})
    applied = carried_out(planner, SHOP)
    assert said(applied.plan.changes) == ["update product:A"]
    assert said(undone(planner, applied).changes) == ["draft product:A"]


def test_totals_follow_from_invoices_that_stay(tmp_path: Path) -> None:
    """An order's former totals cannot be written, as its new invoice is still in it."""
    planner = Planner(tmp_path, MemoryTarget(), people_mappings())
    people = {"customer_group": [group()], "customer": [customer("ann")]}
    open_, paid = (
        order("100", status=status, totals={"grand_total": "100", "paid": amount})
        for status, amount in (("pending", "0"), ("completed", "100"))
    )
    carried_out(planner, {**people, "order": [open_]})
    applied = carried_out(planner, {**people, "order": [paid], "invoice": [invoice("1", "100")]})
    plan = undone(planner, applied)
    [change] = plan.changes
    assert change.after == {"status": "pending"}
    assert sorted(codes(plan)) == [
        "skipped not_undone invoice:1",
        "skipped not_undone order:100",
    ]


def test_totals_alone_are_given_back(tmp_path: Path) -> None:
    planner = Planner(tmp_path, MemoryTarget(), people_mappings())
    people = {"customer_group": [group()], "customer": [customer("ann")]}
    for amount in ("0", "100"):
        totals = {"grand_total": "100", "paid": amount}
        applied = carried_out(planner, {**people, "order": [order("100", totals=totals)]})
    assert undone(planner, applied).changes
    assert codes(undone(planner, applied)) == []


def test_an_undo_is_too_old_after_some_time_as_well(tmp_path: Path) -> None:
    planner, applied = renamed(tmp_path)
    plan = undone(planner, applied)
    approval = approve(plan, "Ada", NOON)
    assert obstacles(plan, approval, NOON + timedelta(hours=168)) == []
    assert "plan_age_hours" in obstacles(plan, approval, NOON + timedelta(hours=169))[0]
    folder = undo.build(
        applied, HELD, tmp_path / "own", NOON, delete=False, limits={"plan_age_hours": 1.0}
    )
    assert file.read(folder).header.limits[-1].allowed == 1.0


def test_what_is_left_of_an_undo_is_not_planned_anew(tmp_path: Path) -> None:
    """What both shops say now would do again what the undo takes back."""
    planner, applied = renamed(tmp_path)
    plan = undone(planner, applied)
    approval = Approval(plan.digest, "Ada", NOON)
    with pytest.raises(PlanError, match="undoes") as refused:
        again.left(plan, approval, History())
    assert f"reconcile undo {applied.plan.header.id}" in refused.value.remedy
    assert again.left(plan, approval, done(plan).history) == frozenset()
    assert again.left(applied.plan, applied.approval, History()) == {"product:A"}


def test_values_that_were_added_stay_and_are_named(tmp_path: Path) -> None:
    """More than is wanted is no difference, so nothing would be taken away again."""
    planner = Planner(tmp_path, MemoryTarget())
    carried_out(planner, SHOP)
    options = [{"title": "Size", "values": ["S", "M"]}]
    more = product("A", 1, options=options, title="New")
    plan = undone(planner, carried_out(planner, {**SHOP, "product": [more]}))
    [change] = plan.changes
    assert change.after == {"title": "Product A"}
    assert "its options keeps what was added" in plan.diagnostics[0].message


def test_what_lives_in_a_record_made_anew_waits_for_it(tmp_path: Path) -> None:
    """Its former id is gone for good."""
    chosen = mappings(mapping("variant", missing="delete"), mapping("list_price", missing="delete"))
    planner = Planner(tmp_path, MemoryTarget(), chosen)
    words = {"title": "sale", "description": "x", "type": "sale", "status": "active"}
    sale = {"price_list": [{"key": "sale", "source_id": "magento:sale", **words}]}
    slot = {"price_list": "sale", "variant": "A-S", "currency_code": "usd", "min_quantity": None}
    row = {"key": "sale/A-S/usd/any", "source_id": "magento:p", **slot, "amount": "9"}
    carried_out(planner, {**SHOP, **sale, "list_price": [row]})
    plan = undone(planner, carried_out(planner, {**SHOP, **sale, "variant": []}))
    made = {each.address.entity: each for each in plan.changes if each.action == "create"}
    assert made["variant"].refs == {"product:A": "product_A"}
    assert made["list_price"].refs["variant:A-S"] is None
    assert made["list_price"].refs["price_list:sale"]


def test_an_undo_can_be_undone(tmp_path: Path) -> None:
    planner, applied = renamed(tmp_path)
    back = undone(planner, applied)
    [change] = undone(planner, done(back)).changes
    assert (change.action, change.before) == (Action.UPDATE, {"title": "Product A"})
    assert change.after == {"title": "New"}


def _values(target: MemoryTarget) -> dict[str, dict[str, Row]]:
    """Every value that is there, in a form that can be compared."""
    return {
        name: {
            id_: {field: _plain(value) for field, value in row.items() if value not in (None, [])}
            for id_, row in rows.items()
        }
        for name, rows in target.held.items()
    }


def _plain(value: Json) -> Json:
    return sorted(value, key=str) if isinstance(value, list) else value


@settings(max_examples=15, deadline=None)
@given(first=catalogues(), second=catalogues(), missing=st.sampled_from(["report", "draft"]))
def test_a_plan_and_its_undo_leave_every_former_value(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    missing: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    chosen = mappings(mapping("product", missing=missing), mapping("list_price", missing="delete"))
    planner = Planner(tmp_path_factory.mktemp("plans"), MemoryTarget(), chosen)
    carried_out(planner, first)
    before = copy.deepcopy(_values(planner.target))
    applied = carried_out(planner, second)
    assume(applied.plan.changes)
    undoing = undone(planner, applied)
    planner.target.apply(list(undoing.changes))
    after = _values(planner.target)
    for entity, rows in before.items():
        deleted = {
            made_id(each)
            for each in applied.plan.changes
            if each.address.entity == entity and each.action == "delete"
        }
        for id_, row in rows.items():
            if id_ not in deleted:
                assert after[entity][id_] == row
    again = {str(each.address) for each in undoing.changes if each.action == "create"}
    assert again == {str(e.address) for e in applied.plan.changes if e.action == "delete"}
