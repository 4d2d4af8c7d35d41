"""What the target should hold: marked, complete, and with references that lead somewhere."""

from __future__ import annotations

from typing import cast

from planning import MemoryTables, Row, mapping, product, records, variant

from reconcile.canonical import from_json
from reconcile.plan.wanted import Source, Wanted, read
from reconcile.systems import Tables

ENTITIES = ("category", "product", "variant", "inventory_level", "stock_location")


def wanted(rows: dict[str, list[Row]], *entities: str, incomplete: tuple[str, ...] = ()) -> Wanted:
    tables = cast(Tables, MemoryTables(rows, incomplete=frozenset(incomplete)))
    return read(Source(tables, records), {each: mapping(each) for each in entities or ENTITIES}, {})


def test_records_are_marked_with_their_source_id() -> None:
    frame = wanted({"product": [product("A", 7)]}).frames["product"]
    assert from_json(frame["metadata.source_id"][0]) == "magento:7"


def test_records_that_hold_no_metadata_are_not_marked() -> None:
    frame = wanted({}, "inventory_level", "variant", "stock_location").frames["inventory_level"]
    assert "metadata.source_id" not in frame.columns


def test_words_of_a_field_become_records() -> None:
    rows = [product("A", 1, type="Bag"), product("B", 2, type="Top"), product("C", 3, type="Bag")]
    frames = wanted({"product": [*rows, product("D", 4)]}).frames
    assert frames["product_type"].rows() == [("Bag", "Bag", "Bag"), ("Top", "Top", "Top")]
    assert frames["product"]["type"].to_list() == ["Bag", "Top", "Bag", None]
    assert frames["product_tag"].height == 0


def test_what_falls_out_takes_along_what_needs_it() -> None:
    """No name: no product, no variant, no stock; each is said."""
    level = {
        "key": "A-S@Main",
        "source_id": "1@main",
        "variant": "magento:11",
        "location": "Main",
        "stocked_quantity": "1",
    }
    found = wanted(
        {
            "product": [product("A", 1, title=None)],
            "variant": [variant("A-S", 11, "magento:1")],
            "stock_location": [{"key": "Main", "source_id": "m", "name": "Main"}],
            "inventory_level": [level],
        }
    )
    assert [found.frames[name].height for name in ("product", "variant", "inventory_level")] == [
        0,
        0,
        0,
    ]
    assert [f"{each.code} {each.address}" for each in found.diagnostics] == [
        "missing_required product:A",
        "dependency_not_carried variant:A-S",
        "dependency_not_carried inventory_level:A-S@Main",
    ]


def test_a_twin_is_named_and_its_children_find_the_first() -> None:
    rows = {
        "product": [product("A", 1), product("A", 2)],
        "variant": [variant("A-S", 11, "magento:1"), variant("A-L", 12, "magento:2")],
    }
    found = wanted(rows, "product", "variant")
    assert found.frames["product"]["source_id"].to_list() == ["magento:1"]
    assert found.frames["variant"]["key"].to_list() == ["A-S"]
    assert {each.code for each in found.diagnostics} == {"duplicate_key", "dependency_not_carried"}


def test_what_hangs_on_a_category_that_falls_out_falls_out_too() -> None:
    """At the top of the tree it would be in the wrong place."""

    def category(key: str, number: int, name: str | None, parent: str | None) -> Row:
        identity = {"key": key, "source_id": f"magento:{number}", "name": name, "handle": key}
        return {**identity, "is_active": True, "parent": parent, "rank": 0}

    rows = [
        category("men", 1, None, None),
        category("men/tops", 2, "Tops", "magento:1"),
        category("men/tops/tees", 3, "Tees", "magento:2"),
        category("women", 4, "Women", None),
    ]
    found = wanted({"category": rows})
    assert found.frames["category"]["key"].to_list() == ["women"]
    assert [f"{each.code} {each.address}" for each in found.diagnostics] == [
        "missing_required category:men",
        "dependency_not_carried category:men/tops",
        "dependency_not_carried category:men/tops/tees",
    ]


def test_what_is_not_whole_is_remembered() -> None:
    found = wanted({}, incomplete=("product",))
    assert (found.complete["product"], found.complete["variant"]) == (False, True)
