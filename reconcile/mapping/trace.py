"""One record's way through a mapping: what each part of each rule made of it.

The same expressions as in desired.py, evaluated on a frame of one row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from reconcile.canonical import from_json, to_json
from reconcile.compare import value as parsed
from reconcile.entities.spec import FieldSpec
from reconcile.mapping.document import EntityMapping, Policy, Rule
from reconcile.mapping.expressions import Did, Stage, cell, is_absent, own_value, stages
from reconcile.mapping.lookup import Lookup
from reconcile.model import Json
from reconcile.systems import Records


@dataclass(frozen=True, slots=True)
class Passed:
    """What one part of a rule gave. `said` is the path, the look-up's file or the transform;
    `fallbacks` counts the `else` that led here. `hit` is None but for look-ups: whether the table
    holds every value; `note` says what a number cannot."""

    did: Did
    said: str
    value: Json
    where: str
    fallbacks: int = 0
    hit: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """How one field got its value. `cell` is what desired.build puts into its frame, `end` the same
    as plans show it. `unused` is the file and line of a fallback that was not needed; "" where
    there is none, or it was."""

    rule: Rule
    field: FieldSpec
    passed: tuple[Passed, ...] = ()
    cell: Json = None
    end: Json = None
    unused: str = ""


def row_of(records: Records, source_id: str) -> pl.DataFrame | None:
    """The record with a source id as a frame of one row; None where there is none."""
    found = records.frame.filter(pl.col("source_id") == source_id).head(1).collect()
    return found if found.height else None


def traces(mapping: EntityMapping, row: pl.DataFrame, json: Collection[str]) -> list[Trace]:
    """Every rule of a mapping on one record. `json` names its columns of JSON text.

    Raises MappingError as desired.build does.
    """
    return [trace(mapping, rule, row, json) for rule in mapping.rules]


def trace(mapping: EntityMapping, rule: Rule, row: pl.DataFrame, json: Collection[str]) -> Trace:
    """One rule on one record."""
    field = mapping.spec.field(rule.field)
    assert field is not None  # noqa: S101  (the document reader refuses unknown fields)
    if rule.policy is Policy.UNMANAGED:
        return Trace(rule, field)
    passed, unused = _passed(rule, row, json, 0)
    made = _evaluated(row, [cell(rule, field, json, row.schema)])[0]
    return Trace(rule, field, tuple(passed), made, parsed(field.kind, made), unused)


def _passed(
    rule: Rule, row: pl.DataFrame, json: Collection[str], fallbacks: int
) -> tuple[list[Passed], str]:
    """What a rule did, then its fallback if it came to that."""
    parts = list(stages(rule, row.schema))
    values = _evaluated(row, [part.value for part in parts])
    passed = list(_told(rule, parts, values, json, fallbacks))
    if rule.otherwise is None:
        return passed, ""
    own = own_value(rule, row.schema)
    if not _evaluated(row, [is_absent(own, row.schema)])[0]:
        return passed, rule.otherwise.where
    further, unused = _passed(rule.otherwise, row, json, fallbacks + 1)
    return [*passed, *further], unused


def _evaluated(row: pl.DataFrame, exprs: Sequence[pl.Expr]) -> list[Any]:
    named = [expr.alias(str(place)) for place, expr in enumerate(exprs)]
    return list(row.select(named).row(0))


def _told(
    rule: Rule, parts: Sequence[Stage], values: Sequence[Any], json: Collection[str], fallbacks: int
) -> Iterator[Passed]:
    is_json = rule.path in json
    for place, (part, value) in enumerate(zip(parts, values, strict=True)):
        hit, note = None, ""
        if part.did is Did.LOOKUP and rule.lookup is not None:
            hit, note = _hit(rule.lookup, values[place - 1])
        shown = from_json(value) if is_json and isinstance(value, str) and not place else value
        yield Passed(part.did, _said(rule, part), shown, rule.where, fallbacks, hit, note)


def _said(rule: Rule, part: Stage) -> str:
    if part.did is Did.LOOKUP and rule.lookup is not None:
        return rule.lookup.file.name
    if part.step is None:
        return rule.path or "constant"
    argument = part.step.argument
    name = part.step.transform.name
    return name if argument is None else f"{name}: {_plain(argument)}"


def _plain(argument: Any) -> str:
    """An argument as it may stand in the mapping; keys of YAML may be truth values."""
    if isinstance(argument, dict):
        inner = ", ".join(f"{_plain(name)}: {_plain(part)}" for name, part in argument.items())
        return f"{{{inner}}}"
    if isinstance(argument, str) and argument.isalnum():
        return argument
    return to_json(str(argument) if isinstance(argument, float) else argument)


def _hit(lookup: Lookup, value: Any) -> tuple[bool | None, str]:
    """Whether the table holds what it was asked for; nothing is asked where there is no value."""
    asked = [
        str(each) for each in (value if isinstance(value, list) else [value]) if each is not None
    ]
    if not asked:
        return None, "nothing to look up"
    lost = [each for each in asked if each not in lookup.table]
    if not lost:
        return True, ""
    done = {"keep": "kept as it is", "null": "left out", "report": "left out and reported"}
    return False, f"not in the table: {', '.join(lost)}; {done[lookup.missing]}"
