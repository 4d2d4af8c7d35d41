"""One writer per target among several machines, by an object that only one can create."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from plan_samples import NOON

from reconcile.apply.lock import Claim, claim_of, lock_name, this_host
from reconcile.apply.state_lock import LIFETIME, Pulse, StateLock, is_gone, object_name
from reconcile.errors import LockError, StateError
from reconcile.state import State

SHOP = "https://backend.example.com"
NAME = object_name(SHOP)
MINE = claim_of(SHOP, "20261101T120000Z-aaaaaaaa", NOON)
ELSEWHERE = Claim(SHOP, "20261101T110000Z-bbbbbbbb", NOON, 4711, "other.example.com")
LONG = 20.0


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(str(tmp_path / "shared"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def lock(state: State, told: list[str], clock: Clock) -> StateLock:
    return StateLock(state, told.append, clock)


def nothing(reason: str) -> None:
    pytest.fail(reason)


def test_it_is_there_while_it_is_held(lock: StateLock, state: State) -> None:
    with lock.held(MINE, nothing):
        (found,) = lock.found()
        assert (found.name, found.claim, found.alive) == (lock_name(SHOP), MINE, True)
        assert found.expires == NOON + LIFETIME
    assert (lock.found(), state.names("locks")) == ([], [])


def test_another_machine_is_told_who_writes(lock: StateLock) -> None:
    with (
        lock.held(ELSEWHERE, nothing),
        pytest.raises(LockError) as caught,
        lock.held(MINE, nothing),
    ):
        pytest.fail("two at once")
    assert caught.value.message == (
        f"Another apply is writing to {SHOP}: process 4711 on other.example.com, "
        "plan 20261101T110000Z-bbbbbbbb, since 2026-11-01 12:00:00 UTC."
    )
    assert f"`reconcile unlock {lock_name(SHOP)}`" in caught.value.remedy


def test_one_that_expired_is_explained_but_not_taken(lock: StateLock, clock: Clock) -> None:
    """Its machine may be asleep, and write on when it wakes: a person has to look."""
    with lock.held(ELSEWHERE, nothing):
        clock.now += LIFETIME
        with pytest.raises(LockError, match=r"was left behind: .* good until 2026-11-01 12:03"):
            lock.held(MINE, nothing).__enter__()
        (found,) = lock.found()
        assert not found.alive
        lock.remove(found)
        with lock.held(MINE, nothing):
            """Cleared by name."""


def test_one_that_is_renewed_is_cleared_only_by_force(lock: StateLock) -> None:
    with lock.held(ELSEWHERE, nothing):
        (found,) = lock.found()
        with pytest.raises(LockError, match="seems to be at work") as caught:
            lock.remove(found)
        assert "--force" in caught.value.remedy
        lock.remove(found, force=True)
        assert lock.found() == []


def test_the_number_of_a_dead_process_may_come_up_again(lock: StateLock, told: list[str]) -> None:
    """In a container every first process is number 1."""
    with lock.held(MINE, nothing), lock.held(MINE, nothing):
        assert len(told) == 1


def gone() -> int:
    """The number of a process that is no more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def test_that_of_a_dead_process_of_this_machine_is_taken_over(
    lock: StateLock, told: list[str]
) -> None:
    dead = replace(MINE, pid=gone())
    with ExitStack() as stack:
        stack.enter_context(lock.held(dead, nothing))
        with lock.held(MINE, nothing):
            assert [found.claim for found in lock.found()] == [MINE]
    assert told == [f"Taken over the lock of {dead}: that process is gone."]


GONE = [
    pytest.param(os.getpid(), this_host(), False, id="own"),
    pytest.param(os.getppid(), this_host(), False, id="parent"),
    pytest.param(1, this_host(), False, id="first"),
    pytest.param(4711, "other.example.com", False, id="elsewhere"),
]


@pytest.mark.parametrize(("pid", "host", "expected"), GONE)
def test_which_processes_are_gone(pid: int, host: str, expected: bool) -> None:
    assert is_gone(replace(MINE, pid=pid, host=host)) is expected


@pytest.fixture
def pulse(state: State, clock: Clock) -> Pulse:
    pulse = Pulse(state, NAME, ELSEWHERE, clock)
    assert pulse.begin()
    return pulse


def test_renewing_pushes_the_end_back(pulse: Pulse, lock: StateLock, clock: Clock) -> None:
    clock.now += timedelta(minutes=2)
    assert pulse.renew() == ""
    assert lock.found()[0].expires == NOON + timedelta(minutes=2) + LIFETIME
    assert lock.found()[0].alive


def test_who_was_cleared_notices_and_leaves_the_next_alone(
    pulse: Pulse, lock: StateLock, state: State
) -> None:
    state.remove(NAME)
    assert "was taken away" in pulse.renew()
    with lock.held(MINE, nothing):
        assert "was taken away" in pulse.renew()
        pulse.end()
        assert lock.found()[0].claim == MINE


def test_a_store_that_fails_for_a_while_is_borne_until_the_lock_expires(
    pulse: Pulse, state: State, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(name: str) -> bytes:
        raise StateError("no network")

    monkeypatch.setattr(state, "read", fail)
    clock.now += LIFETIME - timedelta(seconds=1)
    assert pulse.renew() == ""
    clock.now += timedelta(seconds=1)
    assert pulse.renew().endswith("could not be renewed in time: no network")


def test_the_run_hears_of_a_lock_that_was_taken_away(state: State) -> None:
    heard, reasons = threading.Event(), list[str]()

    def lost(reason: str) -> None:
        reasons.append(reason)
        heard.set()

    with StateLock(state, nothing, beat=0.01).held(MINE, lost):
        state.remove(NAME)
        assert heard.wait(LONG)
    assert "another apply may be writing" in reasons[0]


def test_of_many_machines_one_gets_it(state: State) -> None:
    ready, done = threading.Barrier(6), threading.Barrier(6)
    got: list[int] = []

    def run(number: int) -> None:
        claim = replace(ELSEWHERE, host=f"machine{number}.example.com")
        ready.wait(LONG)
        try:
            with StateLock(state, nothing).held(claim, nothing):
                got.append(number)
                done.wait(LONG)
        except LockError:
            done.wait(LONG)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"expires": 5}'])
def test_a_damaged_lock_can_be_seen_and_cleared(
    lock: StateLock, state: State, content: bytes
) -> None:
    state.write(NAME, content)
    with pytest.raises(LockError):
        lock.held(MINE, nothing).__enter__()
    (found,) = lock.found()
    lock.remove(found, force=True)
    with lock.held(MINE, nothing):
        """Cleared."""
