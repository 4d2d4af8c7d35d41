"""Looks on while a plan is made and keeps what differs, as frames: a few thousand values wait as
objects, never those of a whole shop."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile import diff
from reconcile.base import Base
from reconcile.diff import Side
from reconcile.drift import loose
from reconcile.drift.attribution import Differing, extra_rows, field_rows, missing_rows
from reconcile.drift.document import MISMATCHES, UNMANAGED
from reconcile.drift.sample import SpotCheck
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.mapping.document import EntityMapping, OnMissing
from reconcile.plan.standing import Standing
from reconcile.plan.wanted import Wanted
from reconcile.three_way import Past, Verdict

WAITING = 2_000
"""Differing fields that wait as objects."""

NOT_OURS = "unmanaged"
HIDDEN = "gone from Magento, hidden by the mapping"
GONE = "gone from Magento"


@dataclass(slots=True)
class Stood:
    """What is kept of one entity."""

    spec: EntitySpec
    pairs: int
    unmanaged: pl.DataFrame
    """In the columns of UNMANAGED; with records that are hidden because their source is gone."""
    unmanaged_count: int
    loose: pl.DataFrame
    matched: pl.DataFrame
    """`key` and `target_id` of everyone with a partner, of entities with unique fields."""
    pages: pl.DataFrame | None
    """`key`, `source_id` and `handle` (the target's) of pairs, where they have one."""
    mismatches: list[pl.DataFrame] = field(default_factory=list)
    parts: list[pl.DataFrame] = field(default_factory=list)
    """What the keys of differing pairs are made of, of entities with composite keys."""
    ids: pl.DataFrame | None = None
    """`key`, `source_id`, `target_id` and what keys are made of, of the pairs looked at now."""


class Collector:
    """Satisfies Witness. After the plan is written, ask for `done` once."""

    _past: Past
    """Of the entity that is looked at now."""

    def __init__(
        self,
        mappings: Mapping[str, EntityMapping],
        base: Base,
        only: Collection[str] = (),
        check: SpotCheck | None = None,
    ) -> None:
        self._mappings, self._base, self._only, self.check = mappings, base, only, check
        self._complete: Mapping[str, bool] = {}
        self._stood: list[Stood] = []
        self._now: Stood | None = None
        self._waiting: list[Differing] = []
        self._shown_again: set[str] = set()
        self._gone = MISMATCHES.to_frame()
        self.want = Wanted()
        """Only what is counted in it may be looked at later."""
        self.wanted_values: dict[tuple[str, str], pl.DataFrame] = {}
        """Entity and unique field -> `key` and `value` as the source wants them."""

    def chosen(self, entity: str) -> bool:
        return not self._only or entity in self._only

    def wanted(self, want: Wanted) -> None:
        self.want = Wanted(unread=want.unread, unmapped=want.unmapped)
        self._complete = {name: _is_whole(name, want.complete) for name in want.frames}
        for name, frame in want.frames.items():
            for each in ENTITY_BY_NAME[name].fields:
                if each.unique and each.name in frame.columns:
                    values = frame.select("key", pl.col(each.name).alias("value"))
                    self.wanted_values[name, each.name] = values.drop_nulls()

    def stood(self, found: Standing) -> None:
        self._end()
        if not self.chosen(found.spec.name):
            return
        gone, hidden = self._judged_gone(found)
        self._now = Stood(
            found.spec,
            found.pairs.height,
            _unmanaged(found, hidden),
            found.unmanaged.height,
            loose.of_standing(found),
            found.matched.select("key", "target_id"),
            _pages(found),
        )
        self._gone = gone.select("key", "source_id", "target_id")
        self._shown_again = set()
        self._past = Past(found.spec, self._base, {}, {})
        if self.check:
            both = pl.concat([each["key"] for each in (found.pairs, found.new, gone)])
            self.check.draw(found.spec.name, both)
            self.check.one_sided(found.spec, gone["key"], in_source=False)

    def _judged_gone(self, found: Standing) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Records whose source is gone, and of these apart those that the mapping had hidden for
        it. What was not read is not gone."""
        if not self._complete.get(found.spec.name, False):
            return found.missing.clear(), found.missing.clear()
        mapping = self._mappings.get(found.spec.name)
        drafts = mapping is not None and mapping.on_missing is OnMissing.DRAFT
        if not drafts or found.spec.draft is None:
            return found.missing, found.missing.clear()
        name, out_of_sight = found.spec.draft
        if name not in found.missing.columns:
            return found.missing, found.missing.clear()
        hidden = pl.col(name).eq_missing(pl.lit(out_of_sight))
        return found.missing.filter(~hidden), found.missing.filter(hidden)

    def new(self, side: Side, desired: pl.DataFrame) -> None:
        if self._now is None:
            return
        self._now.mismatches.append(missing_rows(side.spec, self._base, desired))
        if self.check:
            self.check.one_sided(side.spec, desired["key"], in_source=True)

    def paired(self, side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> None:
        if self._now is None:
            return
        self._flush()
        self._past = Past(side.spec, self._base, side.held or {}, {})
        parts = [name for name in side.spec.key_fields if name in desired.columns]
        named = desired.select("key", "source_id", *parts)
        self._now.ids = named.join(existing.select("key", "target_id"), on="key")
        for key, fields in diff.fixed_changes(side, desired, existing):
            self._waiting.extend((key, part) for part in fields)
        if self.check:
            self.check.pairs(side, desired, existing)

    def judged(self, spec: EntitySpec, key: str, verdict: Verdict) -> None:
        """Also of records whose source is gone: those were shown again on the target."""
        if self._now is None:
            return
        every = (*verdict.taken, *verdict.undecided, *verdict.kept)
        self._waiting.extend((key, part) for part in every)
        if verdict.kept:
            self._shown_again.add(key)
        if len(self._waiting) >= WAITING:
            self._flush()

    def done(self) -> list[Stood]:
        """The entities that were looked at, in the order of the plan."""
        self._end()
        return self._stood

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if self._now is None or self._now.ids is None or not waiting:
            return
        ids = self._now.ids
        rows = field_rows(self._past, waiting, ids.select("key", "source_id", "target_id"))
        self._now.mismatches.append(rows)
        self._shown_again -= {*rows["key"]}
        if self._now.spec.key_fields:
            differing = ids.join(rows.select("key").unique(), on="key", how="semi")
            self._now.parts.append(differing.drop("source_id", "target_id"))

    def _end(self) -> None:
        """Of the entity that was looked at: all of it has passed."""
        if self._now is None:
            return
        now, past = self._now, self._past
        self._flush()
        now.mismatches.append(extra_rows(past, self._gone, frozenset(self._shown_again)))
        now.mismatches = [pl.concat(now.mismatches).sort("key", "field", "target_id")]
        now.ids = None
        self._stood.append(now)
        self._now = None


def _is_whole(entity: str, complete: Mapping[str, bool]) -> bool:
    """The words another entity uses are known when that entity is."""
    spec = ENTITY_BY_NAME[entity]
    user = spec.vocabulary_of[0] if spec.vocabulary_of else entity
    return complete.get(user, True)


def _unmanaged(found: Standing, hidden: pl.DataFrame) -> pl.DataFrame:
    return pl.concat(_named(found.spec, found.unmanaged, hidden)).sort("key", "target_id")


def _named(
    spec: EntitySpec, unmanaged: pl.DataFrame, hidden: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    for frame, reason in ((unmanaged, NOT_OURS), (hidden, HIDDEN)):
        yield frame.select(
            pl.lit(spec.name).alias("entity"), "key", "target_id", pl.lit(reason).alias("reason")
        ).select(*UNMANAGED)


def _pages(found: Standing) -> pl.DataFrame | None:
    if "handle" not in found.held.columns:
        return None
    handles = found.held.select("key", "handle")
    return found.pairs.select("key", "source_id").join(handles, on="key").sort("key")
