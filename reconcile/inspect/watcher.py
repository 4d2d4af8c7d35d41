"""Looks on while a plan is made, and remembers what it says of one record and its children."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile.diff import Side
from reconcile.entities.spec import EntitySpec
from reconcile.inspect.document import State
from reconcile.inspect.relatives import Asked, parent_of
from reconcile.model import Address, Diagnostic, Json
from reconcile.plan.standing import Standing
from reconcile.plan.wanted import Wanted
from reconcile.three_way import Verdict

Row = Mapping[str, Json]


@dataclass(slots=True)
class Watcher:
    """Satisfies Witness. What is not said of the record stays None.

    `wanted_row` is the desired row as it was before anything was matched, `desired` and `existing`
    the rows as they were compared.
    """

    asked: Asked
    key: str | None = None
    source_id: str | None = None
    target_id: str | None = None
    wanted_row: Row | None = None
    lost: bool = False
    left_out: bool = False
    by: str | None = None
    is_new: bool = False
    is_missing: bool = False
    is_unmanaged: bool = False
    side: Side | None = None
    desired: Row | None = None
    existing: Row | None = None
    verdict: Verdict | None = None
    notes: list[Diagnostic] = field(default_factory=list)
    children: dict[Address, State] = field(default_factory=dict)
    _homes: dict[str, set[str]] = field(default_factory=dict)
    """Keys by entity: the record and all that lives in it."""

    # --- what the planner tells -----------------------------------------------------------------

    def wanted(self, want: Wanted) -> None:
        """The record among those that are to be carried, or among those that are not."""
        entity, empty = self.asked.entity, pl.DataFrame(schema=_NAMES)
        for frame, there in (
            (want.frames.get(entity, empty), ""),
            (want.left_out.get(entity, empty), "left_out"),
            (want.lost.get(entity, empty), "lost"),
        ):
            row = _first(frame, self.asked)
            if row is None:
                continue
            self.key, self.source_id = row["key"], row["source_id"]
            if there:
                setattr(self, there, True)
            else:
                self.wanted_row = row
            return

    def stood(self, found: Standing) -> None:
        """Who it is in the target, if anyone."""
        if found.spec.name != self.asked.entity:
            return
        if self.key is None:
            self._name(found)
        mine = _is("key", self.key)
        matched = found.matched.filter(mine)
        if matched.height:
            self.target_id, self.by = matched["target_id"][0], matched["by"][0]
        self.is_new = found.new.filter(mine).height > 0
        missing, others = found.missing.filter(mine), found.unmanaged.filter(mine)
        self.is_missing, self.is_unmanaged = missing.height > 0, others.height > 0
        for frame in (missing, others):
            if self.target_id is None and frame.height:
                self.target_id = frame["target_id"][0]
        if self.key is not None:
            self._homes[found.spec.name] = {self.key}

    def _name(self, found: Standing) -> None:
        """Nothing is wanted under the words asked for: it may be known by its id."""
        for frame in (found.matched, found.missing, found.unmanaged):
            asked = _is("target_id", self.asked.target_id) | _is("key", self.asked.key)
            hit = frame.filter(asked)
            if hit.height:
                self.key = hit["key"][0]
                return

    def new(self, side: Side, desired: pl.DataFrame) -> None:
        if side.spec.name == self.asked.entity:
            self._keep(side, desired)
        self._see(side.spec, desired, State.NEW)

    def paired(self, side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> None:
        if side.spec.name == self.asked.entity:
            self._keep(side, desired)
            hit = existing.filter(_is("key", self.key))
            if hit.height:
                self.existing = hit.row(0, named=True)
        self._see(side.spec, desired, State.SAME)

    def judged(self, spec: EntitySpec, key: str, verdict: Verdict) -> None:
        if spec.name == self.asked.entity and key == self.key:
            self.verdict = verdict
        address = Address(spec.name, key)
        if address in self.children:
            self.children[address] = State.DIFFERS

    # --- what is remembered ---------------------------------------------------------------------

    def _keep(self, side: Side, desired: pl.DataFrame) -> None:
        self.side = side
        hit = desired.filter(_is("key", self.key))
        if hit.height:
            self.desired = hit.row(0, named=True)

    def _see(self, spec: EntitySpec, desired: pl.DataFrame, state: State) -> None:
        """Children, and theirs: their entities come after that of the record."""
        homes = self._homes.get(parent_of(spec)) if spec.parent in desired.columns else None
        if not homes:
            return
        inside = desired.filter(pl.col(spec.parent).is_in(sorted(homes)))["key"]
        self._homes.setdefault(spec.name, set()).update(inside)
        self.children |= {Address(spec.name, key): state for key in inside}


_NAMES = {"key": pl.String, "source_id": pl.String}


def _is(column: str, text: str | None) -> pl.Expr:
    """Nothing is what nobody knows."""
    if text is None:
        return pl.lit(value=False)
    return (pl.col(column) == text).fill_null(value=False)


def _first(frame: pl.DataFrame, asked: Asked) -> Row | None:
    """By its source id, else by its key."""
    for column, text in (("source_id", asked.source_id), ("key", asked.key)):
        hit = frame.filter(_is(column, text))
        if hit.height:
            return hit.row(0, named=True)
    return None
