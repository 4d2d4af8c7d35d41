"""What the target should hold: every mapped entity's frame, with references that lead somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile import matching, references
from reconcile.columns import json_of, texts
from reconcile.entities import ENTITIES
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, Kind
from reconcile.mapping import desired
from reconcile.mapping.document import EntityMapping
from reconcile.model import Diagnostic
from reconcile.systems import RecordsReader, Tables


@dataclass(frozen=True, slots=True)
class Wanted:
    """Desired frames by entity; `complete` says which sources were whole.

    `lost` has `key` and `source_id` of records the source has, but that are not carried.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    complete: dict[str, bool] = field(default_factory=dict)
    lost: dict[str, pl.DataFrame] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def read(
    source: Tables,
    records: RecordsReader,
    mappings: Mapping[str, EntityMapping],
    target_keys: Mapping[str, Mapping[str, str]],
) -> Wanted:
    """`target_keys`: entity -> what may be said -> key, of records that only the target has.

    Raises MappingError for a path the source does not offer.
    """
    wanted = Wanted()
    chosen = {name: mapping.options for name, mapping in mappings.items()}
    for name, mapping in mappings.items():
        made = desired.build(mapping, records(source, name, chosen))
        wanted.diagnostics.extend(made.diagnostics)
        wanted.complete[name] = made.complete
        wanted.frames[name] = _with_ownership(mapping.spec, made.frame)
        wanted.lost[name] = made.lost
    _resolve(wanted, target_keys)
    return wanted


def _with_ownership(spec: EntitySpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Every record that can hold metadata is marked with the id of its source record."""
    if not spec.open_metadata:
        return frame
    return frame.with_columns(json_of(pl.col("source_id")).alias(f"metadata.{OWNERSHIP_KEY}"))


def _resolve(wanted: Wanted, target_keys: Mapping[str, Mapping[str, str]]) -> None:
    """In dependency order, so that what falls out takes along what needs it."""
    known: dict[str, Mapping[str, str]] = dict(target_keys)
    for spec in ENTITIES:
        if spec.vocabulary_of:
            wanted.frames[spec.name] = _vocabulary(spec, wanted.frames)
            wanted.complete[spec.name] = True
        if spec.name not in wanted.frames:
            continue
        frame, twins = matching.without_twins(spec, wanted.frames[spec.name])
        wanted.diagnostics.extend(twins)
        wanted.frames[spec.name] = _settled(wanted, spec, frame, known)


def _settled(
    wanted: Wanted,
    spec: EntitySpec,
    frame: pl.DataFrame,
    known: dict[str, Mapping[str, str]],
) -> pl.DataFrame:
    """Resolve until nothing falls out any more: a tree refers to itself, so whoever hangs on a
    record that fell out falls out in the next round."""
    while True:
        known[spec.name] = references.known_keys(frame)
        resolved = references.resolve(frame, spec, known, wanted.lost)
        so_far = wanted.lost.get(spec.name, resolved.lost.clear())
        wanted.lost[spec.name] = pl.concat([so_far, resolved.lost])
        wanted.diagnostics.extend(resolved.diagnostics)
        if resolved.frame.height == frame.height:
            known[spec.name] = references.known_keys(resolved.frame)
            return resolved.frame
        frame = resolved.frame


def _vocabulary(spec: EntitySpec, frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """The distinct words another entity's field uses, as records."""
    entity, name = spec.vocabulary_of or ("", "")
    frame = frames.get(entity)
    if frame is None or name not in frame.columns:
        words = pl.Series(dtype=pl.String)
    else:
        words = frame.select(_words(spec, name)).to_series().drop_nulls().unique().sort()
    return pl.DataFrame({"key": words, "source_id": words, "value": words})


def _words(spec: EntitySpec, name: str) -> pl.Expr:
    entity = spec.vocabulary_of[0] if spec.vocabulary_of else ""
    user = next(each for each in ENTITIES if each.name == entity)
    column = pl.col(name)
    is_list = user.by_name[name].kind is Kind.REFS
    return texts(column).explode(empty_as_null=True) if is_list else column
