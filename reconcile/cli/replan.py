"""`reconcile replan`: a new plan from what another one could not write."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from reconcile.cli.boundary import SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.plan import inputs_of, present
from reconcile.cli.quarantined import after_plan
from reconcile.cli.snapshot import take_new
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.plan import again, approval_file, build, file
from reconcile.plan.narrow import Narrowing
from reconcile.snapshot import newest


@click.command(short_help="A new plan from what another one could not write.")
@click.argument("plan")
@click.option("--offline", is_flag=True, help="Compare the newest snapshots; take no new ones.")
@click.option("--json", "as_json", is_flag=True, help="Print the new plan's header as JSON.")
@pass_context
def replan(context: Context, *, plan: str, offline: bool, as_json: bool) -> int:
    """Make a new plan from the stale, failed and skipped changes of another one.

    PLAN is its folder, its name, the start of its name, `latest`, or the name of a run. Both shops
    are read anew, so the plan says what is to be done about these records now. It is reviewed and
    approved like any other; the former plan stays as it is.

    \b
    Exit codes: 0 nothing is left to do, 2 there are changes, 1 failed.

    \b
    Examples:
      reconcile replan latest
      reconcile replan 20261121T020000Z-1a2b3c4d --offline
    """
    folder = context.resolve_plan(plan)
    former, approval = file.read(folder), approval_file.read(folder)
    history = read_journal(folder / JOURNAL, former.changes)
    addresses = again.left(former, approval, history)
    if not addresses:
        context.note(f"Nothing is left of plan {former.header.id}: all of it is applied.")
        return SAME
    if not offline:
        take_new(context)
    root = context.config.snapshots
    narrowing = Narrowing(addresses=addresses, left_of=former.header.id)
    source, target = newest(root, "magento"), newest(root, "medusa")
    inputs = inputs_of(context, source, target, narrowing)
    made = build.build(inputs, context.config.plans, datetime.now(UTC))
    after_plan(context, made, source)
    return present(context, made, as_json)
