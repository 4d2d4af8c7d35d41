"""Source records through a mapping: the values, in the form the target is compared in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from reconcile.canonical import to_json
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.errors import MappingError
from reconcile.mapping.desired import Desired, build, unread_note
from reconcile.mapping.document import EntityMapping, OnMissing, Policy, Rule, Scope
from reconcile.mapping.lookup import Lookup
from reconcile.mapping.transforms import load_transforms
from reconcile.plan.notices import Notices
from reconcile.systems import Notice, Records

TRANSFORMS = load_transforms(None)
SPEC = EntitySpec(
    "thing",
    "things",
    (
        FieldSpec("name", required=True),
        FieldSpec("text"),
        FieldSpec("flag", Kind.BOOLEAN),
        FieldSpec("count", Kind.INTEGER),
        FieldSpec("size", Kind.DECIMAL),
        FieldSpec("refs", Kind.REFS, refers="category"),
        FieldSpec("list", Kind.LIST),
        FieldSpec("map", Kind.MAP),
        FieldSpec("metadata.*", Kind.JSON),
    ),
)
WHERE = "/w/mappings/thing.yml:7"


def rule(field: str, path: str | None = None, *steps: Any, **more: Any) -> Rule:
    """A rule; steps are names, or (name, argument)."""
    pairs = [step if isinstance(step, tuple) else (step, None) for step in steps]
    made = tuple(TRANSFORMS.step(name, argument) for name, argument in pairs)
    return Rule(field, WHERE, path=path, steps=made, **more)


def made(*rules: Rule, json: tuple[str, ...] = (), key: Rule | None = None,
         rows: Sequence[Mapping[str, Any]] | None = None, **values: Any) -> Desired:  # fmt: skip
    """One record with these source values (or several rows), through these rules."""
    mapping = EntityMapping(
        SPEC, Path("thing.yml"), Scope.MANAGED, OnMissing.REPORT, {}, rules, key, "sha256:0"
    )
    plain = {"key": "K", "source_id": "magento:1"}
    frame = pl.LazyFrame([{**plain, **row} for row in rows or [values]], strict=False)
    texts = [name for name, kind in frame.collect_schema().items() if kind == pl.Null]
    return build(
        mapping, Records(frame.with_columns(pl.col(texts).cast(pl.String)), frozenset(json))
    )


def cell(given: Rule, json: tuple[str, ...] = (), **values: Any) -> Any:
    return made(given, json=json, **values).frame[given.field].to_list()[0]


def said(notice: Notice) -> str:
    notices = Notices()
    notices.add([notice])
    [diagnostic] = notices.diagnostics()
    return diagnostic.message


def lookup(missing: str = "report") -> Lookup:
    return Lookup(Path("/w/mappings/values/v.csv"), {"eu": "Europe"}, missing, b"")


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("text", "a", "a"),
        ("text", "", ""),
        ("text", None, None),
        ("text", 5, "5"),
        ("flag", True, True),
        ("flag", "1", True),
        ("flag", "False", False),
        ("flag", "maybe", None),
        ("count", "7", 7),
        ("count", "x", None),
        ("size", "12.500", "12.5"),
        ("size", 3, "3"),
        ("size", "5 kg", None),
        ("refs", ["b", "a", "b"], '["a","b"]'),
        ("refs", [], "[]"),
        ("list", ["b", "a", "b"], '["b","a","b"]'),
        ("metadata.x", "a", '"a"'),
        ("metadata.x", 3, "3"),
        ("metadata.x", False, "false"),
        ("metadata.x", ["a"], '["a"]'),
        ("metadata.x", None, None),
    ],
)
def test_a_value_takes_the_form_of_its_field(field: str, value: Any, expected: Any) -> None:
    assert cell(rule(field, "v"), v=value) == expected


def test_no_list_and_no_members_are_the_same() -> None:
    rows: list[dict[str, Any]] = [{"v": ["a"]}, {"v": None}]
    assert made(rule("refs", "v"), rows=rows).frame["refs"].to_list() == ['["a"]', "[]"]


@pytest.mark.parametrize("value", ["", [], "[]"])
def test_metadata_without_content_is_no_metadata(value: Any) -> None:
    """Medusa takes "" for "remove the key": a plan that wants it would never be done."""
    json = ("v",) if value == "[]" else ()
    assert cell(rule("metadata.x", "v"), json=json, v=value) is None


def test_json_columns_are_passed_on() -> None:
    assert cell(rule("metadata.x", "v"), json=("v",), v='{"a":1}') == '{"a":1}'
    assert cell(rule("map", "v"), json=("v",), v='{"a":"1"}') == '{"a":"1"}'


@pytest.mark.parametrize(
    ("field", "constant", "expected"),
    [
        ("text", "a", "a"),
        ("text", 5, "5"),
        ("text", None, None),
        ("flag", False, False),
        ("count", 3, 3),
        ("size", 1.5, "1.5"),
        ("refs", ["b", "a", "b"], '["a","b"]'),
        ("list", ["b", "a"], '["b","a"]'),
        ("metadata.x", {"b": 1, "a": [True]}, '{"a":[true],"b":1}'),
        ("metadata.x", True, "true"),
        ("metadata.x", None, None),
    ],
)
def test_a_constant_takes_the_form_of_its_field(field: str, constant: Any, expected: Any) -> None:
    assert cell(rule(field, constant=constant)) == expected


def test_a_fraction_in_metadata_is_written_as_it_is_read_back() -> None:
    """Shops' answers are read with exact numbers; the constant must look the same."""
    from reconcile.canonical import from_json

    wanted = cell(rule("metadata.x", constant=0.5))
    assert wanted == to_json(from_json(to_json(from_json("0.5"))))


