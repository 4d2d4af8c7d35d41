"""Two snapshots and a mapping -> a plan. Pure: no client, nothing here can write to a shop.

For every entity in dependency order: match, decide, diff. Changes are made as they are asked for
and go straight to the file. Entities with a main table on both sides are compared a range of keys
at a time; of all others one entity is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from reconcile import __version__, diff
from reconcile.base import Base
from reconcile.diff import Side
from reconcile.entities import ENTITIES
from reconcile.entities.spec import EntitySpec
from reconcile.errors import PlanError
from reconcile.identity import Names, translate
from reconcile.mapping.document import EntityMapping, OnMissing, Policy
from reconcile.model import Change, Diagnostic, Severity
from reconcile.plan import conflicts, file, filters, lacking, limits, notes, standing, wanted
from reconcile.plan.document import PlanHeader, SnapshotFacts
from reconcile.plan.filters import OrderFilters
from reconcile.plan.narrow import Narrowing
from reconcile.plan.notices import Notices
from reconcile.plan.patterns import matches
from reconcile.plan.rows import Held, Sliced, Whole
from reconcile.plan.standing import Known, Standing
from reconcile.plan.tallies import Outcome, tallied
from reconcile.plan.witness import Unwatched, Witness
from reconcile.references import DEFAULT, IDENTITY
from reconcile.snapshot import Snapshot
from reconcile.systems import CHANGED_AT, ExistingReader, Lacking, Notice, Options, RecordsReader
from reconcile.three_way import Past, Verdict

WINDOW = 2_000
"""Rows of a main table that are looked at together."""

REFERRED = frozenset(each.refers for spec in ENTITIES for each in spec.fields)
"""Entities that others refer to: who is who among them must be known to the end."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a plan depends on. `defaults` names the target's default records by entity,
    `currencies` those it sells in (None: not known), `lacking` what it cannot hold. `options` are
    choices of the settings, beside those of the mappings. `base` is what was last applied.

    `source_main` and `target_main` name the table of each entity that is read in windows. None of
    `window`, `work` (where rows wait; None: beside the plans), `witness` (who looks on) and these
    changes what is planned.
    """

    source: Snapshot
    target: Snapshot
    mappings: Mapping[str, EntityMapping]
    mapping_digest: str
    records: RecordsReader
    existing: ExistingReader
    defaults: Mapping[str, str]
    currencies: frozenset[str] | None = None
    lacking: Sequence[Lacking] = ()
    limits: Mapping[str, float] = field(default_factory=dict)
    narrowing: Narrowing = field(default_factory=Narrowing)
    filters: OrderFilters = field(default_factory=OrderFilters)
    options: Options = field(default_factory=dict)
    source_main: Mapping[str, str] = field(default_factory=dict)
    target_main: Mapping[str, str] = field(default_factory=dict)
    base: Base = field(default_factory=Base)
    window: int = WINDOW
    work: Path | None = None
    witness: Witness = field(default_factory=Unwatched)


def build(inputs: Inputs, plans: Path, now: datetime) -> Path:
    """Write the plan and return its folder. Raises MappingError, SnapshotError, PlanError."""
    place = inputs.work or plans
    try:
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".planning-", dir=place) as folder:
            work = _Work(inputs, Path(folder))
            chosen = inputs.narrowing.of(work.changes(), Path(folder))
            changes = limits.watched(chosen, work.counts)
            return file.write(
                plans, now, changes, work.sorted_diagnostics, lambda: work.header(now)
            )
    except OSError as error:
        raise PlanError(
            f"Cannot work below {place}: {error}.", remedy="Free space or choose another folder."
        ) from error


class _Work:
    """One planning run. Ask for `changes` first; the rest is complete when they have passed."""

    def __init__(self, inputs: Inputs, folder: Path) -> None:
        self._inputs = inputs
        self._folder = folder
        self._known = Known()
        self._unseen = set(inputs.narrowing.keys)
        self._outcomes: list[Outcome] = []
        self._notices = Notices()
        self._diagnostics = [
            *notes.incomplete(inputs.source, inputs.target),
            *conflicts.without_base(inputs.base, inputs.target.url),
        ]
        self.counts = limits.Counts()

    def changes(self) -> Iterator[Change]:
        inputs = self._inputs
        want = wanted.read(self._source(), inputs.mappings, self._target_keys(), inputs.lacking)
        inputs.witness.wanted(want)
        self._diagnostics.extend(notes.unsold(want.frames, inputs.currencies))
        self._diagnostics.extend(
            notes.nothing_fits(
                want.frames.get(filters.ENTITY),
                want.left_out.get(filters.ENTITY),
                inputs.filters.described,
            )
        )
        for spec in ENTITIES:
            if spec.name in want.frames:
                yield from self._entity(spec, want)
        self._diagnostics.extend(want.diagnostics)
        self._diagnostics.extend([*want.notices.diagnostics(), *self._notices.diagnostics()])
        self._refuse_unknown_keys()

    def _source(self) -> wanted.Source:
        inputs = self._inputs
        chosen: dict[str, Mapping[str, Any]] = dict(inputs.options)
        for name, mapping in inputs.mappings.items():
            chosen[name] = {**mapping.options, **inputs.options.get(name, {})}
        return wanted.Source(
            inputs.source,
            inputs.records,
            inputs.filters.added_to(chosen),
            {name: inputs.source_main[name] for name in self._sliced()},
            inputs.window,
            self._folder / "desired",
        )

    def _sliced(self) -> list[str]:
        """Entities that are never in memory as a whole."""
        return sorted(self._inputs.source_main.keys() & self._inputs.target_main.keys())

    def _refuse_unknown_keys(self) -> None:
        """A pattern that fits nothing in either shop is a slip of the keyboard."""
        for entity in self._known.keys:
            self._see(entity)
        for pattern in self._inputs.narrowing.keys:
            if pattern in self._unseen:
                raise PlanError(
                    f"No record of either shop has a key like '{pattern}'.",
                    remedy="Patterns are matched with whole keys; case counts.",
                )

    def _see(self, entity: str) -> None:
        """Patterns that the key of one of these records fits are no slips."""
        for pattern in sorted(self._unseen):
            if any(matches(key, pattern) for key in self._known.keys_of(entity)):
                self._unseen.discard(pattern)

    def _target_keys(self) -> dict[str, dict[str, str]]:
        """Records that only the target has, such as sales channels, and its default ones."""
        sayable: dict[str, dict[str, str]] = {}
        for spec in ENTITIES:
            if not spec.reference:
                continue
            frame = self._inputs.existing(self._inputs.target, spec, []).collect()
            named = frame.drop_nulls("key").unique("key", keep="first", maintain_order=True)
            self._known.ids[spec.name] = Names.from_pairs(named.select("key", "target_id"))
            self._known.keys[spec.name] = Names.from_pairs(named.select("target_id", "key"))
            sayable[spec.name] = {key: key for key in named["key"]}
            if spec.name in self._inputs.defaults:
                sayable[spec.name][DEFAULT] = self._inputs.defaults[spec.name]
        return sayable

    def _entity(self, spec: EntitySpec, want: wanted.Wanted) -> Iterator[Change]:
        inputs = self._inputs
        mapping = inputs.mappings.get(spec.name)
        desired, runs = want.frames[spec.name], want.runs.get(spec.name)
        every = runs.columns if runs else desired.columns
        without = lacking.fields(self._inputs.lacking, spec.name)
        columns = [name for name in every if name not in {*IDENTITY, *without}]
        side = _side(spec, mapping, columns, self._known)
        held = self._held(spec)
        existing = held.frame(wanted.identity(spec, columns) if runs else columns)
        found = standing.find(
            spec,
            mapping,
            desired,
            translate(existing, spec, self._known.keys),
            self._hints(spec, want),
            self._known,
            _not_gone(spec, want),
        )
        inputs.witness.stood(found)
        self._diagnostics.extend(found.diagnostics)
        chosen = mapping.on_missing if mapping else OnMissing.REPORT
        whole = want.complete[spec.name] and self._inputs.target.is_complete
        done = chosen if whole and not runs else OnMissing.REPORT
        outcome = Outcome(
            spec.name, found.pairs.height, found.missing.height, found.unmanaged.height
        )
        self._outcomes.append(outcome)
        when = [CHANGED_AT] if CHANGED_AT in columns else []
        compared = [*(each.name for each in (*side.synced, *side.fixed)), *when]
        rows = Sliced(found, runs, held, compared) if runs else Whole(found)
        del want.frames[spec.name], desired, existing
        yield from self._creates(side, rows)
        past = self._past(spec, mapping)
        yield from outcome.updating(self._updates(side, rows, past, outcome))
        yield from outcome.clearing(self._gone(side, found, done, past, outcome))
        if done is OnMissing.REPORT:
            self._diagnostics.extend(standing.gone_notes(found, chosen, whole=whole))
        self._forget(spec)

    def _held(self, spec: EntitySpec) -> Held:
        inputs = self._inputs
        return Held(
            inputs.target,
            inputs.existing,
            spec,
            inputs.target_main[spec.name] if spec.name in self._sliced() else "",
            inputs.window,
            self._folder / "existing" / spec.name,
        )

    def _creates(self, side: Side, rows: Whole | Sliced) -> Iterator[Change]:
        for new in rows.new():
            removed = self._inputs.base.created(side.spec.name, new["key"].to_list())
            self._diagnostics.extend(conflicts.removed(side.spec, removed))
            self._inputs.witness.new(side, new)
            yield from diff.creates(side, new)
            self._lose(side.spec, new)

    def _past(self, spec: EntitySpec, mapping: EntityMapping | None) -> Past:
        settled = {rule.field: rule.on_conflict for rule in mapping.rules} if mapping else {}
        return Past(spec, self._inputs.base, self._known.keys, settled)

    def _updates(
        self, side: Side, rows: Whole | Sliced, past: Past, outcome: Outcome
    ) -> Iterator[Change]:
        def heard(key: str, verdict: Verdict) -> None:
            outcome.hear(verdict)
            self._inputs.witness.judged(side.spec, key, verdict)
            self._diagnostics.extend(conflicts.of(side.spec, key, verdict))

        for pairs, held in rows.pairs():
            changed: list[str] = []
            self._inputs.witness.paired(side, pairs, held)
            for change in diff.updates(side, pairs, held, past, heard):
                changed.append(change.address.key)
                yield change
            self._lose(side.spec, pairs.filter(pl.col("key").is_in(changed)))
            self._diagnostics.extend(diff.fixed_notes(side, pairs, held))

    def _gone(
        self, side: Side, found: Standing, done: OnMissing, past: Past, outcome: Outcome
    ) -> Iterator[Change]:
        def heard(key: str, verdict: Verdict) -> None:
            outcome.kept += 1
            self._inputs.witness.judged(side.spec, key, verdict)
            self._diagnostics.extend(conflicts.of(side.spec, key, verdict))

        if done is OnMissing.DRAFT:
            yield from diff.drafts(side, found.missing, past, heard)
        elif done is OnMissing.DELETE:
            yield from diff.deletes(side, found.missing)

    def _lose(self, spec: EntitySpec, touched: pl.DataFrame) -> None:
        """Name what is lost of records that are created or changed."""
        for lost in lacking.losses(self._inputs.lacking, spec, touched):
            if isinstance(lost, Notice):
                self._notices.add([lost])
            else:
                self._diagnostics.append(lost)

    def _forget(self, spec: EntitySpec) -> None:
        """Who is who among records that nothing refers to."""
        if spec.name not in REFERRED:
            self._see(spec.name)
            self._known.forget(spec.name)

    def _hints(self, spec: EntitySpec, want: wanted.Wanted) -> pl.DataFrame:
        """Pairs of records whose children have the same natural keys (products by their SKUs)."""
        for child in ENTITIES:
            frame = want.frames.get(child.name)
            if frame is None or not child.parent or child.key_fields or child.name in want.runs:
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
        tallies = tuple(tallied(self._outcomes, self.counts.actions, self._diagnostics))
        return PlanHeader(
            id="",
            created_at=now,
            tool_version=__version__,
            source=facts_of(self._inputs.source),
            target=facts_of(self._inputs.target),
            mapping_digest=self._inputs.mapping_digest,
            scope=self._inputs.narrowing.described | self._inputs.filters.described,
            tallies=tallies,
            limits=(
                *limits.judge(self.counts, tallies, self._inputs.limits),
                limits.age(self._inputs.limits),
            ),
            changes_digest="",
            diagnostics_digest="",
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
    followed = [each for each in fields if each.name not in once]
    return Side(
        spec,
        synced=tuple(each for each in followed if not each.fixed),
        initial=fields,
        ids=known.ids,
        held=known.keys,
        fixed=tuple(each for each in followed if each.fixed),
    )


def _not_gone(spec: EntitySpec, want: wanted.Wanted) -> pl.DataFrame:
    """Records that the source has, though they are not carried."""
    lost = want.lost[spec.name]
    return pl.concat([lost, want.left_out.get(spec.name, lost.clear())])


def facts_of(snapshot: Snapshot) -> SnapshotFacts:
    """What a plan's header says of a snapshot."""
    return SnapshotFacts(
        snapshot.system, snapshot.url, snapshot.taken_at, snapshot.digest, snapshot.is_complete
    )
