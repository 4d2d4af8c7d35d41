"""`reconcile quarantine`: records that could not be carried, and how they get another try."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.plan import inputs_of, present
from reconcile.cli.printable import printable
from reconcile.cli.quarantined import after_plan
from reconcile.cli.snapshot import take_new
from reconcile.errors import PlanError
from reconcile.model import Address
from reconcile.personal_keys import shown
from reconcile.plan import build
from reconcile.plan.narrow import NAMES, Narrowing
from reconcile.private_file import write_private
from reconcile.quarantine import Chosen, Entry, Quarantine
from reconcile.quarantine.document import document_to_json, entry_to_json
from reconcile.report.quarantined import masked_document, masked_entry
from reconcile.report.spreadsheet import write_table
from reconcile.report.text import one_line
from reconcile.report.words import counted, minute
from reconcile.snapshot import check_files, newest

LEFT_OF = "the quarantine"
"""In the scope of a plan made by `retry`."""
NOTHING = "Nothing is in quarantine, or nothing of what was asked for."
LIST = ("entity", "key", "code", "stage", "attempts", "first", "last")
EXPORT = (
    "entity", "key", "source_id", "code", "stage", "error", "remedy", "plan", "run", "attempts",
    "first_at", "last_at",
)  # fmt: skip

Command = Callable[..., Any]
_FULL = click.option("--full", is_flag=True, help="Personal data as it is.")


def _filters(command: Command) -> Command:
    """`--entity`, `--code`, `--run`, which become `chosen`."""
    for option in (
        click.option("--run", default="", help="Failed last in this run or plan (or its start)."),
        click.option("--code", default="", metavar="PATTERN", help="With this code."),
        click.option("--entity", type=click.Choice(NAMES), help="Only of this entity."),
    ):
        command = option(command)
    return command


@click.group(short_help="Records that could not be carried: look, retry, drop.")
def quarantine() -> None:
    """Records that could not be carried: look, retry, drop.

    What fails validation or mapping in a plan, and what the target refuses in an apply, is kept
    with its source record, what was to be written, and the error. It leaves by itself once it is
    applied, or once a plan of everything finds nothing wrong with it any more.

    \b
    Examples:
      reconcile quarantine list --entity customer
      reconcile quarantine show product:24-MB01
      reconcile quarantine retry --code missing_required
    """


@quarantine.command("list", short_help="List quarantined records.")
@_filters
@_FULL
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def list_command(
    context: Context, *, entity: str | None, code: str, run: str, full: bool, as_json: bool
) -> None:
    """List quarantined records. Keys that are personal data are masked, but with --full.

    \b
    Examples:
      reconcile quarantine list
      reconcile quarantine list --entity order --code 'missing_*'
      reconcile quarantine list --run 20261121T020000Z-1a2b3c --json
    """
    entries = _shown(_chosen(context, Chosen(entity or "", code, run)), full=full)
    if as_json:
        click.echo(json.dumps([entry_to_json(each) for each in entries], indent=2))
        return
    if not entries:
        context.note(NOTHING)
        return
    click.echo("\n".join(_table([LIST, *map(_row, entries)])))
    kinds = Counter((each.address.entity, each.code) for each in entries)
    for (name, reason), count in kinds.most_common():
        context.note(printable(f"{count:,} {name} {reason}"))


@quarantine.command(short_help="Show one record with all that is known of it.")
@click.argument("address")
@_FULL
@pass_context
def show(context: Context, *, address: str, full: bool) -> None:
    """Show the document of ADDRESS as JSON: the source's rows, what was to be written, the error.

    ADDRESS is an entity and a key, as `list --full` shows them. What tells something about a
    person is masked, but with --full.

    \b
    Examples:
      reconcile quarantine show product:24-MB01
      reconcile quarantine show order:000000042 --full
    """
    found = Quarantine(context.config.quarantine).document(Address.parse(address))
    told = found if full else masked_document(found)
    click.echo(json.dumps(document_to_json(told), indent=2))


@quarantine.command(short_help="Write the list for a spreadsheet.")
@click.option(
    "--csv",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write.",
)
@_filters
@_FULL
@pass_context
def export(
    context: Context, *, file: Path, entity: str | None, code: str, run: str, full: bool
) -> None:
    """Write the list, with errors and remedies, as CSV that a spreadsheet can open safely.

    Cells that a spreadsheet would take for a formula begin with an apostrophe. Only you can read
    the file. Keys that are personal data are masked, but with --full.

    \b
    Examples:
      reconcile quarantine export --csv quarantine.csv
      reconcile quarantine export --csv orders.csv --entity order
    """
    entries = _shown(_chosen(context, Chosen(entity or "", code, run)), full=full)
    content = io.StringIO(newline="")
    facts = (entry_to_json(each) for each in entries)
    write_table(content, EXPORT, ([_text(each[name]) for name in EXPORT] for each in facts))
    write_private(file, content.getvalue())
    context.note(f"{counted(len(entries), 'record is', 'records are')} in {file}")


@quarantine.command(short_help="A plan of quarantined records alone.")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@_filters
@click.option("--offline", is_flag=True, help="Compare the newest snapshots; take no new ones.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan's header as JSON.")
@pass_context
def retry(
    context: Context,
    *,
    addresses: tuple[str, ...],
    entity: str | None,
    code: str,
    run: str,
    offline: bool,
    as_json: bool,
) -> int:
    """Make a plan of exactly the chosen records and what they need; without any choice, of all.

    Both shops are read anew. The plan is reviewed, approved and applied like any other. What is
    still wrong with a record is counted as another attempt; what needs nothing any more leaves.

    \b
    Exit codes: 0 nothing to do, 2 there are changes, 1 failed.

    \b
    Examples:
      reconcile quarantine retry
      reconcile quarantine retry product:24-MB01 variant:24-MB01
      reconcile quarantine retry --entity customer --code invalid_email --offline
    """
    entries = _chosen(context, _choice(addresses, entity, code, run))
    if not entries:
        context.note(NOTHING)
        return SAME
    if not offline:
        take_new(context)
    root = context.config.snapshots
    source, target = newest(root, "magento"), newest(root, "medusa")
    for each in (source, target):
        check_files(each)
    names = frozenset[str]().union(*(each.names for each in entries))
    inputs = inputs_of(context, source, target, Narrowing(addresses=names, left_of=LEFT_OF))
    folder = build.build(inputs, context.config.plans, datetime.now(UTC))
    ended = present(context, folder, as_json)
    after_plan(context, folder, source, {each.address for each in entries})
    return ended


@quarantine.command(short_help="Remove records from quarantine, and only from there.")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS]...")
@_filters
@click.option("--yes", is_flag=True, help="Really remove them.")
@pass_context
def drop(
    context: Context,
    *,
    addresses: tuple[str, ...],
    entity: str | None,
    code: str,
    run: str,
    yes: bool,
) -> int:
    """Remove the chosen records from quarantine; without any choice, all.

    Nothing changes in any shop. The next plan or apply in which a record fails puts it back.

    \b
    Exit codes: 0 they are removed, or there are none, 2 they would be, with --yes, 1 failed.

    \b
    Examples:
      reconcile quarantine drop product:24-MB01 --yes
      reconcile quarantine drop --code stale --yes
    """
    entries = _chosen(context, _choice(addresses, entity, code, run))
    if entries and not yes:
        click.echo(f"{counted(len(entries), 'record', 'records')} would be removed; --yes does it.")
        return DIFFERENT
    Quarantine(context.config.quarantine).remove(each.address for each in entries)
    removed = counted(len(entries), "record", "records")
    click.echo(f"{removed} removed. What still fails comes back with the next plan.")
    return SAME


def _choice(addresses: Iterable[str], entity: str | None, code: str, run: str) -> Chosen:
    return Chosen(entity or "", code, run, frozenset(map(Address.parse, addresses)))


def _chosen(context: Context, chosen: Chosen) -> list[Entry]:
    """Raises PlanError for an address that is not in quarantine: perhaps a slip of the keyboard."""
    held = Quarantine(context.config.quarantine).read()
    for path in held.damaged:
        context.warn(f"{path} is damaged. Remove it; what still fails comes back.")
    absent = chosen.addresses - {each.address for each in held.entries}
    if absent:
        raise PlanError(
            f"{shown(min(absent))} is not in quarantine.",
            remedy="`reconcile quarantine list --full` names the records that are.",
        )
    return [each for each in held.entries if chosen.takes(each)]


def _shown(entries: Iterable[Entry], *, full: bool) -> list[Entry]:
    return list(entries) if full else [masked_entry(each) for each in entries]


def _row(entry: Entry) -> tuple[str, ...]:
    return (
        entry.address.entity,
        one_line(entry.address.key, 60),
        one_line(entry.code),
        entry.stage.value,
        f"{entry.attempts:,}",
        minute(entry.first_at),
        minute(entry.last_at),
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of columns. There may be very many, so no library draws them."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (printable(cell).ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _text(value: object) -> str:
    return "" if value is None else str(value)
