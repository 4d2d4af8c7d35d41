"""Desired records refer to others by source id; here the ids become keys, or a diagnostic.

What a reference may say: the source id of a record that is carried, the key of one, or `default`
for the target's own default (sales channel, shipping profile).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.columns import json_of, texts
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.identity import FOREIGN, Keys, Names, members, translate
from reconcile.model import Address, Diagnostic, Severity
from reconcile.systems import Notice

DEFAULT = "default"
IDENTITY = ("key", "source_id")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A desired frame whose references are keys, and what had to be left out.

    `lost` has `key` and `source_id` of the records that fell out.
    """

    frame: pl.DataFrame
    lost: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]


def known_keys(frame: pl.DataFrame) -> Names:
    """What may be said to mean a record of this frame: its source id or its key -> its key."""
    by_key = frame.select("key", pl.col("key").alias("meant"))
    return Names.from_pairs(frame.select("source_id", "key"), by_key)


def resolve(
    frame: pl.DataFrame,
    spec: EntitySpec,
    known: Keys,
    lost: Mapping[str, pl.DataFrame] | None = None,
) -> Resolved:
    """Turn references into keys. `lost` are records that are not carried, to name them.

    A required reference that leads nowhere takes its record out; another loses only its value.
    """
    referred = {field.refers for field in spec.fields if field.refers}
    names = {name: _names(known.get(name, {}), (lost or {}).get(name)) for name in referred}
    frame = whole = translate(frame, spec, names)
    found: list[Diagnostic] = []
    notices: list[Notice] = []
    for name in frame.columns:
        field = spec.field(name)
        if field is None or not field.refers:
            continue
        # Without its parent a node of a tree would move to the top: it falls out with it.
        if _needed(spec, field):
            found.extend(_taken_out(frame, spec, field))
            frame = frame.filter(~pl.col(name).fill_null("").str.starts_with(FOREIGN))
        else:
            notices.extend(_dangling(frame, spec, field))
            frame = frame.with_columns(_without_unknown(field))
    fallen = whole.join(frame, on="source_id", how="anti").select(_plain_key(), "source_id")
    return Resolved(frame, fallen, tuple(found), tuple(notices))


def _needed(spec: EntitySpec, field: FieldSpec) -> bool:
    return field.required or field.name == spec.siblings


def left_out(
    frame: pl.DataFrame, spec: EntitySpec, aside: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """`key` and `source_id` of the records that need one of those left `aside` by entity."""
    found = [frame.clear()]
    for name in frame.columns:
        field = spec.field(name)
        if field is not None and field.refers in aside and _needed(spec, field):
            others = aside[field.refers]
            said = pl.concat([others["source_id"], others["key"]]).drop_nulls().unique()
            found.append(frame.join(said.alias(name).to_frame(), on=name, how="semi"))
    return pl.concat(found).select(IDENTITY).unique(maintain_order=True)


def _names(known: Mapping[str, str] | Names, lost: pl.DataFrame | None) -> Names:
    """Source id or key -> key; of a lost record the foreign one, which says that it is lost."""
    carried = known if isinstance(known, Names) else Names.of(known)
    if lost is None:
        return carried
    foreign = lost.select("source_id", FOREIGN + pl.col("key"))
    return Names.from_pairs(carried.frame, foreign.drop_nulls("source_id"))


def _plain_key() -> pl.Expr:
    """A composite key as it would be if all its parts were carried."""
    return pl.col("key").str.replace_all(FOREIGN, "", literal=True)


def _taken_out(frame: pl.DataFrame, spec: EntitySpec, field: FieldSpec) -> Iterator[Diagnostic]:
    lost = frame.filter(pl.col(field.name).str.starts_with(FOREIGN))
    for key, reference in lost.select(_plain_key(), field.name).iter_rows():
        yield Diagnostic(
            Severity.SKIPPED,
            "dependency_not_carried",
            f"The {spec.called(key)} needs the {field.refers} "
            f"{reference.removeprefix(FOREIGN)}, which is not carried.",
            address=Address(spec.name, key),
            remedy=f"See why that {field.refers} is not carried; "
            "if nothing is said of it, the source has none such.",
        )


def _dangling(frame: pl.DataFrame, spec: EntitySpec, field: FieldSpec) -> Iterator[Notice]:
    named = members(frame, field)
    lost = named.filter(named.str.starts_with(FOREIGN)).str.strip_prefix(FOREIGN)
    if lost.len():
        which = "." if field.personal else ": {samples}."
        yield Notice.about(
            Severity.WARNING,
            "dangling_reference",
            f"{{count}} {spec.plural} name a {field.refers} that is not carried and lose it{which}",
            lost.to_list(),
            remedy=f"Carry that {field.refers}, create it in the target, or map another value.",
        )


def _without_unknown(field: FieldSpec) -> pl.Expr:
    column = pl.col(field.name)
    if field.kind is Kind.REF:
        return pl.when(~column.str.starts_with(FOREIGN)).then(column).alias(field.name)
    kept = texts(column).list.eval(pl.element().filter(~pl.element().str.starts_with(FOREIGN)))
    return json_of(kept).alias(field.name)
