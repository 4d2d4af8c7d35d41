"""`reconcile undo`: the inverse of what was applied, as a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from reconcile.cli.context import Context, pass_context
from reconcile.cli.plan import present
from reconcile.cli.snapshot import take_new
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.plan import approval_file, file
from reconcile.plan.build import facts_of
from reconcile.plan.undo import Done, build


@click.command(short_help="A plan that takes back what another one did.")
@click.argument("run")
@click.option("--delete", is_flag=True, help="Delete what was created and cannot be hidden.")
@click.option("--json", "as_json", is_flag=True, help="Print the new plan's header as JSON.")
@pass_context
def undo(context: Context, *, run: str, delete: bool, as_json: bool) -> int:
    """Make a plan that takes back what was applied of another one.

    RUN is a plan's folder, its name, the start of its name, `latest`, or the name of a run of it.
    Updates get their former values back. What was created becomes a draft, never less; with
    --delete, variants and prices in lists that cannot be hidden are deleted, once the approval
    waives undo_deletes. What cannot be taken back is named. Nothing is written to any shop before
    the new plan is approved and applied; records changed since are stale then, and stay.

    \b
    Exit codes: 0 there is nothing to take back, 2 there are changes, 1 failed.

    \b
    Examples:
      reconcile undo latest
      reconcile undo 20261121T020000Z-1a2b3c --delete
    """
    folder = context.resolve_plan(run)
    plan, approval = file.read(folder), approval_file.read(folder)
    history = read_journal(folder / JOURNAL, plan.changes)
    [snapshot] = take_new(context, "medusa")
    held = facts_of(snapshot)
    done = Done(plan, approval, history)
    made = build(
        done,
        held,
        context.config.plans,
        datetime.now(UTC),
        delete=delete,
        limits=context.config.limits,
    )
    return present(context, made, as_json)
