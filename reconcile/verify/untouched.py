"""Everything that should have stayed as it was: two snapshots, before and after, record by record.

Side effects that belong to a change are not surprises: the variants of a product that was
written, an order that got an invoice, what lay inside a record that was deleted, and memberships
in such records.

Of each record only its ids and a hash of each value are in memory.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile.columns import texts
from reconcile.compare import column_type
from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.entities.spec import METADATA, EntitySpec, FieldSpec, Kind
from reconcile.systems import Tables
from reconcile.verify.result import Surprise, Unexpected
from reconcile.verify.windows import Records

SEED = secrets.randbits(64)
"""Of the hashes: known to nobody, so nobody can make two values that only seem to be the same."""


@dataclass(slots=True)
class Touched:
    """Target ids by entity: `written` of all records the plan names or that follow from them,
    `deleted` of those it removes. Filled up on the way, parents before children."""

    written: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    deleted: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Untouched:
    """How many records were compared, and those that did not stay as they were."""

    checked: int
    unexpected: tuple[Unexpected, ...]


def compare(
    before: Tables,
    after: Tables,
    records: Records,
    touched: Touched,
    metadata: Mapping[str, list[str]],
) -> Untouched:
    """Compare every record no change names, one entity at a time.

    `metadata` names the `metadata.<key>` fields to compare per entity. Places among siblings are
    not compared: they shift when others come and go.
    """
    checked, unexpected = 0, list[Unexpected]()
    for spec in ENTITIES:
        fields = _fields(spec, metadata.get(spec.name, []))
        old, new = _hashed(before, spec, fields, records), _hashed(after, spec, fields, records)
        _follow(spec, touched, old, new)
        old, new = _others(old, spec, touched), _others(new, spec, touched)
        checked += old.height
        unexpected += _surprises(spec, fields, old, new, touched)
    return Untouched(checked, tuple(unexpected))


def _fields(spec: EntitySpec, metadata: list[str]) -> list[FieldSpec]:
    own = [each for each in spec.fields if each != METADATA and each.kind is not Kind.RANK]
    return own + [FieldSpec(name, Kind.JSON) for name in metadata]


def _hashed(
    tables: Tables, spec: EntitySpec, fields: list[FieldSpec], records: Records
) -> pl.DataFrame:
    """`target_id`, `key` and all fields, a hash in the place of texts that are no ids."""
    names = [each.name for each in fields]
    columns = [
        pl.col(each.name).hash(SEED) if _is_long(each) else pl.col(each.name) for each in fields
    ]
    frames = records.frames(tables, spec, names)
    return pl.concat([frame.select("target_id", "key", *columns) for frame in frames])


def _is_long(spec: FieldSpec) -> bool:
    return not spec.refers and column_type(spec.kind) is pl.String


def _follow(spec: EntitySpec, touched: Touched, *frames: pl.DataFrame) -> None:
    """Count the records inside written and deleted ones among them."""
    for frame in frames:
        for each in spec.fields:
            if each.kind is not Kind.REF or each.name not in frame.columns:
                continue
            owners = pl.col(each.name)
            if each.name == spec.parent and not ENTITY_BY_NAME[spec.parent].sums_up:
                inside = frame.filter(owners.is_in(list(touched.written[each.refers])))
                touched.written[spec.name].update(inside["target_id"])
            if each.required:
                gone = frame.filter(owners.is_in(list(touched.deleted[each.refers])))
                touched.written[spec.name].update(gone["target_id"])
                touched.deleted[spec.name].update(gone["target_id"])


def _others(frame: pl.DataFrame, spec: EntitySpec, touched: Touched) -> pl.DataFrame:
    named = pl.DataFrame({"target_id": list(touched.written[spec.name])}, {"target_id": pl.String})
    return frame.join(named, on="target_id", how="anti").unique("target_id")


def _surprises(
    spec: EntitySpec,
    fields: list[FieldSpec],
    old: pl.DataFrame,
    new: pl.DataFrame,
    touched: Touched,
) -> Iterator[Unexpected]:
    yield from _named(spec, old.join(new, on="target_id", how="anti"), Surprise.VANISHED)
    yield from _named(spec, new.join(old, on="target_id", how="anti"), Surprise.APPEARED)
    both = old.join(new, on="target_id", suffix=" (after)")
    changed = pl.concat_list(
        pl.when(_changed(each, touched)).then(pl.lit(each.name)) for each in fields
    ).list.drop_nulls()
    rows = both.select("target_id", "key", changed.alias("fields"))
    for target_id, key, names in rows.filter(pl.col("fields").list.len() > 0).iter_rows():
        yield Unexpected(spec.name, target_id, key or "", Surprise.CHANGED, tuple(names))


def _named(spec: EntitySpec, frame: pl.DataFrame, surprise: Surprise) -> Iterator[Unexpected]:
    for target_id, key in frame.select("target_id", "key").sort("target_id").iter_rows():
        yield Unexpected(spec.name, target_id, key or "", surprise)


def _changed(spec: FieldSpec, touched: Touched) -> pl.Expr:
    """True where a field changed, apart from members that were deleted by the plan."""
    before, after = pl.col(spec.name), pl.col(f"{spec.name} (after)")
    gone = list(touched.deleted[spec.refers]) if spec.refers else []
    if not gone:
        return before.ne_missing(after)
    if spec.kind is Kind.REF:
        return before.ne_missing(after) & ~before.is_in(gone).fill_null(value=False)
    return (
        texts(before)
        .list.set_difference(gone)
        .list.sort()
        .ne_missing(texts(after).list.set_difference(gone).list.sort())
    )
