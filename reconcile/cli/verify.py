"""`reconcile verify`: read back what was applied, and write the certificate."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.messages import of_verification
from reconcile.snapshot import Snapshot, check_files, load, stored, take
from reconcile.targets import EXISTING, MAIN
from reconcile.verify import certificate
from reconcile.verify.run import load as load_applied
from reconcile.verify.run import verify as compare
from reconcile.verify.windows import Records

SYSTEM = "medusa"


@click.command(short_help="Read back what was applied, and prove it.")
@click.argument("plan")
@click.option(
    "--medusa",
    "folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A snapshot taken after the apply [default: take one now].",
)
@click.option("--json", "as_json", is_flag=True, help="Print verify.json.")
@pass_context
def verify(context: Context, *, plan: str, folder: Path | None, as_json: bool) -> int:
    """Read back what was applied, and prove it.

    PLAN is its folder, its name, the start of its name, or `latest`. Every field that was written
    is compared with the plan, and every record no change names with what it was before. The result
    is written into the plan's folder: verify.json and certificate.md.

    \b
    Exit codes: 0 proven, 2 there are differences, 1 it could not be verified.

    \b
    Examples:
      reconcile verify latest
      reconcile verify latest --medusa .reconcile/snapshots/medusa/20261121T020000Z
    """
    plan_folder = context.resolve_plan(plan)
    work = load_applied(plan_folder)
    held = load(folder) if folder else _taken(context)
    check_files(held)
    before = _before(context, work.plan.header.target.digest)
    records = Records(EXISTING[SYSTEM], MAIN[SYSTEM])
    found = compare(work, held, before, records, datetime.now(UTC))
    context.remember(work.plan, work.approval, work.history)
    path = certificate.write(plan_folder, found)
    if as_json:
        click.echo((plan_folder / certificate.VERIFY).read_text(encoding="utf-8"), nl=False)
    else:
        context.out.print(certificate.headline(found), markup=False, emoji=False, soft_wrap=True)
        context.out.print(str(path), markup=False, emoji=False, soft_wrap=True)
    context.announce(of_verification(context.began, found, work.plan))
    return SAME if found.clean else DIFFERENT


def _taken(context: Context) -> Snapshot:
    with closing(context.open_target()) as target, context.progress() as progress:
        return take(target, context.config.snapshots, progress, datetime.now(UTC))


def _before(context: Context, digest: str) -> Snapshot | None:
    """The snapshot the plan was made from, None when it was pruned."""
    kept = stored(context.config.snapshots, SYSTEM)
    return next((snapshot for snapshot in kept if snapshot.digest == digest), None)
