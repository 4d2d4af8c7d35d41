"""`reconcile history`: how drift went over time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from reconcile.canonical import moment_text
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.drift import history as kept
from reconcile.drift.document import DRIFT, SAME
from reconcile.drift.runs import EntityRun, RunSummary
from reconcile.entities import ENTITIES
from reconcile.errors import ReconcileError
from reconcile.model import Json
from reconcile.report.drift_ages import ages, oldest
from reconcile.report.drift_words import apart_text, state_word, took
from reconcile.report.sparkline import sparkline
from reconcile.report.words import minute, number, plural

if TYPE_CHECKING:
    import polars as pl

OLDEST = 10
MOST_SIGNS = 60
STYLES = {"same": "green", "drift": "yellow"}


@click.command(short_help="How drift went over time.")
@click.option(
    "--entity",
    type=click.Choice([spec.name for spec in ENTITIES]),
    default=None,
    help="Only this entity.",
)
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    help="How many runs to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--html", "as_page", is_flag=True, help="Write reports/index.html and print its path."
)
@pass_context
def history(
    context: Context, entity: str | None, last: int, *, as_json: bool, as_page: bool
) -> None:
    """How drift went over time: every `reconcile drift` adds a run.

    Shown are the newest runs, a line per entity from the oldest to the newest of them, and how
    long what is open now has been open. With a `state` in the settings, the runs of all machines.

    \b
    Examples:
      reconcile history
      reconcile history --entity product --last 60
      reconcile history --json
      reconcile history --html
    """
    root = context.config.history
    if state := context.shared_state():
        kept.fetch(root, state)
    runs, open_ = kept.runs(root), kept.open_mismatches(root)
    if as_page:
        click.echo(write_index(context, runs, open_))
        return
    shown = _narrowed(runs, entity)[-last:]
    if entity:
        open_ = open_.filter(open_["entity"] == entity)
    if as_json:
        click.echo(json.dumps(_document(shown, open_), indent=2))
    elif shown:
        _print(context, shown, open_)
    else:
        context.note("No runs yet; `reconcile drift` compares the shops.")


def write_index(context: Context, runs: Sequence[RunSummary], open_: pl.DataFrame) -> Path:
    """Write reports/index.html anew. Raises HistoryError."""
    from reconcile.report import drift_page
    from reconcile.report.plan_lines import plan_lines

    reports = context.config.reports
    plans = plan_lines(context.config.plans, reports)
    return drift_page.write_index(reports, runs, open_, plans, now=datetime.now(UTC))


def refresh_index(context: Context) -> None:
    """The same from what is known on this machine, after other work is done: a fault is a
    warning."""
    root = context.config.history
    try:
        write_index(context, kept.runs(root), kept.open_mismatches(root))
    except ReconcileError as error:
        context.warn(f"reports/index.html is not up to date: {printable(str(error))}")


def _narrowed(runs: Sequence[RunSummary], entity: str | None) -> list[RunSummary]:
    if entity is None:
        return list(runs)
    return [_with(run, found) for run in runs if (found := run.of(entity))]


def _with(run: RunSummary, found: EntityRun) -> RunSummary:
    """The run as if it had looked at one entity alone."""
    exceeded = tuple(name for name in run.exceeded if name == found.entity)
    state = DRIFT if found.apart else SAME
    return replace(run, entities=(found,), exceeded=exceeded, state=state)


def _document(runs: Sequence[RunSummary], open_: pl.DataFrame) -> dict[str, Json]:
    now = datetime.now(UTC)
    longest = [
        {**asdict(each), "since": moment_text(each.since)} for each in oldest(open_, now, OLDEST)
    ]
    return {
        "runs": [{**asdict(run), "apart": run.apart} for run in runs],
        "open": {"count": open_.height, "ages": dict(ages(open_, now)), "oldest": longest},
    }


def _print(context: Context, runs: Sequence[RunSummary], open_: pl.DataFrame) -> None:
    ascii_only = context.out.options.ascii_only
    context.out.print(_runs_table(runs))
    context.out.print()
    context.out.print(_lines_table(runs, ascii_only=ascii_only))
    context.out.print()
    if open_.is_empty():
        context.out.print("No mismatch is open.")
    else:
        context.out.print(_ages_table(open_))
        context.out.print()
        context.out.print(_oldest_table(open_))


def _table(*titles: str, numbers: Sequence[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, justify="right" if title in numbers else "left", overflow="fold")
    return table


def _runs_table(runs: Sequence[RunSummary]) -> Table:
    table = _table("run", "state", "moved apart", "took", numbers=["took"])
    for run in runs:
        state = Text(state_word(run), style=STYLES.get(state_word(run), "bold red"))
        if not run.complete:
            state.append(" (incomplete)", style="yellow")
        moved = printable(apart_text(run))
        table.add_row(minute(run.began), state, Text(moved), took(run.seconds))
    return table


def _lines_table(runs: Sequence[RunSummary], *, ascii_only: bool) -> Table:
    """Per entity of the two shops that were compared last."""
    between = [run for run in runs if run.shops == runs[-1].shops]
    table = _table("entity", "over time", "apart", "of", "share", numbers=["apart", "of", "share"])
    for name in dict.fromkeys(each.entity for run in between for each in run.entities):
        counted = [run.of(name) for run in between]
        values = [each.apart if each else None for each in counted][-MOST_SIGNS:]
        newest = [each for each in counted if each][-1]
        line = Text(sparkline(values, ascii_only=ascii_only))
        numbers = (number(newest.apart), number(newest.compared), f"{newest.drift_percent} %")
        table.add_row(Text(printable(plural(name))), line, *numbers)
    return table


def _ages_table(open_: pl.DataFrame) -> Table:
    table = _table("open mismatches", "", numbers=[""])
    for name, count in ages(open_, datetime.now(UTC)):
        table.add_row(name, number(count))
    return table


def _oldest_table(open_: pl.DataFrame) -> Table:
    table = _table("open longest", "what", "since", "open for", numbers=["open for"])
    for each in oldest(open_, datetime.now(UTC), OLDEST):
        record, what = Text(printable(each.record)), Text(printable(each.what))
        table.add_row(record, what, minute(each.since), each.age)
    return table
