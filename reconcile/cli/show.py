"""`reconcile show`: a plan on the terminal, as JSON, or as a page to review in the browser."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import starmap
from pathlib import Path

import click

from reconcile.cli import thumbnails as small
from reconcile.cli.context import Context, pass_context
from reconcile.cli.paging import paged
from reconcile.entities import ENTITIES
from reconcile.errors import SettingsError
from reconcile.model import Action, Change
from reconcile.plan import file
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Approval, Plan
from reconcile.report import render, terminal, terminal_change
from reconcile.report.evidence import read_evidence
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
@click.option(
    "--action",
    type=click.Choice([each.value for each in Action]),
    default=None,
    help="Only changes that do this.",
)
@click.option("--pager/--no-pager", default=True, help="Page what is longer than the screen.")
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
@click.option(
    "--thumbnails",
    is_flag=True,
    help="Fetch the images the plan names, and put small pictures of them into the report.",
)
@click.option(
    "--max-thumbnails",
    "most",
    type=click.IntRange(min=1),
    default=small.MOST,
    show_default=True,
    help="Images to fetch at most.",
)
@click.option("--refresh", is_flag=True, help="Fetch images again that were fetched before.")
@pass_context
def show(
    context: Context,
    plan: str,
    entity: str | None,
    key: str,
    field: str,
    action: str | None,
    page: str | None,
    most: int,
    *,
    pager: bool,
    as_json: bool,
    thumbnails: bool,
    refresh: bool,
) -> None:
    """Show the plan PLAN: a folder, the start of its name, or `latest`.

    Without --entity, --key, --field or --action a summary is printed, with who approved the plan
    and what became of it; with any of them, every change that fits, before and after. What is
    longer than the screen is paged, by PAGER or less. Personal data is masked;
    `reports.personal_data: full` in reconcile.yml shows it in the page.

    The page loads nothing, so images are fetched only with --thumbnails: from the two shops, and
    from hosts named as `reports.image_hosts`, without credentials.

    \b
    Examples:
      reconcile show latest
      reconcile show latest --entity product --key '24-*' --field prices
      reconcile show latest --action draft --no-pager
      reconcile show latest --html
      reconcile show latest --html --thumbnails
      reconcile show latest --json --entity variant
    """
    if thumbnails and page is None:
        raise click.UsageError("--thumbnails belongs to --html.")
    folder = context.resolve_plan(plan)
    if page is not None:
        pictures = small.pictures(context, folder, most, refresh=refresh) if thumbnails else {}
        click.echo(_write_page(context, folder, page, pictures))
        return
    read = file.read(folder)
    changes = asked_for(read.changes, entity or "", key, field, action or "")
    evidence = read_evidence(folder, read.changes)
    if as_json:
        click.echo(json.dumps(plan_document(read, changes, evidence.approval), indent=2))
    elif entity or key or field or action:
        _print_changes(context, read, changes, evidence.approval, pager=pager)
    else:
        summary = partial(terminal.print_summary, context.out, read, evidence)
        paged(context.out, [summary], wanted=pager)


def _write_page(context: Context, folder: Path, page: str, pictures: Mapping[str, str]) -> Path:
    mask = _masks(context)
    if page == _DEFAULT_PAGE:
        from reconcile.cli.history import refresh_index

        written = render.write_html(folder, context.config.reports, mask=mask, thumbnails=pictures)
        refresh_index(context)
        return written
    return render.write_page(folder, Path(page), mask=mask, thumbnails=pictures)


def _masks(context: Context) -> bool:
    """What the settings say; a plan can be shown without any, then nothing personal is."""
    try:
        return context.config.masked_reports
    except SettingsError:
        return True


def _print_changes(
    context: Context,
    plan: Plan,
    fitting: Iterable[Change],
    approval: Approval | None,
    *,
    pager: bool,
) -> None:
    changes = list(fitting)
    valid = approval is not None and approval.plan_digest == plan.digest
    settlement = Settlement(approval.decisions if approval and valid else (), plan.digest)

    def show(index: int, change: Change) -> None:
        if index:
            context.out.print()
        terminal_change.print_change(context.out, change, settlement)

    paged(
        context.out, starmap(partial, ((show, *each) for each in enumerate(changes))), wanted=pager
    )
    context.note(f"{len(changes):,} of {len(plan.changes):,} changes")
