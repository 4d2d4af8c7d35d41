"""`reconcile approve`: record who allows exactly which bytes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

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
from reconcile.plan.approval import check, keep_what_is_done, remarks
from reconcile.plan.document import Approval, Decision, Plan, Take, Waiver
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
@click.option("--note", default="", metavar="TEXT", help="What there is to say, kept with it.")
@click.option(
    "--file",
    "given",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take everything from this file, such as the review page downloads it.",
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
    note: str,
    given: Path | None,
    as_json: bool,
) -> int:
    """Allow exactly this plan to be applied.

    PLAN is its folder, its name, the start of its name, or `latest`. The approval holds the digest
    of the plan's bytes: after one changed byte it is void. A pattern is matched with an address,
    or with an action and an address ('draft product:*'); [*], [?] and [[] stand for themselves.
    A customer may also be named as the journal names it (customer:~0123456789abcdef). Whatever
    needs a record that is left out is left out with it.

    What both sides changed since it was last applied is written only where it is decided for the
    source; the first --take whose --key fits a record counts.

    With --file the approval is made elsewhere: who approved, when, and everything else stand in
    the file. It is checked like any other, must be of exactly this plan, and is put in its folder.

    \b
    Examples:
      reconcile approve latest
      reconcile approve latest --exclude 'product:24-*' --exclude 'variant:24-*'
      reconcile approve 20261121 --by 'Ada' --waive draft_share:product='end of season'
      reconcile approve latest --take target --key 'product:24-*' --take source --key '*'
      reconcile approve latest --exclude 'draft product:*' --note 'Drafts wait for the new season'
      reconcile approve latest --file ~/Downloads/approval.yml
    """
    _alone(given, [by, excludes, waivers, takes, keys, note])
    folder = context.resolve_plan(plan)
    read = file.read(folder)
    read = replace(read, changes=tuple(read.changes))  # light, and gone through many times
    now = datetime.now(UTC)
    if given is not None:
        approval = _read(given, read, now)
    else:
        who = by or _approver(context)
        decisions = _decisions(takes, keys)
        approval = allow(read, who, now, excludes, waivers, decisions, note.strip())
    replaced = approval_file.standing(folder)
    if replaced is not None:
        history = read_journal(folder / JOURNAL, read.changes)
        keep_what_is_done(read, replaced, approval, history)
    path = approval_file.write(folder, approval)
    if replaced not in {None, approval}:
        context.warn(printable(f"This replaces the approval by {replaced.approved_by}."))
    for remark in remarks(read, approval):
        context.warn(printable(remark))
    _say(context, read, approval, path, as_json=as_json)
    return SAME


def _alone(given: Path | None, others: Iterable[object]) -> None:
    """Raises UsageError where a file is given and something that stands in it."""
    if given is not None and any(others):
        raise click.UsageError(
            "--file says it all: give no --by, --exclude, --waive, --take, --key or --note with it."
        )


def _approver(context: Context) -> str:
    from reconcile.config import approver

    return approver(context.config.variables)


def _read(given: Path, plan: Plan, now: datetime) -> Approval:
    """The approval in a file. Raises ApprovalError with all that is wrong with it."""
    approval = approval_file.read_file(given)
    check(plan, approval, now, remedy="Correct the file, or make a new one.", where=str(given))
    return approval


def _say(context: Context, plan: Plan, approval: Approval, path: Path, *, as_json: bool) -> None:
    approved = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    if as_json:
        counts = {" ".join(kind): number for kind, number in _kinds(approved).items()}
        facts = {"plan": plan.header.id, "digest": plan.digest, "by": approval.approved_by}
        click.echo(json.dumps({**facts, "note": approval.note, "changes": counts}, indent=2))
        return
    context.out.print(_table(approved))
    left_out = len(plan.changes) - len(approved)
    said = [
        f"{len(approved):,} changes approved by {approval.approved_by}, {left_out:,} left out.",
        *([f"Note: {' '.join(approval.note.split())}"] if approval.note else []),
        str(path),
    ]
    for line in said:
        context.out.print(printable(line), markup=False, emoji=False, soft_wrap=True)


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
