"""The summary of a plan on a terminal, worst first, and what happened to it since. Plain where
nobody looks on.

What tells something about a person is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reconcile.model import Action, Severity
from reconcile.plan.document import Plan
from reconcile.report.data import (
    COLUMNS,
    ChangeGroup,
    DiagnosticGroup,
    EntityCounts,
    ReportData,
    incomplete_snapshots,
    report_data,
)
from reconcile.report.evidence import Evidence
from reconcile.report.fate import State, Step, fates, steps, waived
from reconcile.report.private import masked_plan
from reconcile.report.text import one_line
from reconcile.report.words import VERBS, count_of, counted, number, plural

STYLES = {
    "create": "green",
    "update": "blue",
    "set_stock": "cyan",
    "draft": "yellow",
    "delete": "red",
}
_SEVERITIES = {
    Severity.BLOCKING: "bold red",
    Severity.SKIPPED: "yellow",
    Severity.WARNING: "yellow",
}
_STATES = {State.DONE: "green", State.BAD: "bold red"}
_LIMITS, _CODES, _GROUPS = 4, 5, 8
_LONGEST = 200
"""Characters of a sentence."""


def print_summary(console: Console, plan: Plan, evidence: Evidence | None = None) -> None:
    """Print what the plan does, and what `evidence` says of it since it was made. There are few
    lines however large the plan is."""
    since = evidence or Evidence()
    life = steps(plan, since, fates(plan, since))[1:]
    report = report_data(masked_plan(plan), waived(plan, since))
    print_report(console, report, [*_life(life), *_problems(since)])


def print_report(console: Console, report: ReportData, since: Iterable[Text] = ()) -> None:
    """The same of what is summarised already, masked; `since` are lines about what happened."""
    console.print(Text(report.headline, "bold"))
    console.print(_counts(report))
    for part in (since, _obstacles(report), _dangers(report), _limits(report)):
        _print_part(console, part)
    if report.diagnostics:
        console.print()
        console.print(_diagnostics(report.diagnostics[:_CODES]))
    for part in (_further(report.diagnostics[_CODES:]), _changes(report)):
        _print_part(console, part)
    console.print()
    console.print(Text(f"Plan {report.header.id}, {report.digest}", "dim"), soft_wrap=True)


def _print_part(console: Console, lines: Iterable[Text]) -> None:
    """A part that says anything is set off by a blank line; a line of it is never wrapped."""
    for index, line in enumerate(lines):
        if index == 0:
            console.print()
        console.print(line, no_wrap=True, overflow="ellipsis")


def _life(steps: Iterable[Step]) -> Iterator[Text]:
    """Who approved it and what became of it; nothing of steps that are still to come."""
    for step in steps:
        if step.state is State.OPEN and step.lines == ("not yet",):
            continue
        lines = [one_line(line, _LONGEST) for line in step.lines]
        first, further = ", ".join(lines[:2]), lines[2:]
        yield Text.assemble((f"{step.name:<10}", _STATES.get(step.state, "yellow")), first)
        yield from (Text(f"{'':<10}{line}") for line in further)


def _problems(evidence: Evidence) -> Iterator[Text]:
    for problem in evidence.problems:
        yield Text(f"! {one_line(problem, _LONGEST)}", "bold yellow")


def _counts(report: ReportData) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for name in report.columns:
        table.add_column(COLUMNS[name], justify="right")
    for row in report.counts:
        table.add_row(plural(row.entity), *_cells(row, report.columns))
    return table


def _cells(row: EntityCounts, columns: Iterable[str]) -> Iterator[Text]:
    for name in columns:
        count = row.counts[name]
        yield Text(number(count), STYLES.get(name, "")) if count else Text("·", "dim")


def _obstacles(report: ReportData) -> Iterator[Text]:
    if report.obstacles:
        yield Text(
            "This plan cannot be applied as it is: " + " ".join(report.obstacles), "bold red"
        )


def _dangers(report: ReportData) -> Iterator[Text]:
    for system in incomplete_snapshots(report.header):
        yield Text(f"! The snapshot of {one_line(system)} is incomplete.", "bold yellow")
    for danger in report.dangers:
        yield Text(f"! {danger.sentence}", "bold yellow")
        worst = danger.samples[0]
        yield Text(f"    {one_line(str(worst.address), 60)}  {worst.text}")


def _limits(report: ReportData) -> Iterator[Text]:
    exceeded = [limit for limit in report.limits if limit.exceeded]
    for limit in exceeded[:_LIMITS]:
        yield Text.assemble(
            ("exceeded ", "bold red"), one_line(limit.sentence, 200), (f"  {limit.name}", "dim")
        )
    yield from _rest(len(exceeded) - _LIMITS, "exceeded limit", "exceeded limits")
    kept = len(report.limits) - len(exceeded)
    if kept:
        yield Text(f"{counted(kept, 'limit is', 'limits are')} kept.", "dim")


def _rest(count: int, one: str, many: str) -> Iterator[Text]:
    if count > 0:
        yield Text(f"and {counted(count, f'more {one}', f'more {many}')}", "dim")


def _diagnostics(groups: Iterable[DiagnosticGroup]) -> Table:
    """What happened, in the words about one of the records, and what to do about it."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for group in groups:
        style = _SEVERITIES.get(group.severity, "dim")
        table.add_row(Text(group.severity.value, style), _diagnostic(group))
    return table


def _diagnostic(group: DiagnosticGroup) -> Text:
    remedy = f"\nRemedy: {one_line(group.remedy, _LONGEST)}" if group.remedy else ""
    return Text.assemble(
        (f"{number(group.count)} × ", "bold"),
        one_line(group.code, 40),
        f"  {one_line(group.samples[0].message, _LONGEST)}",
        (remedy, "dim"),
    )


def _further(groups: Sequence[DiagnosticGroup]) -> Iterator[Text]:
    for line in _rest(len(groups), "diagnostic code", "diagnostic codes"):
        yield line.append(": " + ", ".join(one_line(group.code, 40) for group in groups))


def _changes(report: ReportData) -> Iterator[Text]:
    for group in report.groups[:_GROUPS]:
        yield _group(group)
    yield from _rest(len(report.groups) - _GROUPS, "group of changes", "groups of changes")


def _group(group: ChangeGroup) -> Text:
    """The count, and which fields are touched how often, or for creates a few keys."""
    if group.action is Action.UPDATE:
        said = [f"{one_line(path, 40)} {number(count)}" for path, count in group.fields.items()]
    else:
        said = [one_line(change.address.key, 28) for change in group.samples]
    return Text.assemble(
        (VERBS[group.action], STYLES[group.action.value]),
        f" {count_of(group.entity, group.count)}  ",
        (", ".join(said), "dim"),
    )
