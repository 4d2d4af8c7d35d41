"""Two snapshots and a mapping -> a plan. Pure: no client, nothing here can write to a shop.

For every entity in dependency order: match, decide, diff. Changes are made as they are asked for
and go straight to the file, so a plan of any length needs the memory of one entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from reconcile import __version__, diff
from reconcile.diff import Side
from reconcile.entities import ENTITIES
from reconcile.entities.spec import EntitySpec, FieldSpec
from reconcile.errors import PlanError
from reconcile.identity import translate
from reconcile.mapping.document import EntityMapping, OnMissing, Policy
from reconcile.model import Change, Diagnostic, Severity
from reconcile.plan import file, limits, standing, wanted
from reconcile.plan.document import PlanHeader, SnapshotFacts, Tally
from reconcile.plan.narrow import Narrowing
from reconcile.plan.selection import matches
from reconcile.plan.standing import Known, Standing
from reconcile.references import DEFAULT
from reconcile.snapshot import Snapshot
from reconcile.systems import ExistingReader, RecordsReader


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a plan depends on. `defaults` names the target's default records by entity,
    `currencies` those it sells in (None: not known)."""

    source: Snapshot
    target: Snapshot
    mappings: Mapping[str, EntityMapping]
    mapping_digest: str
    records: RecordsReader
    existing: ExistingReader
    defaults: Mapping[str, str]
    currencies: frozenset[str] | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    narrowing: Narrowing = field(default_factory=Narrowing)


def build(inputs: Inputs, plans: Path, now: datetime) -> Path:
    """Write the plan and return its folder. Raises MappingError, SnapshotError, PlanError."""
    work = _Work(inputs)
    changes = limits.watched(inputs.narrowing.of(work.changes()), work.counts)
    return file.write(plans, now, changes, work.sorted_diagnostics, lambda: work.header(now))


class _Work:
    """One planning run. Ask for `changes` first; the rest is complete when they have passed."""

    def __init__(self, inputs: Inputs) -> None:
        self._inputs = inputs
        self._known = Known()
        self._outcomes: list[_Outcome] = []
        self._diagnostics: list[Diagnostic] = list(_incomplete(inputs))
        self.counts = limits.Counts()

    def changes(self) -> Iterator[Change]:
        inputs = self._inputs
        want = wanted.read(inputs.source, inputs.records, inputs.mappings, self._target_keys())
        self._diagnostics.extend(want.diagnostics)
        self._diagnostics.extend(_unsold(want.frames, inputs.currencies))
        for spec in ENTITIES:
            if spec.name in want.frames:
                yield from self._entity(spec, want)
        self._refuse_unknown_keys()

    def _refuse_unknown_keys(self) -> None:
        """A pattern that fits nothing in either shop is a slip of the keyboard."""
        known = set().union(*self._known.owned.values())
        known.update(*(keys.values() for keys in self._known.keys.values()))
        for pattern in self._inputs.narrowing.keys:
            if not any(matches(key, pattern) for key in known):
                raise PlanError(
                    f"No record of either shop has a key like '{pattern}'.",
                    remedy="Patterns are matched with whole keys; case counts.",
                )

    def _target_keys(self) -> dict[str, dict[str, str]]:
        """Records that only the target has, such as sales channels, and its default ones."""
        sayable: dict[str, dict[str, str]] = {}
        for spec in ENTITIES:
            if not spec.reference:
                continue
            frame = self._inputs.existing(self._inputs.target, spec, []).collect()
            named = frame.drop_nulls("key").unique("key", keep="first", maintain_order=True)
            self._known.ids[spec.name] = dict(named.select("key", "target_id").iter_rows())
            self._known.keys[spec.name] = dict(named.select("target_id", "key").iter_rows())
            sayable[spec.name] = {key: key for key in named["key"]}
            if spec.name in self._inputs.defaults:
                sayable[spec.name][DEFAULT] = self._inputs.defaults[spec.name]
        return sayable

    def _entity(self, spec: EntitySpec, want: wanted.Wanted) -> Iterator[Change]:
        mapping = self._inputs.mappings.get(spec.name)
        desired = want.frames[spec.name]
        columns = [name for name in desired.columns if name not in {"key", "source_id"}]
        existing = self._inputs.existing(self._inputs.target, spec, columns).collect()
        found = standing.find(
            spec,
            mapping,
            desired,
            translate(existing, spec, self._known.keys),
            self._hints(spec, want),
            self._known,
            want.lost[spec.name],
        )
        self._diagnostics.extend(found.diagnostics)
        side = _side(spec, mapping, columns, self._known)
        chosen = mapping.on_missing if mapping else OnMissing.REPORT
        whole = want.complete[spec.name] and self._inputs.target.is_complete
        done = chosen if whole else OnMissing.REPORT
        outcome = _Outcome(found)
        self._outcomes.append(outcome)
        yield from diff.creates(side, found.new)
        yield from outcome.updating(diff.updates(side, found.pairs, found.held))
        yield from outcome.clearing(_gone(side, found, done))
        if done is OnMissing.REPORT:
            self._diagnostics.extend(standing.gone_notes(found, chosen, whole=whole))

    def _hints(self, spec: EntitySpec, want: wanted.Wanted) -> pl.DataFrame:
        """Pairs of records whose children have the same natural keys (products by their SKUs)."""
        for child in ENTITIES:
            frame = want.frames.get(child.name)
            if frame is None or not child.parent or child.key_fields:
                continue
            if child.by_name[child.parent].refers != spec.name:
                continue
            held = self._inputs.existing(self._inputs.target, child, [child.parent]).collect()
            keys = frame.select(pl.col("key").alias("child"), pl.col(child.parent).alias("key"))
            homes = held.select(
                pl.col("key").alias("child"), pl.col(child.parent).alias("target_id")
            )
            return keys.join(homes, on="child").select("key", "target_id").drop_nulls().unique()
        return pl.DataFrame(schema={"key": pl.String, "target_id": pl.String})

    def sorted_diagnostics(self) -> list[Diagnostic]:
        order = list(Severity)
        return sorted(
            self._diagnostics,
            key=lambda each: (
                order.index(each.severity),
                each.code,
                str(each.address),
                each.message,
            ),
        )

    def header(self, now: datetime) -> PlanHeader:
        tallies = tuple(self._tallies())
        return PlanHeader(
            id="",
            created_at=now,
            tool_version=__version__,
            source=_facts(self._inputs.source),
            target=_facts(self._inputs.target),
            mapping_digest=self._inputs.mapping_digest,
            scope=self._inputs.narrowing.described,
            tallies=tallies,
            limits=limits.judge(self.counts, tallies, self._inputs.limits),
            changes_digest="",
            diagnostics_digest="",
        )

    def _tallies(self) -> Iterator[Tally]:
        skipped = Counter(
            each.address.entity
            for each in self._diagnostics
            if each.severity is Severity.SKIPPED and each.address
        )
        for outcome in self._outcomes:
            name = outcome.found.spec.name
            changed = {
                action.value: count
                for (entity, action), count in sorted(self.counts.actions.items())
                if entity == name
            }
            yield Tally(
                entity=name,
                actions=changed,
                unchanged=outcome.found.pairs.height - outcome.updated,
                cleared=outcome.cleared,
                skipped=skipped[name],
                missing=outcome.found.missing.height - outcome.cleared,
                unmanaged=outcome.found.unmanaged,
            )


