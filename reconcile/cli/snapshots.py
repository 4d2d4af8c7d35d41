"""`reconcile snapshots`: list them, and delete the oldest."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from reconcile.canonical import moment_text
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.cli.snapshot import SYSTEMS
from reconcile.model import Json
from reconcile.snapshot import Snapshot, stored

_A_DAY = 24 * 3600


@click.group(invoke_without_command=True, short_help="List the snapshots taken so far.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def snapshots(click_context: click.Context, *, as_json: bool) -> None:
    """List the snapshots taken so far, oldest first.

    \b
    Examples:
      reconcile snapshots
      reconcile snapshots --json
      reconcile snapshots prune --keep 5
    """
    if click_context.invoked_subcommand:
        return
    context = click_context.find_object(Context) or Context()
    found = [each for system in SYSTEMS for each in stored(context.config.snapshots, system)]
    if as_json:
        click.echo(json.dumps([_facts(each) for each in found], indent=2))
    elif found:
        context.out.print(_table(found))
    else:
        context.note("No snapshots yet; take one with `reconcile snapshot`.")


@snapshots.command(short_help="Delete all but the newest snapshots of each shop.")
@click.option("--keep", type=click.IntRange(min=1), required=True, help="How many stay per shop.")
@pass_context
def prune(context: Context, keep: int) -> None:
    """Delete all but the newest snapshots of each shop, and what a crash left half-written.

    \b
    Example:
      reconcile snapshots prune --keep 5
    """
    root = context.config.snapshots
    for system in SYSTEMS:
        for snapshot in stored(root, system)[:-keep]:
            shutil.rmtree(snapshot.folder)
            context.note(f"Deleted {snapshot.folder}")
        for leftover in filter(_is_old, (root / system).glob("*.partial")):
            shutil.rmtree(leftover)
            context.note(f"Deleted {leftover}")


def _is_old(folder: Path) -> bool:
    """Whether nobody can still be writing this."""
    return time.time() - folder.stat().st_mtime > _A_DAY


def _facts(snapshot: Snapshot) -> dict[str, Json]:
    return {
        "system": snapshot.system,
        "taken_at": moment_text(snapshot.taken_at),
        "url": snapshot.url,
        "rows": {name: facts.rows for name, facts in snapshot.tables.items()},
        "complete": snapshot.is_complete,
        "digest": snapshot.digest,
        "path": str(snapshot.folder),
    }


def _table(found: list[Snapshot]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("system", "taken at", "rows", "complete", "path"):
        table.add_column(title, justify="right" if title == "rows" else "left", overflow="fold")
    for snapshot in found:
        table.add_row(*_cells(snapshot))
    return table


def _cells(snapshot: Snapshot) -> Iterator[str | Text]:
    yield snapshot.system
    yield snapshot.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    yield f"{sum(facts.rows for facts in snapshot.tables.values()):,}"
    yield "yes" if snapshot.is_complete else "no"
    yield Text(printable(str(snapshot.folder)))
