"""The summary of a plan on a terminal: one screen, worst first. Plain where nobody looks on.

What tells something about a person is masked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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
_LIMITS, _CODES, _GROUPS = 4, 5, 8


def print_summary(console: Console, plan: Plan) -> None:
    """Print what the plan does. The lines fit a screen however large the plan is."""
    print_report(console, report_data(masked_plan(plan)))


def print_report(console: Console, report: ReportData) -> None:
    """The same of what is summarised already, masked."""
    console.print(Text(report.headline, "bold"))
    console.print(_counts(report))
    for part in (_obstacles, _dangers, _limits, _diagnostics, _changes):
        _print_part(console, part(report))
    console.print()
    console.print(Text(f"Plan {report.header.id}, {report.digest}", "dim"), soft_wrap=True)


def _print_part(console: Console, lines: Iterable[Text]) -> None:
    """A part that says anything is set off by a blank line; a line of it is never wrapped."""
    for index, line in enumerate(lines):
        if index == 0:
            console.print()
        console.print(line, no_wrap=True, overflow="ellipsis")


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


def _diagnostics(report: ReportData) -> Iterator[Text]:
    for group in report.diagnostics[:_CODES]:
        yield _diagnostic(group)
    rest = report.diagnostics[_CODES:]
    for line in _rest(len(rest), "diagnostic code", "diagnostic codes"):
        yield line.append(": " + ", ".join(one_line(group.code, 40) for group in rest))


def _diagnostic(group: DiagnosticGroup) -> Text:
    return Text.assemble(
        (f"{group.severity.value:<9}", _SEVERITIES.get(group.severity, "dim")),
        (f"{number(group.count)} × ", "bold"),
        one_line(group.code, 40),
        (f"  {one_line(group.remedy or group.samples[0].message, 200)}", "dim"),
    )


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
