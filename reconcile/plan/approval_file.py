"""`approval.yml` beside a plan: who allowed exactly which bytes, read with file and line.

It is written so that the review page can write the same bytes: one fixed order, every text a JSON
string on one line. That is YAML; files that people wrote or edited are read as such.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from reconcile import marked_yaml
from reconcile.canonical import moment_text
from reconcile.errors import ApprovalError
from reconcile.marked_yaml import Document
from reconcile.plan.document import Approval, Decision, Take, Waiver
from reconcile.private_file import write_private

APPROVAL = "approval.yml"
KNOWN = frozenset(
    {"plan_digest", "approved_by", "approved_at", "note", "excludes", "waivers", "decisions"}
)
HEADING = "# Lets `reconcile apply` execute exactly the plan with this digest, and nothing else.\n"
MOST: Final = 50_000_000
"""Characters of the largest file that is read: half a million single records excluded."""
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
"""What JSON may hold and YAML must not, or people do not see."""


def write(folder: Path, approval: Approval) -> Path:
    """Write `approval.yml` as a whole, readable by its owner only. Raises ApprovalError."""
    try:
        write_private(folder / APPROVAL, text(approval))
    except OSError as error:
        raise ApprovalError(f"Cannot write {folder / APPROVAL}: {error}.") from error
    return folder / APPROVAL


def text(approval: Approval) -> str:
    """The whole content of an `approval.yml`; equal approvals are equal text."""
    return HEADING + "".join(f"{line}\n" for line in _lines(approval))


def _lines(approval: Approval) -> Iterator[str]:
    yield f"plan_digest: {_quoted(approval.plan_digest)}"
    yield f"approved_by: {_quoted(approval.approved_by)}"
    yield f"approved_at: {_quoted(moment_text(approval.approved_at))}"
    if approval.note:
        yield f"note: {_quoted(approval.note)}"
    yield from _list("excludes", map(_quoted, approval.excludes))
    yield from _list(
        "waivers",
        (
            f"limit: {_quoted(each.limit)}\n    reason: {_quoted(each.reason)}"
            for each in approval.waivers
        ),
    )
    yield from _list(
        "decisions",
        (
            f"take: {_quoted(each.take)}\n    key: {_quoted(each.key)}"
            for each in approval.decisions
        ),
    )


def _list(name: str, items: Iterable[str]) -> list[str]:
    lines = [f"  - {item}" for item in items]
    return [f"{name}:", *lines] if lines else [f"{name}: []"]


def _quoted(value: str) -> str:
    """As JavaScript's JSON.stringify writes it, and nothing in it that cannot be seen."""
    return _UNSEEN.sub(
        lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=False)
    )


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
    return read_file(path)


def read_file(path: Path) -> Approval:
    """Read an approval that lies anywhere. Raises ApprovalError with file and line."""
    document = marked_yaml.read(path, ApprovalError, MOST)
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
        note=_note(document),
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


def _note(document: Document) -> str:
    """What the approver had to say; nothing is as good as an empty text."""
    value = document.value.get("note")
    if not isinstance(value, str | None):
        raise ApprovalError("`note` must be a text.", where=document.where("note"))
    return value or ""


def _moment(document: Document, *path: Step) -> datetime:
    """A time with its offset, quoted or not."""
    value = _at(document, path)
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ApprovalError(
        f"`{path[-1]}` must be a time with its offset, such as 2026-11-01T09:30:00Z.",
        where=document.where(*path),
    )


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
