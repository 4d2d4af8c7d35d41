"""How far a plan has come: planned, approved, applied, verified; and what became of each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from reconcile.model import Change, Status
from reconcile.personal_keys import shown_pattern
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.report.certificate import Certificate
from reconcile.report.evidence import Evidence
from reconcile.report.words import joined, minute, number

LISTED = 10
"""Lines of a list; the rest is counted."""


class State(StrEnum):
    """How a step stands."""

    DONE = "done"
    OPEN = "open"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a plan's life: its name, how it stands, and lines of plain text about it."""

    name: str
    state: State
    lines: tuple[str, ...]


class Fate(StrEnum):
    """What became of one change."""

    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"
    STALE = "stale"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    PENDING = "pending"


def fates(plan: Plan, evidence: Evidence) -> dict[str, Fate]:
    """Address text -> what became of it. Empty as long as nobody approved or applied the plan."""
    if evidence.approval is None and not evidence.outcomes:
        return {}
    plan = replace(plan, changes=tuple(plan.changes))  # light, and gone through many times
    given = evidence.approval
    excluded: Mapping[str, str] = {}
    if given:
        excluded = select(plan.changes, given.excludes, given.decisions, plan.digest).excluded
    return {str(each.address): _fate(each, excluded, evidence) for each in plan.changes}


def _fate(change: Change, excluded: Mapping[str, str], evidence: Evidence) -> Fate:
    address = str(change.address)
    outcome = evidence.outcomes.get(address)
    if outcome is not None:
        return Fate(outcome.status.value)
    if address in excluded:
        return Fate.EXCLUDED
    return Fate.UNKNOWN if address in evidence.in_doubt else Fate.PENDING


def waived(plan: Plan, evidence: Evidence) -> frozenset[str]:
    """The limits that an approval of exactly this plan lifts."""
    approval = evidence.approval
    if approval is None or approval.plan_digest != plan.digest:
        return frozenset()
    return frozenset(waiver.limit for waiver in approval.waivers)


def steps(plan: Plan, evidence: Evidence, fate_of: Mapping[str, Fate]) -> tuple[Step, ...]:
    """The life of the plan so far, always four steps."""
    return (
        Step("Planned", State.DONE, (minute(plan.header.created_at),)),
        _approved(plan, evidence.approval),
        _applied(evidence, Counter(fate_of.values())),
        _verified(plan, evidence.certificate),
    )


def _approved(plan: Plan, approval: Approval | None) -> Step:
    if approval is None:
        return Step("Approved", State.OPEN, ("not yet",))
    if approval.plan_digest != plan.digest:
        return Step("Approved", State.BAD, ("for other bytes: this approval is void",))
    return Step("Approved", State.DONE, tuple(approval_lines(approval)))


def approval_lines(approval: Approval) -> Iterator[str]:
    """Who approved when and what for, and what is not as planned. Plain text, not yet safe to
    show; of long lists the beginning."""
    yield f"by {approval.approved_by}"
    yield minute(approval.approved_at)
    if approval.note:
        yield f"note: {approval.note}"
    yield from _first([f"waived {each.limit}: {each.reason}" for each in approval.waivers])
    yield from _first([f"without {shown_pattern(each)}" for each in approval.excludes])
    takes = [f"{each.take} taken for {shown_pattern(each.key)}" for each in approval.decisions]
    yield from _first(takes)


def _first(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:LISTED]
    if len(lines) > LISTED:
        yield f"and {number(len(lines) - LISTED)} more like this"


def _applied(evidence: Evidence, counts: Mapping[Fate, int]) -> Step:
    if not evidence.outcomes and not evidence.in_doubt:
        return Step("Applied", State.OPEN, ("not yet",))
    said = [f"{number(counts[fate])} {fate.value}" for fate in Fate if counts.get(fate)]
    bad = any(counts.get(fate) for fate in (Fate.FAILED, Fate.UNKNOWN, Fate.SKIPPED, Fate.STALE))
    state = State.BAD if bad else State.OPEN if counts.get(Fate.PENDING) else State.DONE
    return Step("Applied", state, (joined(said),))


def _verified(plan: Plan, certificate: Certificate | None) -> Step:
    if certificate is None:
        return Step("Verified", State.OPEN, ("not yet",))
    if certificate.plan_digest != plan.digest:
        return Step("Verified", State.BAD, ("for other bytes: this certificate is void",))
    state = State.DONE if certificate.proven else State.BAD
    when = minute(datetime.fromisoformat(certificate.verified_at))
    return Step("Verified", state, ("proven" if certificate.proven else "not proven", when))


def outcome_line(evidence: Evidence, change: Change) -> str:
    """What the journal says of one change beyond its fate: the target's own words on a failure."""
    outcome = evidence.outcomes.get(str(change.address))
    if outcome is None:
        return ""
    tries = f"{outcome.attempts} attempts. " if outcome.attempts > 1 else ""
    return (tries + outcome.error) if outcome.status is not Status.APPLIED else tries
