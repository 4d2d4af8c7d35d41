"""What happened to a plan since it was made: approval, journal and certificate in its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconcile import journal
from reconcile.errors import ApprovalError, PlanError
from reconcile.model import Change, Outcome
from reconcile.plan import approval_file
from reconcile.plan.document import Approval
from reconcile.report.certificate import Certificate, certificate

VERIFY = "verify.json"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`outcomes` maps address text to the last outcome; `in_doubt` may or may not be written.

    `problems` are sentences about files that are there and cannot be trusted: a report shows
    them, instead of failing for them.
    """

    approval: Approval | None = None
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    in_doubt: frozenset[str] = frozenset()
    certificate: Certificate | None = None
    problems: tuple[str, ...] = ()


def read_evidence(folder: Path, changes: Iterable[Change]) -> Evidence:
    """Read what lies beside the plan with these changes. Files that are not there are no evidence;
    never raises."""
    problems: list[str] = []
    history = _history(folder, changes, problems)
    return Evidence(
        approval=_approval(folder, problems),
        outcomes=history.outcomes,
        in_doubt=frozenset(history.in_doubt),
        certificate=_certificate(folder, problems),
        problems=tuple(problems),
    )


def _approval(folder: Path, problems: list[str]) -> Approval | None:
    if not (folder / approval_file.APPROVAL).exists():
        return None
    try:
        return approval_file.read(folder)
    except (ApprovalError, OSError) as error:
        problems.append(f"The approval cannot be read: {error}")
        return None


def _history(folder: Path, changes: Iterable[Change], problems: list[str]) -> journal.History:
    try:
        return journal.read(folder / journal.JOURNAL, changes)
    except (PlanError, OSError) as error:
        problems.append(f"The journal cannot be trusted: {error}")
        return journal.History()


def _certificate(folder: Path, problems: list[str]) -> Certificate | None:
    path = folder / VERIFY
    if not path.exists():
        return None
    try:
        return certificate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problems.append(f"The certificate {VERIFY} cannot be read: {error!r}")
        return None
