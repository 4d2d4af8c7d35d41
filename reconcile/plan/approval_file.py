"""`approval.yml` beside a plan: who allowed exactly which bytes, read with file and line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from reconcile import marked_yaml
from reconcile.canonical import moment_text
from reconcile.errors import ApprovalError
from reconcile.marked_yaml import Document
from reconcile.plan.document import Approval, Decision, Take, Waiver
from reconcile.private_file import write_private

APPROVAL = "approval.yml"
KNOWN = frozenset({"plan_digest", "approved_by", "approved_at", "excludes", "waivers", "decisions"})
HEADING = "# Lets `reconcile apply` execute exactly the plan with this digest, and nothing else.\n"


def write(folder: Path, approval: Approval) -> Path:
    """Write `approval.yml` as a whole, readable by its owner only. Raises ApprovalError."""
    document: dict[str, Any] = {
        "plan_digest": approval.plan_digest,
        "approved_by": approval.approved_by,
        "approved_at": moment_text(approval.approved_at),
        "excludes": list(approval.excludes),
        "waivers": [{"limit": item.limit, "reason": item.reason} for item in approval.waivers],
        "decisions": [{"take": item.take.value, "key": item.key} for item in approval.decisions],
    }
    text = HEADING + yaml.safe_dump(document, sort_keys=False, allow_unicode=True)
    try:
        write_private(folder / APPROVAL, text)
    except OSError as error:
        raise ApprovalError(f"Cannot write {folder / APPROVAL}: {error}.") from error
    return folder / APPROVAL


def standing(folder: Path) -> Approval | None:
    """The approval there is, if there is one. Raises ApprovalError where it is wrong."""
    return read(folder) if (folder / APPROVAL).exists() else None


def read(folder: Path) -> Approval:
    """Read `approval.yml`. Raises ApprovalError when there is none or where it is wrong."""
    path = folder / APPROVAL
    if not path.exists():
        raise ApprovalError(
            f"The plan {folder.name} is not approved.",
            remedy=f"Review it, then run `reconcile approve {folder.name}`.",
        )
    document = marked_yaml.read(path, ApprovalError)
    content = document.value
    if not isinstance(content, dict):
        raise ApprovalError("This is not an approval.", where=document.where())
    for name in content.keys() - KNOWN:
        raise ApprovalError(f"`{name}` means nothing here.", where=document.where(name))
    return Approval(
        plan_digest=_text(document, "plan_digest"),
        approved_by=_text(document, "approved_by"),
        approved_at=_moment(document, "approved_at"),
        excludes=tuple(_text(document, *path) for path in _parts(document, "excludes")),
        waivers=tuple(_waiver(document, *path) for path in _parts(document, "waivers")),
        decisions=tuple(_decision(document, *path) for path in _parts(document, "decisions")),
    )


Step = str | int


def _at(document: Document, path: Sequence[Step]) -> Any:
    value = document.value
    for step in path:
        value = value.get(step) if isinstance(value, dict) else value[step]
    return value


def _text(document: Document, *path: Step) -> str:
    value = _at(document, path)
    if not isinstance(value, str) or not value.strip():
        name = ".".join(map(str, path))
        raise ApprovalError(f"`{name}` must be a text.", where=document.where(*path))
    return value


def _moment(document: Document, *path: Step) -> datetime:
    """A time with its offset, quoted or not."""
    value = _at(document, path)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        moment = datetime.min  # noqa: DTZ901 - refused below for its missing offset
    if moment.tzinfo is None:
        raise ApprovalError(
            f"`{path[-1]}` must be a time with its offset, such as 2026-11-01T09:30:00Z.",
            where=document.where(*path),
        )
    return moment


def _parts(document: Document, name: str) -> list[tuple[Step, ...]]:
    value = document.value.get(name) or []
    if not isinstance(value, list):
        raise ApprovalError(f"`{name}` must be a list.", where=document.where(name))
    return [(name, index) for index in range(len(value))]


def _waiver(document: Document, *path: Step) -> Waiver:
    content = _at(document, path)
    if not isinstance(content, dict) or content.keys() != {"limit", "reason"}:
        raise ApprovalError(
            "A waiver has a `limit` and a `reason`, nothing else.", where=document.where(*path)
        )
    return Waiver(_text(document, *path, "limit"), _text(document, *path, "reason"))


def _decision(document: Document, *path: Step) -> Decision:
    content = _at(document, path)
    if not isinstance(content, dict) or content.keys() != {"take", "key"}:
        raise ApprovalError(
            "A decision has a `take` and a `key`, nothing else.", where=document.where(*path)
        )
    take = _text(document, *path, "take")
    if take not in set(Take):
        raise ApprovalError(
            f"'{take}' is not one of: {', '.join(Take)}.", where=document.where(*path, "take")
        )
    return Decision(Take(take), _text(document, *path, "key"))
