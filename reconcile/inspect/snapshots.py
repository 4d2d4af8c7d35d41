"""Two snapshots and the little that must be known to look into them for one record."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from reconcile.plan.build import Inputs
from reconcile.quarantine.source_records import filled
from reconcile.snapshot import Snapshot
from reconcile.systems import Options, Origin, Records, RecordsReader, Tables


@dataclass(frozen=True, slots=True)
class Shops:
    """What a plan of everything would depend on; and for people who look into one record, where
    the source's rows are: `origins` of the records themselves, `parts` of what else makes them.

    `target_id` is the column of the target's main tables that holds the target id.
    """

    inputs: Inputs
    origins: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    parts: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    target_id: str = "id"

    @property
    def main(self) -> frozenset[str]:
        """Entities of which there may be more than should be read for one record."""
        inputs = self.inputs
        return frozenset(inputs.source_main.keys() & inputs.target_main.keys())

    @property
    def options(self) -> Options:
        """What every mapping chose, whichever of them a plan is made with."""
        inputs = self.inputs
        chosen = {
            name: {**mapping.options, **inputs.options.get(name, {})}
            for name, mapping in inputs.mappings.items()
        }
        return {**inputs.options, **chosen}


def shops(
    inputs: Inputs,
    origins: Mapping[str, Sequence[Origin]],
    parts: Mapping[str, Sequence[Origin]],
) -> Shops:
    """The shops whose records are read once, however often they are looked at: to find one among
    them, to plan, and to follow one through its mapping."""
    known = Remembered(inputs.records, inputs.source)
    return Shops(replace(inputs, records=known), origins, parts)


@dataclass(frozen=True, slots=True)
class Remembered:
    """Satisfies RecordsReader; of one snapshot, whole, it remembers the records of each entity."""

    read: RecordsReader
    source: Tables
    known: dict[str, Records] = field(default_factory=dict)

    def __call__(self, tables: Tables, entity: str, options: Options) -> Records:
        if tables is not self.source:
            return self.read(tables, entity, options)
        if entity not in self.known:
            self.known[entity] = self.read(tables, entity, options)
        return self.known[entity]

    def keep(self, entity: str) -> None:
        """Work out the rows of an entity now, once for all who look at them."""
        if entity in self.known:
            records = self.known[entity]
            self.known[entity] = replace(records, frame=records.frame.collect().lazy())


@dataclass(frozen=True, slots=True)
class Cut(Snapshot):
    """A snapshot of which some tables show only some rows. `whole` still tells of all."""

    only: Mapping[str, pl.Expr] = field(default_factory=dict)

    def scan(self, table: str) -> pl.LazyFrame:
        frame = Snapshot.scan(self, table)
        return frame.filter(self.only[table]) if table in self.only else frame

    def windows(self, table: str, rows: int) -> Iterator[Snapshot]:
        yield self

    def whole(self, table: str) -> pl.LazyFrame:
        return Snapshot.scan(self, table)


def cut(snapshot: Snapshot, only: Mapping[str, pl.Expr]) -> Snapshot:
    """The snapshot with these tables narrowed to the rows that fit."""
    if not only:
        return snapshot
    parts = {name: getattr(snapshot, name) for name in Snapshot.__dataclass_fields__}
    return Cut(**parts, only=only)


def fits(origin: Origin, names: Collection[str]) -> pl.Expr:
    """Rows of a table that make records with one of these source ids or keys."""
    folded = [name.strip().lower() for name in names] if origin.folds_case else []
    wanted = pl.Series(sorted({*names, *folded}), dtype=pl.String).implode()
    by_id = filled(origin.source_id).is_in(wanted)
    by_key = filled(origin.key, folds_case=origin.folds_case).is_in(wanted)
    return by_id.fill_null(value=False) | by_key.fill_null(value=False)


def lives_in(origin: Origin, parents: Collection[str]) -> pl.Expr:
    """Rows of a table that make records that live in one of these source ids."""
    wanted = pl.Series(sorted(parents), dtype=pl.String).implode()
    return filled(origin.parent).is_in(wanted).fill_null(value=False)


def held(tables: Tables, origins: Sequence[Origin]) -> Iterator[Origin]:
    """Those of the origins whose tables this snapshot has, each table once."""
    seen = set[tuple[str, str, str]]()
    for origin in origins:
        name = (origin.table, origin.source_id, origin.key)
        if tables.has(origin.table) and name not in seen:
            seen.add(name)
            yield origin
