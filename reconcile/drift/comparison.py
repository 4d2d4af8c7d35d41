"""Two snapshots compared as a plan does it, with somebody looking on. No plan is left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from reconcile.drift import loose, redirects, twins, unmapped
from reconcile.drift.collect import Collector, Stood
from reconcile.drift.document import (
    LOOSE,
    MISMATCHES,
    SAMPLED,
    TWINS,
    UNKNOWN,
    UNMANAGED,
    ChangedBy,
    Kind,
    SampleSummary,
)
from reconcile.drift.redirects import Page
from reconcile.drift.runs import EntityRun
from reconcile.drift.sample import SpotCheck
from reconcile.drift.share import percent_text
from reconcile.errors import SnapshotError
from reconcile.plan import build, file
from reconcile.plan.document import Plan
from reconcile.plan.rows import Held
from reconcile.settings import RedirectSettings
from reconcile.snapshot import Snapshot
from reconcile.systems import Origin


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be compared: `only` some entities (none: all), with a spot check of `sample`
    records of each (0: without), drawn by `seed`.

    `origins` names the source's tables, `paths` the source's columns with the paths of pages, by
    entity.
    """

    inputs: build.Inputs
    only: tuple[str, ...] = ()
    sample: int = 0
    seed: int = 0
    origins: Mapping[str, Sequence[Origin]] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)
    redirects: RedirectSettings = field(default_factory=RedirectSettings)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All frames that files are made of, in the columns of document.py. `parts` has, by entity,
    what the keys of its differing records are made of. `hidden` are pages without a redirect."""

    mismatches: pl.DataFrame
    entities: tuple[EntityRun, ...]
    unmanaged: pl.DataFrame
    loose: pl.DataFrame
    unmapped: pl.DataFrame
    twins: pl.DataFrame
    redirects: pl.DataFrame
    hidden: tuple[Page, ...]
    parts: Mapping[str, pl.DataFrame]
    sampled: pl.DataFrame | None = None
    sample: SampleSummary | None = None


def compare(request: Request, work: Path, now: datetime) -> Comparison:
    """Raises SnapshotError where the target was not read to its end, and what a plan raises.

    `work` is a folder for what must not stay in memory.
    """
    inputs = request.inputs
    refuse_incomplete(inputs.target)
    check = SpotCheck(request.sample, request.seed) if request.sample else None
    collector = Collector(inputs.mappings, inputs.base, request.only, check)
    work.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".drift-", dir=work) as name:
        folder = Path(name)
        witnessed = replace(inputs, witness=collector, work=folder)
        plan = file.read(build.build(witnessed, folder / "plans", now))
        skipped = {tally.entity: tally.skipped for tally in plan.header.tallies}
        return _put_together(request, collector, plan, skipped, folder)


def refuse_incomplete(target: Snapshot) -> None:
    """What was not read of the target would be called missing."""
    short = [
        f"'{table}' ({facts.incomplete})"
        for table, facts in sorted(target.tables.items())
        if not facts.complete
    ]
    if short:
        raise SnapshotError(
            f"The snapshot of {target.system} is not complete: {', '.join(short)}. What was not "
            "read would be called missing.",
            remedy="Run it again when the shop is quiet.",
        )


def _put_together(
    request: Request, collector: Collector, plan: Plan, skipped: Mapping[str, int], folder: Path
) -> Comparison:
    stood = collector.done()
    mismatches = pl.concat([MISMATCHES.to_frame(), *(part for s in stood for part in s.mismatches)])
    redirected, hidden = redirects.of(_pages(request, stood))
    found = Comparison(
        mismatches,
        tuple(_counted(each, skipped.get(each.spec.name, 0)) for each in stood),
        pl.concat([UNMANAGED.to_frame(), *(each.unmanaged for each in stood)]),
        _loose(request, collector, stood, folder),
        unmapped.of(collector.want, plan.diagnostics, collector.chosen),
        pl.concat([TWINS.to_frame(), *_twins(request, collector)]).sort("shop", "kind", "key"),
        redirected,
        hidden,
        {each.spec.name: pl.concat(each.parts) for each in stood if each.parts},
    )
    check = collector.check
    if check is None:
        return found
    summary = check.summary(check.disagreements(mismatches))
    return replace(found, sampled=_in_order(check.frame(), stood), sample=summary)


def _counted(stood: Stood, skipped: int) -> EntityRun:
    [frame] = stood.mismatches
    kinds = Counter(frame["kind"])
    in_pairs = frame.filter(pl.col("field") != "")
    different = in_pairs["key"].n_unique()
    missing, extra = kinds[Kind.MISSING.value], kinds[Kind.EXTRA.value]
    compared = stood.pairs + missing + extra
    moved = Counter(frame["changed_by"].fill_null(UNKNOWN))
    return EntityRun(
        entity=stood.spec.name,
        compared=compared,
        same=stood.pairs - different,
        different=different,
        missing_in_medusa=missing,
        medusa_only=extra,
        unmanaged=stood.unmanaged_count,
        skipped=skipped,
        drift_percent=percent_text(different + missing + extra, compared),
        fields=dict(sorted(Counter(in_pairs["field"]).items())),
        changed_by={name: moved[name] for name in (*ChangedBy, UNKNOWN)},
    )


def _in_order(sampled: pl.DataFrame, stood: Sequence[Stood]) -> pl.DataFrame:
    parts = (sampled.filter(pl.col("entity") == each.spec.name) for each in stood)
    return pl.concat([SAMPLED.to_frame(), *(part.sort("key", "field") for part in parts)])


def _loose(
    request: Request, collector: Collector, stood: Sequence[Stood], folder: Path
) -> pl.DataFrame:
    parts = [LOOSE.to_frame()]
    for each in stood:
        parts.append(each.loose)
        if not each.spec.key_fields:
            parts.extend(_duplicates(request, collector, each, folder))
    ordered = [part.sort("key", "reason", "other", "target_id") for part in parts]
    return pl.concat(ordered).unique(maintain_order=True)


def _duplicates(
    request: Request, collector: Collector, stood: Stood, folder: Path
) -> Iterator[pl.DataFrame]:
    """Target records of one key, and those without a partner that have the handle of another."""
    spec, inputs = stood.spec, request.inputs
    names = [name for entity, name in collector.wanted_values if entity == spec.name]
    table = inputs.target_main.get(spec.name, "") if spec.name in inputs.source_main else ""
    held = Held(inputs.target, inputs.existing, spec, table, inputs.window, folder / spec.name)
    frame = held.frame(names)
    yield loose.several(spec, frame)
    alone = frame.join(stood.matched, on="target_id", how="anti")
    for name in names:
        values = alone.select("target_id", "key", pl.col(name).alias("value")).drop_nulls("value")
        yield loose.same_value(spec, name, collector.wanted_values[spec.name, name], values)


def _twins(request: Request, collector: Collector) -> Iterator[pl.DataFrame]:
    inputs, chosen = request.inputs, collector.chosen
    yield from twins.of_source(inputs.source, request.origins, chosen, inputs.source.system)
    mapped = {each for each in inputs.mappings if chosen(each)}
    yield from twins.of_target(
        inputs.target, inputs.existing, mapped.__contains__, inputs.target.system
    )


def _pages(request: Request, stood: Sequence[Stood]) -> Iterator[Page]:
    for each in stood:
        entity = each.spec.name
        if each.pages is None or entity not in request.paths:
            continue
        paths = _source_paths(request, entity)
        if paths is not None:
            pages = each.pages.join(paths, on="source_id")
            yield from redirects.pages_of(entity, pages, request.redirects)


def _source_paths(request: Request, entity: str) -> pl.DataFrame | None:
    """`source_id` and `path` of a source's records; None where it does not tell paths."""
    inputs = request.inputs
    chosen: dict[str, Mapping[str, Any]] = dict(inputs.options)
    for name, mapping in inputs.mappings.items():
        chosen[name] = {**mapping.options, **inputs.options.get(name, {})}
    frame = inputs.records(inputs.source, entity, chosen).frame
    column = request.paths[entity]
    if column not in frame.collect_schema():
        return None
    return frame.select("source_id", pl.col(column).alias("path")).collect()
