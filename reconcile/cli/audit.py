"""`reconcile audit`: what the files of an applied plan prove, without any shop."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from reconcile.audit import Audit
from reconcile.audit import audit as examine
from reconcile.cli.boundary import DIFFERENT, FAILED, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable


@click.command(short_help="Check an applied plan's files, without any shop.")
@click.argument("run")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@pass_context
def audit(context: Context, *, run: str, as_json: bool) -> int:
    """Check offline that planned = applied = read back, and that nobody edited the files.

    RUN is a plan's folder, its name, the start of its name, `latest`, or the name of a run of it.
    The approval must be of the plan's bytes, every line of the journal must follow from the one
    before, and the proof must be of that journal.

    \b
    Exit codes: 0 proven, 2 whole, but not everything is applied or read back, 1 the files
    contradict each other.

    \b
    Examples:
      reconcile audit latest
      reconcile audit 20261121T020000Z-1a2b3c --json
    """
    found = examine(context.resolve_plan(run))
    if as_json:
        verdict = {"proven": found.proven, "damaged": found.damaged}
        click.echo(json.dumps(verdict | asdict(found), indent=2))
    else:
        context.out.print(_table(found))
    if found.damaged:
        return FAILED
    return SAME if found.proven else DIFFERENT


def _table(found: Audit) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False)
    for check in found.checks:
        word, style = ("ok", "green") if check.ok else ("no", "red")
        subject, message = Text(check.subject, style="bold"), Text(printable(check.message))
        table.add_row(Text(word, style=style), subject, message)
    return table
