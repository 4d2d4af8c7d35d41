"""What the target should hold: every mapped entity's frame, with references that lead somewhere.

Entities with a main table are read one window of it after another. Of these, only the columns that
say who is who and what refers to what stay in memory; the whole rows wait on disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from reconcile import matching, references
from reconcile.columns import json_of, texts
from reconcile.entities import ENTITIES
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, FieldSpec, Kind
from reconcile.identity import Keys, Names
from reconcile.mapping import desired
from reconcile.mapping.document import EntityMapping
from reconcile.model import Diagnostic
from reconcile.plan import lacking
from reconcile.plan.notices import Notices
from reconcile.plan.runs import Runs
from reconcile.systems import Lacking, Options, RecordsReader, Tables


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records come from. `main` names the tables that are read in windows of so many
    `rows`, by entity; `folder` is where their rows wait."""

    tables: Tables
    records: RecordsReader
    options: Options = field(default_factory=dict)
    main: Mapping[str, str] = field(default_factory=dict)
    rows: int = 1
    folder: Path = Path()

    def windows(self, entity: str) -> Iterable[Tables]:
        table = self.main.get(entity)
        return [self.tables] if table is None else self.tables.windows(table, self.rows)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Desired frames by entity; `complete` says which sources were whole.

    `lost` has `key` and `source_id` of records the source has, but that are not carried;
    `left_out` of those that the plan's filters leave out. `unread` counts the values of the source
    that no rule reads, by column; `unmapped` are those that a rule cannot carry, in the columns of
    desired.UNMAPPED. For entities in `runs` the frame has only the columns of identity, and the
    runs have whole rows, among them rows that fell out since.
    """

    frames: dict[str, pl.DataFrame] = field(default_factory=dict)
    runs: dict[str, Runs] = field(default_factory=dict)
    complete: dict[str, bool] = field(default_factory=dict)
    lost: dict[str, pl.DataFrame] = field(default_factory=dict)
    left_out: dict[str, pl.DataFrame] = field(default_factory=dict)
    unread: dict[str, Counter[str]] = field(default_factory=dict)
    unmapped: dict[str, pl.DataFrame] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    notices: Notices = field(default_factory=Notices)


def identity(spec: EntitySpec, columns: Iterable[str]) -> list[str]:
    """The columns that say who is who and what refers to what, of those given."""
    return [name for name in columns if name in references.IDENTITY or _links(spec.field(name))]


def _links(known: FieldSpec | None) -> bool:
    return known is not None and (bool(known.refers) or known.unique)


def read(
    source: Source,
    mappings: Mapping[str, EntityMapping],
    target_keys: Keys,
    lacks: Sequence[Lacking] = (),
) -> Wanted:
    """`target_keys`: entity -> what may be said -> key, of records that only the target has.

    Raises MappingError for a path the source does not offer.
    """
    wanted = Wanted()
    for name, mapping in mappings.items():
        lack = lacking.whole(lacks, name)
        if lack is None:
            _collect(wanted, source, mapping)
        else:
            _leave(wanted, source, mapping, lack)
    _resolve(wanted, target_keys)
    return wanted


def _collect(wanted: Wanted, source: Source, mapping: EntityMapping) -> None:
    spec = mapping.spec
    parts = _Parts()
    runs = Runs(source.folder / spec.name) if spec.name in source.main else None
    for window in source.windows(spec.name):
        made = desired.build(mapping, source.records(window, spec.name, source.options))
        frame = _with_ownership(spec, made.frame)
        if runs is not None:
            runs.add(frame)
            frame = frame.select(identity(spec, frame.columns))
        parts.take(frame, made)
        wanted.diagnostics.extend(made.diagnostics)
        wanted.notices.add(made.notices)
    if parts.unread:
        wanted.diagnostics.append(desired.unread_note(mapping, parts.unread))
    wanted.frames[spec.name] = pl.concat(parts.frames)
    wanted.lost[spec.name] = pl.concat(parts.lost)
    wanted.left_out[spec.name] = pl.concat(parts.left_out)
    wanted.unread[spec.name] = parts.unread
    wanted.unmapped[spec.name] = parts.all_unmapped()
    wanted.complete[spec.name] = parts.complete
    if runs is not None:
        wanted.runs[spec.name] = runs


@dataclass(slots=True)
class _Parts:
    """What the windows of one entity gave so far."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    lost: list[pl.DataFrame] = field(default_factory=list)
    left_out: list[pl.DataFrame] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    unmapped: list[pl.DataFrame] = field(default_factory=list)
    complete: bool = True

    def take(self, frame: pl.DataFrame, made: desired.Desired) -> None:
        self.frames.append(frame)
        self.lost.append(made.lost)
        self.left_out.append(made.left_out)
        self.unread.update(made.unread)
        self.unmapped.append(made.unmapped)
        self.complete = self.complete and made.complete

    def all_unmapped(self) -> pl.DataFrame:
        """Each value once, in order, with the sum of its counts."""
        same = pl.concat(self.unmapped).group_by("field", "value", "why").agg(pl.sum("count"))
        return same.sort("field", "value", "why").select(*desired.UNMAPPED)


