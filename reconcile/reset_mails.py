"""Ask for new passwords on behalf of customers: a step of its own, which no `apply` ever takes.

`reset-mails.ndjson` in the plan's folder only ever grows. Three events:

    approved  who allowed it, and how many
    intent    a customer, on disk before the shop is asked
    outcome   after: applied, failed, or unknown when no answer came

Customers stand there by pseudonym and masked address. Nobody gets two mails: one with an intent and
no outcome may have got it, and is not asked for again unless that is wanted. One that failed is.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from reconcile.canonical import moment_text, to_json
from reconcile.errors import AnswerLost, PlanError, SystemFault
from reconcile.journal import History
from reconcile.masking import masked, masked_email
from reconcile.model import Json, Status
from reconcile.personal_keys import pseudonym
from reconcile.plan.document import Plan

RECORD = "reset-mails.ndjson"
RESET = "reset"
INTERRUPTED = "interrupted"
MOST_FAILURES = 3
"""As many in a row end the sending: then it is not about one customer."""
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Recipient:
    """A customer who needs a new password; `name` is the pseudonym in files."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2].lower()


class Progress(StrEnum):
    """How far a customer's mail got."""

    ASKED = "asked"
    DOUBTFUL = "doubtful"
    FAILED = "failed"


_AFTER = {
    Status.APPLIED.value: Progress.ASKED,
    Status.FAILED.value: Progress.FAILED,
    Status.UNKNOWN.value: Progress.DOUBTFUL,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What one run did. `stopped` says why it ended early, "" when it did not."""

    asked: int
    failed: int
    doubtful: int
    stopped: str = ""


def recipients(plan: Plan, history: History) -> list[Recipient]:
    """The customers whose login this plan made one without a password, and who are written."""
    return [
        Recipient(
            name=pseudonym(change.address, plan.digest),
            email=str(change.after.get("email") or change.address.key),
        )
        for change in plan.changes
        if change.address.entity == "customer"
        and history.applied(str(change.address))
        and change.after.get("login") == RESET
    ]


class Record:
    """The one writer of a plan's record; use as a context.

    Raises PlanError when another process holds it, or when it is damaged.
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path, self._now = path, now
        self._file = -1
        self.progress: dict[str, Progress] = {}

    def __enter__(self) -> Record:
        self._file = os.open(self._path, _FLAGS, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.progress, size = _read(self._path)
            os.ftruncate(self._file, size)  # a line cut short was never acted upon
        except BlockingIOError as error:
            os.close(self._file)
            raise PlanError(f"Another process is sending ({self._path} is locked).") from error
        except PlanError:
            os.close(self._file)
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    def approve(self, by: str, count: int) -> None:
        self._append({"event": "approved", "by": by, "count": count})

    def intend(self, recipient: Recipient) -> None:
        """On disk for certain when this returns."""
        email = masked_email(recipient.email)
        self._append({"event": "intent", "customer": recipient.name, "email": email})
        os.fsync(self._file)
        self.progress[recipient.name] = Progress.DOUBTFUL

    def settle(self, recipient: Recipient, status: Status, error: str = "") -> None:
        line = {"event": "outcome", "customer": recipient.name, "status": status.value}
        self._append(line | ({"error": masked(error)} if error else {}))
        self.progress[recipient.name] = _AFTER[status.value]

    def _append(self, line: Mapping[str, Json]) -> None:
        stamped = {**line, "at": moment_text(self._now())}
        os.write(self._file, to_json(stamped).encode() + b"\n")


def progress(path: Path) -> Mapping[str, Progress]:
    """How far each customer's mail got, by pseudonym. Raises PlanError for a damaged record."""
    return _read(path)[0] if path.exists() else {}


def still_open(
    found: Sequence[Recipient], known: Mapping[str, Progress], *, again: bool = False
) -> list[Recipient]:
    """Those nobody was asked about yet, or whose request failed; `again`: everybody."""
    return [each for each in found if again or known.get(each.name) in (None, Progress.FAILED)]


def _read(path: Path) -> tuple[dict[str, Progress], int]:
    """What is known, and how many bytes whole lines take."""
    known: dict[str, Progress] = {}
    size = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.endswith(b"\n"):
                break
            _take(known, line, f"{path}:{number}")
            size += len(line)
    return known, size


def _take(known: dict[str, Progress], line: bytes, where: str) -> None:
    try:
        event = json.loads(line)
        if event["event"] == "intent":
            known[event["customer"]] = Progress.DOUBTFUL
        elif event["event"] == "outcome":
            known[event["customer"]] = _AFTER[event["status"]]
    except (ValueError, KeyError, TypeError) as error:
        raise PlanError(
            "The record of mails is damaged, so nobody can tell who got one.", where=where
        ) from error


def send(
    waiting: Sequence[Recipient],
    record: Record,
    ask: Callable[[str], None],
    per_minute: int,
    pause: Callable[[float], bool],
) -> Sent:
    """Ask for each, at most `per_minute`. `pause(seconds)` waits, and is true when to stop.

    Ends after MOST_FAILURES in a row.
    """
    counts = dict.fromkeys(Progress, 0)
    in_a_row, due = 0, time.monotonic()
    for recipient in waiting:
        if pause(max(0.0, due - time.monotonic())):
            return _sent(counts, INTERRUPTED)
        due = time.monotonic() + 60 / per_minute
        error = _asked(recipient, record, ask)
        counts[record.progress[recipient.name]] += 1
        in_a_row = in_a_row + 1 if error else 0
        if in_a_row == MOST_FAILURES:
            return _sent(counts, f"{in_a_row} failures in a row, the last: {masked(error)}")
    return _sent(counts, "")


def _asked(recipient: Recipient, record: Record, ask: Callable[[str], None]) -> str:
    """Ask for one; "" or what went wrong."""
    record.intend(recipient)
    try:
        ask(recipient.email)
    except AnswerLost as lost:
        record.settle(recipient, Status.UNKNOWN, lost.message)
        return lost.message
    except SystemFault as fault:
        record.settle(recipient, Status.FAILED, fault.message)
        return fault.message
    record.settle(recipient, Status.APPLIED)
    return ""


def _sent(counts: Mapping[Progress, int], stopped: str) -> Sent:
    return Sent(
        asked=counts[Progress.ASKED],
        failed=counts[Progress.FAILED],
        doubtful=counts[Progress.DOUBTFUL],
        stopped=stopped,
    )
