"""What becomes of each field, and why, as the planner itself decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from explaining import Explainer, ruled, story
from planning import (
    MemoryTarget,
    Planner,
    Row,
    mapping,
    mappings,
    people_mappings,
    product,
    variant,
)

from reconcile.inspect.document import Inspection, State, Verdict
from reconcile.mapping.document import EntityMapping
from reconcile.model import Json, Severity
from reconcile.systems import Lacking

Rows = dict[str, list[Row]]
Touch = Callable[[MemoryTarget], object]


def shop(**over: Json) -> Rows:
    return {
        "category": [
            {"key": "bags", "source_id": "magento:9", "name": "Bags", "handle": "bags",
             "is_active": True, "parent": None, "rank": 1},
        ],
        "product": [product("A", 1, **over)],
        "variant": [variant("A-S", 11, "A")],
    }  # fmt: skip


def explainer(
    folder: Path, *chosen: EntityMapping, remembers: bool = True, **more: Any
) -> Explainer:
    for name in ("plans", "own"):
        (folder / name).mkdir()
    target = MemoryTarget()
    planner = Planner(folder / "plans", target, mappings(*chosen), remembers=remembers, **more)
    return Explainer(planner, folder / "own")


def in_target(**values: Json) -> Touch:
    """Somebody changes the product in Medusa."""
    return lambda target: target.held["product"]["product_A"].update(values)


def nothing(_: MemoryTarget) -> None:
    """Nobody changes anything in Medusa."""


PRODUCT = mapping("product")
Case = tuple[str, Sequence[EntityMapping], Mapping[str, Json], Touch, bool, Verdict, str]
CASES: dict[str, Case] = {
    "same": ("title", [], {}, nothing, True, Verdict.SAME, "say the same"),
    "source": ("title", [], {"title": "New"}, nothing, True, Verdict.TAKE_SOURCE,
               "The source changed it since it was last applied."),
    "unknown": ("title", [], {"title": "New"}, nothing, False, Verdict.TAKE_SOURCE,
                "what was last applied is not known"),
    "kept": ("title", [], {}, in_target(title="Mine"), True, Verdict.KEPT,
             "Only the target changed it"),
    "conflict": ("title", [], {"title": "New"}, in_target(title="Mine"), True,
                 Verdict.CONFLICT, "reconcile approve --take"),
    "to source": ("title", [ruled(PRODUCT, title={"on_conflict": "source"})],
                  {"title": "New"}, in_target(title="Mine"), True, Verdict.TAKE_SOURCE,
                  "`on_conflict: source` says whose counts"),
    "to target": ("title", [ruled(PRODUCT, title={"on_conflict": "target"})],
                  {"title": "New"}, in_target(title="Mine"), True, Verdict.KEPT,
                  "`on_conflict: target` says whose counts"),
    "once": ("title", [mapping("product", once=["title"])], {"title": "New"}, nothing, True,
             Verdict.SET_ONCE, "left to the target since"),
    "unmanaged": ("type", [ruled(PRODUCT, type={"policy": "unmanaged"})], {"type": "Bag"},
                  nothing, True, Verdict.UNMANAGED, "leaves it to the target"),
    "more values": ("options", [], {}, in_target(options=[{"title": "Size", "values": ["S", "M"]}]),
                    True, Verdict.SAME, "The same in other words."),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_becomes_of_a_field(tmp_path: Path, case: Case) -> None:
    name, chosen, change, touch, remembers, verdict, why = case
    explain = explainer(tmp_path, *chosen, remembers=remembers)
    explain.planner.carry_out(shop())
    touch(explain.planner.target)
    rows = shop(**change)
    found = explain(rows, "product:A")
    told = story(found, name)
    assert (told.verdict, why in told.why) == (verdict, True), told
    plan = explain.planner.plan(rows)
    assert written(found) == [
        path for each in plan.changes if str(each.address) == "product:A" for path in each.paths
    ]


def written(found: Inspection) -> list[str]:
    return [part.path for part in found.change.fields] if found.change else []


@pytest.mark.parametrize("name", ["source", "kept", "conflict", "to source", "to target"])
def test_what_was_last_applied_is_told(tmp_path: Path, name: str) -> None:
    field, chosen, change, touch, *_ = CASES[name]
    explain = explainer(tmp_path, *chosen)
    explain.planner.carry_out(shop())
    touch(explain.planner.target)
    told = story(explain(shop(**change), "product:A"), field)
    assert told.base == "Product A"
    assert told.base_at is not None
    there = explain.planner.target.held["product"]["product_A"]["title"]
    assert (told.desired, told.existing) == (change.get("title", "Product A"), there)


def test_a_new_record(tmp_path: Path) -> None:
    found = explainer(tmp_path)(shop(categories=["magento:9"]), "A")
    assert (found.state, found.match.reason) == (State.NEW, "not_in_target")
    assert {each.verdict for each in found.fields} == {Verdict.NEW}
    assert story(found, "metadata.source_id").desired == "magento:1"
    assert found.change is not None
    assert found.change.action == "create"
    assert (found.target.found, found.target.link, found.is_same) == (False, None, False)


def test_references_are_resolved(tmp_path: Path) -> None:
    found = explainer(tmp_path)(shop(categories=["magento:9", "magento:404"]), "A")
    told = story(found, "categories")
    assert (told.mapped, told.desired) == (["magento:9", "magento:404"], ["bags"])
    assert told.notes == (
        "The category magento:9, magento:404 is bags; 1 that lead nowhere are left out.",
    )
    nowhere = explainer_again(tmp_path)(shop(categories=["magento:404"]), "A")
    assert "No category is known by magento:404" in story(nowhere, "categories").notes[0]


def explainer_again(folder: Path) -> Explainer:
    (folder / "again").mkdir()
    return explainer(folder / "again")


def test_a_handle_that_is_taken_is_adjusted(tmp_path: Path) -> None:
    rows = shop()
    rows["product"].append(product("B", 2, handle="a"))
    found = explainer(tmp_path)(rows, "B")
    told = story(found, "handle")
    assert (told.mapped, told.desired) == ("a", "a-b")
    assert told.notes == ("'a' was taken by another record, so it becomes 'a-b'.",)
    assert [each.code for each in found.diagnostics] == ["handle_taken"]


def test_what_the_target_cannot_hold(tmp_path: Path) -> None:
    lack = Lacking(
        "product", frozenset({"type"}), whole=False, severity=Severity.WARNING, code="no_types",
        loss="its type", remedy="",
    )  # fmt: skip
    found = explainer(tmp_path, lacking=[lack])(shop(type="Bag"), "A")
    told = story(found, "type")
    assert (told.verdict, told.mapped, told.desired) == (Verdict.NOT_HELD, "Bag", None)


def customer(**over: Json) -> Rows:
    ada = {"key": "ada@example.com", "source_id": "magento:customer/5", "email": "ada@example.com",
           "created_at": "2026-01-01T00:00:00.000Z", "first_name": "Ada"}  # fmt: skip
    return {"customer": [{**ada, **over}]}


def test_a_fixed_field_differs_and_is_never_corrected(tmp_path: Path) -> None:
    explain = explainer(tmp_path)
    planner = Planner(tmp_path / "plans", MemoryTarget(), people_mappings(), remembers=True)
    explain = Explainer(planner, tmp_path / "own")
    planner.carry_out(customer())
    same = explain(customer(), "ada@example.com")
    assert (same.state, story(same, "created_at").verdict) == (State.SAME, Verdict.SAME)
    found = explain(customer(created_at="2025-01-01T00:00:00.000Z"), "ada@example.com")
    told = story(found, "created_at")
    assert (told.verdict, found.state, found.change) == (Verdict.FIXED, State.DIFFERS, None)
    assert [each.code for each in found.diagnostics] == ["fixed_field_differs"]
    assert not found.is_same


def test_nothing_is_compared_of_a_record_that_is_left_alone(tmp_path: Path) -> None:
    explain = explainer(tmp_path)
    explain.planner.target.add("product", "prod_7", "A", title="Mine")
    found = explain(shop(), "A")
    assert {each.verdict for each in found.fields} == {Verdict.NOT_COMPARED}
    told = story(found, "title")
    assert (told.mapped, told.desired, told.existing) == ("Product A", None, "Mine")
