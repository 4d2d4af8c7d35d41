"""What the files of an applied plan prove by themselves, without any shop.

The plan's bytes, the approval of exactly these, the chain of the journal, and the proof of what
stood afterwards must name each other by digest, and planned = applied = read back.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import ReconcileError
from reconcile.journal import JOURNAL, History, digest_of
from reconcile.journal import read as read_journal
from reconcile.model import Json, Status
from reconcile.plan import approval_file, file
from reconcile.plan.approval import obstacles
from reconcile.plan.document import Approval, Plan
from reconcile.plan.selection import select

VERIFY = "verify.json"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `damaged`: the files contradict each other."""

    subject: str
    ok: bool
    message: str
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Audit:
    """All checks of one plan, and its changes by what became of them."""

    plan_id: str
    runs: tuple[str, ...]
    checks: tuple[Check, ...]
    counts: Mapping[str, int]

    @property
    def damaged(self) -> bool:
        return any(check.damaged for check in self.checks)

    @property
    def proven(self) -> bool:
        return all(check.ok for check in self.checks)


def audit(folder: Path) -> Audit:
    """Raises PlanError when the plan itself cannot be read; all else is a check that failed."""
    plan = file.read(folder)
    plan_id = plan.header.id
    checks = [Check("plan", ok=True, message=f"whole, {plan.digest}")]
    try:
        approval = approval_file.read(folder)
        history = read_journal(folder / JOURNAL, plan.changes)
    except ReconcileError as fault:
        broken = Check(_subject(fault), ok=False, message=fault.message, damaged=True)
        return Audit(plan_id, (), (*checks, broken), {})
    counts = _counts(plan, approval, history)
    checks += [
        _approval(plan, approval),
        _journal(plan, approval, history, counts),
        _applied(counts),
        *_read_back(folder, plan, counts),
    ]
    return Audit(plan_id, tuple(history.runs), tuple(checks), counts)


def _subject(fault: ReconcileError) -> str:
    return "journal" if JOURNAL in f"{fault.where}{fault.message}" else "approval"


def _approval(plan: Plan, approval: Approval) -> Check:
    problems = obstacles(plan, approval)
    if problems:
        return Check("approval", ok=False, message=" ".join(problems), damaged=True)
    when = f"{approval.approved_at:%Y-%m-%d %H:%M} UTC"
    note = f": {' '.join(approval.note.split())}" if approval.note else ""
    words = f"of these bytes, by {approval.approved_by}, {when}{note}"
    return Check("approval", ok=True, message=words)


def _journal(plan: Plan, approval: Approval, history: History, counts: Mapping[str, int]) -> Check:
    if not history.runs:
        to_do = counts["approved"]
        words = "nothing was applied" if to_do else "nothing was to be applied"
        return Check("journal", ok=not to_do, message=f"there is none: {words}")
    if history.plan_digest != plan.digest:
        words = f"it is that of another plan, {history.plan_digest}"
        return Check("journal", ok=False, message=words, damaged=True)
    allowed_by = history.approvers[-1]  # of earlier runs, an approval that was replaced may tell
    if allowed_by != approval.approved_by:
        words = f"the last run was approved by {allowed_by}, the approval says otherwise"
        return Check("journal", ok=False, message=words, damaged=True)
    torn = f", {history.torn} bytes of a line cut short" if history.torn else ""
    runs = f"{len(history.runs)} run{'s' if len(history.runs) > 1 else ''}"
    return Check("journal", ok=True, message=f"{history.lines:,} lines in one chain, {runs}{torn}")


def _counts(plan: Plan, approval: Approval, history: History) -> dict[str, int]:
    approved = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    named = [str(change.address) for change in approved]
    states = Counter(
        history.outcomes[name].status.value
        if name in history.outcomes
        else ("unknown" if name in history.in_doubt else "open")
        for name in named
    )
    return {"planned": len(plan.changes), "approved": len(named), **dict(states)}


def _applied(counts: Mapping[str, int]) -> Check:
    applied = counts.get(Status.APPLIED, 0)
    left = {
        name: count
        for name, count in counts.items()
        if name not in {"planned", "approved", Status.APPLIED.value}
    }
    rest = "".join(f", {count:,} {name}" for name, count in sorted(left.items()))
    approved = f"{counts['approved']:,} of {counts['planned']:,} planned are approved"
    words = f"{approved}, {applied:,} applied{rest}"
    return Check("applied", ok=applied == counts["approved"], message=words)


def _read_back(folder: Path, plan: Plan, counts: Mapping[str, int]) -> Iterator[Check]:
    path = folder / VERIFY
    if not path.exists():
        yield Check("read back", ok=False, message="not verified: run `reconcile verify`")
        return
    try:
        found: Mapping[str, Json] = json.loads(path.read_text(encoding="utf-8"))
        digests, equal = found["digests"], int(found["equal"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        yield Check("read back", ok=False, message=f"{path.name}: {error!r}", damaged=True)
        return
    if digests["plan"] != plan.digest:
        yield Check("read back", ok=False, message="it is that of another plan", damaged=True)
    elif digests["journal"] != digest_of(folder / JOURNAL):
        words = "the journal is not the one that was verified: verify again"
        yield Check("read back", ok=False, message=words)
    else:
        same = equal == counts["approved"] == counts.get(Status.APPLIED, 0)
        yield Check("read back", ok=same, message=f"{equal:,} equal, as of {found['read_at']}")