@dataclass(slots=True)
class _Outcome:
    """How many of an entity's pairs and of its missing records get a change."""

    found: Standing
    updated: int = 0
    cleared: int = 0

    def updating(self, changes: Iterator[Change]) -> Iterator[Change]:
        for change in changes:
            self.updated += 1
            yield change

    def clearing(self, changes: Iterator[Change]) -> Iterator[Change]:
        for change in changes:
            self.cleared += 1
            yield change


def _unsold(
    frames: Mapping[str, pl.DataFrame], currencies: frozenset[str] | None
) -> Iterator[Diagnostic]:
    """Prices in a currency that the target does not sell in."""
    if currencies is None:
        return
    found: Counter[str] = Counter()
    for name, column, codes in (
        ("variant", "prices", pl.col("prices").str.extract_all(r'"currency_code":"[^"]*"')),
        ("list_price", "currency_code", pl.concat_list("currency_code")),
    ):
        if name in frames and column in frames[name].columns:
            words = frames[name].select(codes.explode(empty_as_null=True)).to_series().drop_nulls()
            found.update(word.split(":")[-1].strip('"') for word in words)
    for code in sorted(found.keys() - currencies):
        yield Diagnostic(
            Severity.WARNING,
            "currency_not_sold",
            f"{found[code]} prices are in {code}, which the target does not sell in; nobody will "
            "see them.",
            remedy=f"Add {code} to the store's currencies in the target.",
        )


def _incomplete(inputs: Inputs) -> Iterator[Diagnostic]:
    """An incomplete source only keeps records from being hidden; an incomplete target would have
    what it did not show created a second time."""
    for snapshot, severity, then in (
        (inputs.source, Severity.WARNING, "Nothing is drafted or deleted for want of a record"),
        (inputs.target, Severity.BLOCKING, "What it did not show would be created once more"),
    ):
        for table, facts in sorted(snapshot.tables.items()):
            if not facts.complete:
                yield Diagnostic(
                    severity,
                    "incomplete_snapshot",
                    f"The table '{table}' of {snapshot.system} is not complete: "
                    f"{facts.incomplete}. {then}.",
                    remedy="Take a new snapshot when the shop is quiet.",
                )


def _side(
    spec: EntitySpec, mapping: EntityMapping | None, columns: list[str], known: Known
) -> Side:
    once = {
        rule.field
        for rule in (mapping.rules if mapping else ())
        if rule.policy is Policy.CREATE_ONLY
    }
    fields = tuple(field for name in columns if (field := spec.field(name)) is not None)
    synced: tuple[FieldSpec, ...] = tuple(each for each in fields if each.name not in once)
    return Side(spec, synced, fields, known.ids)


def _gone(side: Side, found: Standing, done: OnMissing) -> Iterator[Change]:
    if done is OnMissing.DRAFT:
        yield from diff.drafts(side, found.missing)
    elif done is OnMissing.DELETE:
        yield from diff.deletes(side, found.missing)


def _facts(snapshot: Snapshot) -> SnapshotFacts:
    return SnapshotFacts(
        snapshot.system, snapshot.url, snapshot.taken_at, snapshot.digest, snapshot.is_complete
    )
