"""`reconcile apply`: execute an approved plan, and nothing else."""

from __future__ import annotations

import json
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from reconcile.apply import INTERRUPTED, Report, Surroundings, apply_plan
from reconcile.cli.boundary import FAILED, SAME, STOPPED
from reconcile.cli.context import Context, pass_context
from reconcile.cli.interrupt import graceful
from reconcile.cli.messages import of_apply
from reconcile.cli.printable import printable
from reconcile.cli.quarantined import after_apply
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.model import Json, Outcome, Status
from reconcile.personal_keys import shown
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval, Plan

SHOWN_FAILURES = 20
STALE_NOTE = (
    "Stale records were changed in the target after the plan was made, and were left as they are. "
    "`reconcile replan` reads both shops again and plans these records anew."
)
FINISHING = "Finishing the requests under way. Ctrl-C again ends at once."


@click.command(short_help="Execute an approved plan, and nothing else.")
@click.argument("plan")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@pass_context
def apply(context: Context, *, plan: str, as_json: bool) -> int:
    """Execute an approved plan, and nothing else.

    PLAN is its folder, its name, the start of its name, or `latest`. Every change is written into
    the plan's journal before and after its request. Running it again finishes what was left by
    Ctrl-C, a crash or a failure, and does nothing when all is done. A record that was changed in
    the target since the plan was made is stale: it is left as it is and named. Only one apply
    writes to a shop at a time, whatever the plan or workspace; see `reconcile locks`.

    \b
    Exit codes: 0 all approved changes are applied, 1 some are not, 130 stopped by Ctrl-C.

    \b
    Examples:
      reconcile apply latest
      reconcile apply plans/20261121T020000Z-1a2b3c4d --json
    """
    folder = context.resolve_plan(plan)
    read, approval = file.read(folder), approval_file.read(folder)
    report = _applied(context, folder, read, approval)
    if as_json:
        click.echo(json.dumps(_document(report), indent=2))
    else:
        _print(context, folder, report)
    history = read_journal(folder / JOURNAL, read.changes)
    context.remember(read, approval, history)
    after_apply(context, read, report, history)
    if report.stopped == INTERRUPTED:
        return STOPPED
    context.announce(of_apply(context.began, read, report))
    return SAME if report.whole else FAILED


def _applied(context: Context, folder: Path, read: Plan, approval: Approval) -> Report:
    halt = threading.Event()
    with (
        closing(context.open_target(to_write=True)) as target,
        context.progress() as progress,
        graceful(halt, lambda: context.note(FINISHING)),
    ):
        locks = [lock for lock in (context.machine_lock(), context.state_lock()) if lock]
        surroundings = Surroundings(progress, halt, locks=locks)
        return apply_plan(read, approval, target, folder / JOURNAL, surroundings)


def _document(report: Report) -> dict[str, Json]:
    return {
        "run": report.run,
        "counts": dict(report.counts),
        "excluded": report.excluded,
        "stopped": report.stopped,
        "seconds": round(report.seconds, 3),
        "failures": [
            {"change": str(each.address), "status": each.status.value, "error": each.error}
            for each in report.failures
        ],
    }


def _print(context: Context, folder: Path, report: Report) -> None:
    if report.torn:
        context.warn("The journal ended in the middle of a line; that line was taken off.")
    for line in _failure_lines(report.failures):
        context.out.print(printable(line), markup=False, emoji=False, soft_wrap=True)
    counts = ", ".join(f"{number:,} {name}" for name, number in report.counts.items() if number)
    verb = "Stopped after" if report.stopped else "Applied in"
    done = f"{verb} {report.seconds:.1f} s" if report.run else "Nothing to do"
    excluded = f", {report.excluded:,} excluded" if report.excluded else ""
    context.out.print(f"{done}: {counts or 'no changes'}{excluded}.", markup=False, emoji=False)
    if report.stopped:
        context.warn(printable(f"The run ended early: {report.stopped}"))
    name = folder.resolve().name
    context.note(f"{_advice(report)} {name}`.")
    if report.counts.get(Status.STALE.value):
        context.note(STALE_NOTE)


def _advice(report: Report) -> str:
    """What to do next. Running apply again changes nothing about stale records."""
    if report.whole:
        return "Prove it with `reconcile verify"
    left = {name for name, count in report.counts.items() if count} - {Status.APPLIED.value}
    if left == {Status.STALE.value}:
        return "Decide about them with `reconcile replan"
    return "Continue with `reconcile apply"


def _failure_lines(failures: tuple[Outcome, ...]) -> list[str]:
    """The first failures with their reasons, and how many more there are of each kind."""
    first, rest = list[Outcome](), Counter[str]()
    for status in Status:
        found = [each for each in failures if each.status is status]
        first += found[:SHOWN_FAILURES]
        rest[status.value] = len(found[SHOWN_FAILURES:])
    lines = [f"{each.status.value:>8}  {shown(each.address)}: {each.error}" for each in first]
    more = +rest
    return lines + [f"{status:>8}  {number:,} more" for status, number in more.items()]
