"""`reconcile check`: are both shops and the mappings ready?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from reconcile.cli.boundary import FAILED, SAME
from reconcile.cli.check_notify import recipients
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.config import FILE_NAME
from reconcile.errors import ReconcileError
from reconcile.model import Finding
from reconcile.settings import Passwords
from reconcile.systems import Reader


@click.command(short_help="Are both shops and the mappings ready?")
@click.option("--notify", "to_all", is_flag=True, help="Send a test to all whom `notify` names.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@pass_context
def check(context: Context, *, to_all: bool, as_json: bool) -> int:
    """Are both shops and the mappings ready?

    Looks at addresses, credentials and permissions of both shops, at what Medusa must have before
    products can come in, at the mapping documents, and at whom the settings name to be told
    (`notify`). Nothing is changed anywhere. Exit code 0 when all is well, else 1.

    \b
    Examples:
      reconcile check
      reconcile check --notify
      reconcile check --json
    """
    findings = [
        _settings(context),
        *_hashes(context),
        *_shops(context),
        _mappings(context),
        *recipients(context, test=to_all),
    ]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        context.out.print(_table(findings, words=context.out.options.ascii_only))
    return SAME if all(finding.ok for finding in findings) else FAILED


def _settings(context: Context) -> Finding:
    """Raises SettingsError: without settings there is nothing else to look at."""
    where = str(context.config.workspace / FILE_NAME)
    return Finding("settings", "reconcile.yml", ok=True, message=where)


def _hashes(context: Context) -> Iterator[Finding]:
    """Passwords that are to be carried come as a file, which a plan reads."""
    people = context.config.people
    if people.passwords is Passwords.CARRY and people.hashes and not people.hashes.exists():
        yield Finding(
            "settings",
            "password hashes",
            ok=False,
            message=f"{people.hashes} does not exist: nobody would keep their password",
            remedy="Make it with `reconcile customers seal-hashes`, or set "
            "`customers.passwords: reset`.",
        )


def _shops(context: Context) -> Iterator[Finding]:
    """Both shops at the same time, the findings of each in its own order."""
    opened = {"magento": context.open_source, "medusa": context.open_target}
    with ThreadPoolExecutor(len(opened)) as pool:
        for findings in pool.map(_probe, opened, opened.values()):
            yield from findings


def _probe(system: str, opened: Callable[[], Reader]) -> list[Finding]:
    """A shop whose settings are wrong gives one finding that says so."""
    try:
        with closing(opened()) as reader:
            return list(reader.probe())
    except ReconcileError as error:
        return [_failed(system, "settings", error)]


def _mappings(context: Context) -> Finding:
    try:
        _, mappings = context.mappings()
    except ReconcileError as error:
        return _failed("mapping", "documents", error)
    return Finding("mapping", "documents", ok=True, message=f"{', '.join(mappings)} are mapped")


def _failed(system: str, subject: str, error: ReconcileError) -> Finding:
    place = f"{error.where}: " if error.where else ""
    return Finding(system, subject, ok=False, message=place + error.message, remedy=error.remedy)


def _table(findings: list[Finding], *, words: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("", "where", "what", "found"):
        table.add_column(title, overflow="fold")
    for finding in findings:
        table.add_row(_mark(finding, words=words), finding.system, finding.subject, _found(finding))
    return table


def _mark(finding: Finding, *, words: bool) -> Text:
    sign = ("ok", "failed") if words else ("✓", "✗")
    return Text(sign[0], style="green") if finding.ok else Text(sign[1], style="bold red")


def _found(finding: Finding) -> Text:
    text = Text(printable(finding.message))
    if finding.remedy and not finding.ok:
        text.append(f"\n{printable(finding.remedy)}", style="yellow")
    return text
