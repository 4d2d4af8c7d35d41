"""One writer per target on a machine, whatever becomes of its process."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fake_shop import FakePhase, FakeShop, create
from plan_samples import NOON, approval_of, plan_of, surroundings

from reconcile.apply import Report, apply_plan
from reconcile.apply.lock import (
    Claim,
    MachineLock,
    claim_in,
    claim_of,
    lock_name,
    this_host,
    written,
)
from reconcile.errors import LockError
from reconcile.model import FieldChange
from reconcile.systems import BatchLimits, Unit

SHOP = "https://backend.example.com"
MINE = claim_of(SHOP, "20261101T120000Z-aaaaaaaa", NOON)
HOLDS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from reconcile.apply.lock import MachineLock, claim_of

claim = claim_of(sys.argv[2], "20261101T110000Z-bbbbbbbb", datetime(2026, 11, 1, 11, tzinfo=UTC))
with MachineLock(Path(sys.argv[1]), print).held(claim, print):
    print("held", flush=True)
    sys.stdin.read()
"""


class Told(list[str]):
    """What was said."""

    def __call__(self, text: str) -> None:
        self.append(text)


def nothing(reason: str) -> None:
    pytest.fail(reason)


@contextmanager
def held_elsewhere(folder: Path, target: str = SHOP) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until the context ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder), target],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process


def test_another_process_is_told_who_writes(tmp_path: Path) -> None:
    with (
        held_elsewhere(tmp_path) as process,
        pytest.raises(LockError) as caught,
        MachineLock(tmp_path, nothing).held(MINE, nothing),
    ):
        pytest.fail("two at once")
    assert caught.value.message == (
        f"Another apply is writing to {SHOP}: process {process.pid} on {this_host()}, "
        "plan 20261101T110000Z-bbbbbbbb, since 2026-11-01 11:00:00 UTC."
    )
    assert "Wait for it to end" in caught.value.remedy
    with MachineLock(tmp_path, nothing).held(MINE, nothing):
        """It ended well and left nothing to explain."""


