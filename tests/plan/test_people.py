"""Customers and orders: the same plans as of everything else, however they are cut into windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from catalogues import applied
from histories import customer, group, histories, invoice, item, order, shipment
from hypothesis import given, settings
from hypothesis import strategies as st
from planning import (
    MemoryTarget,
    Planner,
    Row,
    codes,
    mapping,
    people_mappings,
    said,
    shuffled,
)

from reconcile.errors import PlanError
from reconcile.model import Diagnostic, Severity
from reconcile.plan.document import Plan, Tally
from reconcile.plan.file import CHANGES, DIAGNOSTICS
from reconcile.plan.filters import OrderFilters
from reconcile.plan.narrow import Narrowing
from reconcile.systems import Lacking

ANN = customer("ann")
SHOP: dict[str, list[Row]] = {
    "customer_group": [group()],
    "customer": [ANN],
    "order": [order("100"), order("200")],
    "invoice": [invoice("1", "100")],
    "shipment": [shipment("5", "100")],
}
WINDOWS = [0, 1, 2]
"""0: everything is read as a whole; the rest in so many rows at a time."""


def planner(folder: Path, window: int = 1) -> Planner:
    return Planner(folder, MemoryTarget(), people_mappings(), window=window)


@pytest.fixture(params=WINDOWS)
def settled(request: pytest.FixtureRequest, tmp_path: Path) -> Planner:
    """A planner whose target holds what SHOP says."""
    return applied(planner(tmp_path, request.param), SHOP)


def with_orders(*orders: Row) -> dict[str, list[Row]]:
    return {**SHOP, "order": list(orders)}


def tally(plan: Plan, entity: str) -> Tally:
    return next(each for each in plan.header.tallies if each.entity == entity)


def found(plan: Plan, code: str) -> list[Diagnostic]:
    return [each for each in plan.diagnostics if each.code == code]


def parts(plan: Plan) -> Mapping[str, Mapping[str, object]]:
    return {str(each.address): each.after for each in plan.changes}


def test_an_empty_target_gets_everything_in_dependency_order(tmp_path: Path) -> None:
    plan = planner(tmp_path).plan(SHOP)
    assert said(plan.changes) == [
        "create customer_group:General",
        "create customer:ann@shop.test",
        "create order:100",
        "create order:200",
        "create invoice:1",
        "create shipment:5",
    ]
    refs = {str(each.address): each.refs for each in plan.changes}
    assert refs["order:100"] == {"customer:ann@shop.test": None}
    assert refs["invoice:1"] == {"order:100": None}


def test_what_was_applied_needs_nothing(settled: Planner) -> None:
    plan = settled.plan(SHOP)
    assert (said(plan.changes), codes(plan)) == ([], [])
    assert tally(plan, "order") == Tally("order", unchanged=2)


@settings(max_examples=15, deadline=None)
@given(first=histories(), second=histories(), window=st.integers(1, 6))
def test_the_window_does_not_change_the_plan(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    window: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Byte for byte: creates, updates and diagnostics, of one state and of the next."""
    whole = planner(tmp_path_factory.mktemp("plans"), 0)
    cut = replace(whole, window=window)
    for rows in (first, second):
        one_way, another = whole.write(rows), cut.write(rows)
        for name in (CHANGES, DIAGNOSTICS):
            assert (one_way / name).read_bytes() == (another / name).read_bytes()
        applied(whole, rows)


