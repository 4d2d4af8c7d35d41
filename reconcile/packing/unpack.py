"""One file -> a plan's folder, once it is certain that it is the plan that is expected."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reconcile.canonical import file_digest
from reconcile.errors import ApprovalError, PlanError
from reconcile.journal import JOURNAL
from reconcile.journal import read as read_journal
from reconcile.packing import archive
from reconcile.packing.sealing import CHUNK, HEAD_BYTES, MAGIC, opened
from reconcile.plan import approval_file, file
from reconcile.plan.document import Plan

PLAN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}(-\d{1,6})?")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """`written` are the files that were not there before."""

    plan_id: str
    digest: str
    folder: Path
    written: tuple[str, ...]


def unpack(packed: Path, plans: Path, key: str, digest: str = "") -> Unpacked:
    """Write a packed plan into its folder below `plans`, if it is the plan that is expected.

    Expected is the plan with this digest, or that of the approval which lies in
    `plans/<id>/approval.yml` already; such an approval is kept, and must be for this plan.
    `key` is that of `pack`; "" takes files that are not sealed, and only those.

    Raises PlanError and leaves everything as it was: for a file that is damaged or none, a wrong
    key, another plan, and where a file of the plan lies already with other bytes.
    """
    if digest and not DIGEST.fullmatch(digest):
        raise PlanError(f"'{digest}' is no digest.", remedy="It is sha256: and 64 hex digits.")
    place = plans / f".unpack-{secrets.token_hex(4)}"
    try:
        plans.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700)
        with packed.open("rb") as content:
            names = archive.extract(_plaintext(content, key), place)
        plan = file.read(place)
        folder = _folder(plans, plan)
        _expect(plan, digest, folder)
        _check_rest(place, plan)
        written = _settle(place, folder, names)
    except OSError as error:
        what = error.filename or packed
        raise PlanError(f"{what} cannot be read or written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return Unpacked(plan.header.id, plan.digest, folder, written)


def _plaintext(content: BinaryIO, key: str) -> Iterator[bytes]:
    """The bytes of the tar.gz. The file says itself whether it is sealed; whether that is accepted
    the settings say: what nobody sealed could be from anybody, its journal too."""
    head = content.read(HEAD_BYTES)
    if head.startswith(MAGIC):
        if not key:
            raise PlanError(
                "This packed plan is sealed, and the settings name no key.",
                remedy="Set `artifacts: {personal_data: encrypted, key: "
                '"${RECONCILE_ARTIFACT_KEY}"}` in reconcile.yml.',
            )
        return opened(head, _chunks(content), key)
    if not head.startswith(archive.MAGIC):
        raise PlanError("This is no packed plan.", remedy="`reconcile pack` makes one.")
    if key:
        raise PlanError(
            "This packed plan is not sealed, so anybody could have made it.",
            remedy="If that is meant so, set `artifacts: {personal_data: plain}` in reconcile.yml.",
        )
    return _joined(head, _chunks(content))


def _joined(head: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk


def _folder(plans: Path, plan: Plan) -> Path:
    """Where the plan belongs. Raises PlanError for an id that is none of ours."""
    if not PLAN_ID.fullmatch(plan.header.id):
        raise PlanError(f"The packed plan calls itself {plan.header.id[:80]!r}, which is no id.")
    folder = plans / plan.header.id
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise PlanError(f"{folder} is no folder.", remedy="Remove it, and unpack the plan again.")
    return folder


def _expect(plan: Plan, digest: str, folder: Path) -> None:
    """Raises PlanError unless this is the plan that is expected."""
    approval = approval_file.standing(folder)
    if not digest and approval is None:
        raise PlanError(
            f"Nothing says which plan is expected: {folder} has no approval.",
            remedy="Give the digest of the plan with --digest; plan.md ends with it.",
        )
    if digest and digest != plan.digest:
        raise PlanError(f"The packed plan is another one: it has {plan.digest}, not {digest}.")
    if approval is not None and approval.plan_digest != plan.digest:
        raise ApprovalError(
            f"The packed plan has {plan.digest}, and {folder / approval_file.APPROVAL} is for "
            f"{approval.plan_digest}.",
            remedy="Fetch the plan that was approved, or have this one approved.",
        )


def _check_rest(place: Path, plan: Plan) -> None:
    """What lies beside the plan's own files must be of this plan too."""
    approval = approval_file.standing(place)
    if approval is not None and approval.plan_digest != plan.digest:
        raise ApprovalError("The packed plan holds the approval of another one.")
    history = read_journal(place / JOURNAL, plan.changes)
    if history.plan_digest not in {"", plan.digest}:
        raise PlanError("The packed plan holds the journal of another one.")


def _settle(place: Path, folder: Path, names: frozenset[str]) -> tuple[str, ...]:
    """Move the files where they belong; all or none."""
    if not folder.exists():
        place.rename(folder)
        return _in_order(names)
    lacking = _in_order(name for name in names if not (folder / name).exists())
    for name in names.difference(lacking, {approval_file.APPROVAL}):
        if file_digest(place / name) != file_digest(folder / name):
            raise PlanError(
                f"{folder / name} is there already, with other bytes.",
                remedy=f"Move {folder} away, all but its approval, and unpack the plan again.",
            )
    folder.chmod(0o700)
    _move(place, folder, lacking)
    return lacking


def _move(place: Path, folder: Path, names: Iterable[str]) -> None:
    moved: list[Path] = []
    try:
        for name in names:
            (place / name).rename(folder / name)
            moved.append(folder / name)
    except OSError:
        for path in moved:
            path.unlink(missing_ok=True)
        raise


def _in_order(names: Iterable[str]) -> tuple[str, ...]:
    """The file that makes a folder a plan comes last."""
    known = set(names)
    return tuple(name for name in reversed(archive.FILES) if name in known)
