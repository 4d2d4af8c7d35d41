"""Every applied change against what the target holds now, field by field, column by column."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import polars as pl

from reconcile.canonical import to_json
from reconcile.compare import NESTED, column_type, equal, value
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.errors import PlanError
from reconcile.identity import translate
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import ExistingReader, Tables
from reconcile.verify.result import Difference, Flaw

CHUNK = 5_000
"""Changes whose values are compared at once."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One written value, and the row of the record that should hold it."""

    address: Address
    record: int
    after: Json


@dataclass(slots=True)
class Known:
    """Who is who: `keys` entity -> target id -> key, `ids` address text -> target id."""

    keys: defaultdict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    ids: dict[str, str] = field(default_factory=dict)

    def learn(self, address: str, target_id: str | None) -> None:
        if target_id:
            self.ids[address] = target_id
            entity, _, key = address.partition(":")
            self.keys[entity][target_id] = key


def known_from(changes: Iterable[Change], applied: Mapping[str, str | None]) -> Known:
    """All ids a plan and its journal tell. `applied` maps address text to the journal's id."""
    known = Known()
    for change in changes:
        known.learn(str(change.address), change.target_id)
        for address, target_id in change.refs.items():
            known.learn(address, target_id)
    for address, target_id in applied.items():
        known.learn(address, target_id)
    return known


def read_back(
    applied: Iterable[Change], known: Known, tables: Tables, read: ExistingReader
) -> list[Difference]:
    """What does not read back as planned. Ids of records found by key are added to `known`.

    Plans name their changes entity by entity, so one entity is in memory at a time. Raises
    PlanError for a field this version does not know.
    """
    return [
        difference
        for entity, changes in groupby(applied, key=lambda change: change.address.entity)
        for difference in _entity(ENTITY_BY_NAME[entity], list(changes), known, tables, read)
    ]


def _entity(
    spec: EntitySpec,
    changes: Sequence[Change],
    known: Known,
    tables: Tables,
    read: ExistingReader,
) -> Iterator[Difference]:
    fields = _fields(spec, changes)
    wanted = dict.fromkeys([*fields, *spec.key_fields])
    existing = translate(read(tables, spec, list(wanted)).collect(), spec, known.keys)
    places = _places(changes, existing, known)
    yield from _whole_records(changes, places)
    yield from _values(fields, changes, places, existing)


def _fields(spec: EntitySpec, changes: Sequence[Change]) -> dict[str, FieldSpec]:
    """The fields to compare by name: all that were written, but places among siblings."""
    paths = {
        part.path
        for change in changes
        if change.action is not Action.DELETE
        for part in change.fields
    }
    found = {}
    for path in sorted(paths):
        known = spec.field(path)
        if known is None:
            raise PlanError(
                f"The plan writes `{path}` of {spec.name}, which this version does not know.",
                remedy="Verify with the version of reconcile that made the plan.",
            )
        if known.kind is not Kind.RANK:
            found[path] = known
    return found


def _places(changes: Sequence[Change], existing: pl.DataFrame, known: Known) -> pl.DataFrame:
    """One row per change: `change` (its index), `record` (row of its record or null), `twins`.

    Ids settle who is meant; a created record whose id nobody was told is found by its key.
    `twins` counts the records with the key of a create.
    """
    addresses = [str(change.address) for change in changes]
    frame = pl.DataFrame(
        {
            "target_id": [known.ids.get(address) for address in addresses],
            "key": [change.address.key for change in changes],
            "is_create": [change.action is Action.CREATE for change in changes],
        },
        schema={"target_id": pl.String, "key": pl.String, "is_create": pl.Boolean},
    ).with_row_index("change")
    records = existing.select("target_id", "key").with_row_index("record")
    by_key = records.drop_nulls("key").group_by("key").agg(pl.first("record"), pl.len())
    placed = frame.join(records.select("target_id", "record"), on="target_id", how="left").join(
        by_key.rename({"record": "record_by_key", "len": "twins"}), on="key", how="left"
    )
    unnamed = pl.col("target_id").is_null()
    placed = placed.with_columns(
        record=pl.when(unnamed).then("record_by_key").otherwise("record"),
        twins=pl.when("is_create").then(pl.col("twins").fill_null(0)).otherwise(0),
    ).sort("change")
    _learn(changes, placed.filter(unnamed, pl.col("record").is_not_null()), existing, known)
    return placed.select("change", "record", "twins")


def _learn(
    changes: Sequence[Change], found: pl.DataFrame, existing: pl.DataFrame, known: Known
) -> None:
    ids = existing["target_id"].gather(found["record"])
    for change, target_id in zip(found["change"], ids, strict=True):
        known.learn(str(changes[change].address), target_id)


def _whole_records(changes: Sequence[Change], places: pl.DataFrame) -> Iterator[Difference]:
    odd = places.filter(pl.col("record").is_null() | (pl.col("twins") > 1))
    for index, record, twins in odd.iter_rows():
        change = changes[index]
        if record is None and change.action is not Action.DELETE:
            yield Difference(change.address, Flaw.MISSING)
        elif twins > 1:
            yield Difference(change.address, Flaw.TWICE, planned=1, found=twins)
    for index in places.filter(pl.col("record").is_not_null())["change"]:
        if changes[index].action is Action.DELETE:
            yield Difference(changes[index].address, Flaw.STILL_THERE)


def _values(
    fields: Mapping[str, FieldSpec],
    changes: Sequence[Change],
    places: pl.DataFrame,
    existing: pl.DataFrame,
) -> Iterator[Difference]:
    """Compare the fields of records that are there, some thousand changes at a time."""
    there = places.drop_nulls("record").select("change", "record")
    for chunk in there.iter_slices(CHUNK):
        parts: dict[str, list[_Part]] = defaultdict(list)
        for index, record in chunk.iter_rows():
            change = changes[index]
            for written in change.fields if change.action is not Action.DELETE else ():
                parts[written.path].append(_Part(change.address, record, written.after))
        for name, spec in fields.items():
            yield from _field(spec, parts[name], existing)


def _field(spec: FieldSpec, parts: Sequence[_Part], existing: pl.DataFrame) -> Iterator[Difference]:
    """polars finds the rows whose text differs; only those are looked at one by one."""
    for place, cell in _candidates(spec, parts, existing):
        part = parts[place]
        found, planned = _plain(value(spec.kind, cell)), _plain(part.after)
        if not equal(spec, planned, found):
            yield Difference(part.address, Flaw.DIFFERS, spec.name, planned, found)


def _candidates(
    spec: FieldSpec, parts: Sequence[_Part], existing: pl.DataFrame
) -> Iterator[tuple[int, Json]]:
    cells = [_cell(spec.kind, part.after) for part in parts]
    both = pl.DataFrame(
        {
            "planned": pl.Series(cells, dtype=column_type(spec.kind), strict=False),
            "found": existing[spec.name].gather([part.record for part in parts]),
        }
    ).with_row_index("place")
    differing = both.filter(pl.col("planned").ne_missing(pl.col("found")))
    return differing.select("place", "found").iter_rows()


def _cell(kind: Kind, after: Json) -> Json:
    """A value of a plan as a frame holds it."""
    return to_json(after) if kind in NESTED and after is not None else after


def _plain(content: Json) -> Json:
    """A value as it is after a way through a plan file: fractions are text."""
    return json.loads(to_json(content))


def addresses_of(differences: Iterable[Difference]) -> set[Address]:
    """The changes that did not read back equal."""
    return {difference.address for difference in differences}