@settings(max_examples=10, deadline=None)
@given(first=histories(), second=histories(), window=st.integers(0, 3))
def test_a_second_plan_is_empty(
    first: dict[str, list[Row]],
    second: dict[str, list[Row]],
    window: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    made = planner(tmp_path_factory.mktemp("plans"), window)
    made = applied(applied(made, first), second)
    assert said(made.plan(second).changes) == []


@settings(max_examples=10, deadline=None)
@given(rows=histories(), seed=st.integers(0, 99))
def test_the_order_of_the_sources_rows_does_not_matter(
    rows: dict[str, list[Row]], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = planner(tmp_path_factory.mktemp("plans"), 2)
    one_way, another = made.write(rows), made.write(shuffled(rows, seed))
    for name in (CHANGES, DIAGNOSTICS):
        assert (one_way / name).read_bytes() == (another / name).read_bytes()


def test_creates_come_in_the_order_of_their_keys_and_before_updates(tmp_path: Path) -> None:
    made = applied(planner(tmp_path), with_orders(order("9"), order("20")))
    rows = with_orders(order("9", status="canceled"), order("30"), order("20"), order("10"))
    orders = [text for text in said(made.plan(rows).changes) if " order:" in text]
    assert orders == ["create order:10", "create order:30", "update order:9"]


def test_a_change_of_a_row_is_one_change_of_its_field(settled: Planner) -> None:
    other = customer("ann", addresses=[{"id": "7", "city": "Bonn"}])
    plan = settled.plan({**SHOP, "customer": [other]})
    assert parts(plan) == {"customer:ann@shop.test": {"addresses": [{"id": "7", "city": "Bonn"}]}}


def test_rows_in_another_order_are_no_change(tmp_path: Path) -> None:
    two = [{"id": "7", "city": "Bonn"}, {"id": "10", "city": "Ulm"}]
    made = applied(planner(tmp_path), {**SHOP, "customer": [customer("ann", addresses=two)]})
    turned = {**SHOP, "customer": [customer("ann", addresses=two[::-1])]}
    assert said(made.plan(turned).changes) == []


def test_no_rows_are_not_written_down(tmp_path: Path) -> None:
    rows = {**SHOP, "customer": [customer("ann", addresses=[])]}
    created = parts(planner(tmp_path).plan(rows))["customer:ann@shop.test"]
    assert "addresses" not in created


def test_a_login_is_given_once_and_never_replaced(settled: Planner) -> None:
    [held] = settled.target.held["customer"].values()
    held["login"] = "own"
    assert said(settled.plan(SHOP).changes) == []
    held["login"] = None
    assert parts(settled.plan(SHOP)) == {"customer:ann@shop.test": {"login": "reset"}}


def test_a_fixed_field_that_differs_is_named_and_left(settled: Planner) -> None:
    changed = order("100", currency_code="eur", items=[item("1", "3"), item("2")])
    plan = settled.plan(with_orders(changed, order("200")))
    assert said(plan.changes) == []
    [note] = found(plan, "fixed_field_differs")
    assert (note.severity, str(note.address)) == (Severity.WARNING, "order:100")
    assert "currency_code usd, not eur" in note.message
    assert "items.1.quantity 1, not 3" in note.message
    assert tally(plan, "order").unchanged == 2


def test_a_fixed_field_beside_another_change_is_not_in_it(settled: Planner) -> None:
    changed = order("100", currency_code="eur", status="canceled")
    plan = settled.plan(with_orders(changed, order("200")))
    assert parts(plan) == {"order:100": {"status": "canceled"}}
    assert len(found(plan, "fixed_field_differs")) == 1


def test_what_a_fixed_field_says_of_a_person_is_not_said(settled: Planner) -> None:
    """The address of the diagnostic says whose account it is; the sentence does not."""
    plan = settled.plan({**SHOP, "customer": [customer("ann", has_account=False)]})
    [note] = found(plan, "fixed_field_differs")
    assert str(note.address) == "customer:ann@shop.test"
    assert "ann" not in note.message
    assert "has_account" in note.message


def test_an_order_changed_on_the_target_is_left_alone(settled: Planner) -> None:
    settled.target.held["order"]["order_100"]["untouchable"] = True
    rows = {
        **with_orders(order("100", status="canceled"), order("200")),
        "invoice": [invoice("1", "100", state="open"), invoice("2", "100")],
    }
    for scope in ("managed", "all"):
        mappings = people_mappings(mapping("order", scope=scope), mapping("invoice", scope=scope))
        plan = replace(settled, mappings=mappings).plan(rows)
        assert said(plan.changes) == []
        assert codes(plan) == [
            "skipped changed_on_target invoice:1",
            "skipped changed_on_target invoice:2",
            "skipped changed_on_target order:100",
            "skipped changed_on_target shipment:5",
        ]
        assert tally(plan, "order") == Tally("order", unchanged=1, skipped=1)
        assert tally(plan, "invoice") == Tally("invoice", skipped=2)


def test_an_order_changed_on_the_target_is_not_missed(settled: Planner) -> None:
    settled.target.held["order"]["order_100"]["untouchable"] = True
    plan = settled.plan({**SHOP, "order": [order("200")], "invoice": [], "shipment": []})
    assert (said(plan.changes), codes(plan)) == ([], [])
    assert tally(plan, "order") == Tally("order", unchanged=1, unmanaged=1)


def test_an_order_that_cannot_be_carried_takes_its_invoices_along(settled: Planner) -> None:
    rows = with_orders(order("100", unsound=True), order("200"))
    plan = settled.plan(rows)
    assert said(plan.changes) == []
    assert codes(plan) == [
        "skipped dependency_not_carried invoice:1",
        "skipped dependency_not_carried shipment:5",
        "skipped unsound order:100",
    ]


def test_what_is_gone_is_reported_and_stays(settled: Planner) -> None:
    plan = settled.plan({**SHOP, "customer": [], "order": [order("200")], "invoice": []})
    assert said(plan.changes) == []
    gone = found(plan, "missing_in_source")
    assert [str(each.address) for each in gone] == [
        "customer:ann@shop.test", "invoice:1", "order:100"
    ]  # fmt: skip
    assert not any("ann@" in each.message or "on_missing" in each.remedy for each in gone)


def test_a_customer_that_is_not_carried_is_lost_by_all_orders_in_one_line(tmp_path: Path) -> None:
    rows = {**SHOP, "customer": [customer("ann", email=None)]}
    plan = planner(tmp_path).plan(rows)
    [note] = found(plan, "dangling_reference")
    assert note.message == "2 orders name a customer that is not carried and lose it."
    assert [each.refs for each in plan.changes if each.address.entity == "order"] == [{}, {}]
    [skipped] = found(plan, "missing_required")
    assert "ann@" not in skipped.message


FILTERS = [
    (OrderFilters(from_date=date(2024, 6, 1)), ["200"]),
    (OrderFilters(to_date=date(2024, 5, 31)), ["100", "300"]),
    (OrderFilters(from_date=date(2024, 5, 1), to_date=date(2024, 5, 1)), ["100"]),
    (OrderFilters(from_date=date(2024, 5, 31), to_date=date(2024, 5, 31)), ["300"]),
    (OrderFilters(statuses=("closed", "holded")), ["200"]),
    (OrderFilters(stores=("default",)), ["100", "300"]),
    (OrderFilters(stores=("default",), statuses=("complete",)), ["100", "300"]),
    (OrderFilters(), ["100", "200", "300"]),
]


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("filters", "numbers"), FILTERS)
def test_filters_choose_orders_and_what_belongs_to_them(
    filters: OrderFilters, numbers: list[str], window: int, tmp_path: Path
) -> None:
    """Neither a filter nor its end make anything gone, and nothing that was left out is named."""
    rows = {
        **SHOP,
        "order": [
            order("100"),
            order("200", created_at="2024-06-01T00:00:00.000Z", status="closed", store="eu"),
            order("300", created_at="2024-05-31T23:59:59.000Z"),
        ],
        "invoice": [invoice(number, number) for number in ("100", "200", "300")],
        "shipment": [],
    }
    made = planner(tmp_path, window)
    plan = replace(made, filters=filters).plan(rows)
    assert [text for text in said(plan.changes) if ":" in text and "@" not in text][1:] == [
        *(f"create order:{number}" for number in numbers),
        *(f"create invoice:{number}" for number in numbers),
    ]
    assert codes(plan) == []
    assert plan.header.scope == filters.described
    applied(made, rows)
    again = replace(made, filters=filters).plan(rows)
    assert (said(again.changes), codes(again)) == ([], [])


def test_filters_are_described_in_the_order_people_read_them() -> None:
    filters = OrderFilters(date(2024, 5, 1), date(2024, 5, 31), ("complete", "closed"), ("eu",))
    assert list(filters.described.items()) == [
        ("from-date", "2024-05-01"),
        ("to-date", "2024-05-31"),
        ("status", "complete, closed"),
        ("store", "eu"),
    ]


def test_filters_that_nothing_fits_are_pointed_out(tmp_path: Path) -> None:
    plan = replace(planner(tmp_path), filters=OrderFilters(stores=("defualt",))).plan(SHOP)
    [note] = found(plan, "nothing_fits_filters")
    assert note.message == "None of the source's 2 orders fits the filters: store defualt."


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(PlanError, match="from 2024-05-02 on and until 2024-05-01"):
        OrderFilters(date(2024, 5, 2), date(2024, 5, 1))


def lacking(entity: str, *fields: str, each: bool = True, loss: str = "its account") -> Lacking:
    return Lacking(
        entity=entity,
        fields=frozenset(fields),
        whole=not fields,
        severity=Severity.WARNING if fields else Severity.SKIPPED,
        code="no_companion",
        loss=loss,
        remedy="Install the companion.",
        per_record=each,
    )


@pytest.mark.parametrize("window", WINDOWS)
def test_a_field_the_target_cannot_hold_is_left_out_and_missed(window: int, tmp_path: Path) -> None:
    rows = {**SHOP, "customer": [ANN, customer("bob", has_account=False)]}
    made = replace(planner(tmp_path, window), lacking=[lacking("customer", "has_account")])
    plan = made.plan(rows)
    assert "has_account" not in parts(plan)["customer:ann@shop.test"]
    [note] = found(plan, "no_companion")
    assert (str(note.address), note.severity) == ("customer:ann@shop.test", Severity.WARNING)
    assert note.message == "The customer would lose its account."


@pytest.mark.parametrize("window", WINDOWS)
def test_what_is_not_changed_loses_nothing(window: int, tmp_path: Path) -> None:
    made = replace(planner(tmp_path, window), lacking=[lacking("customer", "has_account")])
    made = applied(made, SHOP)
    assert codes(made.plan(SHOP)) == []
    renamed = {**SHOP, "customer": [customer("ann", first_name="Anna")]}
    assert len(found(made.plan(renamed), "no_companion")) == 1


def test_a_loss_that_all_share_is_said_once(tmp_path: Path) -> None:
    lack = lacking("customer", "created_at", each=False, loss="the date it was made")
    rows = {**SHOP, "customer": [customer(name) for name in ("ann", "bob", "cyd")]}
    [note] = found(replace(planner(tmp_path), lacking=[lack]).plan(rows), "no_companion")
    assert (note.message, note.address) == ("3 customers would lose the date it was made.", None)


@pytest.mark.parametrize("window", WINDOWS)
def test_an_entity_the_target_cannot_hold_is_not_planned(window: int, tmp_path: Path) -> None:
    entities = ("order", "invoice", "shipment")
    lacks = [lacking(each, loss="Medusa has no companion") for each in entities]
    plan = replace(planner(tmp_path, window), lacking=lacks).plan(SHOP)
    assert {each.address.entity for each in plan.changes} == {"customer_group", "customer"}
    assert codes(plan) == [
        "skipped no_companion invoice:1",
        "skipped no_companion order:100",
        "skipped no_companion order:200",
        "skipped no_companion shipment:5",
    ]
    assert found(plan, "no_companion")[1].message == (
        "The order 100 is not carried: Medusa has no companion."
    )


def test_orders_that_are_not_wanted_are_counted_in_one_line(tmp_path: Path) -> None:
    lack = lacking("order", each=False, loss="`orders.mode` is skip")
    rows = {**SHOP, "invoice": [], "shipment": []}
    [note] = replace(planner(tmp_path), lacking=[lack]).plan(rows).diagnostics
    assert (note.message, note.address) == (
        "2 orders are not carried: `orders.mode` is skip.",
        None,
    )


def test_a_pilot_has_orders_with_all_that_belongs_to_them(tmp_path: Path) -> None:
    rows = {
        "customer_group": [group()],
        "customer": [customer(name) for name in ("ann", "bob", "cyd")],
        "order": [order(str(100 + n), buyer) for n, buyer in enumerate(["ann", "bob", "bob"] * 2)],
        "invoice": [invoice(str(n), str(100 + n)) for n in range(6)],
        "shipment": [shipment("5", "103")],
    }
    plan = planner(tmp_path, 2).plan(rows, narrowing=Narrowing(pilot=2))
    assert said(plan.changes) == [
        "create customer_group:General",
        "create customer:ann@shop.test",
        "create order:100",
        "create order:103",
        "create invoice:0",
        "create invoice:3",
        "create shipment:5",
    ]


def test_a_key_is_looked_for_among_invoices_too(settled: Planner) -> None:
    assert said(settled.plan(SHOP, narrowing=Narrowing(keys=("1",))).changes) == []
    with pytest.raises(PlanError, match="has a key like"):
        settled.plan(SHOP, narrowing=Narrowing(keys=("77",)))


def test_a_workspace_without_their_mappings_knows_nothing_of_them(tmp_path: Path) -> None:
    only = {"customer_group": mapping("customer_group")}
    plan = replace(planner(tmp_path), mappings=only).plan(SHOP)
    assert said(plan.changes) == ["create customer_group:General"]
    assert [each.entity for each in plan.header.tallies if each.actions] == ["customer_group"]


def test_nothing_of_a_planning_run_is_left_behind(tmp_path: Path) -> None:
    """Rows of customers wait on disk while a plan is made; whatever happens, they go again."""
    made = planner(tmp_path)
    made.plan(SHOP)
    with pytest.raises(PlanError):
        made.plan(SHOP, narrowing=Narrowing(keys=("nobody",)))
    assert [each.name for each in tmp_path.rglob(".*")] == []
