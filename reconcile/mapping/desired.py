"""Source records through a mapping: what the target should hold. Columnar; one frame an entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from reconcile.columns import is_blank
from reconcile.entities.spec import NUMBERS, FieldSpec, Kind
from reconcile.errors import MappingError
from reconcile.mapping.document import EntityMapping, Rule
from reconcile.mapping.expressions import cell, value
from reconcile.model import Address, Diagnostic, Severity
from reconcile.nearest import nearest
from reconcile.systems import CHANGED_AT, Notice, Records

UNMAPPED = pl.Schema({"field": pl.String, "value": pl.String, "why": pl.String, "count": pl.Int64})

_PICKY = NUMBERS | {Kind.BOOLEAN}
"""Kinds that cannot hold every text: what is lost on the way is named."""


@dataclass(frozen=True, slots=True)
class Desired:
    """`frame` has `key`, `source_id` and one column per managed field, in canonical form.

    `lost` has `key` and `source_id` of records that the source has, but that are not carried;
    each has a diagnostic. `left_out` has those of records that the plan's filters leave out.
    `unread` counts the values of columns that no rule reads; `unmapped` has `field`, `value`, `why`
    and `count` of values that a rule reads and cannot carry.
    """

    frame: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]
    unread: Mapping[str, int]
    unmapped: pl.DataFrame
    lost: pl.DataFrame
    left_out: pl.DataFrame
    complete: bool


def build(mapping: EntityMapping, records: Records) -> Desired:
    """Map the records of one entity. Raises MappingError for a path the source does not offer."""
    schema = records.frame.collect_schema()
    for rule in (*mapping.managed_rules, *([mapping.key] if mapping.key else [])):
        _check_paths(rule, schema)
    counts = [pl.col(name).count().alias(_count(name)) for name in _unused(mapping, records)]
    when = [pl.col("updated_at").alias(name) for name in _when(mapping)]
    mapped = records.frame.select(*_columns(mapping, records, schema), *when, *counts).collect()
    kept, incomplete, skips = _without_incomplete(mapping, mapped)
    columns = ["key", "source_id", *(rule.field for rule in mapping.managed_rules), *_when(mapping)]
    unmapped = list(_lost_values(mapping, mapped))
    return Desired(
        frame=kept.select(columns),
        diagnostics=(*records.diagnostics, *skips),
        notices=(*records.notices, *(_notice(mapping, each) for each in unmapped)),
        unread=_unread(_unused(mapping, records), mapped),
        unmapped=pl.concat([pl.DataFrame(schema=UNMAPPED), *map(_counted, unmapped)]),
        lost=_lost(incomplete, records),
        left_out=_left_out(records),
        complete=records.complete,
    )


def _when(mapping: EntityMapping) -> list[str]:
    return [CHANGED_AT] if mapping.asks_when else []


def names(mapping: EntityMapping, records: Records) -> pl.DataFrame:
    """`key` and `source_id` of the records of one entity, and nothing else of them."""
    schema = records.frame.collect_schema()
    key = key_of(mapping, schema).cast(pl.String)
    return records.frame.select(key.alias("key"), "source_id").collect()


def _left_out(records: Records) -> pl.DataFrame:
    if records.left_out is None:
        return pl.DataFrame(schema={"key": pl.String, "source_id": pl.String})
    return records.left_out.select("key", "source_id").collect()


def _lost(incomplete: pl.DataFrame, records: Records) -> pl.DataFrame:
    unsound = records.unsound.collect() if records.unsound is not None else incomplete.clear()
    both = pl.concat([incomplete, unsound])
    return both.with_columns(pl.coalesce("key", "source_id").alias("key"))


def _check_paths(rule: Rule, schema: pl.Schema) -> None:
    for path in sorted(rule.paths):
        if path not in schema:
            raise MappingError(
                f"The source offers no '{path}' for '{rule.field}'.{nearest(path, schema.names())}",
                where=rule.where,
                remedy="Use one of the source's columns, or `unmanaged`.",
            )


def _columns(mapping: EntityMapping, records: Records, schema: pl.Schema) -> list[pl.Expr]:
    columns = [key_of(mapping, schema).alias("key"), pl.col("source_id")]
    for rule in mapping.managed_rules:
        field = _field(mapping, rule)
        columns.append(cell(rule, field, records.json, schema).alias(rule.field))
        if rule.path and (rule.lookup or field.kind in _PICKY):
            columns.append(pl.col(rule.path).alias(_raw(rule)))
    return columns


def key_of(mapping: EntityMapping, schema: pl.Schema) -> pl.Expr:
    """The key of the source's records, by the mapping's own rule if it has one."""
    return value(mapping.key, schema) if mapping.key else pl.col("key")


def _raw(rule: Rule) -> str:
    return f"raw of {rule.field}"


def _field(mapping: EntityMapping, rule: Rule) -> FieldSpec:
    field = mapping.spec.field(rule.field)
    assert field is not None  # noqa: S101  (the document reader refuses unknown fields)
    return field


def _unused(mapping: EntityMapping, records: Records) -> list[str]:
    """Columns that are lost: no rule reads them, nor one of those that stand for them."""
    used = mapping.paths
    return [name for name, also in records.offered.items() if not used & {name, *also}]


def _count(name: str) -> str:
    return f"count of {name}"


def _unread(unused: Sequence[str], mapped: pl.DataFrame) -> dict[str, int]:
    """How many values there are in columns that no rule reads, where there are any."""
    found = mapped.head(1).select(_count(name) for name in unused).rows(named=True)
    counts = found[0] if found else {}
    return {name: counts[_count(name)] for name in unused if counts and counts[_count(name)]}


def unread_note(mapping: EntityMapping, unread: Mapping[str, int]) -> Diagnostic:
    """Columns with values that no rule reads, together in one line."""
    return Diagnostic(
        Severity.INFO,
        "unmapped_source_fields",
        f"No rule of {mapping.file.name} reads these, with so many values: "
        + ", ".join(f"{name} ({count:,})" for name, count in sorted(unread.items()))
        + ".",
        remedy="Map what shoppers or staff still need, e.g. to `metadata.<name>`.",
    )


@dataclass(frozen=True, slots=True)
class _LostValues:
    """What one rule cannot carry, a value per record, and why."""

    rule: Rule
    values: pl.Series
    why: str


def _lost_values(mapping: EntityMapping, mapped: pl.DataFrame) -> Iterator[_LostValues]:
    """Values that a look-up table does not hold, or that are no numbers."""
    for rule in mapping.managed_rules:
        if _raw(rule) not in mapped.columns:
            continue
        raw = mapped[_raw(rule)]
        raw = (raw.explode() if isinstance(raw.dtype, pl.List) else raw).cast(pl.String)
        if rule.lookup is not None and rule.lookup.missing == "report":
            lost = raw.filter(raw.is_not_null() & ~raw.is_in(list(rule.lookup.table)))
            if lost.len():
                yield _LostValues(rule, lost, f"not in {rule.lookup.file.name}")
        elif rule.lookup is None:
            lost = raw.filter(raw.is_not_null() & (raw != "") & mapped[rule.field].is_null())
            if lost.len():
                flag = _field(mapping, rule).kind is Kind.BOOLEAN
                yield _LostValues(rule, lost, "not a flag" if flag else "not a number")


def _counted(lost: _LostValues) -> pl.DataFrame:
    counts = lost.values.alias("value").value_counts(name="count")
    said = counts.with_columns(field=pl.lit(lost.rule.field), why=pl.lit(lost.why))
    return said.select(pl.col(name).cast(kind) for name, kind in UNMAPPED.items())


def _notice(mapping: EntityMapping, lost: _LostValues) -> Notice:
    """The values are named, unless they say something about a person."""
    known = mapping.spec.by_name.get(lost.rule.field)
    named = "." if known and known.personal else ": {samples}."
    return Notice.about(
        Severity.WARNING,
        "unmapped_value",
        f"{mapping.spec.name}.{lost.rule.field}: {{count}} records have values {lost.why}{named}",
        [f"'{text}'" for text in lost.values],
        remedy=f"Extend the mapping at {lost.rule.where.rsplit('/', 1)[-1]}.",
    )


def _without_incomplete(
    mapping: EntityMapping, mapped: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[Diagnostic]]:
    """The rows that can be carried; `key` and `source_id` of the others; a diagnostic for each."""
    identity = mapped.select("key", "source_id")
    lost, skips = [identity.clear()], list[Diagnostic]()
    for name in ("key", *_required(mapping)):
        column = pl.col(name)
        absent = is_blank(column) if mapped.schema[name] == pl.String else column.is_null()
        lost.append(mapped.filter(absent).select("key", "source_id"))
        skips.extend(_absent(mapping, name, *row) for row in lost[-1].iter_rows())
        mapped = mapped.filter(~absent)
    return mapped, pl.concat(lost), skips


def _required(mapping: EntityMapping) -> list[str]:
    return [rule.field for rule in mapping.managed_rules if _field(mapping, rule).required]


def _absent(mapping: EntityMapping, name: str, key: str | None, source_id: str) -> Diagnostic:
    what = "key" if name == "key" else f"'{name}'"
    spec = mapping.spec
    with_key = f"{spec.called(key)} (source id {source_id})" if key else ""
    called = with_key or f"{spec.name} with source id {source_id}"
    return Diagnostic(
        Severity.SKIPPED,
        "missing_key" if name == "key" else "missing_required",
        f"The {called} has no {what} and is not carried.",
        address=Address(mapping.spec.name, key or source_id),
        remedy=f"Give it a value in the source, or a fallback in {mapping.file.name}.",
    )
