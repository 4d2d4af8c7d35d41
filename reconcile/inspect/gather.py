"""Everything that is known of one record, put together: a plan is made of what it needs, into a
folder that is thrown away, and looked at while it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from reconcile.base import record_of
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.identity import translate
from reconcile.inspect import past, raw, reasons, verdicts
from reconcile.inspect.document import Child, Inspection, Planned, Side, State, Verdict
from reconcile.inspect.raw import Rows
from reconcile.inspect.relatives import Asked, narrowed
from reconcile.inspect.snapshots import Remembered, Shops
from reconcile.inspect.verdicts import Dated, Evidence
from reconcile.inspect.watcher import Row, Watcher
from reconcile.mapping import trace
from reconcile.mapping.document import EntityMapping
from reconcile.mapping.trace import Trace
from reconcile.model import Action, Address, Change, Diagnostic
from reconcile.plan import build, file, lacking
from reconcile.quarantine import Quarantine
from reconcile.snapshot import Snapshot
from reconcile.three_way import MARK
from reconcile.three_way import Past as Applied

SourceLink = Callable[[str, str], str | None]
"""(entity, source id) -> the page that shows a record."""
TargetLink = Callable[[str, str, str], str | None]
"""(entity, target id, id of the record it lives in) -> likewise."""


@dataclass(frozen=True, slots=True)
class Around:
    """What lies beside the snapshots. `plan` is the folder of the plan to look into, None for
    none; the links lead into the two shops' own administrations."""

    plans: Path
    quarantine: Path
    plan: Path | None
    source_link: SourceLink
    target_link: TargetLink


@dataclass(slots=True)
class _Made:
    """What the plan said of the record."""

    seen: Watcher
    diagnostics: list[Diagnostic] = field(default_factory=list)
    changes: dict[Address, Change] = field(default_factory=dict)


def explain(shops: Shops, asked: Asked, around: Around, now: datetime) -> Inspection | None:
    """The record, None when nothing at all is known of it. Raises what making a plan raises."""
    spec = ENTITY_BY_NAME[asked.entity]
    inputs = narrowed(shops, asked)
    if isinstance(inputs.records, Remembered):
        inputs.records.keep(asked.entity)
    made = _planned(inputs, asked, now)
    seen = made.seen
    key = seen.key or asked.key or asked.source_id or asked.target_id or ""
    source_id, target_id = seen.source_id or asked.source_id, seen.target_id or asked.target_id
    rows = _rows(shops, asked.entity, key, source_id)
    held, home = _held(inputs, spec, seen, target_id)
    if not rows and not held and seen.key is None and not made.diagnostics:
        return None
    address = Address(spec.name, key)
    record, traces = _traced(inputs, spec.name, source_id)
    evidence = Evidence(
        seen, held, _base(inputs, spec, seen, key, target_id),
        lacking.fields(inputs.lacking, spec.name),
    )  # fmt: skip
    fields = tuple(verdicts.stories(traces, evidence))
    change = made.changes.get(address)
    differs_fixed = any(each.verdict is Verdict.FIXED for each in fields)
    done = past.past(around.plans, address)
    return Inspection(
        address=address,
        state=reasons.state(seen, changes=change is not None, fixed=differs_fixed),
        source=replace(
            _side(inputs.source),
            found=bool(rows) or record is not None,
            link=around.source_link(spec.name, source_id or ""),
            records=rows,
            labels=raw.labels(record),
        ),
        target=replace(
            _side(inputs.target),
            found=bool(held),
            link=around.target_link(spec.name, target_id, home) if target_id else None,
        ),
        match=reasons.match(seen, made.diagnostics, bool(rows)),
        source_id=source_id,
        target_id=target_id,
        fields=fields,
        diagnostics=tuple(made.diagnostics),
        change=past.as_planned(change) if change else None,
        plan=_in_plan(around, address),
        runs=done.runs,
        deviations=done.deviations,
        damaged=done.damaged,
        quarantine=past.quarantined(Quarantine(around.quarantine), _names(address, source_id)),
        children=tuple(_children(made)),
    )


