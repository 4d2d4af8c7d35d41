"""When two values are the same, and in which parts they differ. The only user of deepdiff.

Values are canonical (see entities/spec.py), so for most kinds equal means equal text; what
remains are the kinds where the target may hold more than is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from deepdiff import DeepDiff

from reconcile.canonical import from_json, sorted_rows
from reconcile.entities.spec import FieldSpec, Kind
from reconcile.model import FieldChange, Json

TYPED = {Kind.BOOLEAN: pl.Boolean, Kind.INTEGER: pl.Int64, Kind.RANK: pl.Int64}
_MEASURES = {"desired": pl.String, "existing": pl.String}
NESTED = {
    Kind.REFS,
    Kind.LIST,
    Kind.MAP,
    Kind.JSON,
    Kind.PRICES,
    Kind.OPTIONS,
    Kind.ROWS,
}


def column_type(kind: Kind) -> type[pl.DataType]:
    """The polars type of a field's column."""
    return TYPED.get(kind, pl.String)


def value(kind: Kind, cell: object) -> Json:
    """A cell of a frame as the value that plans show: nested kinds are parsed."""
    if kind not in NESTED or not isinstance(cell, str):
        return cell
    parsed = from_json(cell)
    return sorted_rows(parsed) if kind is Kind.ROWS and isinstance(parsed, list) else parsed


def differs(field: FieldSpec, desired: str, existing: str) -> pl.Expr:
    """True where two columns may differ; for nested values `equal` has the last word.

    What is set once only differs where the target has nothing, what is kept only where the source
    has something.
    """
    if field.once:
        return pl.col(desired).is_not_null() & pl.col(existing).is_null()
    if field.kept:
        return pl.col(desired).is_not_null() & pl.col(desired).ne_missing(pl.col(existing))
    if field.kind is Kind.MEASURE:
        return _single(pl.col(desired)).ne_missing(_single(pl.col(existing)))
    return pl.col(desired).ne_missing(pl.col(existing))


def _single(number: pl.Expr) -> pl.Expr:
    """Decimal text in single precision: databases keep weights and sizes no better."""
    return number.cast(pl.Float32, strict=False)


def equal(field: FieldSpec, desired: Json, existing: Json) -> bool:
    """Whether the target holds what is wanted. Extra members are fine where the field says so."""
    if field.kind is Kind.OPTIONS:
        return _options_hold(desired or [], existing or [])
    if field.at_least:
        return set(desired or []) <= set(existing or [])
    if field.kind is Kind.REFS:
        return set(desired or []) == set(existing or [])
    if field.kind is Kind.MEASURE:
        both = pl.DataFrame({"desired": [desired], "existing": [existing]}, pl.Schema(_MEASURES))
        return not both.select(differs(field, "desired", "existing")).item()
    if field.kind is Kind.PRICES:
        return _priced(desired) == _priced(existing)
    if field.kind is Kind.ROWS:
        return sorted_rows(desired or []) == sorted_rows(existing or [])
    return bool(desired == existing)


def _options_hold(desired: list[Json], existing: list[Json]) -> bool:
    held = {option["title"]: set(option["values"]) for option in existing}
    wanted = {option["title"]: set(option["values"]) for option in desired}
    return held.keys() == wanted.keys() and all(wanted[t] <= held[t] for t in wanted)


def price_key(price: Mapping[str, Json]) -> str:
    """What makes a price within a variant the same price: currency and quantity range."""
    low, high = price.get("min_quantity"), price.get("max_quantity")
    span = "" if low is None and high is None else f" from {low or 1}"
    return f"{price['currency_code']}{span}{f' to {high}' if high is not None else ''}"


def _priced(prices: list[Mapping[str, Json]] | None) -> dict[str, Json]:
    """Amount by price; a price that stands twice keeps all its amounts, whichever is charged."""
    amounts: dict[str, list[Json]] = {}
    for price in prices or []:
        amounts.setdefault(price_key(price), []).append(price["amount"])
    return {key: found[0] if len(found) == 1 else sorted(found) for key, found in amounts.items()}


def keyed(kind: Kind, nested: Json) -> Json:
    """The parts of a nested value by what makes each the same part; flat values as they are."""
    if nested is None:
        return {}
    if kind is Kind.PRICES:
        return _priced(nested)
    if kind is Kind.OPTIONS:
        return {option["title"]: sorted(option["values"]) for option in nested}
    if kind is Kind.REFS:
        return dict.fromkeys(nested, True)
    if kind is Kind.ROWS:
        return _by_id(nested)
    return nested


def _by_id(rows: list[Json]) -> Json:
    """Rows by their ids; as they are when the ids do not tell them apart."""
    found = {row["id"]: _without_id(row) for row in rows if isinstance(row, dict) and "id" in row}
    return found if len(found) == len(rows) else rows


def _without_id(row: Mapping[str, Json]) -> dict[str, Json]:
    return {name: part for name, part in row.items() if name != "id"}


def explain(kind: Kind, change: FieldChange) -> tuple[FieldChange, ...]:
    """The parts in which a nested value changed: `prices` -> `prices.usd: 34 -> 39`.

    Flat values, and values that changed their type, come back as they are.
    """
    before, after = keyed(kind, change.before), keyed(kind, change.after)
    if kind not in NESTED or not isinstance(before, type(after)):
        return (change,)
    # Without the threshold, values with few names in common would be shown as one whole.
    difference = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    parts = [
        FieldChange(_path(change.path, level), _shown(level.t1), _shown(level.t2))
        for levels in difference.values()
        for level in levels
    ]
    return tuple(sorted(parts, key=lambda part: part.path))


def _path(root: str, level: Any) -> str:
    return ".".join([root, *(str(step) for step in level.path(output_format="list"))])


def _shown(side: object) -> Json:
    return None if repr(side) == "not present" else side
