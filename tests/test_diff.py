"""Pairs become changes: which fields, which action, which references."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from planning import price

from reconcile.base import CREATED, Base
from reconcile.canonical import to_json
from reconcile.diff import Side, creates, deletes, drafts, updates
from reconcile.entities import ENTITY_BY_NAME
from reconcile.identity import Names
from reconcile.mapping.document import OnConflict
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.three_way import Past

IDS = {"category": Names.of({"men": "cat_1"}), "product": Names.of({"P": "prod_1"})}


def side(entity: str, *fields: str, once: tuple[str, ...] = ()) -> Side:
    spec = ENTITY_BY_NAME[entity]
    known = tuple(field for name in (*fields, *once) if (field := spec.field(name)))
    return Side(spec, tuple(each for each in known if each.name not in once), known, IDS)


def desired(**values: Any) -> pl.DataFrame:
    return _frame({"key": "K", "source_id": "magento:1", **values})


def existing(**values: Any) -> pl.DataFrame:
    return _frame({"key": "K", "target_id": "id_1", **values})


def _frame(row: dict[str, Any]) -> pl.DataFrame:
    nullable = {name: pl.String for name, value in row.items() if value is None}
    return pl.DataFrame([row], schema_overrides=nullable)


def one(changes: Any) -> Change:
    [change] = list(changes)
    assert isinstance(change, Change)
    return change


def test_a_create_says_all_it_has_and_leaves_out_what_it_has_not() -> None:
    row = desired(title="T", subtitle=None, description="", images="[]", categories='["men","new"]')
    fields = ("title", "subtitle", "description", "images", "categories")
    change = one(creates(side("product", *fields), row))
    assert change.after == {"title": "T", "description": "", "categories": ["men", "new"]}
    assert change.refs == {"category:men": "cat_1", "category:new": None}
    assert (change.action, change.source_id, change.target_id) == (
        Action.CREATE,
        "magento:1",
        None,
    )


def test_false_and_zero_are_values() -> None:
    category = desired(is_active=False, rank=0)
    assert one(creates(side("category", "is_active", "rank"), category)).after == {
        "is_active": False,
        "rank": 0,
    }


def test_an_update_names_only_what_differs() -> None:
    change = one(
        updates(
            side("product", "title", "subtitle"),
            desired(title="New", subtitle="Same"),
            existing(title="Old", subtitle="Same"),
        )
    )
    assert change.fields == (FieldChange("title", "Old", "New"),)
    assert (change.reason, change.target_id) == ("title differs", "id_1")


@pytest.mark.parametrize(
    ("before", "after", "differs"),
    [("", None, True), (None, "", True), (None, None, False), ("", "", False), ("a", "A", True)],
)
def test_null_and_empty_are_different_values(
    before: str | None, after: str | None, *, differs: bool
) -> None:
    rows = desired(subtitle=after), existing(subtitle=before)
    assert bool(list(updates(side("product", "subtitle"), *rows))) is differs


@pytest.mark.parametrize(
    ("entity", "field", "before", "after", "action"),
    [
        ("product", "status", "published", "draft", Action.DRAFT),
        ("product", "status", "draft", "published", Action.UPDATE),
        ("category", "is_active", True, False, Action.DRAFT),
        ("price_list", "status", "active", "draft", Action.DRAFT),
        ("inventory_level", "stocked_quantity", "1", "0", Action.SET_STOCK),
    ],
)
def test_an_update_has_the_action_people_look_for(
    entity: str, field: str, before: Any, after: Any, action: Action
) -> None:
    rows = desired(**{field: after}), existing(**{field: before})
    assert one(updates(side(entity, field), *rows)).action is action


def test_a_field_set_once_is_in_the_create_only() -> None:
    watched = side("product", "title", once=("subtitle",))
    row = desired(title="T", subtitle="New")
    assert one(creates(watched, row)).after == {"title": "T", "subtitle": "New"}
    assert list(updates(watched, row, existing(title="T", subtitle="Old"))) == []


def test_the_same_prices_in_another_order_are_no_change() -> None:
    prices = [price("9", low="5"), price("8", low="10"), price("10")]
    rows = desired(prices=to_json(prices)), existing(prices=to_json(prices[::-1]))
    assert list(updates(side("variant", "prices"), *rows)) == []


def test_more_option_values_on_the_target_are_no_change() -> None:
    held = to_json([{"title": "Size", "values": ["L", "S"]}])
    wanted = to_json([{"title": "Size", "values": ["S"]}])
    watched = side("product", "options")
    assert list(updates(watched, desired(options=wanted), existing(options=held))) == []
    assert one(updates(watched, desired(options=held), existing(options=wanted))).action is (
        Action.UPDATE
    )


def test_an_update_points_to_what_it_changes_and_what_it_lives_in() -> None:
    rows = (
        desired(product="P", title="New", categories='["men"]'),
        existing(product="P", title="Old", categories='["men"]'),
    )
    change = one(updates(side("variant", "product", "title"), *rows))
    assert change.refs == {"product:P": "prod_1"}


def test_a_foreign_record_is_referred_to_by_its_own_id() -> None:
    row = existing(categories='["~id:cat_9"]', status="published")
    change = one(deletes(side("product", "categories"), row))
    assert change.before == {"categories": ["~id:cat_9"]}


def test_a_record_that_is_gone_is_hidden_once() -> None:
    watched = side("product", "title", "status")
    shown, hidden = existing(title="T", status="published"), existing(title="T", status="draft")
    assert one(drafts(watched, shown)).fields == (FieldChange("status", "published", "draft"),)
    assert list(drafts(watched, hidden)) == []


def test_a_delete_keeps_what_the_record_held() -> None:
    change = one(deletes(side("variant", "sku", "title"), existing(sku="A", title=None)))
    assert change.fields == (FieldChange("sku", "A", None),)
    assert (change.action, change.reason) == (Action.DELETE, "gone from the source")


HELD = {"category": Names.of({"cat_1": "men", "cat_2": "old"}), "product": Names.of({"p_9": "P"})}


def test_a_change_names_what_the_record_refers_to_now() -> None:
    """Right before it is written, ids that are found can be told as keys."""
    watched = replace(side("product", "categories"), held=HELD)
    wanted, there = desired(categories='["men","new"]'), existing(categories='["men","old"]')
    change = one(updates(watched, wanted, there))
    assert change.refs == {"category:men": "cat_1", "category:new": None, "category:old": "cat_2"}


def test_what_is_removed_needs_nothing_that_is_yet_to_be_made() -> None:
    watched = replace(side("variant", "product", "sku"), held=HELD)
    assert one(deletes(watched, existing(product="P", sku="A"))).refs == {"product:P": "p_9"}
    product = replace(side("product", "categories"), held=HELD)
    row = existing(categories='["old","~id:cat_7"]')
    assert one(deletes(product, row)).refs == {"category:old": "cat_2"}


def siblings(ranks: dict[str, int], parent: str | None = None) -> list[dict[str, Any]]:
    return [{"key": key, "parent": parent, "rank": rank} for key, rank in ranks.items()]


@pytest.mark.parametrize(
    ("wanted", "held", "moved"),
    [
        ({"a": 0, "b": 1}, {"a": 7, "b": 9}, []),
        ({"a": 0, "b": 1}, {"a": 1, "b": 0}, ["a", "b"]),
        ({"a": 0, "b": 1, "c": 2}, {"a": 0, "b": 2, "c": 1}, ["b", "c"]),
        ({"b": 0, "a": 1}, {"a": 0, "b": 0}, ["a"]),
    ],
)
def test_ranks_count_as_an_order(
    wanted: dict[str, int], held: dict[str, int], moved: list[str]
) -> None:
    rows = pl.DataFrame(siblings(wanted), schema_overrides={"parent": pl.String})
    there = pl.DataFrame(siblings(held), schema_overrides={"parent": pl.String})
    found = updates(
        side("category", "parent", "rank"),
        rows.with_columns(source_id=pl.lit("magento:1")),
        there.with_columns(target_id=pl.col("key")),
    )
    assert [change.address.key for change in found] == moved


def test_a_rank_that_stays_the_same_number_is_not_shown_as_a_change() -> None:
    rows = pl.DataFrame(siblings({"a": 1, "b": 0}), schema_overrides={"parent": pl.String})
    there = pl.DataFrame(siblings({"a": 1, "b": 2}), schema_overrides={"parent": pl.String})
    found = updates(
        side("category", "parent", "rank"),
        rows.with_columns(source_id=pl.lit("magento:1")),
        there.with_columns(target_id=pl.col("key")),
    )
    parts = [part for change in found for part in change.fields]
    assert all(part.before != part.after for part in parts)


def test_order_can_be_carried_without_the_tree() -> None:
    """A mapping may leave `parent` to the shop and still sync `rank`."""
    rows = desired(rank=0), existing(rank=1)
    assert list(updates(side("category", "rank"), *rows)) == []


class Remembered(Base):
    """The title was One when it was last applied."""

    def of(self, entity: str, records: Collection[str]) -> dict[str, dict[str, Json]]:
        return {"id_1": {"title": "One"}}


EARLY, LATE = "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"


@pytest.mark.parametrize(
    ("source_at", "target_at", "taken", "undecided"),
    [
        (LATE, EARLY, True, False),
        (EARLY, LATE, False, False),
        (EARLY, EARLY, True, True),
        (None, LATE, True, True),
        (LATE, None, True, True),
    ],
)
def test_the_newest_wins_where_both_changed(
    source_at: str | None, target_at: str | None, taken: bool, undecided: bool
) -> None:
    past = Past(ENTITY_BY_NAME["product"], Remembered(), {}, {"title": OnConflict.NEWEST})
    rows = (
        desired(title="Two", changed_at=source_at),
        existing(title="Better", changed_at=target_at),
    )
    found = list(updates(side("product", "title"), *rows, past))
    assert bool(found) is taken
    assert [bool(change.conflicts) for change in found] == [undecided] * taken


def test_the_mark_is_nobodys_conflict() -> None:
    """It is not remembered; who was deleted in the source and came back has another one."""

    class Created(Base):
        def of(self, entity: str, records: Collection[str]) -> dict[str, dict[str, Json]]:
            return {"id_1": {CREATED: True, "title": "One"}}

    past = Past(ENTITY_BY_NAME["product"], Created(), {}, {})
    change = FieldChange("metadata.source_id", "magento:1", "magento:2")
    verdict = past.judge([change], Created().of("product", ())["id_1"])
    assert (verdict.taken, verdict.undecided, verdict.kept) == ((change,), (), ())
