"""What must be read to explain one record: itself, what it refers to, and what lives in it.

Of entities with a main table, which may hold a hundred thousand records, only the rows of these few
are read; all others are read as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.identity import members
from reconcile.inspect.snapshots import Remembered, Shops, cut, fits, held, lives_in
from reconcile.mapping import desired
from reconcile.mapping.document import EntityMapping
from reconcile.plan.build import Inputs
from reconcile.quarantine.source_records import filled
from reconcile.snapshot import Snapshot
from reconcile.systems import Origin


@dataclass(frozen=True, slots=True)
class Asked:
    """A record by whatever is known of it; `by` says what the words fitted."""

    entity: str
    key: str | None = None
    source_id: str | None = None
    target_id: str | None = None
    by: str = ""


def parent_of(spec: EntitySpec) -> str:
    """The entity whose records this one's live in; "" where they stand alone."""
    return spec.by_name[spec.parent].refers if spec.parent else ""


def family(mappings: Mapping[str, EntityMapping], entity: str) -> list[str]:
    """An entity and all that lives in it, however deep."""
    names = [entity]
    for spec in ENTITIES:
        if spec.name in mappings and parent_of(spec) in names:
            names.append(spec.name)
    return names


def needed(mappings: Mapping[str, EntityMapping], entity: str) -> dict[str, EntityMapping]:
    """The mappings that decide about an entity's records and about those that live in them."""
    waiting, wanted = family(mappings, entity), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in wanted:
            wanted.add(name)
            waiting.extend(_made_by(name))
            waiting.extend(each.refers for each in ENTITY_BY_NAME[name].fields if each.refers)
    return {name: mapping for name, mapping in mappings.items() if name in wanted}


def _made_by(name: str) -> list[str]:
    """The entity whose words a vocabulary is made of."""
    vocabulary = ENTITY_BY_NAME[name].vocabulary_of
    return [vocabulary[0]] if vocabulary else []


def narrowed(shops: Shops, asked: Asked) -> Inputs:
    """The inputs of a plan that tells of one record all that a plan of everything tells."""
    inputs = shops.inputs
    mappings = needed(inputs.mappings, asked.entity)
    inputs = replace(inputs, mappings=mappings, options=shops.options)
    chosen = _Chosen(shops, inputs, sorted(shops.main & mappings.keys()))
    chosen.choose(asked)
    source = cut(inputs.source, dict(chosen.source_rows()))
    known = inputs.records if source is inputs.source else Remembered(inputs.records, source)
    return replace(
        inputs,
        records=known,
        source=source,
        target=cut(inputs.target, dict(chosen.target_rows())),
        source_main={name: x for name, x in inputs.source_main.items() if name not in mappings},
        target_main={name: x for name, x in inputs.target_main.items() if name not in mappings},
    )


@dataclass(slots=True)
class _Chosen:
    """Which records of entities with a main table are read: `names` are source ids and keys, `ids`
    target ids."""

    shops: Shops
    inputs: Inputs
    main: list[str]
    names: dict[str, set[str]] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)

    def choose(self, asked: Asked) -> None:
        for name in self.main:
            self.names[name], self.ids[name] = set(), set()
        if asked.entity in self.names:
            self.names[asked.entity] |= {x for x in (asked.key, asked.source_id) if x}
            self.ids[asked.entity] |= {asked.target_id} if asked.target_id else set()
            self._climb(asked.entity)
        # What lives in a record comes after it, what others refer to before them.
        for spec in ENTITIES:
            if spec.name in self.names:
                self._add(spec)
        for spec in reversed(ENTITIES):
            if spec.name in self.names:
                self._refer(spec)

    def _climb(self, entity: str) -> None:
        """The record that the asked one lives in."""
        spec = ENTITY_BY_NAME[entity]
        home = parent_of(spec)
        if home not in self.names:
            return
        for origin in held(self.inputs.source, self.shops.origins.get(entity, ())):
            rows = self.inputs.source.scan(origin.table).filter(fits(origin, self.names[entity]))
            found = rows.select(filled(origin.parent)).collect().to_series()
            self.names[home] |= set(found.drop_nulls())
        there = self._existing(spec, [spec.parent])
        self.ids[home] |= set(there.filter(self._is_known(spec))[spec.parent].drop_nulls())

    def _add(self, spec: EntitySpec) -> None:
        """The records of one entity: the named ones and those that live in named ones."""
        for origin in held(self.inputs.source, self.shops.origins.get(spec.name, ())):
            rows = self.inputs.source.scan(origin.table).filter(self._rows(spec, origin))
            key = filled(origin.key, folds_case=origin.folds_case)
            names = rows.select(filled(origin.source_id).alias("id"), key.alias("key")).collect()
            self.names[spec.name] |= {*names["id"].drop_nulls(), *names["key"].drop_nulls()}
        there = self._existing(spec, [spec.parent] if spec.parent else [])
        inside = pl.lit(value=False)
        if parent_of(spec) in self.ids:
            inside = pl.col(spec.parent).is_in(sorted(self.ids[parent_of(spec)]))
        known = there.filter(self._is_known(spec) | inside.fill_null(value=False))
        self.ids[spec.name] |= set(known["target_id"])

    def _rows(self, spec: EntitySpec, origin: Origin) -> pl.Expr:
        rows = fits(origin, self.names[spec.name])
        home = parent_of(spec)
        return rows | lives_in(origin, self.names[home]) if home in self.names else rows

    def _is_known(self, spec: EntitySpec) -> pl.Expr:
        names, ids = sorted(self.names[spec.name]), sorted(self.ids[spec.name])
        by_name = pl.col("source_id").is_in(names) | pl.col("key").is_in(names)
        return (by_name | pl.col("target_id").is_in(ids)).fill_null(value=False)

    def _existing(self, spec: EntitySpec, fields: list[str]) -> pl.DataFrame:
        frame = self.inputs.existing(self.inputs.target, spec, fields)
        return frame.select("target_id", "key", "source_id", *fields).collect()

    def _refer(self, spec: EntitySpec) -> None:
        """What the records of one entity refer to, on either side."""
        mapping = self.inputs.mappings[spec.name]
        others = [
            rule.field
            for rule in mapping.managed_rules
            if (known := spec.field(rule.field))
            and known.refers in self.names
            and rule.field != spec.parent
        ]
        if not others:
            return
        records = self.inputs.records(self._source(), spec.name, self.inputs.options)
        wanted = desired.build(mapping, records).frame
        here = cut(self.inputs.target, dict(self.target_rows()))
        there = self.inputs.existing(here, spec, others).collect()
        for name in others:
            known = spec.by_name[name]
            self.names[known.refers] |= set(members(wanted, known))
            self.ids[known.refers] |= set(members(there, known))
            self._add(ENTITY_BY_NAME[known.refers])

    def _source(self) -> Snapshot:
        return cut(self.inputs.source, dict(self.source_rows()))

    def source_rows(self) -> Iterator[tuple[str, pl.Expr]]:
        for name in self.main:
            for origin in self.shops.origins.get(name, ()):
                yield origin.table, self._rows(ENTITY_BY_NAME[name], origin)

    def target_rows(self) -> Iterator[tuple[str, pl.Expr]]:
        for name in self.main:
            column = pl.col(self.shops.target_id)
            yield self.inputs.target_main[name], column.is_in(sorted(self.ids[name]))
