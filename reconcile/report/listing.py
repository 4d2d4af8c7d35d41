"""Which changes of a plan someone asked to see, and the plan as one JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconcile.canonical import moment_text
from reconcile.model import Change, Json
from reconcile.personal_keys import shown_pattern
from reconcile.plan.document import Approval, Plan
from reconcile.plan.file import diagnostic_to_json, header_to_json
from reconcile.plan.lines import change_to_json
from reconcile.plan.patterns import matches
from reconcile.report.data import report_data
from reconcile.report.private import masked_change, masked_plan


def asked_for(
    changes: Iterable[Change], entity: str = "", key: str = "", field: str = "", action: str = ""
) -> Iterator[Change]:
    """The changes that fit all that is given; with `field` only those fields of them.

    `key` and `field` are patterns (`24-*`, `metadata.*`); `metadata` alone means all below it.
    """
    for change in changes:
        if change.address.entity != (entity or change.address.entity):
            continue
        if change.action.value != (action or change.action.value):
            continue
        if key and not matches(change.address.key, key):
            continue
        narrowed = _narrowed(change, field) if field else change
        if narrowed.fields or not field:
            yield narrowed


def _narrowed(change: Change, field: str) -> Change:
    fitting = tuple(part for part in change.fields if _fits(part.path, field))
    conflicts = {path: was for path, was in change.conflicts.items() if _fits(path, field)}
    return replace(change, fields=fitting, conflicts=conflicts)


def _fits(path: str, field: str) -> bool:
    return matches(path, field) or path.startswith(f"{field}.")


def plan_document(
    plan: Plan, changes: Iterable[Change], approval: Approval | None = None
) -> dict[str, Json]:
    """The plan's header, what the summary says, its diagnostics, its approval (null where there is
    none), and the given changes with their conflicts; personal data masked."""
    plan = masked_plan(plan)
    report = report_data(plan)
    return {
        "plan": header_to_json(plan.header),
        "digest": plan.digest,
        "headline": report.headline,
        "obstacles": list(report.obstacles),
        "dangers": [
            {
                "kind": danger.kind.value,
                "count": danger.count,
                "sentence": danger.sentence,
                "samples": [
                    {"address": str(sample.address), "text": sample.text}
                    for sample in danger.samples
                ],
            }
            for danger in report.dangers
        ],
        "approval": _approval_to_json(approval) if approval else None,
        "diagnostics": [diagnostic_to_json(each) for each in plan.diagnostics],
        "changes": [change_to_json(masked_change(change)) for change in changes],
    }


def _approval_to_json(approval: Approval) -> dict[str, Json]:
    return {
        "plan_digest": approval.plan_digest,
        "approved_by": approval.approved_by,
        "approved_at": moment_text(approval.approved_at),
        "note": approval.note,
        "excludes": [shown_pattern(each) for each in approval.excludes],
        "waivers": [{"limit": each.limit, "reason": each.reason} for each in approval.waivers],
        "decisions": [
            {"take": each.take.value, "key": shown_pattern(each.key)} for each in approval.decisions
        ],
    }
