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
from reconcile.identity import FOREIGN, translate
from reconcile.model import Address, Diagnostic, Severity

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Resolved:
    """A desired frame whose references are keys, and what had to be left out.

    `lost` has `key` and `source_id` of the records that fell out.
    """

    frame: pl.DataFrame
    lost: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]


def known_keys(frame: pl.DataFrame) -> dict[str, str]:
    """What may be said to mean a record of this frame: its source id or its key -> its key."""
    keys = frame["key"].to_list()
    return dict(zip(keys, keys, strict=True)) | dict(zip(frame["source_id"], keys, strict=True))


def resolve(
    frame: pl.DataFrame,
    spec: EntitySpec,
    known: Mapping[str, Mapping[str, str]],
    lost: Mapping[str, pl.DataFrame] | None = None,
) -> Resolved:
    """Turn references into keys. `lost` are records that are not carried, to name them.

    A required reference that leads nowhere takes its record out; another loses only its value.
    """
    referred = {field.refers for field in spec.fields if field.refers}
    names = {name: _names(known.get(name, {}), (lost or {}).get(name)) for name in referred}
    frame = whole = translate(frame, spec, names)
    found: list[Diagnostic] = []
    for name in frame.columns:
        field = spec.field(name)
        if field is None or not field.refers:
            continue
        # Without its parent a node of a tree would move to the top: it falls out with it.
        if field.required or name == spec.siblings:
            found.extend(_taken_out(frame, spec, field))
            frame = frame.filter(~pl.col(name).fill_null("").str.starts_with(FOREIGN))
        else:
            found.extend(_dangling(frame, spec, field))
            frame = frame.with_columns(_without_unknown(field))
    fallen = whole.join(frame, on="source_id", how="anti").select(_plain_key(), "source_id")
    return Resolved(frame, fallen, tuple(found))


def _names(known: Mapping[str, str], lost: pl.DataFrame | None) -> dict[str, str]:
    """Source id or key -> key; of a lost record the foreign one, which says that it is lost."""
    keys = {} if lost is None else dict(lost.select("source_id", "key").iter_rows())
    return {source_id: FOREIGN + key for source_id, key in keys.items()} | dict(known)


def _plain_key() -> pl.Expr:
    """A composite key as it would be if all its parts were carried."""
    return pl.col("key").str.replace_all(FOREIGN, "", literal=True)


def _taken_out(frame: pl.DataFrame, spec: EntitySpec, field: FieldSpec) -> Iterator[Diagnostic]:
    lost = frame.filter(pl.col(field.name).str.starts_with(FOREIGN))
    for key, reference in lost.select(_plain_key(), field.name).iter_rows():
        yield Diagnostic(
            Severity.SKIPPED,
            "dependency_not_carried",
            f"The {spec.name} {key} needs the {field.refers} "
            f"{reference.removeprefix(FOREIGN)}, which is not carried.",
            address=Address(spec.name, key),
            remedy=f"See why that {field.refers} is not carried.",
        )


def _dangling(frame: pl.DataFrame, spec: EntitySpec, field: FieldSpec) -> Iterator[Diagnostic]:
    members = _members(frame, field)
    lost = members.filter(members.str.starts_with(FOREIGN)).str.strip_prefix(FOREIGN)
    if lost.len():
        yield Diagnostic(
            Severity.WARNING,
            "dangling_reference",
            f"{lost.len()} {spec.plural} name a {field.refers} that is not carried and lose it: "
            f"{', '.join(lost.unique().sort().head(3))}.",
            remedy=f"Carry that {field.refers}, create it in the target, or map another value.",
        )


def _members(frame: pl.DataFrame, field: FieldSpec) -> pl.Series:
    if field.kind is Kind.REF:
        return frame[field.name].drop_nulls()
    return (
        frame.select(texts(pl.col(field.name)).explode(empty_as_null=True)).to_series().drop_nulls()
    )


def _without_unknown(field: FieldSpec) -> pl.Expr:
    column = pl.col(field.name)
    if field.kind is Kind.REF:
        return pl.when(~column.str.starts_with(FOREIGN)).then(column).alias(field.name)
    kept = texts(column).list.eval(pl.element().filter(~pl.element().str.starts_with(FOREIGN)))
    return json_of(kept).alias(field.name)
