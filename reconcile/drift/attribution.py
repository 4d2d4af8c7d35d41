"""Who changed what since it was last applied, by what is remembered of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from reconcile.base import CREATED, Base, Known
from reconcile.drift.document import MISMATCHES, ChangedBy, Kind, text_of
from reconcile.entities.spec import EntitySpec, FieldSpec
from reconcile.entities.spec import Kind as FieldKind
from reconcile.model import FieldChange, Json
from reconcile.three_way import ALWAYS_FOLLOWED, MARK, Past

Differing = tuple[str, FieldChange]
"""Key of a pair, and a field in which it differs: `before` is the target's, `after` the source's
value."""

AT_ONCE = 1_000
"""Records of the memory that are looked up together."""


def field_rows(past: Past, differing: Sequence[Differing], pairs: pl.DataFrame) -> pl.DataFrame:
    """Rows of MISMATCHES. `pairs` has `key`, `source_id` and `target_id`; what differs of records
    that are no pairs is left out."""
    keys = pl.DataFrame({"key": [key for key, _ in differing]}, schema={"key": pl.String})
    known = pairs.join(keys.unique(), on="key", how="semi")
    target_ids = dict(known.select("key", "target_id").iter_rows())
    base = past.of(target_ids)
    entity = past.spec.name
    rows = [
        (
            entity,
            key,
            kind_of(past.spec, part.path).value,
            part.path,
            text_of(part.after),
            text_of(part.before),
            _changed_by(past, part, base.get(key, {})),
        )
        for key, part in differing
        if key in target_ids
    ]
    schema = {name: kind for name, kind in MISMATCHES.items() if not name.endswith("_id")}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    joined = frame.join(known, on="key", how="left", maintain_order="left")
    return joined.select(*MISMATCHES)


def kind_of(spec: EntitySpec, path: str) -> Kind:
    """In which file a field that differs is listed."""
    known = spec.field(path)
    if (spec.name, path) == ("inventory_level", "stocked_quantity"):
        return Kind.STOCK
    is_price = known is not None and known.kind is FieldKind.PRICES
    return Kind.PRICE if is_price or (spec.name, path) == ("list_price", "amount") else Kind.FIELD


def _changed_by(past: Past, part: FieldChange, base: Mapping[str, Json]) -> str | None:
    """Nobody knows of what was never applied, nor of what is not remembered."""
    known = past.spec.field(part.path)
    if known is None or not _is_remembered(known):
        return None
    if part.path not in base and CREATED not in base:
        return None
    verdict = past.judge([part], base)
    if verdict.taken:
        return ChangedBy.MAGENTO.value
    return (ChangedBy.BOTH if verdict.undecided else ChangedBy.MEDUSA).value


def _is_remembered(known: FieldSpec) -> bool:
    """What never conflicts is not: what is written once, places among siblings, marks."""
    once = known.fixed or known.once
    return not once and known.kind not in ALWAYS_FOLLOWED and known.name != MARK


def missing_rows(spec: EntitySpec, base: Base, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of MISMATCHES for desired records without a partner: who was created here before was
    removed on the target since."""
    removed = base.created(spec.name, new["key"].to_list())
    moved = None if base.known is not Known.HERE else ChangedBy.MAGENTO.value
    gone = pl.col("key").is_in(sorted(removed))
    by = pl.when(gone).then(pl.lit(ChangedBy.MEDUSA.value)).otherwise(pl.lit(moved, pl.String))
    return _whole(spec, Kind.MISSING, new, by)


def extra_rows(past: Past, gone: pl.DataFrame, shown_again: frozenset[str]) -> pl.DataFrame:
    """Rows of MISMATCHES for managed records without a source. `shown_again` are keys of those
    that were hidden here, and are shown since."""
    remembered = sorted(_remembered(past, gone))
    column = pl.col("key")
    by = (
        pl.when(column.is_in(sorted(shown_again)))
        .then(pl.lit(ChangedBy.MEDUSA.value))
        .when(column.is_in(remembered))
        .then(pl.lit(ChangedBy.MAGENTO.value))
        .otherwise(pl.lit(None, pl.String))
    )
    return _whole(past.spec, Kind.EXTRA, gone, by)


def _remembered(past: Past, gone: pl.DataFrame) -> Iterator[str]:
    for part in gone.select("key", "target_id").iter_slices(AT_ONCE):
        yield from (key for key, held in past.of(dict(part.iter_rows())).items() if held)


def _whole(spec: EntitySpec, kind: Kind, records: pl.DataFrame, by: pl.Expr) -> pl.DataFrame:
    nothing = pl.lit(None, pl.String)
    ids = [
        pl.col(name) if name in records.columns else nothing.alias(name)
        for name in ("source_id", "target_id")
    ]
    return records.select(
        pl.lit(spec.name).alias("entity"),
        "key",
        pl.lit(kind.value).alias("kind"),
        pl.lit("").alias("field"),
        nothing.alias("magento"),
        nothing.alias("medusa"),
        by.alias("changed_by"),
        *ids,
    )