def test_transforms_run_in_order() -> None:
    assert cell(rule("text", "v", "trim", ("prefix", "x-"), "upper"), v=" a ") == "X-A"


@pytest.mark.parametrize(
    ("value", "expected"), [("A b", "a-b"), ("", "id-7"), (None, "id-7"), ("!!!", "id-7")]
)
def test_a_fallback_fills_what_has_no_value(value: str | None, expected: str) -> None:
    fallback = rule("text", "id", ("prefix", "id-"))
    assert cell(rule("text", "v", "slug", otherwise=fallback), v=value, id="7") == expected


def test_a_fallback_may_be_a_constant() -> None:
    given = rule("text", "v", otherwise=rule("text", constant="none"))
    assert cell(given, v=None) == "none"


@pytest.mark.parametrize(
    ("missing", "value", "notes"),
    [("report", None, ["unmapped_value"]), ("keep", "us", []), ("null", None, [])],
)
def test_words_a_table_does_not_hold(missing: str, value: str | None, notes: list[str]) -> None:
    rows: list[dict[str, Any]] = [{"v": "eu"}, {"v": "us"}, {"v": None}]
    result = made(rule("text", "v", lookup=lookup(missing)), rows=rows)
    assert result.frame["text"].to_list() == ["Europe", value, None]
    assert [each.code for each in result.notices] == notes


def test_words_in_lists_are_looked_up_too() -> None:
    result = made(rule("list", "v", lookup=lookup()), v=["eu", "us"])
    assert result.frame["list"].to_list() == ['["Europe"]']
    [note] = result.notices
    assert said(note) == "thing.list: 1 records have values not in v.csv: 'us'."
    assert note.remedy == "Extend the mapping at thing.yml:7."


def test_what_is_no_number_is_named() -> None:
    rows: list[dict[str, Any]] = [{"v": "5 kg"}, {"v": "3"}, {"v": ""}, {"v": None}]
    result = made(rule("size", "v"), rows=rows)
    [note] = result.notices
    assert said(note) == "thing.size: 1 records have values not a number: '5 kg'."


def test_what_is_no_flag_is_named() -> None:
    assert [each.code for each in made(rule("flag", "v"), v="maybe").notices] == ["unmapped_value"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"name": None}, "missing_required"),
        ({"name": " \n"}, "missing_required"),
        ({"name": "N", "key": None}, "missing_key"),
        ({"name": "N", "key": " "}, "missing_key"),
    ],
)
def test_a_record_without_what_it_must_have_is_skipped_and_named(
    row: dict[str, Any], code: str
) -> None:
    rows = [{"name": "whole", "key": "W"}, {"source_id": "magento:2", **row}]
    result = made(rule("name", "name"), rows=rows)
    assert result.frame["key"].to_list() == ["W"]
    assert result.lost.height == 1
    assert [(each.severity, each.code) for each in result.diagnostics] == [("skipped", code)]
    assert "magento:2" in result.diagnostics[0].message


def test_a_key_of_the_mapping_beats_the_sources() -> None:
    result = made(rule("name", "name"), key=rule("key", "name", "upper"), name="n")
    assert result.frame["key"].to_list() == ["N"]


def test_an_unknown_path_is_named_with_its_line() -> None:
    with pytest.raises(MappingError, match="no 'naem' for 'name'") as caught:
        made(rule("name", "naem"), name="n")
    assert caught.value.where == WHERE
    assert "Did you mean 'name'?" in caught.value.message


def test_an_unknown_path_of_a_fallback_is_named() -> None:
    given = rule("name", "name", otherwise=rule("name", "nick"))
    with pytest.raises(MappingError, match="no 'nick'"):
        made(given, name="n")


@pytest.mark.parametrize(("field", "value"), [("text", ["a"]), ("refs", "a"), ("map", "a")])
def test_a_value_of_the_wrong_kind_is_refused(field: str, value: Any) -> None:
    with pytest.raises(MappingError, match=f"'v' cannot fill '{field}'"):
        made(rule(field, "v"), v=value)


def test_an_unmanaged_field_has_no_column() -> None:
    result = made(rule("name", "name"), rule("text", policy=Policy.UNMANAGED), name="n")
    assert result.frame.columns == ["key", "source_id", "name"]


def test_nothing_offered_is_lost_without_a_word() -> None:
    mapping = EntityMapping(
        SPEC, Path("thing.yml"), Scope.MANAGED, OnMissing.REPORT, {}, (rule("name", "name"),),
        None, "sha256:0",
    )  # fmt: skip
    frame = pl.LazyFrame(
        {"key": ["K"], "source_id": ["1"], "name": ["n"], "a": ["x"], "b": [None], "c": ["y"]},
        schema_overrides={"b": pl.String},
    )
    offered = {"a": frozenset[str](), "b": frozenset[str](), "c": frozenset({"name"})}
    unread = build(mapping, Records(frame, offered=offered)).unread
    note = unread_note(mapping, unread)
    assert (note.code, note.message) == (
        "unmapped_source_fields",
        "No rule of thing.yml reads these, with so many values: a (1).",
    )
