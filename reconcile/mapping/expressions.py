"""The rules of a mapping as expressions: what a field's value is made of, stage by stage.

`desired.py` evaluates the last of them for all records, `trace.py` each of them for one record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import polars as pl

from reconcile.canonical import decimal_text, to_json
from reconcile.columns import decimal_text as decimal_column
from reconcile.columns import is_blank, json_of, sorted_list
from reconcile.compare import NESTED, column_type
from reconcile.entities.spec import NUMBERS, FieldSpec, Kind
from reconcile.errors import MappingError
from reconcile.mapping.document import Rule
from reconcile.mapping.lookup import Lookup
from reconcile.mapping.transforms import Step
from reconcile.model import Json

_NOTHING = "[]"
"""No members: for lists, having none and having no list are the same."""

_SAYS_NOTHING = ('""', "[]", "{}")
"""Metadata without content is no metadata: targets do not tell them apart."""


class Did(StrEnum):
    """What a stage of a rule does."""

    SOURCE = "source"
    CONSTANT = "constant"
    LOOKUP = "lookup"
    TRANSFORM = "transform"


@dataclass(frozen=True, slots=True)
class Stage:
    """The value after one part of a rule has worked on it. `step` is that of a TRANSFORM."""

    did: Did
    value: pl.Expr
    step: Step | None = None


def stages(rule: Rule, schema: pl.Schema) -> Iterator[Stage]:
    """What a rule does by itself, without its fallback; there is at least one stage."""
    if rule.path is None:
        yield Stage(Did.CONSTANT, pl.lit(rule.constant))
        return
    expr = pl.col(rule.path)
    yield Stage(Did.SOURCE, expr)
    if rule.lookup is not None:
        if isinstance(schema[rule.path], pl.List):
            expr = expr.list.eval(_looked_up(pl.element(), rule.lookup)).list.drop_nulls()
        else:
            expr = _looked_up(expr.cast(pl.String), rule.lookup)
        yield Stage(Did.LOOKUP, expr)
    for step in rule.steps:
        expr = step.apply(expr)
        yield Stage(Did.TRANSFORM, expr, step)


def own_value(rule: Rule, schema: pl.Schema) -> pl.Expr:
    """The rule's value without its fallback."""
    return list(stages(rule, schema))[-1].value


def is_absent(expr: pl.Expr, schema: pl.Schema) -> pl.Expr:
    """Whether a rule's own value leaves the field to its fallback."""
    return is_blank(expr) if _type(expr, schema) == pl.String else expr.is_null()


def value(rule: Rule, schema: pl.Schema) -> pl.Expr:
    """The rule's value before it takes the form of its field."""
    expr = own_value(rule, schema)
    if rule.otherwise is None:
        return expr
    return pl.when(is_absent(expr, schema)).then(value(rule.otherwise, schema)).otherwise(expr)


def cell(rule: Rule, field: FieldSpec, json: Collection[str], schema: pl.Schema) -> pl.Expr:
    """The value of a field in its canonical form. `json` names the columns of JSON text.

    Raises MappingError where the field cannot hold such values.
    """
    if rule.path is None:
        return pl.lit(_constant(field, rule.constant), dtype=column_type(field.kind))
    expr = value(rule, schema)
    is_json = rule.path in json and not rule.steps
    return _formed(expr, field, _type(expr, schema), rule, is_json=is_json)


def _type(expr: pl.Expr, schema: pl.Schema) -> pl.DataType:
    typed = pl.LazyFrame(schema=schema).select(expr.alias("v")).collect_schema()
    return typed["v"]


def _constant(field: FieldSpec, given: Json) -> Json:
    if given is None or isinstance(given, bool):
        return to_json(given) if field.kind is Kind.JSON and given is not None else given
    if field.kind in NESTED:
        members = sorted(set(given)) if field.kind is Kind.REFS else _exact(given)
        return to_json(members)
    if field.kind in NUMBERS:
        return decimal_text(str(given))
    return int(given) if column_type(field.kind) is pl.Int64 else str(given)


def _exact(given: Json) -> Json:
    """YAML reads fractions as floats; everything else here is exact."""
    if isinstance(given, float):
        return Decimal(str(given))
    if isinstance(given, dict):
        return {name: _exact(member) for name, member in given.items()}
    return [_exact(member) for member in given] if isinstance(given, list) else given


def _looked_up(expr: pl.Expr, lookup: Lookup) -> pl.Expr:
    default = expr if lookup.missing == "keep" else None
    return expr.replace_strict(lookup.table, default=default, return_dtype=pl.String)


def _said(json: pl.Expr) -> pl.Expr:
    return pl.when(~json.is_in(_SAYS_NOTHING)).then(json)


def _formed(
    expr: pl.Expr, field: FieldSpec, given: pl.DataType, rule: Rule, *, is_json: bool
) -> pl.Expr:
    """The value in the canonical form of its field's kind."""
    is_list = isinstance(given, pl.List)
    match field.kind:
        case Kind.REFS if is_list:
            return json_of(sorted_list(expr)).fill_null(_NOTHING)
        case Kind.LIST if is_list:
            return json_of(expr).fill_null(_NOTHING)
        case Kind.JSON:
            return _said(expr if is_json else json_of(expr))
        case kind if kind in NESTED and is_json:
            return expr
        case Kind.BOOLEAN if given == pl.String:
            truth = {"1": True, "0": False, "true": True, "false": False}
            return expr.str.to_lowercase().replace_strict(
                truth, default=None, return_dtype=pl.Boolean
            )
        case Kind.DECIMAL | Kind.MEASURE if not is_list:
            return decimal_column(expr)
        case kind if kind not in NESTED and not is_list:
            return expr.cast(column_type(kind), strict=False)
    raise MappingError(
        f"'{rule.path}' cannot fill '{field.name}': a {field.kind} is needed.",
        where=rule.where,
        remedy="Add a transform such as split or join, or name another path.",
    )
