"""The journal of a plan: what was about to be done, and what became of it, line by line.

`journal.ndjson` lies in the plan's folder and only ever grows. Four events:

    start    run, plan digest, tool version, approver, target, how many changes are open, digests
             of the mapping and the snapshots the plan was made from
    intent   a change, on disk before its request is sent
    outcome  a change, after: status, target id, request, attempts, duration_ms, error
    end      counts per status, and why the run stopped early, if it did

Every line carries the sha256 of the line before (`prev`), so a line that was edited, removed or
added is found. A crash may cut the last line short; what is cut was never acted upon, and the
next run takes it off and says so. An intent without an outcome is *in doubt*: it may have
happened. No secrets are written and no values of records, only keys; but where the target moved
under a change (`stale`), the words of its outcome name what was expected and what was found,
nothing of it personal. Where a key is personal data, a pseudonym that means something to those
alone who have the plan, and no e-mail address.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from sys import intern

from reconcile.canonical import digest, file_digest, moment_text, to_json
from reconcile.errors import PlanError
from reconcile.masking import masked
from reconcile.model import Action, Address, Change, Json, Outcome, Status
from reconcile.personal_keys import is_personal, pseudonym

JOURNAL = "journal.ndjson"
OPEN_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND


@dataclass(slots=True)
class History:
    """What a journal says happened so far.

    `outcomes` holds the last outcome of each change by address text; `in_doubt` the changes that
    may have been written although no outcome says so; `sent` those that a request carried and that
    are not applied, so that a part of them may be written; `last_at` the time of the last line;
    `was_so` those applied without any request, for they were as wanted already;
    `torn` the bytes of a line cut short; `size` the bytes of all whole lines.
    """

    outcomes: dict[str, Outcome] = field(default_factory=dict)
    in_doubt: set[str] = field(default_factory=set)
    sent: set[str] = field(default_factory=set)
    was_so: set[str] = field(default_factory=set)
    plan_digest: str = ""
    runs: list[str] = field(default_factory=list)
    approvers: list[str] = field(default_factory=list)
    """Who approved, run by run."""
    last_at: datetime | None = None
    lines: int = 0
    size: int = 0
    torn: int = 0
    last_hash: str = ""

    def applied(self, address: str) -> bool:
        outcome = self.outcomes.get(address)
        return outcome is not None and outcome.status is Status.APPLIED


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the first line of a run says."""

    run: str
    plan_id: str
    plan_digest: str
    tool_version: str
    approved_by: str
    target_url: str
    open_changes: int
    mapping_digest: str = ""
    source_snapshot: str = ""
    target_snapshot: str = ""
    """Digests of what the plan was made from."""


def read(path: Path, changes: Iterable[Change] = ()) -> History:
    """Read a journal; one that is not there reads as empty.

    `changes` are those of its plan: by them, records with pseudonyms get their addresses back.
    Raises PlanError naming the line when it is damaged anywhere but at its torn end.
    """
    history = History()
    if not path.exists():
        return history
    with path.open("rb") as file:
        for line in file:
            if not line.endswith(b"\n"):
                history.torn = len(line)
                break
            _take(history, line, f"{path}:{history.lines + 1}")
    _name(history, changes)
    return history


def digest_of(path: Path) -> str:
    """Over a journal's bytes. A plan that has nothing to write never gets a journal."""
    return file_digest(path) if path.exists() else digest([])


def _name(history: History, changes: Iterable[Change]) -> None:
    """Put addresses in the place of pseudonyms."""
    hidden = {
        name
        for name in (*history.outcomes, *history.in_doubt, *history.sent)
        if is_personal(name.partition(":")[0])
    }
    for change in changes if hidden else ():
        name, address = pseudonym(change.address, history.plan_digest), change.address
        if name not in hidden:
            continue
        if name in history.outcomes:
            outcome = history.outcomes.pop(name)
            history.outcomes[str(address)] = replace(outcome, address=address)
        for names in (history.in_doubt, history.sent, history.was_so):
            if name in names:
                names.remove(name)
                names.add(str(address))


def _take(history: History, line: bytes, where: str) -> None:
    try:
        event = json.loads(line)
        if event["prev"] != history.last_hash:
            raise PlanError(
                "This line does not follow from the one before: the journal was edited.",
                where=where,
                remedy="Nothing can be resumed from it. Make a new plan.",
            )
        _READERS[event["event"]](history, event)
        history.last_at = datetime.fromisoformat(event["at"])
    except (ValueError, KeyError, TypeError) as error:
        raise PlanError(f"The journal is damaged: {error!r}.", where=where) from error
    history.last_hash = _hash(line)
    history.lines += 1
    history.size += len(line)


def _read_start(history: History, event: Mapping[str, Json]) -> None:
    history.plan_digest = event["plan_digest"]
    history.runs.append(event["run"])
    history.approvers.append(event["approved_by"])


def _read_intent(history: History, event: Mapping[str, Json]) -> None:
    history.in_doubt.add(event["change"])
    history.sent.add(event["change"])
    history.outcomes.pop(event["change"], None)


