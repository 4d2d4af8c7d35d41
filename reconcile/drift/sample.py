"""A spot check: some records, value by value, by other means than the full comparison.

The full comparison finds rows that differ by columns; here single values are laid side by side.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from reconcile.compare import equal, value
from reconcile.diff import Side
from reconcile.drift.document import SAMPLED, Drawn, SampleSummary, text_of
from reconcile.drift.wilson import rate_of, rate_of_all
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.model import Address, Json

YES, NO = "yes", "no"
STANDS = "stands here"
Row = Mapping[str, Any]
Fields = frozenset[str]


@dataclass(slots=True)
class SpotCheck:
    """Draws `size` keys of each entity and compares those records when they come by.

    The same seed draws the same keys from the same records.
    """

    size: int
    seed: int
    rows: list[tuple[str, ...]] = field(default_factory=list)
    """In the columns of SAMPLED."""
    _drawn: dict[str, frozenset[str]] = field(default_factory=dict)
    _population: dict[str, int] = field(default_factory=dict)
    _found: dict[Address, Fields] = field(default_factory=dict)
    """The differing fields of each record that came by; {""} where one shop has it not."""

    def draw(self, entity: str, keys: pl.Series) -> None:
        """Choose among the keys of all records that both shops should share."""
        ordered = keys.unique().sort()
        dice = random.Random(f"{self.seed}/{entity}")  # noqa: S311  (repeatable, not secret)
        places = dice.sample(range(ordered.len()), min(self.size, ordered.len()))
        self._drawn[entity] = frozenset(ordered.gather(places))
        self._population[entity] = ordered.len()

    def one_sided(self, spec: EntitySpec, keys: pl.Series, *, in_source: bool) -> None:
        """Records that only one of the shops has."""
        for key in self._of(spec, keys):
            sides = (STANDS, "") if in_source else ("", STANDS)
            self.rows.append((spec.name, key, "", *sides, NO))
            self._found[Address(spec.name, key)] = frozenset({""})

    def pairs(self, side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> None:
        """Whole rows of pairs, both under `key`."""
        keys = self._of(side.spec, desired["key"])
        if not keys:
            return
        ranks = _Ranks(side.spec, desired, existing)
        chosen = pl.col("key").is_in(keys)
        held = {row["key"]: row for row in existing.filter(chosen).iter_rows(named=True)}
        for row in desired.filter(chosen).sort("key").iter_rows(named=True):
            self._compare(side, row, held[row["key"]], ranks)

    def _of(self, spec: EntitySpec, keys: pl.Series) -> list[str]:
        drawn = self._drawn.get(spec.name, frozenset())
        return sorted(drawn.intersection(keys)) if drawn else []

    def _compare(self, side: Side, desired: Row, existing: Row, ranks: _Ranks) -> None:
        name, key = side.spec.name, desired["key"]
        wrong: set[str] = set()
        for each in (*side.synced, *side.fixed):
            after = value(each.kind, desired[each.name])
            before = value(each.kind, existing[each.name])
            same = ranks.same(each, key) if each.kind is Kind.RANK else holds(each, after, before)
            if not same:
                wrong.add(each.name)
            said = YES if same else NO
            texts = (text_of(after) or "", text_of(before) or "")
            self.rows.append((name, key, each.name, *texts, said))
        self._found[Address(name, key)] = frozenset(wrong)

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(self.rows, schema=SAMPLED, orient="row")

    def disagreements(self, mismatches: pl.DataFrame) -> list[str]:
        """Addresses of drawn records of which the full comparison says something else."""
        full = self._said_of_drawn(mismatches)
        drawn = (Address(entity, key) for entity, keys in self._drawn.items() for key in keys)
        return sorted(
            str(address)
            for address in drawn
            if self._found.get(address) != frozenset(full.get(address, ()))
        )

    def _said_of_drawn(self, mismatches: pl.DataFrame) -> Mapping[Address, set[str]]:
        said: dict[Address, set[str]] = defaultdict(set)
        for entity, keys in self._drawn.items():
            chosen = (pl.col("entity") == entity) & pl.col("key").is_in(sorted(keys))
            for key, name in mismatches.filter(chosen).select("key", "field").iter_rows():
                said[Address(entity, key)].add(name)
        return said

    def summary(self, disagreements: Sequence[str] = ()) -> SampleSummary:
        entities = tuple(self._entity(entity) for entity in self._drawn)
        together = Drawn(
            "",
            sum(each.population for each in entities),
            sum(each.drawn for each in entities),
            sum(each.wrong for each in entities),
            rate_of_all(entities),
        )
        return SampleSummary(self.size, self.seed, entities, together, tuple(disagreements))

    def _entity(self, entity: str) -> Drawn:
        keys = self._drawn[entity]
        wrong = sum(bool(self._found.get(Address(entity, key))) for key in keys)
        population = self._population[entity]
        rate = rate_of(wrong, len(keys), population)
        return Drawn(entity, population, len(keys), wrong, rate)


def holds(known: FieldSpec, desired: Json, existing: Json) -> bool:
    """Whether one value of the target is as the source wants it."""
    if known.once:
        return desired is None or existing is not None
    if known.kept and desired is None:
        return True
    return equal(known, desired, existing)


class _Ranks:
    """Places among siblings, which mean nothing by themselves: only their order does."""

    def __init__(self, spec: EntitySpec, desired: pl.DataFrame, existing: pl.DataFrame) -> None:
        ranked = next((each.name for each in spec.fields if each.kind is Kind.RANK), "")
        self._misplaced: frozenset[str] = frozenset()
        if ranked in desired.columns:
            home = [spec.siblings] if spec.siblings in desired.columns else []
            columns = ["key", ranked, *home]
            held = {row[0]: row for row in existing.select(columns).iter_rows()}
            rows = ((row, held[row[0]]) for row in desired.select(columns).sort("key").iter_rows())
            self._misplaced = frozenset(_misplaced(rows))

    def same(self, _: FieldSpec, key: str) -> bool:
        return key not in self._misplaced


def _misplaced(rows: Iterable[tuple[tuple[Any, ...], tuple[Any, ...]]]) -> Iterator[str]:
    """Keys of records that have another parent, or other siblings before them."""
    families: dict[tuple[Any, Any], list[tuple[str, Any, Any]]] = defaultdict(list)
    for (key, wanted, *home), (_, held, *there) in rows:
        if home != there:
            yield key
        families[tuple(home), tuple(there)].append((key, wanted, held))
    for family in families.values():
        should, does = _order(family, 1), _order(family, 2)
        yield from (key for key, a, b in family if a != b and should[key] != does[key])


def _order(family: Collection[tuple[str, Any, Any]], place: int) -> dict[str, int | None]:
    """Key -> number in the order of the ranks at this place, equal ones as they come; without a
    rank there is no number."""
    ranked = sorted((row for row in family if row[place] is not None), key=lambda row: row[place])
    found: dict[str, int | None] = dict.fromkeys(row[0] for row in family)
    return found | {row[0]: number for number, row in enumerate(ranked)}
