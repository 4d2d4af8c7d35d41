"""The plans that have a report, each in one line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconcile import journal
from reconcile.errors import PlanError
from reconcile.plan import approval_file, file
from reconcile.report.evidence import VERIFY
from reconcile.report.html_file import PAGE


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan, and how far it has come: planned, approved, applied, proven or not proven."""

    id: str
    created_at: datetime
    changes: int
    state: str


def plan_lines(plans: Path, reports: Path, most: int = 20) -> list[PlanLine]:
    """The newest plans that can be read and have a report, newest first.

    How far each came goes by the files beside it, which are not checked: the report does that.
    """
    names = (page.parent.name for page in reports.glob(f"*/{PAGE}"))
    lines: list[PlanLine] = []
    for name in sorted(names, reverse=True):
        if len(lines) < most and (plans / name / file.HEADER).is_file():
            lines += _lines(plans / name)
    return lines


def _lines(folder: Path) -> list[PlanLine]:
    try:
        header = file.read_header(folder)
    except PlanError:
        return []
    return [PlanLine(folder.name, header.created_at, header.change_count, _state(folder))]


def _state(folder: Path) -> str:
    if (folder / VERIFY).is_file():
        return "proven" if _proven(folder / VERIFY) else "not proven"
    if (folder / journal.JOURNAL).is_file():
        return "applied"
    return "approved" if (folder / approval_file.APPROVAL).is_file() else "planned"


def _proven(path: Path) -> bool:
    try:
        return json.loads(path.read_text(encoding="utf-8")).get("proven") is True
    except (OSError, ValueError, AttributeError):
        return False