def _read_outcome(history: History, event: Mapping[str, Json]) -> None:
    outcome = Outcome(
        address=Address.parse(event["change"]),
        status=Status(event["status"]),
        target_id=event.get("target_id"),
        request_id=intern(event.get("request", "")),
        attempts=event.get("attempts", 1),
        duration_ms=event.get("duration_ms", 0),
        error=event.get("error", ""),
        at=intern(event["at"]),
    )
    history.outcomes[event["change"]] = outcome
    if outcome.status is not Status.UNKNOWN:
        history.in_doubt.discard(event["change"])
    if outcome.status is Status.APPLIED:
        if event["change"] not in history.sent:
            history.was_so.add(event["change"])
        history.sent.discard(event["change"])


def _read_end(history: History, event: Mapping[str, Json]) -> None:
    """Nothing to remember: a run that has no end line is resumed the same way."""


_READERS: Mapping[str, Callable[[History, Mapping[str, Json]], None]] = {
    "start": _read_start,
    "intent": _read_intent,
    "outcome": _read_outcome,
    "end": _read_end,
}


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()


class Journal:
    """The one writer of a journal; use as a context. Safe to call from several threads.

    `changes` are those of its plan (see `read`). Raises PlanError when another process holds it,
    when it is damaged, or when the disk refuses; after a refusal nothing more is accepted.
    """

    def __init__(
        self, path: Path, now: Callable[[], datetime], changes: Iterable[Change] = ()
    ) -> None:
        self._path, self._now, self._changes = path, now, changes
        self._lock = threading.Lock()
        self._file = -1
        self._broken = False
        self._run, self._plan_digest = "", ""
        self.history = History()

    def __enter__(self) -> Journal:
        try:
            self._file = os.open(self._path, OPEN_FLAGS, 0o600)
        except OSError as error:
            raise self._refusal(str(error)) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.history = read(self._path, self._changes)
            os.ftruncate(self._file, self.history.size)
        except BlockingIOError as error:
            self._close()
            raise PlanError(
                f"Another process is applying this plan ({self._path} is locked).",
                remedy="Wait for it to end; the lock goes away with its process.",
            ) from error
        except (PlanError, OSError):
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        os.close(self._file)
        self._file = -1

    def start(self, facts: RunFacts) -> None:
        """Open a run; says how many bytes of a torn last line were taken off."""
        self._run, self._plan_digest = facts.run, facts.plan_digest
        line: dict[str, Json] = {
            "plan_id": facts.plan_id,
            "plan_digest": facts.plan_digest,
            "tool_version": facts.tool_version,
            "approved_by": facts.approved_by,
            "target": facts.target_url,
            "open_changes": facts.open_changes,
            "mapping_digest": facts.mapping_digest,
            "source_snapshot": facts.source_snapshot,
            "target_snapshot": facts.target_snapshot,
        }
        if self.history.torn:
            line["torn_bytes"] = self.history.torn
        self._append("start", [line], durable=True)

    def intend(self, request: str, changes: Iterable[Change]) -> None:
        """On disk for certain when this returns: these changes are about to be sent."""
        lines = [
            {
                "change": pseudonym(change.address, self._plan_digest),
                "action": change.action.value,
                "request": request,
            }
            for change in changes
        ]
        self._append("intent", lines, durable=True)

    def settle(self, outcomes: Iterable[tuple[Action, Outcome]]) -> None:
        """What became of changes, each with what it was to do."""
        lines = [
            {"change": pseudonym(outcome.address, self._plan_digest)}
            | _outcome_line(action, outcome)
            for action, outcome in outcomes
        ]
        self._append("outcome", lines, durable=False)

    def end(self, counts: Mapping[str, int], stopped: str) -> None:
        """Close a run: changes per status, and why it stopped early, "" when it did not."""
        line: dict[str, Json] = {"counts": dict(counts)}
        why = {"stopped": masked(stopped)} if stopped else {}
        self._append("end", [line | why], durable=True)

    def _append(self, event: str, lines: Iterable[Mapping[str, Json]], *, durable: bool) -> None:
        with self._lock:
            stamp = {"event": event, "run": self._run, "at": moment_text(self._now())}
            chunk = bytearray()
            last = self.history.last_hash
            for line in lines:
                encoded = to_json({**stamp, **line, "prev": last}).encode() + b"\n"
                last = _hash(encoded)
                chunk += encoded
            self._write(bytes(chunk), durable=durable)
            self.history.last_hash = last

    def _write(self, chunk: bytes, *, durable: bool) -> None:
        if self._broken:
            raise self._refusal("an earlier line could not be written")
        try:
            while chunk:
                chunk = chunk[os.write(self._file, chunk) :]
            if durable:
                os.fsync(self._file)
        except OSError as error:
            self._broken = True
            raise self._refusal(str(error)) from error

    def _refusal(self, reason: str) -> PlanError:
        return PlanError(
            f"The journal {self._path} cannot be written: {reason}.",
            remedy="Nothing more was sent. Free space, then run the same apply again.",
        )


def _outcome_line(action: Action, outcome: Outcome) -> dict[str, Json]:
    line: dict[str, Json] = {
        "action": action.value,
        "status": outcome.status.value,
        "attempts": outcome.attempts,
        "duration_ms": outcome.duration_ms,
    }
    optional = {
        "target_id": outcome.target_id,
        "request": outcome.request_id,
        "error": masked(outcome.error),
    }
    return line | {name: value for name, value in optional.items() if value}
