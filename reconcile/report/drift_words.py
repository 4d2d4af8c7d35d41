"""Drift in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.drift.runs import EntityRun, RunSummary
from reconcile.report.words import count_of, counted, joined, number, plural

NAMED = 3
"""Entities that the sentence names; the others are counted together."""

KINDS = {
    "missing_in_medusa": "missing in Medusa",
    "medusa_only": "Medusa only",
    "field": "field",
    "stock": "stock",
    "price": "price",
}
"""What kinds of mismatches are called."""

CHANGED_BY = {
    "magento": "Magento",
    "medusa": "Medusa",
    "both": "both",
    "unknown": "not known",
}


def headline(run: RunSummary, since: str = "") -> str:
    """`12 of 2,057 products and 3 of 2,254 stock levels have moved apart since 2026-11-01.`

    `since` is the day of the oldest of them, where an earlier run saw it.
    """
    apart = _by_count(run)
    if not apart:
        compared = sum(each.compared for each in run.entities)
        return f"Nothing has moved apart: all {number(compared)} records that were compared agree."
    parts = [_share(each) for each in apart[:NAMED]]
    others = sum(each.apart for each in apart[NAMED:])
    if others:
        parts.append(counted(others, "other record", "other records"))
    verb = "has" if run.apart == 1 and apart[0].compared == 1 else "have"
    return f"{joined(parts)} {verb} moved apart{f' since {since}' if since else ''}."


def apart_text(run: RunSummary) -> str:
    """`12 products, 3 stock levels`; for a list of runs."""
    return ", ".join(count_of(each.entity, each.apart) for each in _by_count(run)) or "nothing"


def _by_count(run: RunSummary) -> Sequence[EntityRun]:
    return sorted((each for each in run.entities if each.apart), key=lambda each: -each.apart)


def _share(each: EntityRun) -> str:
    if each.compared == 1:
        return count_of(each.entity, 1)
    return f"{number(each.apart)} of {number(each.compared)} {plural(each.entity)}"


def state_word(run: RunSummary) -> str:
    """`same`, `drift`, or `too much` where it is more than was allowed."""
    return "too much" if run.exceeded else run.state


def took(seconds: float) -> str:
    """`45 s`, `3 min 20 s`, `1 h 5 min`."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    hours, minutes_left = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes_left} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
