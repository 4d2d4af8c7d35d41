"""Records explained between a source and a target in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from planning import NOON, MemoryTables, Planner, Rows, records

from reconcile import base
from reconcile.inspect.document import FieldStory, Inspection
from reconcile.inspect.find import find
from reconcile.inspect.gather import Around, explain
from reconcile.inspect.relatives import Asked
from reconcile.inspect.snapshots import Shops, shops
from reconcile.mapping.document import EntityMapping, OnConflict, Policy, Rule
from reconcile.model import Json
from reconcile.plan import build
from reconcile.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains what `planner` would plan."""

    planner: Planner
    plans: Path
    plan: Path | None = None
    links: dict[str, str] = field(default_factory=dict)

    def shops(self, rows: Rows) -> Shops:
        planner = self.planner
        inputs = build.Inputs(
            source=cast(Snapshot, MemoryTables(rows)),
            target=cast(Snapshot, MemoryTables(planner.target.tables)),
            mappings=planner.mappings,
            mapping_digest="sha256:2",
            records=records,
            existing=planner.target.existing,
            defaults=planner.defaults,
            lacking=planner.lacking,
            filters=planner.filters,
            base=base.load(planner.memory, MemoryTables({}).url),
        )
        return shops(inputs, {}, {})

    def asked(self, rows: Rows, asked: Asked) -> Inspection | None:
        around = Around(
            self.plans,
            self.plans / "quarantine",
            self.plan,
            lambda entity, id_: f"https://magento.test/{entity}/{id_}" if id_ else None,
            lambda entity, id_, home: f"https://medusa.test/{entity}/{id_}/{home}",
        )
        return explain(self.shops(rows), asked, around, NOON)

    def __call__(self, rows: Rows, words: str) -> Inspection:
        """The record the words fit best."""
        found = find(self.shops(rows), words)
        assert found, words
        inspection = self.asked(rows, found[0])
        assert inspection is not None
        return inspection


def story(inspection: Inspection, name: str) -> FieldStory:
    [found] = [each for each in inspection.fields if each.field == name]
    return found


def ruled(mapping: EntityMapping, **rules: Mapping[str, Json]) -> EntityMapping:
    """The mapping with some rules changed: `ruled(m, title={"on_conflict": "target"})`."""

    def changed(rule: Rule) -> Rule:
        more = dict(rules.get(rule.field, {}))
        if "on_conflict" in more:
            more["on_conflict"] = OnConflict(more["on_conflict"])
        if "policy" in more:
            more["policy"] = Policy(more["policy"])
        return replace(rule, **more)

    return replace(mapping, rules=tuple(changed(rule) for rule in mapping.rules))
