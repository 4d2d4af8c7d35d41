"""The numbers and the dangers a reviewer sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from samples import change, create, price, small_changes, small_plan

from reconcile.model import Action, Change, Diagnostic, Json, Severity
from reconcile.report.brief import change_brief
from reconcile.report.dangers import DangerKind, danger_kinds
from reconcile.report.data import SAMPLES, incomplete_snapshots, report_data, touches_existing

UPDATE = Action.UPDATE


def prices(before: list[Json], after: list[Json]) -> Change:
    return change("variant", "A", UPDATE, ("prices", before, after))


def stock(before: Json, after: Json) -> Change:
    return change("inventory_level", "A@x", Action.SET_STOCK, ("stocked_quantity", before, after))


@pytest.mark.parametrize(
    ("given", "kinds"),
    [
        (prices([price("10")], [price("15")]), []),
        (prices([price("10")], [price("15.01")]), [DangerKind.PRICE_JUMP]),
        (prices([price("10")], [price("4.99")]), [DangerKind.PRICE_JUMP]),
        (prices([price("10")], [price("0")]), [DangerKind.PRICE_JUMP]),
        (prices([price("0")], [price("10")]), []),
        (prices([price("10")], [price("10"), price("90", "eur")]), []),
        (prices([price("10"), price("9", low="5")], [price("10")]), [DangerKind.PRICE_REMOVED]),
        (prices([price("10")], None), [DangerKind.PRICE_REMOVED]),
        (create("variant", "A", prices=[price("9000")]), []),
        (
            change("list_price", "l/A/usd/any", UPDATE, ("amount", "10", "1")),
            [DangerKind.PRICE_JUMP],
        ),
        (stock("3", "0"), [DangerKind.STOCK_ZERO]),
        (stock(None, "0"), []),
        (stock("0", "0"), []),
        (change("product", "A", Action.DRAFT, ("status", "published", "draft")), ["draft"]),
        (change("variant", "A", Action.DELETE, ("sku", "A", None)), ["delete"]),
    ],
)
def test_danger_kinds(given: Change, kinds: list[str]) -> None:
    assert list(danger_kinds(given)) == kinds


@pytest.mark.parametrize(
    ("given", "brief"),
    [
        (prices([price("10")], [price("12")]), "prices 10 → 12 usd"),
        (prices([price("10"), price("9", "eur")], [price("10")]), "prices 9 → — eur"),
        (stock(None, "5"), "— → 5"),
        (
            change(
                "product", "A", UPDATE, ("description", f"{'A bag. ' * 20}Red.", "A bag. " * 20)
            ),
            "description … bag. A bag. Red. → … bag. A bag.",
        ),
        (create("variant", "A", title="Red", prices=[price("9")]), "Red · 9 usd"),
        (
            create("price_list", "A", description="", status="draft"),
            'description "" · status draft',
        ),
        (change("product", "A", UPDATE, ("subtitle", "", None)), 'subtitle "" → —'),
        (change("category", "A", UPDATE, ("is_active", True, False)), "is_active true → false"),
        (
            change("product", "A", UPDATE, ("a", "1", "2"), ("b", "1", "2"), ("c", "1", "2")),
            "a 1 → 2 · b 1 → 2 · 1 more",
        ),
    ],
)
def test_change_brief(given: Change, brief: str) -> None:
    assert change_brief(given) == brief


def test_first_stock_level_touches_nothing() -> None:
    assert not touches_existing(stock(None, "5"))
    assert touches_existing(stock("4", "5"))


def test_groups_hold_every_change_once(tmp_path: Path) -> None:
    report = report_data(small_plan(tmp_path))
    assert sum(group.count for group in report.groups) == len(small_changes())
    assert all(len(group.samples) <= SAMPLES for group in report.groups)
    assert [report.total(name) for name in ("create", "unchanged", "unmanaged")] == [4, 160, 12]


def test_dangers_come_worst_first_and_show_the_worst(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    jumps = [prices([price("10")], [price(str(amount))]) for amount in range(20, 30)]
    report = report_data(replace(plan, changes=(*jumps, *small_changes())))
    assert [danger.kind for danger in report.dangers] == list(DangerKind)
    jump = report.dangers[2]
    assert jump.count == 11
    assert [sample.text for sample in jump.samples][:2] == [
        "32 → 3200 usd (×100)",
        "10 → 29 usd (×2.90)",
    ]


def test_price_that_falls_to_nothing_is_the_worst(tmp_path: Path) -> None:
    changes = (prices([price("1")], [price("900")]), prices([price("7")], [price("0")]))
    report = report_data(replace(small_plan(tmp_path), changes=changes))
    assert report.dangers[0].samples[0].text == "7 → 0 usd (×0)"


def test_obstacles_name_limits_and_blocking_diagnostics(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    blocking = Diagnostic(Severity.BLOCKING, "loop", "A category is its own parent.")
    plan = replace(plan, diagnostics=(*plan.diagnostics, blocking))
    report = report_data(plan)
    assert report.obstacles == ("1 limit is exceeded.", "1 blocking diagnostic.")
    assert report.diagnostics[0].code == "loop"
    assert report.limits[0].exceeded
    assert report_data(plan, ["price_hundredfold"]).obstacles == ("1 blocking diagnostic.",)


def test_incomplete_snapshots_are_named(tmp_path: Path) -> None:
    header = small_plan(tmp_path).header
    torn = replace(header, target=replace(header.target, complete=False))
    assert incomplete_snapshots(header) == ()
    assert incomplete_snapshots(torn) == ("medusa",)
