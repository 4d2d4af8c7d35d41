"""The inverse of an applied plan gives every value back that was there before."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from catalogues import catalogues
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
    product,
    said,
    variant,
)

from reconcile.errors import ApprovalError, PlanError
from reconcile.journal import History
from reconcile.model import Json, Outcome, Status
from reconcile.plan import file, undo
from reconcile.plan.approval import approve
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
