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
from reconcile.identity import Names, translate
from reconcile.model import Action, Address, Change, Json
from reconcile.systems import Tables
from reconcile.verify.places import Places
from reconcile.verify.result import Difference, Flaw
from reconcile.verify.windows import Records

CHUNK = 500
"""Changes whose values are compared, and in memory, at once."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One written value, and the row of the record that should hold it."""

    address: Address
    record: int
    after: Json


@dataclass(slots=True)
class Known:
    """Who is who: address text -> target id."""

    ids: dict[str, str] = field(default_factory=dict)

    def learn(self, address: str, target_id: str | None) -> None:
        if target_id:
            self.ids[address] = target_id

    def names(self, entities: Iterable[str]) -> dict[str, Names]:
        """Entity -> target id -> key, of those entities of which anything is known."""
        found: dict[str, dict[str, str]] = {entity: {} for entity in entities}
        for address, target_id in self.ids.items():
            entity, _, key = address.partition(":")
            if entity in found:
                found[entity][target_id] = key
        return {entity: Names.of(keys) for entity, keys in found.items() if keys}


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
    applied: Iterable[Change], known: Known, tables: Tables, records: Records
) -> list[Difference]:
    """What does not read back as planned. Ids of records found by key are added to `known`.

    Plans name their changes entity by entity, so the records of one entity are in memory at a
    time, or some thousand of them, and the values of a few hundred changes. Raises PlanError for a
    field this version does not know.
    """
    return [
        difference
        for entity, changes in groupby(applied, key=lambda change: change.address.entity)
        for difference in _entity(ENTITY_BY_NAME[entity], list(changes), known, tables, records)
    ]


def _entity(
    spec: EntitySpec,
    changes: Sequence[Change],
    known: Known,
    tables: Tables,
    records: Records,
) -> list[Difference]:
    fields = _fields(spec, changes)
    wanted = list(dict.fromkeys([*fields, *spec.key_fields]))
    names = known.names(field.refers for field in spec.fields if field.refers)
    places = Places(changes, known.ids)
    flawed: list[Difference] = []
    for frame in records.frames(tables, spec, wanted):
        existing = translate(frame, spec, names)
        flawed += _values(fields, changes, places.within(existing), existing)
    for address, target_id in places.found_by_key():
        known.learn(address, target_id)
    return [*_whole_records(changes, places), *flawed]


def _fields(spec: EntitySpec, changes: Sequence[Change]) -> dict[str, FieldSpec]:
    """The fields to compare by name: all that were written, but places among siblings."""
    paths = {
        path for change in changes if change.action is not Action.DELETE for path in change.paths
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


def _whole_records(changes: Sequence[Change], places: Places) -> Iterator[Difference]:
    for index, change in enumerate(changes):
        deleted, twins = change.action is Action.DELETE, places.twins[index]
        if not places.there[index] and not deleted:
            yield Difference(change.address, Flaw.MISSING)
        elif twins > 1:
            yield Difference(change.address, Flaw.TWICE, planned=1, found=twins)
        if places.there[index] and deleted:
            yield Difference(change.address, Flaw.STILL_THERE)


def _values(
    fields: Mapping[str, FieldSpec],
    changes: Sequence[Change],
    places: pl.DataFrame,
    existing: pl.DataFrame,
) -> Iterator[Difference]:
    """Compare the fields of records that are there. `places` has a row per `change` (its index)
    with its `record` (row of `existing`)."""
    for chunk in places.iter_slices(CHUNK):
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
