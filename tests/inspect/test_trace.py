"""A record's way through its mapping ends where the mapping's own frame says, for every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from generated_snapshot import generated
from hypothesis import given
from hypothesis import strategies as st

from reconcile.canonical import to_json
from reconcile.compare import value
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.errors import MappingError
from reconcile.mapping import desired
from reconcile.mapping.document import EntityMapping, OnMissing, Policy, Rule, Scope, load
from reconcile.mapping.expressions import Did
from reconcile.mapping.lookup import Lookup
from reconcile.mapping.trace import Passed, Trace, row_of, trace, traces
from reconcile.mapping.transforms import load_transforms
from reconcile.sources.magento_rest.records import CHOICES, records
from reconcile.systems import Records

ROOT = Path(__file__).parents[2]
TRANSFORMS = load_transforms(None)
SHIPPED = load(ROOT / "mappings/magento", TRANSFORMS, CHOICES)
SPEC = EntitySpec(
    "thing",
    "things",
    (
        FieldSpec("text"),
        FieldSpec("flag", Kind.BOOLEAN),
        FieldSpec("count", Kind.INTEGER),
        FieldSpec("size", Kind.DECIMAL),
        FieldSpec("refs", Kind.REFS, refers="category"),
        FieldSpec("metadata.*", Kind.JSON),
    ),
)
WHERE = "/w/mappings/thing.yml:7"
EU = Lookup(Path("/w/values/v.csv"), {"eu": "Europe", "us": "America"}, "report", b"")


def steps(*names: Any) -> tuple[Any, ...]:
    pairs = [name if isinstance(name, tuple) else (name, None) for name in names]
    return tuple(TRANSFORMS.step(name, argument) for name, argument in pairs)


def rule(field: str, path: str | None = None, *names: Any, **more: Any) -> Rule:
    return Rule(field, WHERE, path=path, steps=steps(*names), **more)


def mapping(*rules: Rule) -> EntityMapping:
    return EntityMapping(
        SPEC, Path("thing.yml"), Scope.MANAGED, OnMissing.REPORT, {}, rules, None, "sha256:0"
    )


SCHEMA: dict[str, Any] = {
    "key": pl.String, "source_id": pl.String, "a": pl.String, "b": pl.String, "n": pl.Int64,
    "f": pl.Boolean, "l": pl.List(pl.String), "j": pl.String,
}  # fmt: skip


def frame(*rows: Mapping[str, Any]) -> pl.DataFrame:
    plain = [
        {**dict.fromkeys(SCHEMA), "key": f"K{n}", "source_id": f"magento:{n}", **row}
        for n, row in enumerate(rows)
    ]
    return pl.DataFrame(plain, schema=SCHEMA)


def traced(given: Rule, **values: Any) -> Trace:
    return trace(mapping(given), given, frame(values), {"j"})


def told(found: Trace) -> list[tuple[str, Any]]:
    return [(passed.said, passed.value) for passed in found.passed]


STORIES: list[tuple[Rule, dict[str, Any], list[tuple[str, Any]], Any]] = [
    (rule("text", "a"), {"a": "x"}, [("a", "x")], "x"),
    (rule("text", "a"), {"a": ""}, [("a", "")], ""),
    (rule("text", "a"), {}, [("a", None)], None),
    (
        rule("text", "a", "decode_entities", ("truncate", 80)),
        {"a": "&amp; more"},
        [("a", "&amp; more"), ("decode_entities", "& more"), ("truncate: 80", "& more")],
        "& more",
    ),
    (rule("text", constant="c"), {}, [("constant", "c")], "c"),
    (rule("text", "a", lookup=EU), {"a": "eu"}, [("a", "eu"), ("v.csv", "Europe")], "Europe"),
    (rule("text", "a", lookup=EU), {"a": "mars"}, [("a", "mars"), ("v.csv", None)], None),
    (
        rule("text", "a", "lower", otherwise=rule("text", "b", otherwise=rule("text", "n"))),
        {"a": " ", "n": 3},
        [("a", " "), ("lower", " "), ("b", None), ("n", 3)],
        "3",
    ),
    (rule("refs", "l"), {"l": ["b", "a", "b"]}, [("l", ["b", "a", "b"])], ["a", "b"]),
    (rule("metadata.j", "j"), {"j": '{"x":null}'}, [("j", {"x": None})], {"x": None}),
    (rule("flag", "a"), {"a": "TRUE"}, [("a", "TRUE")], True),
    (rule("size", "a"), {"a": "many"}, [("a", "many")], None),
]


@pytest.mark.parametrize(("given_", "values", "passed", "end"), STORIES)
def test_what_each_part_of_a_rule_gave(
    given_: Rule, values: dict[str, Any], passed: list[tuple[str, Any]], end: Any
) -> None:
    found = traced(given_, **values)
    assert told(found) == passed
    assert found.end == end


LOOKED_UP: list[tuple[str, Any, str, bool | None, str]] = [
    ("a", "eu", "report", True, ""),
    ("a", None, "report", None, "nothing to look up"),
    ("a", "x", "report", False, "not in the table: x; left out and reported"),
    ("a", "x", "keep", False, "not in the table: x; kept as it is"),
    ("a", "x", "null", False, "not in the table: x; left out"),
    ("l", ["eu", "x", "y"], "null", False, "not in the table: x, y; left out"),
]


@pytest.mark.parametrize(("path", "given_", "missing", "hit", "note"), LOOKED_UP)
def test_a_look_up_says_whether_it_hit(
    path: str, given_: Any, missing: str, hit: bool | None, note: str
) -> None:
    table = Lookup(EU.file, EU.table, missing, b"")
    field = "refs" if path == "l" else "text"
    found = traced(rule(field, path, lookup=table), **{path: given_})
    [looked_up] = [each for each in found.passed if each.did is Did.LOOKUP]
    assert (looked_up.hit, looked_up.note) == (hit, note)


def test_a_fallback_that_was_not_needed_is_named() -> None:
    other = Rule("text", "/w/mappings/thing.yml:9", path="b")
    given_ = rule("text", "a", otherwise=other)
    assert traced(given_, a="x").unused == other.where
    fallen = traced(given_, b="y")
    assert (fallen.unused, [each.fallbacks for each in fallen.passed]) == ("", [0, 1])
    assert fallen.passed[-1].where == other.where


def test_an_unmanaged_field_has_no_steps() -> None:
    found = traced(Rule("text", WHERE, policy=Policy.UNMANAGED), a="x")
    assert (found.passed, found.cell) == ((), None)


def test_what_cannot_fill_a_field_is_an_error_as_in_a_plan() -> None:
    with pytest.raises(MappingError, match="cannot fill"):
        traced(rule("text", "l"), l=["x"])


PATHS = {"text": "ab", "flag": "af", "count": "abn", "size": "abn", "metadata.m": "abfnlj"}
TEXTS = st.none() | st.sampled_from(["", " ", "eu", "us", "1", "0", "true", "&amp; x", "12.50"])
ROWS = st.fixed_dictionaries(
    {
        "a": TEXTS,
        "b": TEXTS,
        "n": st.none() | st.integers(-3, 3),
        "f": st.none() | st.booleans(),
        "l": st.none() | st.lists(st.sampled_from(["eu", "x"]), max_size=3),
        "j": st.none() | st.sampled_from(["{}", "[]", '{"a":1}', '""']),
    }
)


@st.composite
def rules(draw: st.DrawFn, depth: int = 2, field: str = "") -> Rule:
    field = field or draw(st.sampled_from(sorted(PATHS)))
    if draw(st.integers(0, 9)) == 0:
        constants = {"flag": True, "count": 3, "size": "1.50"}
        return rule(field, constant=constants.get(field, "c"))
    path = draw(st.sampled_from(PATHS[field] if depth == 2 or field != "metadata.m" else "ab"))
    is_text = path in "ab"
    names = draw(st.lists(st.sampled_from(["trim", "lower", "decode_entities"]), max_size=2))
    more: dict[str, Any] = {}
    if is_text and draw(st.booleans()):
        more["lookup"] = Lookup(EU.file, EU.table, draw(st.sampled_from(["keep", "null"])), b"")
    if is_text and depth and draw(st.booleans()):
        more["otherwise"] = draw(rules(depth - 1, field).filter(lambda x: x.path in (None, *"ab")))
    return rule(field, path, *(names if is_text else []), **more)


@given(st.lists(rules(), min_size=1, max_size=4, unique_by=lambda each: each.field),
       st.lists(ROWS, min_size=1, max_size=4))  # fmt: skip
def test_any_rule_ends_where_the_plan_does(
    some: Sequence[Rule], rows: Sequence[Mapping[str, Any]]
) -> None:
    given_, source = mapping(*some), frame(*rows)
    made = desired.build(given_, Records(source.lazy(), frozenset({"j"})))
    for row in made.frame.iter_rows(named=True):
        single = source.filter(pl.col("source_id") == row["source_id"])
        for found in traces(given_, single, {"j"}):
            assert found.cell == row[found.rule.field]


def test_any_record_of_a_generated_shop_ends_where_the_plan_does(tmp_path: Path) -> None:
    """Every field of every record that is carried, by all shipped mappings."""
    snapshot = generated(tmp_path, 6, orders=25)
    chosen = {name: each.options for name, each in SHIPPED.items()}
    checked = dict.fromkeys(SHIPPED, 0)
    for name, shipped in SHIPPED.items():
        found = records(snapshot, name, chosen)
        frame_ = found.frame.collect()
        for row in desired.build(shipped, found).frame.iter_rows(named=True):
            single = frame_.filter(pl.col("source_id") == row["source_id"])
            assert single.height == 1
            for each in traces(shipped, single, found.json):
                if each.rule.policy is not Policy.UNMANAGED:
                    assert each.cell == row[each.rule.field], (name, row["key"], each.rule.field)
                    assert each.end == value(each.field.kind, each.cell)
                    assert last(each).value is not None or each.end in (None, [])
                    checked[name] += 1
    assert all(checked.values()), checked


def last(found: Trace) -> Passed:
    return found.passed[-1]


def test_a_record_is_found_by_its_source_id() -> None:
    held = Records(frame({"a": "x"}, {"a": "y"}).lazy())
    row = row_of(held, "magento:1")
    assert row is not None
    assert to_json(row["a"].to_list()) == '["y"]'
    assert row_of(held, "magento:7") is None
