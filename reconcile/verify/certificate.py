"""The proof in words: `certificate.md` for people, `verify.json` beside it for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from reconcile import __version__
from reconcile.canonical import moment_text, to_json
from reconcile.errors import PlanError
from reconcile.model import Json
from reconcile.private_file import write_private
from reconcile.verify.result import Difference, Unexpected, Verification, to_document

VERIFY, CERTIFICATE = "verify.json", "certificate.md"
LISTED = 50
"""Lines per list; the rest stands in verify.json."""
LONGEST_VALUE, LONGEST_ERROR = 80, 300
"""Characters of what is quoted."""


def write(folder: Path, verification: Verification) -> Path:
    """Write both files into the plan's folder; returns the certificate. Raises PlanError."""
    document = json.dumps(to_document(verification), indent=2, ensure_ascii=False)
    try:
        write_private(folder / VERIFY, document + "\n")
        write_private(folder / CERTIFICATE, certificate(verification))
    except OSError as error:
        raise PlanError(f"Cannot write into {folder}: {error}.") from error
    return folder / CERTIFICATE


def certificate(verification: Verification) -> str:
    """The whole text, in Markdown."""
    return "\n".join([*_head(verification), *_numbers(verification), *_lists(verification)]) + "\n"


def headline(verification: Verification) -> str:
    """The result in one sentence."""
    counts, others = verification.counts, len(verification.unexpected)
    if not verification.proven:
        return (
            f"Not proven: of {counts.approved:,} approved changes {counts.applied:,} are applied "
            f"and {counts.equal:,} read back equal; {', '.join(_shortfalls(verification))}."
        )
    left_out = f" ({counts.excluded:,} more were excluded)" if counts.excluded else ""
    beside = f", but {others:,} other records changed" if others else ""
    return (
        f"Proven: {counts.approved:,} approved = {counts.applied:,} applied = "
        f"{counts.equal:,} read back equal{left_out}{beside}."
    )


def _shortfalls(verification: Verification) -> list[str]:
    counts = verification.counts
    numbers = {
        "failed": counts.failed,
        "skipped": counts.skipped,
        "stale (moved on the target before they were written)": counts.stale,
        "may or may not be written": counts.unknown,
        "not begun": counts.open,
        "read back different": counts.differing,
        "other records changed": len(verification.unexpected),
    }
    return [f"{number:,} {words}" for words, number in numbers.items() if number]


def _head(verification: Verification) -> Iterator[str]:
    digests = verification.digests
    yield f"# Certificate for plan {verification.plan_id}"
    yield f"\n{headline(verification)}\n"
    yield f"- Target: {_text(verification.target_url)}"
    note = verification.approval_note
    said = f", who says {_text(note, LONGEST_ERROR)}" if note else ""
    yield f"- Approved by: {_text(verification.approved_by)}{said}"
    yield f"- Read back from a snapshot taken at {moment_text(verification.read_at)}"
    yield f"- Verified at {moment_text(verification.verified_at)} by reconcile {__version__}"
    yield f"- Plan: `{digests.plan}`"
    yield f"- Journal: `{digests.journal}`"
    yield f"- Snapshot: `{digests.snapshot}`"
    yield f"- Snapshot before: `{digests.snapshot_before or 'not available'}`\n"


def _numbers(verification: Verification) -> Iterator[str]:
    counts = verification.counts
    yield "| changes | |"
    yield "|---|---:|"
    for name in ("planned", "excluded", "applied", "failed", "skipped", "stale", "unknown", "open"):
        yield f"| {name} | {getattr(counts, name):,} |"
    yield f"| read back equal | {counts.equal:,} |"
    yield f"| read back different | {counts.differing:,} |\n"
    if verification.untouched_checked is None:
        yield "Records that no change names were not compared: the snapshot the plan was made from"
        yield "is not there any more.\n"
    else:
        yield f"Of {verification.untouched_checked:,} records that no change names,"
        yield f"{len(verification.unexpected):,} changed.\n"


def _lists(verification: Verification) -> Iterator[str]:
    unfinished = [
        f"{_text(str(each.address))}: {each.status.value}, {_text(each.error, LONGEST_ERROR)}"
        for each in verification.unfinished[:LISTED]
    ]
    differences = [_difference(each) for each in verification.differences[:LISTED]]
    unexpected = [_unexpected(each) for each in verification.unexpected[:LISTED]]
    yield from _section("Not applied", unfinished, len(verification.unfinished))
    yield from _section("Read back different", differences, len(verification.differences))
    yield from _section(
        "Changed though no change names it", unexpected, len(verification.unexpected)
    )


def _section(title: str, lines: Sequence[str], total: int) -> Iterator[str]:
    if not total:
        return
    yield f"## {title} ({total:,})\n"
    yield from (f"- {line}" for line in lines)
    if total > len(lines):
        yield f"- and {total - len(lines):,} more in {VERIFY}"
    yield ""


def _difference(difference: Difference) -> str:
    place = _text(str(difference.address)) + (f" {difference.field}" * bool(difference.field))
    if not difference.field:
        return f"{place}: {difference.flaw.value}"
    return f"{place}: planned {_value(difference.planned)}, found {_value(difference.found)}"


def _unexpected(unexpected: Unexpected) -> str:
    name = _text(unexpected.key or unexpected.target_id)
    fields = f" ({', '.join(unexpected.fields)})" if unexpected.fields else ""
    return f"{unexpected.entity} {name}: {unexpected.surprise.value}{fields}"


def _value(value: Json) -> str:
    return _text(to_json(value))


def _text(text: str, longest: int = LONGEST_VALUE) -> str:
    """Text from a shop as one piece of code: it can neither format nor break the page."""
    shown = "".join(char if char.isprintable() else " " for char in text[:longest])
    ending = "..." if len(text) > longest else ""
    return "`" + shown.replace("`", "'") + ending + "`"
