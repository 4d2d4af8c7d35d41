"""What `plan`, `apply` and `verify` have to tell, as messages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from reconcile.apply import Report
from reconcile.notify.message import Message, Row, State
from reconcile.personal_keys import shown
from reconcile.plan.document import Plan
from reconcile.report.data import ReportData
from reconcile.report.words import counted, plural
from reconcile.verify import certificate
from reconcile.verify.result import Verification

SINGLE = 10
"""Single records that a message names."""


def of_plan(began: datetime, report: ReportData) -> Message:
    """`report` is that of the masked plan."""
    header = report.header
    rows = (
        Row(plural(each.entity), {name: count for name, count in each.counts.items() if count})
        for each in report.counts
    )
    return Message(
        command="plan",
        state=State.DRIFT if report.groups else State.SAME,
        headline=report.headline,
        started=began,
        ended=datetime.now(UTC),
        counts=tuple(row for row in rows if row.numbers),
        dangers=(*report.obstacles, *(danger.sentence for danger in report.dangers)),
        shops=(header.source.url, header.target.url),
        run=header.id,
    )


def of_apply(began: datetime, plan: Plan, report: Report) -> Message:
    """A report that is not whole is a failure."""
    return Message(
        command="apply",
        state=State.SAME if report.whole else State.FAILED,
        headline=_applied(report),
        started=began,
        ended=datetime.now(UTC),
        counts=(Row("changes", {**report.counts, "excluded": report.excluded}),),
        dangers=tuple(_failures(report)),
        shops=(plan.header.source.url, plan.header.target.url),
        run=report.run or plan.header.id,
    )


def of_verification(began: datetime, found: Verification, plan: Plan) -> Message:
    """Records that read back different are named without their values."""
    counts = found.counts
    names = ("planned", "excluded", "applied", "equal", "differing", "failed", "stale", "unknown")
    return Message(
        command="verify",
        state=State.SAME if found.clean else State.DRIFT,
        headline=certificate.headline(found),
        started=began,
        ended=datetime.now(UTC),
        counts=(Row("changes", {name: getattr(counts, name) for name in names}),),
        dangers=tuple(_deviations(found)),
        shops=(plan.header.source.url, plan.header.target.url),
        run=found.plan_id,
    )


def _applied(report: Report) -> str:
    if report.stopped:
        return f"The run ended early: {report.stopped}"
    approved, done = sum(report.counts.values()), report.counts.get("applied", 0)
    if approved > done:
        return f"{done:,} of {approved:,} approved changes are applied."
    changes = counted(approved, "approved change is", "approved changes are")
    return f"{changes} applied." if report.run else f"Nothing to do: {changes} applied already."


def _failures(report: Report) -> Iterator[str]:
    for each in report.failures[:SINGLE]:
        yield f"{shown(each.address)}: {each.status.value}, {each.error}"
    if len(report.failures) > SINGLE:
        yield f"{len(report.failures) - SINGLE:,} more were not applied."


def _deviations(found: Verification) -> Iterator[str]:
    for each in found.differences[:SINGLE]:
        yield f"{shown(each.address)} {each.field}: {each.flaw.value}"
    for other in found.unexpected[:SINGLE]:
        record = shown(f"{other.entity}:{other.key or other.target_id}")
        yield f"{record}: {other.surprise.value} though no change names it"
    more = sum(max(0, len(part) - SINGLE) for part in (found.differences, found.unexpected))
    if more:
        yield f"{more:,} more stand in {certificate.VERIFY}."