def _leave(wanted: Wanted, source: Source, mapping: EntityMapping, lack: Lacking) -> None:
    """Nothing of this entity is planned; what refers to its records does not find them."""
    found = list(_named(source, mapping))
    wanted.lost[mapping.spec.name] = pl.concat(found)
    for names in found:
        wanted.diagnostics.extend(lacking.of_entity(lack, mapping.spec, names))
        wanted.notices.add(lacking.counted(lack, mapping.spec, names))


def _named(source: Source, mapping: EntityMapping) -> Iterator[pl.DataFrame]:
    for window in source.windows(mapping.spec.name):
        yield desired.names(mapping, source.records(window, mapping.spec.name, source.options))


def _with_ownership(spec: EntitySpec, frame: pl.DataFrame) -> pl.DataFrame:
    """Every record that can hold metadata is marked with the id of its source record."""
    if not spec.open_metadata:
        return frame
    return frame.with_columns(json_of(pl.col("source_id")).alias(f"metadata.{OWNERSHIP_KEY}"))


def _resolve(wanted: Wanted, target_keys: Keys) -> None:
    """In dependency order, so that what falls out takes along what needs it."""
    known: dict[str, Mapping[str, str] | Names] = dict(target_keys)
    for spec in ENTITIES:
        if spec.vocabulary_of:
            wanted.frames[spec.name] = _vocabulary(spec, wanted.frames)
            wanted.complete[spec.name] = True
        if spec.name not in wanted.frames:
            continue
        frame, twins = matching.without_twins(spec, _without_left_out(wanted, spec))
        wanted.diagnostics.extend(twins)
        wanted.frames[spec.name] = _settled(wanted, spec, frame, known)


def _without_left_out(wanted: Wanted, spec: EntitySpec) -> pl.DataFrame:
    """The records that need none of those left out; the others are left out with them."""
    frame = wanted.frames[spec.name]
    aside = references.left_out(frame, spec, wanted.left_out)
    if aside.is_empty():
        return frame
    wanted.left_out[spec.name] = pl.concat([wanted.left_out[spec.name], aside])
    return frame.join(aside, on="source_id", how="anti", maintain_order="left")


def _settled(
    wanted: Wanted,
    spec: EntitySpec,
    frame: pl.DataFrame,
    known: dict[str, Mapping[str, str] | Names],
) -> pl.DataFrame:
    """Resolve until nothing falls out any more: a tree refers to itself, so whoever hangs on a
    record that fell out falls out in the next round."""
    while True:
        known[spec.name] = references.known_keys(frame)
        resolved = references.resolve(frame, spec, known, wanted.lost)
        so_far = wanted.lost.get(spec.name, resolved.lost.clear())
        wanted.lost[spec.name] = pl.concat([so_far, resolved.lost])
        wanted.diagnostics.extend(resolved.diagnostics)
        wanted.notices.add(resolved.notices)
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
