"""`reconcile show`: a plan on the terminal, as JSON, or as a page to review in the browser."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconcile.cli.context import Context, pass_context
from reconcile.entities import ENTITIES
from reconcile.errors import SettingsError
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.report import render, terminal, terminal_change
from reconcile.report.listing import asked_for, plan_document

_DEFAULT_PAGE = "-"


@click.command(short_help="Show a plan: summary, single changes, JSON or HTML.")
@click.argument("plan")
@click.option(
    "--entity",
    type=click.Choice([spec.name for spec in ENTITIES]),
    default=None,
    help="Only changes of this entity.",
)
@click.option("--key", default="", metavar="PATTERN", help="Only records with such a key.")
@click.option("--field", default="", metavar="PATTERN", help="Only these fields.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--html",
    "page",
    is_flag=False,
    flag_value=_DEFAULT_PAGE,
    default=None,
    metavar="[PATH]",
    help="Write the HTML report [default: reports/PLAN/index.html].",
)
@pass_context
def show(
    context: Context,
    plan: str,
    entity: str | None,
    key: str,
    field: str,
    page: str | None,
    *,
    as_json: bool,
) -> None:
    """Show the plan PLAN: a folder, the start of its name, or `latest`.

    Without --entity, --key or --field a summary is printed; with any of them, every change that
    fits, before and after. Personal data is masked; `reports.personal_data: full` in reconcile.yml
    shows it in the page.

    \b
    Examples:
      reconcile show latest
      reconcile show latest --entity product --key '24-*' --field prices
      reconcile show latest --html
      reconcile show latest --json --entity variant
    """
    folder = context.resolve_plan(plan)
    if page is not None:
        click.echo(_write_page(context, folder, page))
        return
    read = file.read(folder)
    changes = asked_for(read.changes, entity or "", key, field)
    if as_json:
        click.echo(json.dumps(plan_document(read, changes), indent=2))
    elif entity or key or field:
        _print_changes(context, read, entity or "", key, field)
    else:
        terminal.print_summary(context.out, read)


def _write_page(context: Context, folder: Path, page: str) -> Path:
    mask = _masks(context)
    if page == _DEFAULT_PAGE:
        return render.write_html(folder, context.config.reports, mask=mask)
    return render.write_page(folder, Path(page), mask=mask)


def _masks(context: Context) -> bool:
    """What the settings say; a plan can be shown without any, then nothing personal is."""
    try:
        return context.config.masked_reports
    except SettingsError:
        return True


def _print_changes(context: Context, plan: Plan, entity: str, key: str, field: str) -> None:
    changes = list(asked_for(plan.changes, entity, key, field))
    terminal_change.print_changes(context.out, changes)
    context.note(f"{len(changes):,} of {len(plan.changes):,} changes")
