"""How far a plan has come: planned, approved, applied, verified; and what became of each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reconcile.canonical import moment_text
from reconcile.model import Change, Json, Status
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select
from reconcile.report.evidence import Evidence
from reconcile.report.words import joined, number

_VERDICTS = ("ok", "passed", "clean", "verified")


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
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"
    PENDING = "pending"


def fates(plan: Plan, evidence: Evidence) -> dict[str, Fate]:
    """Address text -> what became of it. Empty as long as nobody approved or applied the plan."""
    if evidence.approval is None and not evidence.outcomes:
        return {}
    patterns = evidence.approval.excludes if evidence.approval else ()
    excluded = select(plan.changes, patterns).excluded
    return {str(each.address): _fate(each, excluded, evidence) for each in plan.changes}


def _fate(change: Change, excluded: Mapping[str, str], evidence: Evidence) -> Fate:
    address = str(change.address)
    outcome = evidence.outcomes.get(address)
    if outcome is not None:
        return Fate(outcome.status.value)
    if address in excluded:
        return Fate.EXCLUDED
    return Fate.UNKNOWN if address in evidence.in_doubt else Fate.PENDING


def steps(plan: Plan, evidence: Evidence, fate_of: Mapping[str, Fate]) -> tuple[Step, ...]:
    """The life of the plan so far, always four steps."""
    return (
        Step("Planned", State.DONE, (moment_text(plan.header.created_at),)),
        _approved(plan, evidence.approval),
        _applied(evidence, Counter(fate_of.values())),
        _verified(evidence.verified),
    )


def _approved(plan: Plan, approval: Approval | None) -> Step:
    if approval is None:
        return Step("Approved", State.OPEN, ("not yet",))
    if approval.plan_digest != plan.digest:
        return Step("Approved", State.BAD, ("for other bytes: this approval is void",))
    waivers = [f"waived {waiver.limit}: {waiver.reason}" for waiver in approval.waivers]
    excludes = [f"without {pattern}" for pattern in approval.excludes]
    who = (f"by {approval.approved_by}", moment_text(approval.approved_at))
    return Step("Approved", State.DONE, (*who, *waivers, *excludes))


def _applied(evidence: Evidence, counts: Mapping[Fate, int]) -> Step:
    if not evidence.outcomes and not evidence.in_doubt:
        return Step("Applied", State.OPEN, ("not yet",))
    said = [f"{number(counts[fate])} {fate.value}" for fate in Fate if counts.get(fate)]
    bad = any(counts.get(fate) for fate in (Fate.FAILED, Fate.UNKNOWN, Fate.SKIPPED))
    state = State.BAD if bad else State.OPEN if counts.get(Fate.PENDING) else State.DONE
    return Step("Applied", state, (joined(said),))


def _verified(certificate: Mapping[str, Json] | None) -> Step:
    if certificate is None:
        return Step("Verified", State.OPEN, ("not yet",))
    verdicts = [certificate[name] for name in _VERDICTS if name in certificate]
    state = State.DONE if verdicts and all(verdict is True for verdict in verdicts) else State.BAD
    return Step("Verified", state, certificate_lines(certificate))


def certificate_lines(certificate: Mapping[str, Json]) -> tuple[str, ...]:
    """`applied: 12`, `drifts: 0 entries`: the certificate's facts, long parts as counts."""
    return tuple(f"{name.replace('_', ' ')}: {_fact(value)}" for name, value in certificate.items())


def _fact(value: Json) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | dict):
        return f"{len(value)} entries"
    return number(value) if isinstance(value, int) else str(value)


def outcome_line(evidence: Evidence, change: Change) -> str:
    """What the journal says of one change beyond its fate: the target's own words on a failure."""
    outcome = evidence.outcomes.get(str(change.address))
    if outcome is None:
        return ""
    tries = f"{outcome.attempts} attempts. " if outcome.attempts > 1 else ""
    return (tries + outcome.error) if outcome.status is not Status.APPLIED else tries
