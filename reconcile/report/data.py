"""What a report says about a plan, before anyone decides how it looks. Pure: no files."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from reconcile.model import Action, Change, Diagnostic, Severity
from reconcile.plan.document import Limit, Plan, PlanHeader, Tally
from reconcile.report.dangers import Danger, DangerKind, danger_kinds, magnitude, sample, sentence
from reconcile.report.headline import headline
from reconcile.report.words import VERBS, counted

SAMPLES = 5
_COUNTED_TWICE = frozenset({"kept", "undecided"})
_ACTIONS = frozenset(action.value for action in Action)
COLUMNS: Mapping[str, str] = {action.value: verb for action, verb in VERBS.items()} | {
    "unchanged": "unchanged",
    "skipped": "skipped",
    "missing": "missing",
    "unmanaged": "unmanaged",
    "kept": "kept",
    "undecided": "undecided",
}
"""What a count counts -> its column title. `missing` and `unmanaged` records are left alone; `kept`
and `undecided` ones are among the others already."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a bar that is 1,000 long."""

    name: str
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class EntityCounts:
    """How the records of one entity fell out: one number per name in COLUMNS."""

    entity: str
    counts: Mapping[str, int]

    @property
    def bars(self) -> tuple[Bar, ...]:
        """The share of each action among all records; the rest stays untouched.

        Whatever happens at all can be seen, however rare it is.
        """
        whole = sum(count for name, count in self.counts.items() if name not in _COUNTED_TWICE)
        actions = [(name, count) for name, count in self.counts.items() if name in _ACTIONS]
        lengths = {name: max(8, 1000 * count // whole) for name, count in actions if count}
        starts = accumulate(lengths.values(), initial=0)
        return tuple(Bar(*part) for part in zip(lengths, starts, lengths.values(), strict=False))


@dataclass(frozen=True, slots=True)
class DiagnosticGroup:
    """All diagnostics of one code. `remedy` is the first one that was given."""

    severity: Severity
    code: str
    count: int
    remedy: str
    samples: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """All changes that do the same to the same entity.

    `fields` counts the changes that touch each field, most frequent first.
    """

    entity: str
    action: Action
    count: int
    fields: Mapping[str, int]
    samples: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a summary shows, worst first within each part.

    `obstacles` say why the plan may not be applied as it is; empty when nothing stands against it.
    """

    header: PlanHeader
    digest: str
    headline: str
    obstacles: tuple[str, ...]
    counts: tuple[EntityCounts, ...]
    dangers: tuple[Danger, ...]
    limits: tuple[Limit, ...]
    diagnostics: tuple[DiagnosticGroup, ...]
    groups: tuple[ChangeGroup, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the counts that are not zero everywhere."""
        return tuple(name for name in COLUMNS if self.total(name))

    def total(self, name: str) -> int:
        return sum(row.counts[name] for row in self.counts)


@dataclass(slots=True)
class _Grouped:
    """A group while it is counted: the first few of its changes are kept."""

    count: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    samples: list[Change] = field(default_factory=list)

    def add(self, change: Change) -> None:
        self.count += 1
        self.fields.update(change.paths)
        if len(self.samples) < SAMPLES:
            self.samples.append(change)


@dataclass(slots=True)
class _Gathered:
    """What one pass over the changes collects."""

    groups: dict[tuple[str, Action], _Grouped] = field(default_factory=dict)
    dangers: dict[DangerKind, list[Change]] = field(default_factory=dict)
    touches_existing: bool = False


def report_data(plan: Plan, waived: Collection[str] = ()) -> ReportData:
    """Summarise a plan: every number a reviewer sees comes from here.

    `waived` names the limits that a valid approval lifts.
    """
    gathered = _gather(plan.changes)
    header = plan.header
    diagnostics = _diagnostic_groups(plan.diagnostics)
    return ReportData(
        header=header,
        digest=plan.digest,
        headline=headline(header.tallies, touches_existing=gathered.touches_existing),
        obstacles=tuple(_obstacles(header, diagnostics, waived)),
        counts=tuple(_counts(tally) for tally in header.tallies),
        dangers=tuple(
            _danger(kind, gathered.dangers.get(kind, []))
            for kind in DangerKind
            if kind in gathered.dangers
        ),
        limits=tuple(sorted(header.limits, key=lambda limit: not limit.exceeded)),
        diagnostics=diagnostics,
        groups=tuple(_group(*key, found) for key, found in gathered.groups.items()),
    )


def _gather(changes: Iterable[Change]) -> _Gathered:
    gathered = _Gathered()
    for change in changes:
        gathered.groups.setdefault((change.address.entity, change.action), _Grouped()).add(change)
        for kind in danger_kinds(change):
            gathered.dangers.setdefault(kind, []).append(change)
        gathered.touches_existing |= touches_existing(change)
    return gathered


def touches_existing(change: Change) -> bool:
    """Whether the change writes to something the target has; a first stock level does not."""
    if change.action is Action.SET_STOCK:
        return any(part.before is not None for part in change.fields)
    return change.action is not Action.CREATE


def _counts(tally: Tally) -> EntityCounts:
    actions = {action.value: tally.actions.get(action.value, 0) for action in VERBS}
    rest = {
        "unchanged": tally.unchanged,
        "skipped": tally.skipped,
        "missing": tally.missing,
        "unmanaged": tally.unmanaged,
        "kept": tally.kept,
        "undecided": tally.undecided,
    }
    return EntityCounts(tally.entity, actions | rest)


def _danger(kind: DangerKind, changes: Sequence[Change]) -> Danger:
    worst = heapq.nlargest(SAMPLES, changes, key=lambda change: magnitude(kind, change))
    samples = tuple(sample(kind, change) for change in worst)
    return Danger(kind, sentence(kind, len(changes)), len(changes), samples)


def _group(entity: str, action: Action, found: _Grouped) -> ChangeGroup:
    ordered = dict(sorted(found.fields.items(), key=lambda item: (-item[1], item[0])))
    return ChangeGroup(entity, action, found.count, ordered, tuple(found.samples))


def _diagnostic_groups(diagnostics: Iterable[Diagnostic]) -> tuple[DiagnosticGroup, ...]:
    """Heaviest severity first, then the most frequent."""
    by_code: dict[tuple[Severity, str], list[Diagnostic]] = {}
    for each in diagnostics:
        by_code.setdefault((each.severity, each.code), []).append(each)
    groups = [_diagnostic_group(*key, found) for key, found in by_code.items()]
    weights = {severity: weight for weight, severity in enumerate(Severity)}
    return tuple(sorted(groups, key=lambda g: (weights[g.severity], -g.count, g.code)))


def _diagnostic_group(
    severity: Severity, code: str, found: Sequence[Diagnostic]
) -> DiagnosticGroup:
    remedy = next((each.remedy for each in found if each.remedy), "")
    return DiagnosticGroup(severity, code, len(found), remedy, tuple(found[:SAMPLES]))


def _obstacles(
    header: PlanHeader, diagnostics: Iterable[DiagnosticGroup], waived: Collection[str]
) -> Iterator[str]:
    exceeded = [each for each in header.limits if each.exceeded and each.name not in waived]
    if exceeded:
        yield f"{counted(len(exceeded), 'limit is', 'limits are')} exceeded."
    blocking = sum(each.count for each in diagnostics if each.severity is Severity.BLOCKING)
    if blocking:
        yield f"{counted(blocking, 'blocking diagnostic', 'blocking diagnostics')}."


def incomplete_snapshots(header: PlanHeader) -> tuple[str, ...]:
    """The systems whose snapshot is not whole, by name."""
    return tuple(each.system for each in (header.source, header.target) if not each.complete)
