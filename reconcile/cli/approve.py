"""`reconcile approve`: record who allows exactly which bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import click
from rich.table import Table

from reconcile.cli.boundary import SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.model import Change
from reconcile.plan import approval_file, file
from reconcile.plan.approval import approve as allow
from reconcile.plan.approval import keep_what_is_done, remarks
from reconcile.plan.document import Decision, Take, Waiver
from reconcile.plan.selection import select


def _waivers(_: click.Context, param: click.Parameter, texts: Sequence[str]) -> list[Waiver]:
    """`NAME=REASON`, each. Raises BadParameter."""
    waivers = []
    for text in texts:
        limit, _equals, reason = text.partition("=")
        if not reason.strip():
            raise click.BadParameter(f"'{text}' gives no reason; write NAME=REASON.", param=param)
        waivers.append(Waiver(limit.strip(), reason.strip()))
    return waivers


@click.command(short_help="Allow exactly this plan to be applied.")
@click.argument("plan")
@click.option("--by", help="Who approves [default: the CI job's person, or git's user].")
@click.option(
    "--exclude", "excludes", multiple=True, metavar="PATTERN", help="Leave these changes out."
)
@click.option(
    "--waive",
    "waivers",
    multiple=True,
    callback=_waivers,
    metavar="NAME=REASON",
    help="Lift an exceeded limit.",
)
@click.option(
    "--take",
    "takes",
    multiple=True,
    type=click.Choice([each.value for each in Take]),
    help="Whose values stand where both sides changed a record.",
)
@click.option(
    "--key",
    "keys",
    multiple=True,
    metavar="PATTERN",
    help="The conflicts that --take settles [default: all]; one for each --take.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the approval as JSON.")
@pass_context
def approve(
    context: Context,
    *,
    plan: str,
    by: str | None,
    excludes: tuple[str, ...],
    waivers: list[Waiver],
    takes: tuple[str, ...],
    keys: tuple[str, ...],
    as_json: bool,
) -> int:
    """Allow exactly this plan to be applied.

    PLAN is its folder, its name, the start of its name, or `latest`. The approval holds the digest
    of the plan's bytes: after one changed byte it is void. A pattern is matched with an address;
    whatever needs a record that is left out is left out with it.

    What both sides changed since it was last applied is written only where it is decided for the
    source; the first --take whose --key fits a record counts.

    \b
    Examples:
      reconcile approve latest
      reconcile approve latest --exclude 'product:24-*' --exclude 'variant:24-*'
      reconcile approve 20261121 --by 'Ada' --waive draft_share:product='end of season'
      reconcile approve latest --take target --key 'product:24-*' --take source --key '*'
    """
    from reconcile.config import approver

    folder = context.resolve_plan(plan)
    read = file.read(folder)
    who = by or approver(context.config.variables)
    decisions = _decisions(takes, keys)
    approval = allow(read, who, datetime.now(UTC), excludes, waivers, decisions)
    replaced = approval_file.standing(folder)
    if replaced is not None:
        history = read_journal(folder / JOURNAL, read.changes)
        keep_what_is_done(read, replaced, approval, history)
    path = approval_file.write(folder, approval)
    if replaced is not None:
        context.warn(printable(f"This replaces the approval by {replaced.approved_by}."))
    for remark in remarks(read, approval):
        context.warn(printable(remark))
    approved = select(read.changes, excludes, decisions).approved
    if as_json:
        counts = {" ".join(kind): number for kind, number in _kinds(approved).items()}
        facts = {"plan": read.header.id, "digest": read.digest, "by": who, "changes": counts}
        click.echo(json.dumps(facts, indent=2))
    else:
        context.out.print(_table(approved))
        left_out = len(read.changes) - len(approved)
        context.out.print(
            f"{len(approved):,} changes approved by {who}, {left_out:,} left out.",
            markup=False,
            emoji=False,
        )
        context.out.print(str(path), markup=False, emoji=False, soft_wrap=True)
    return SAME


def _decisions(takes: Sequence[str], keys: Sequence[str]) -> list[Decision]:
    """Each --take with its --key. Raises UsageError."""
    if len(takes) == 1 and not keys:
        return [Decision(Take(takes[0]), "*")]
    if len(takes) != len(keys):
        raise click.UsageError("Give one --key for each --take.")
    return [Decision(Take(take), key) for take, key in zip(takes, keys, strict=True)]


def _kinds(changes: Iterable[Change]) -> Counter[tuple[str, str]]:
    return Counter((change.address.entity, change.action.value) for change in changes)


def _table(changes: Iterable[Change]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("entity")
    table.add_column("action")
    table.add_column("changes", justify="right")
    for (entity, action), number in sorted(_kinds(changes).items()):
        table.add_row(entity, action, f"{number:,}")
    return table
