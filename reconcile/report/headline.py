"""A plan in one sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Action
from reconcile.plan.document import Tally
from reconcile.report.words import count_of, counted, joined, number

_CLAUSES: Mapping[Action, str] = {
    Action.CREATE: "creates {}",
    Action.UPDATE: "updates {}",
    Action.SET_STOCK: "sets {}",
    Action.DRAFT: "takes {} out of sight",
    Action.DELETE: "deletes {}",
}


def headline(tallies: Sequence[Tally], *, touches_existing: bool) -> str:
    """`This plan creates 3 products with 5 variants, sets 5 stock levels and changes nothing ...`.

    `touches_existing` says whether any change writes to a record the target already has.
    """
    clauses = [
        clause.format(joined(_things(counts, nested=action is Action.CREATE)))
        for action, clause in _CLAUSES.items()
        if (counts := _counts(tallies, action))
    ]
    if not clauses:
        return _nothing_to_do(
            sum(tally.unchanged for tally in tallies), sum(tally.skipped for tally in tallies)
        )
    if not touches_existing:
        clauses.append("changes nothing that exists")
    return f"This plan {joined(clauses)}."


def _nothing_to_do(unchanged: int, skipped: int) -> str:
    parts = []
    if unchanged:
        parts.append(f"all {number(unchanged)} records that were compared are as they should be")
    if skipped:
        left_out = counted(skipped, "record is", "records are")
        parts.append(f"{left_out} skipped, for the reasons given")
    return f"Nothing to do: {'; '.join(parts) or 'there was nothing to compare'}."


def _counts(tallies: Sequence[Tally], action: Action) -> dict[str, int]:
    counts = {tally.entity: tally.actions.get(action.value, 0) for tally in tallies}
    return {entity: count for entity, count in counts.items() if count}


def _things(counts: Mapping[str, int], *, nested: bool) -> list[str]:
    """`3 products with 5 variants`: nested, what lives in another record is named with it."""
    inside = _inside(counts) if nested else {}
    return [
        " with ".join(
            part
            for part in (
                count_of(entity, counts[entity]),
                joined([count_of(each, counts[each]) for each in inside if inside[each] == entity]),
            )
            if part
        )
        for entity in counts
        if entity not in inside
    ]


def _inside(counts: Mapping[str, int]) -> dict[str, str]:
    """Entity -> the entity it lives in, where both are counted; one level deep."""
    return {
        entity: host
        for entity in counts
        if (host := _host(entity)) in counts and _host(host) not in counts
    }


def _host(entity: str) -> str:
    spec = ENTITY_BY_NAME.get(entity)
    field = spec.field(spec.parent) if spec and spec.parent else None
    return field.refers if field else ""
