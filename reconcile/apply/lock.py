"""One writer per target: who holds it, and the lock on this machine.

The lock on a machine is a file per target in the user's state folder, locked with `flock`: it goes
away with its process, however that ends. `state_lock.py` holds the one that several machines share.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from reconcile.canonical import to_json
from reconcile.errors import LockError

SUFFIX = ".lock"
TRIES, PAUSE = 4, 0.1
"""How often, and after how many seconds, a lock is tried again: a look at it holds it briefly."""
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Claim:
    """Who writes to a target: a process on a host, with a plan, since a moment (UTC)."""

    target: str
    plan: str
    since: datetime
    pid: int
    host: str

    def __str__(self) -> str:
        since = f"{self.since:%Y-%m-%d %H:%M:%S} UTC"
        return f"process {self.pid} on {self.host}, plan {self.plan}, since {since}"


class Lock(Protocol):
    """A way to be the only writer of a target."""

    def held(self, claim: Claim, lost: Callable[[str], None]) -> AbstractContextManager[None]:
        """Hold the target while the context lasts; raises LockError when another has it.

        `lost` is called, from any thread, with a reason when the lock is gone before its time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """A lock as it lies there. `claim` is None when nothing readable stands in it.

    `alive`: its holder is at work, or may be. `expires` only where the holder has to renew it.
    """

    name: str
    place: str
    claim: Claim | None
    alive: bool
    expires: datetime | None = None


def this_host() -> str:
    return socket.gethostname()


def claim_of(target: str, plan: str, since: datetime) -> Claim:
    """The claim of this process."""
    return Claim(target, plan, since, os.getpid(), this_host())


def lock_name(url: str) -> str:
    """One name per target, however its address is written: `shop.example.com-443-1a2b3c4d`.

    This machine's own addresses count as its name.
    """
    parts = urlsplit(url.rstrip("/"))
    host = parts.hostname or ""
    host = this_host().lower() if _is_this_machine(host) else host
    place = f"{host}-{parts.port or PORTS.get(parts.scheme, 0)}"
    digest = hashlib.sha256(f"{place}{parts.path}".encode()).hexdigest()[:8]
    return f"{re.sub(r'[^a-z0-9.-]', '-', place)}-{digest}"


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def written(claim: Claim, **further: object) -> bytes:
    """A claim as the content of a lock."""
    return to_json({**asdict(claim), **further}).encode()


def claim_in(content: bytes) -> Claim | None:
    """The claim in a lock; None when it is empty or damaged."""
    try:
        said = json.loads(content)
        return Claim(
            target=str(said["target"]),
            plan=str(said["plan"]),
            since=datetime.fromisoformat(said["since"]),
            pid=int(said["pid"]),
            host=str(said["host"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


@dataclass(frozen=True, slots=True)
class MachineLock:
    """The lock files of this machine's user. `tell` hears of a lock that a dead process left."""

    folder: Path
    tell: Callable[[str], None]

    @contextmanager
    def held(self, claim: Claim, lost: Callable[[str], None]) -> Iterator[None]:
        """Raises LockError when another process holds the target, or no lock can be had."""
        path = self.folder / f"{lock_name(claim.target)}{SUFFIX}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = _locked(path)
        except OSError as error:
            raise _no_lock(path, error) from error
        if handle is None:
            raise _taken(path, claim.target)
        try:
            self._take_over(handle)
            os.ftruncate(handle, 0)
            os.pwrite(handle, written(claim), 0)
            yield
        finally:
            if _is_at(path, handle):  # not when it was cleared, and somebody else's lies there
                path.unlink()
            os.close(handle)

    def _take_over(self, handle: int) -> None:
        before = claim_in(os.pread(handle, 10_000, 0))
        if before:
            self.tell(f"Taken over the lock of {before}: that process is gone.")

    def found(self) -> list[Found]:
        """The locks in the folder, those of dead processes among them."""
        paths = sorted(self.folder.glob(f"*{SUFFIX}"))
        return [found for path in paths if (found := _found(path))]

    def remove(self, found: Found) -> None:
        """Raises LockError when its process is alive on this machine."""
        if found.alive and (found.claim is None or found.claim.host == this_host()):
            raise LockError(
                f"{found.claim or 'Another process'} is at work.",
                remedy="End that process (Ctrl-C, or `kill` with its number): its lock goes too.",
            )
        Path(found.place).unlink(missing_ok=True)


def _locked(path: Path) -> int | None:
    """The file opened and locked; None when another process holds it."""
    for _ in range(TRIES):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_at(path, handle):
                return handle
        except BlockingIOError:
            time.sleep(PAUSE)
        except OSError:
            os.close(handle)
            raise
        os.close(handle)
    return None


def _is_at(path: Path, handle: int) -> bool:
    """Whether the locked file is still the one of that name: its last holder may have removed it
    between opening and locking."""
    with suppress(FileNotFoundError):
        return os.path.samestat(path.stat(), os.fstat(handle))
    return False


def _found(path: Path) -> Found | None:
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        alive = not _free(handle)
        return Found(path.stem, str(path), claim_in(os.pread(handle, 10_000, 0)), alive)
    finally:
        os.close(handle)


def _free(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _taken(path: Path, target: str) -> LockError:
    found = _found(path)
    claim = found.claim if found else None
    if claim and claim.host != this_host():
        remedy = (
            "Wait for it to end; the lock goes away with its process. If that machine is gone for "
            f"good, `reconcile unlock {path.stem}` clears it."
        )
    else:
        remedy = "Wait for it to end, or stop it with Ctrl-C; the lock goes away with its process."
    holder = claim or "a process that has only just begun"
    return LockError(f"Another apply is writing to {target}: {holder}.", remedy=remedy)


def _no_lock(path: Path, error: OSError) -> LockError:
    known = {errno.ENOLCK: "the file system there has no locks"}
    reason = known.get(error.errno or 0, error.strerror or str(error))
    return LockError(
        f"The lock of the target, {path}, cannot be taken: {reason}.",
        remedy="Let XDG_STATE_HOME name a folder on a local disk that you may write.",
    )