def _planned(inputs: build.Inputs, asked: Asked, now: datetime) -> _Made:
    """Make the plan, and keep what it says of the record and of what lives in it."""
    if inputs.work is not None:
        inputs.work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".inspecting-", dir=inputs.work) as place:
        seen = Watcher(asked)
        folder = build.build(
            replace(inputs, witness=seen, work=Path(place)), Path(place) / "plans", now
        )
        diagnostics = file.read(folder).diagnostics
        key = seen.key or asked.key or ""
        mine = _names(Address(asked.entity, key), seen.source_id or asked.source_id)
        addresses = {*mine, *seen.children}
        changes = past.changes_of(folder, addresses)
        return _Made(
            seen,
            [each for each in diagnostics if each.address in mine],
            {each.address: each for each in changes},
        )


def _names(address: Address, source_id: str | None) -> list[Address]:
    """What a record may be called: one without a key goes by its source id."""
    return [address, *([Address(address.entity, source_id)] if source_id else [])]


def _rows(shops: Shops, entity: str, key: str, source_id: str | None) -> Rows:
    """By the source id alone where it is known: keys may stand twice."""
    origins, parts = shops.origins.get(entity, ()), shops.parts.get(entity, ())
    tables = shops.inputs.source
    found = raw.rows(tables, origins, [source_id] if source_id else [key])
    if not found and source_id:
        found = raw.rows(tables, [x for x in origins if not x.source_id], [key])
    names = [name for name in (key, source_id) if name]
    return {**found, **raw.rows(tables, parts, names)} if found else found


def _held(
    inputs: build.Inputs, spec: EntitySpec, seen: Watcher, target_id: str | None
) -> tuple[Row, str]:
    """All that the target holds of the record, with keys for ids where they are known; and the id
    of the record it lives in."""
    if target_id is None:
        return {}, ""
    mapping = inputs.mappings.get(spec.name)
    own = [each.name for each in spec.fields if each.name != "metadata.*"]
    further = [rule.field for rule in mapping.rules if rule.field not in own] if mapping else []
    mark = [MARK] if spec.open_metadata else []
    names = list(dict.fromkeys([*own, *further, *mark]))
    frame = inputs.existing(inputs.target, spec, names)
    found = frame.filter(pl.col("target_id") == target_id).select("target_id", *names).collect()
    if found.is_empty():
        return {}, ""
    home = found[spec.parent][0] if spec.parent else ""
    known = dict(seen.side.held or {}) if seen.side else {}
    named = translate(found.with_columns(pl.lit("").alias("key")), spec, known)
    return named.row(0, named=True), home or ""


def _traced(
    inputs: build.Inputs, entity: str, source_id: str | None
) -> tuple[pl.DataFrame | None, list[Trace]]:
    """The record as mappings read it, and every rule's way over it."""
    mapping: EntityMapping | None = inputs.mappings.get(entity)
    if mapping is None or source_id is None:
        return None, []
    records = inputs.records(inputs.source, entity, inputs.options)
    row = trace.row_of(records, source_id)
    return row, [] if row is None else trace.traces(mapping, row, records.json)


def _base(
    inputs: build.Inputs, spec: EntitySpec, seen: Watcher, key: str, target_id: str | None
) -> Dated:
    """What was last applied of it, with keys for target ids, and when."""
    names = dict(seen.side.held or {}) if seen.side else {}
    applied = Applied(spec, inputs.base, names, {}).of({key: target_id or ""})[key]
    records = [record_of(None, key), *([target_id] if target_id else [])]
    dated = inputs.base.dated(spec.name, records)
    when = {name: at for each in records for name, (_, at) in dated.get(each, {}).items()}
    return {name: (value, when.get(name, "")) for name, value in applied.items()}


def _side(snapshot: Snapshot) -> Side:
    return Side(snapshot.system, snapshot.url, snapshot.taken_at, snapshot.is_complete)


def _in_plan(around: Around, address: Address) -> Planned | None:
    return past.planned(around.plan, address) if around.plan else None


def _children(made: _Made) -> Sequence[Child]:
    """Those that a plan would change are not the same, whatever changes in them."""
    states = {Action.CREATE: State.NEW, Action.DELETE: State.GONE}
    return [
        Child(address, states.get(change.action, State.DIFFERS) if change else known)
        for address, known in made.seen.children.items()
        for change in [made.changes.get(address)]
    ]