def test_a_killed_process_holds_nothing_and_is_explained(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    (left,) = MachineLock(tmp_path, nothing).found()
    assert (left.alive, left.claim and left.claim.pid) == (False, process.pid)
    told = Told()
    with MachineLock(tmp_path, told).held(MINE, nothing):
        (mine,) = MachineLock(tmp_path, nothing).found()
        assert (mine.alive, mine.claim) == (True, MINE)
    assert len(told) == 1
    assert f"Taken over the lock of process {process.pid}" in told[0]
    assert MachineLock(tmp_path, nothing).found() == []


def test_another_target_is_free(tmp_path: Path) -> None:
    other = replace(MINE, target="https://other.example.com")
    with held_elsewhere(tmp_path), MachineLock(tmp_path, nothing).held(other, nothing):
        assert len(MachineLock(tmp_path, nothing).found()) == 2


def test_an_error_lets_the_lock_go(tmp_path: Path) -> None:
    lock = MachineLock(tmp_path, nothing)
    with pytest.raises(ZeroDivisionError), lock.held(MINE, nothing):
        raise ZeroDivisionError
    with lock.held(MINE, nothing):
        """Free again."""


SAME = [
    ("https://shop.example.com", "https://shop.example.com/"),
    ("https://shop.example.com", "https://shop.example.com:443"),
    ("https://shop.example.com", "https://SHOP.example.com"),
    ("http://localhost:9000", "http://127.0.0.1:9000"),
    ("http://localhost:9000", "http://[::1]:9000/"),
]
OTHER = [
    ("https://shop.example.com", "https://shop.example.com:8443"),
    ("https://shop.example.com", "https://shop.example.com/other"),
    ("https://shop.example.com", "https://shop.example.org"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_one_target_has_one_name(one: str, two: str) -> None:
    assert lock_name(one) == lock_name(two)


@pytest.mark.parametrize(("one", "two"), OTHER)
def test_two_targets_have_two(one: str, two: str) -> None:
    assert lock_name(one) != lock_name(two)


def test_a_name_can_be_typed_and_is_a_file_name() -> None:
    assert lock_name("https://user:pw@shop.example.com/a/../b").startswith("shop.example.com-443-")
    assert lock_name("http://localhost:9000").startswith(f"{this_host().lower()}-9000-")
    assert not set(lock_name("http://[fe80::1%25eth0]:1/")) & set("/:%[] ")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b'{"pid": 1}', b"\xff\xfe"])
def test_a_damaged_lock_reads_as_nobodys(tmp_path: Path, content: bytes) -> None:
    assert claim_in(content) is None
    (tmp_path / f"{lock_name(SHOP)}.lock").write_bytes(content)
    with MachineLock(tmp_path, nothing).held(MINE, nothing):
        (found,) = MachineLock(tmp_path, nothing).found()
        assert found.claim == MINE


def test_what_is_written_comes_back() -> None:
    assert claim_in(written(MINE, token="x")) == MINE
    assert set(json.loads(written(MINE))) == {"target", "plan", "since", "pid", "host"}


def test_the_lock_of_a_live_process_cannot_be_cleared(tmp_path: Path) -> None:
    lock = MachineLock(tmp_path, nothing)
    with held_elsewhere(tmp_path) as process:
        (found,) = lock.found()
        with pytest.raises(LockError, match=f"process {process.pid} .* is at work"):
            lock.remove(found)
        assert lock.found() == [found]


def test_that_of_a_dead_process_or_of_another_machine_can(tmp_path: Path) -> None:
    """The second lies in a folder that two machines share, and its machine is gone."""
    lock = MachineLock(tmp_path, nothing)
    path = tmp_path / f"{lock_name(SHOP)}.lock"
    path.write_bytes(written(MINE))
    (dead,) = lock.found()
    lock.remove(dead)
    assert lock.found() == []
    with held_elsewhere(tmp_path):
        elsewhere = replace(MINE, host="gone.example.com")
        path.write_bytes(written(elsewhere))
        with pytest.raises(LockError) as caught, lock.held(MINE, nothing):
            pytest.fail("two at once")
        assert f"`reconcile unlock {lock_name(SHOP)}`" in caught.value.remedy
        (found,) = lock.found()
        lock.remove(found)
        with lock.held(MINE, nothing):
            """Cleared."""


def test_a_file_that_its_last_holder_just_removed_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened while the other ended, and nobody else would find it."""
    removed: list[Path] = []

    def flock(handle: int, how: int) -> None:
        real(handle, how)
        if not removed:
            removed.extend(tmp_path.iterdir())
            removed[0].unlink()

    real = fcntl.flock
    monkeypatch.setattr(fcntl, "flock", flock)
    with MachineLock(tmp_path, nothing).held(MINE, nothing):
        assert len(removed) == 1
        assert [found.claim for found in MachineLock(tmp_path, nothing).found()] == [MINE]


def test_who_lost_the_lock_does_not_take_that_of_the_next(tmp_path: Path) -> None:
    first, second = MachineLock(tmp_path, nothing), MachineLock(tmp_path, nothing)
    with first.held(MINE, nothing):
        Path(first.found()[0].place).unlink()
        holding = second.held(MINE, nothing)
        holding.__enter__()
    assert [found.alive for found in second.found()] == [True]
    holding.__exit__(None, None, None)
    assert second.found() == []


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    with (
        pytest.raises(LockError, match="cannot be taken") as caught,
        MachineLock(tmp_path / "locks", nothing).held(MINE, nothing),
    ):
        pytest.fail("no lock")
    assert "XDG_STATE_HOME" in caught.value.remedy


CHANGES = [
    replace(create(f"product:p{number}"), fields=(FieldChange("title", None, "A"),))
    for number in range(10)
]


class Scripted:
    """A lock that notes what is done with it, and can be lost by calling `lose`."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name, self.notes = name, notes
        self.lose: Callable[[str], None] = pytest.fail

    @contextmanager
    def held(self, claim: Claim, lost: Callable[[str], None]) -> Iterator[None]:
        self.lose = lost
        self.notes.append(f"{self.name} held for {claim.target}")
        yield
        self.notes.append(f"{self.name} let go")


def applied(shop: FakeShop, folder: Path, *locks: Scripted | MachineLock) -> Report:
    plan = plan_of(CHANGES)
    around = replace(surroundings(), locks=locks)
    return apply_plan(plan, approval_of(plan), shop, folder / "journal.ndjson", around)


def test_a_run_holds_every_lock_from_before_its_first_request_to_after_its_last(
    tmp_path: Path,
) -> None:
    notes: list[str] = []

    def sent(phase: FakePhase, units: Sequence[Unit]) -> None:
        notes.append("sent")

    shop = FakeShop(after=sent, limits=BatchLimits(units=10))
    assert applied(shop, tmp_path, Scripted("one", notes), Scripted("two", notes)).whole
    assert notes == [
        "one held for http://shop.test",
        "two held for http://shop.test",
        "sent",
        "two let go",
        "one let go",
    ]


def test_a_run_whose_lock_is_lost_ends_and_says_why(tmp_path: Path) -> None:
    lock = Scripted("one", [])

    def take_away(phase: FakePhase, units: Sequence[Unit]) -> None:
        lock.lose("the lock was taken away")

    shop = FakeShop(after=take_away, limits=BatchLimits(units=1))
    report = applied(shop, tmp_path, lock)
    assert (report.stopped, len(shop.requests)) == ("the lock was taken away", 1)
    assert report.counts == {"applied": 1, "open": 9}
    shop.after = lambda phase, units: None
    assert applied(shop, tmp_path).whole


def test_a_run_that_gets_no_lock_touches_nothing(tmp_path: Path) -> None:
    shop = FakeShop()
    with (
        held_elsewhere(tmp_path / "locks", shop.url),
        pytest.raises(LockError, match=r"writing to http://shop\.test"),
    ):
        applied(shop, tmp_path, MachineLock(tmp_path / "locks", nothing))
    assert (shop.requests, (tmp_path / "journal.ndjson").exists()) == ([], False)
