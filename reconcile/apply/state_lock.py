"""One writer per target among several machines: a lock object at the address `state` names.

It is created only where none is. Its holder renews it; one that is not renewed any more has
expired, and is never taken over by another machine by itself: a person clears it by name. The lock
of a dead process of this very machine is taken over.
"""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from reconcile.apply.lock import Claim, Found, claim_in, lock_name, this_host, written
from reconcile.errors import LockError, StateError
from reconcile.state import State

FOLDER, SUFFIX = "locks", ".json"
LIFETIME = timedelta(minutes=3)
"""How long a lock counts as alive after it was last renewed."""
BEAT = 30.0
"""Seconds between two renewals."""
TAKEN_AWAY = "the lock at {place} was taken away, so another apply may be writing to this target."
NOT_RENEWED = "the lock at {place} could not be renewed in time: {error}"


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class StateLock:
    """The locks at one address. `tell` hears of a lock that a dead process left."""

    state: State
    tell: Callable[[str], None]
    now: Callable[[], datetime] = _now
    beat: float = BEAT

    @contextmanager
    def held(self, claim: Claim, lost: Callable[[str], None]) -> Iterator[None]:
        """Raises LockError when another holds the target, StateError when the address fails."""
        pulse = Pulse(self.state, object_name(claim.target), claim, self.now)
        if not pulse.begin():
            self._take_over(pulse, claim)
        ended = threading.Event()
        thread = threading.Thread(target=self._renew, args=(pulse, ended, lost), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            with suppress(StateError):  # what is left behind expires
                pulse.end()

    def _renew(self, pulse: Pulse, ended: threading.Event, lost: Callable[[str], None]) -> None:
        while not ended.wait(self.beat):
            reason = pulse.renew()
            if reason:
                lost(reason)
                return

    def _take_over(self, pulse: Pulse, claim: Claim) -> None:
        there = self._at(pulse.name)
        if there and there.claim and (is_gone(there.claim) or is_this(there.claim)):
            self.state.remove(pulse.name)
            if pulse.begin():
                self.tell(f"Taken over the lock of {there.claim}: that process is gone.")
                return
        raise _taken(there, claim.target, self.state.place(pulse.name))

    def found(self) -> list[Found]:
        """The locks there, expired ones among them."""
        names = self.state.names(FOLDER)
        return [found for name in names if (found := self._at(name))]

    def _at(self, name: str) -> Found | None:
        content = self.state.read(name)
        if content is None:
            return None
        claim, expires = claim_in(content), _expires(content)
        alive = (expires is None or self.now() < expires) and not (claim and is_gone(claim))
        bare = name.removeprefix(f"{FOLDER}/").removesuffix(SUFFIX)
        return Found(bare, self.state.place(name), claim, alive, expires)

    def remove(self, found: Found, *, force: bool = False) -> None:
        """Raises LockError for one that is renewed, unless forced."""
        if found.alive and not force:
            until = f"{found.expires:%H:%M:%S} UTC" if found.expires else "an unknown time"
            raise LockError(
                f"{found.claim or 'Another process'} seems to be at work: its lock counts until "
                f"{until} and is renewed.",
                remedy="End that process, or wait. --force clears the lock all the same; that "
                "process stops as soon as it notices.",
            )
        self.state.remove(f"{FOLDER}/{found.name}{SUFFIX}")


class Pulse:
    """One lock while it is held: `token` tells it from any other of the same name."""

    def __init__(self, state: State, name: str, claim: Claim, now: Callable[[], datetime]) -> None:
        self.name = name
        self._state, self._claim, self._now = state, claim, now
        self._token = secrets.token_hex(8)
        self._expires = now()

    def begin(self) -> bool:
        """Create it; False when there is one. Reads back, for stores that only half can."""
        return self._state.create(self.name, self._content()) and self._is_ours()

    def renew(self) -> str:
        """Push its end back; returns why it is lost, "" when it is not."""
        place = self._state.place(self.name)
        try:
            if not self._is_ours():
                return TAKEN_AWAY.format(place=place)
            self._state.write(self.name, self._content())
        except StateError as error:
            late = self._now() >= self._expires
            return NOT_RENEWED.format(place=place, error=error.message) if late else ""
        return ""

    def end(self) -> None:
        if self._is_ours():
            self._state.remove(self.name)

    def _content(self) -> bytes:
        self._expires = self._now() + LIFETIME
        return written(self._claim, token=self._token, expires=self._expires)

    def _is_ours(self) -> bool:
        return _field(self._state.read(self.name), "token") == self._token


def object_name(target: str) -> str:
    """Where the lock of a target lies below the address."""
    return f"{FOLDER}/{lock_name(target)}{SUFFIX}"


def is_this(claim: Claim) -> bool:
    """Whether a claim has the number of this process. Who begins to hold a lock knows then that
    the claim is that of a process gone, whose number came up again."""
    return (claim.host, claim.pid) == (this_host(), os.getpid())


def is_gone(claim: Claim) -> bool:
    """Whether the process of a claim was on this machine and is no more."""
    if claim.host != this_host():
        return False
    try:
        os.kill(claim.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _field(content: bytes | None, name: str) -> str:
    try:
        said = json.loads(content or b"null")
    except ValueError:
        return ""
    return str(said.get(name, "")) if isinstance(said, dict) else ""


def _expires(content: bytes) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(_field(content, "expires"))
    return None


def _taken(there: Found | None, target: str, place: str) -> LockError:
    if there is None:
        return LockError(
            f"Another apply began to write to {target} at the same moment ({place}).",
            remedy="Run the same command again.",
        )
    holder = there.claim or f"nobody knows who, {place} is damaged"
    clear = f"`reconcile unlock {there.name}` clears it."
    if there.alive or there.expires is None:
        remedy = f"Wait for it to end. If that machine is gone, {clear}"
        return LockError(f"Another apply is writing to {target}: {holder}.", remedy=remedy)
    return LockError(
        f"The lock of another apply to {target} was left behind: {holder}. It was last good "
        f"until {there.expires:%Y-%m-%d %H:%M:%S} UTC.",
        remedy=f"Make sure that process has ended; then {clear}",
    )
