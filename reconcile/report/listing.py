"""Which changes of a plan someone asked to see, and the plan as one JSON document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconcile.model import Change, Json
from reconcile.plan.document import Plan
from reconcile.plan.file import diagnostic_to_json, header_to_json
from reconcile.plan.lines import change_to_json
from reconcile.plan.patterns import matches
from reconcile.report.data import report_data
from reconcile.report.private import masked_change, masked_plan


def asked_for(
    changes: Iterable[Change], entity: str = "", key: str = "", field: str = ""
) -> Iterator[Change]:
    """The changes that fit all that is given; with `field` only those fields of them.

    `key` and `field` are patterns (`24-*`, `metadata.*`); `metadata` alone means all below it.
    """
    for change in changes:
        if entity and change.address.entity != entity:
            continue
        if key and not matches(change.address.key, key):
            continue
        narrowed = _narrowed(change, field) if field else change
        if narrowed.fields or not field:
            yield narrowed


def _narrowed(change: Change, field: str) -> Change:
    fitting = (
        part
        for part in change.fields
        if matches(part.path, field) or part.path.startswith(f"{field}.")
    )
    return replace(change, fields=tuple(fitting))


def plan_document(plan: Plan, changes: Iterable[Change]) -> dict[str, Json]:
    """The plan's header, what the summary says, its diagnostics, and the given changes; personal
    data masked."""
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
        "diagnostics": [diagnostic_to_json(each) for each in plan.diagnostics],
        "changes": [change_to_json(masked_change(change)) for change in changes],
    }
