"""Drift without shops: a source and a target in memory, compared after a pretended apply."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl
from planning import MAIN, NOON, MemoryTables, Planner, Rows, records

from reconcile import base
from reconcile.drift.comparison import Comparison, Request, compare
from reconcile.drift.run import Finished, Places, run
from reconcile.plan import build
from reconcile.snapshot import Snapshot

Found = dict[str, tuple[Any, ...]]


def inputs(planner: Planner, rows: Rows, incomplete: Iterable[str] = ()) -> build.Inputs:
    target = MemoryTables(
        planner.target.tables, system="medusa", incomplete=planner.target.incomplete
    )
    source = MemoryTables(rows, system="magento", incomplete=frozenset(incomplete))
    return build.Inputs(
        source=cast(Snapshot, source),
        target=cast(Snapshot, target),
        mappings=planner.mappings,
        mapping_digest="sha256:2",
        records=records,
        existing=planner.target.existing,
        defaults=planner.defaults,
        source_main=MAIN if planner.window else {},
        target_main=MAIN if planner.window else {},
        window=planner.window or 1,
        base=base.load(planner.memory, MemoryTables({}).url),
    )


@dataclass(frozen=True)
class Shops:
    """Two shops that are the same until somebody changes one; `folder` is for whatever is
    written."""

    planner: Planner
    rows: Rows
    folder: Path

    @classmethod
    def moved(cls, planner: Planner, rows: Rows, folder: Path) -> Shops:
        """After `rows` were carried out. Copies do not see what is done to others."""
        planner.carry_out(rows)
        return cls(planner, rows, folder)

    def copy(self, folder: Path) -> Shops:
        target = copy.deepcopy(self.planner.target)
        return replace(self, planner=replace(self.planner, target=target), folder=folder)

    def in_magento(self, entity: str, key: str, **over: Any) -> Shops:
        """One record of the source said differently."""
        rows = [{**row, **over} if row["key"] == key else row for row in self.rows[entity]]
        return replace(self, rows={**self.rows, entity: rows})

    def gone_from_magento(self, entity: str, key: str) -> Shops:
        rows = [row for row in self.rows[entity] if row["key"] != key]
        return replace(self, rows={**self.rows, entity: rows})

    def new_in_magento(self, entity: str, **row: Any) -> Shops:
        return replace(self, rows={**self.rows, entity: [*self.rows[entity], row]})

    def in_medusa(self, entity: str, id_: str, **over: Any) -> Shops:
        self.planner.target.held[entity][id_].update(over)
        return self

    def gone_from_medusa(self, entity: str, id_: str) -> Shops:
        self.planner.target.held[entity].pop(id_)
        return self

    def request(self, incomplete: Iterable[str] = (), **more: Any) -> Request:
        return Request(inputs(self.planner, self.rows, incomplete), **more)

    def compare(self, incomplete: Iterable[str] = (), **more: Any) -> Comparison:
        return compare(self.request(incomplete, **more), self.folder / "work", NOON)

    def run(
        self, most: str | None = None, *, mask: bool = True, hours: int = 0, **more: Any
    ) -> Finished:
        """A run with report and history, some hours after noon."""
        began = NOON + timedelta(hours=hours)
        return run(
            self.request(**more),
            Places(self.folder / "reports", self.folder / "work", self.folder / "history"),
            began,
            lambda: began + timedelta(seconds=7),
            most=None if most is None else Decimal(most),
            mask=mask,
        )


def told(found: Comparison | pl.DataFrame) -> list[tuple[Any, ...]]:
    """Each mismatch as kind, `entity:key`, field, both values and who changed it."""
    frame = found if isinstance(found, pl.DataFrame) else found.mismatches
    return [
        (row["kind"], f"{row['entity']}:{row['key']}", row["field"], row["magento"], row["medusa"],
         row["changed_by"])
        for row in frame.iter_rows(named=True)
    ]  # fmt: skip


def counts(found: Comparison, *names: str) -> Mapping[str, tuple[int, ...]]:
    """Of each entity that was compared what was counted under these names."""
    return {
        each.entity: tuple(getattr(each, name) for name in names)
        for each in found.entities
        if each.compared
    }


def content(folder: Path, name: str) -> list[Sequence[str]]:
    """Rows of a CSV file below its titles, as a spreadsheet reads them."""
    import csv

    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]
