"""`runs.ndjson`: one line per drift run. It only grows; a line cut short by a crash is no line."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reconcile.drift.runs import RunSummary, from_summary, line_of
from reconcile.errors import HistoryError

LOG = "runs.ndjson"
_LOCK = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """No other process of this machine writes below the folder meanwhile. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read(folder: Path) -> list[RunSummary]:
    """All runs, oldest first. Raises HistoryError naming file and line."""
    return in_order(parsed(_content(folder), str(folder / LOG)))


def in_order(runs: Iterable[RunSummary]) -> list[RunSummary]:
    """Each run once, by the time it began."""
    return sorted({run.name: run for run in runs}.values(), key=lambda run: (run.began, run.name))


def parsed(content: bytes, place: str) -> Iterator[RunSummary]:
    """The runs of a log, but for a last line without its end. Raises HistoryError."""
    whole, end, _ = content.rpartition(b"\n")
    for number, line in enumerate(whole.split(b"\n") if end else [], 1):
        yield _parsed(line, f"{place}:{number}")


def _parsed(line: bytes, where: str) -> RunSummary:
    try:
        return from_summary(json.loads(line), where)
    except (ValueError, AttributeError) as error:
        raise HistoryError(
            f"This line is damaged: {error}.",
            remedy="Restore the file, or delete the line: its run is forgotten then.",
            where=where,
        ) from error


def append(folder: Path, runs: Iterable[RunSummary]) -> None:
    """Add runs; after this they count. What a crash left of a line goes. Raises OSError.

    To be called while `alone`.
    """
    lines = written(runs)
    handle = os.open(folder / LOG, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(handle, "r+b") as file:
        whole, end, _ = file.read().rpartition(b"\n")
        file.truncate(file.seek(len(whole) + len(end)))
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())


def written(runs: Iterable[RunSummary]) -> bytes:
    """Runs as the content of a log."""
    return "".join(f"{line_of(run)}\n" for run in runs).encode()


def _content(folder: Path) -> bytes:
    try:
        return (folder / LOG).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise HistoryError(f"{folder / LOG} cannot be read: {error}.") from error
