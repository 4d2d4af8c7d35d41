"""A target that is down ends the run; one that is busy is asked for less."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fake_shop import FakePhase, FakeShop, create
from plan_samples import approval_of, plan_of, run, surroundings

from reconcile.apply import apply_plan
from reconcile.apply.breaker import MOST_FAILED, MOST_SILENT, Breaker
from reconcile.apply.lock import Claim
from reconcile.errors import (
    AnswerLost,
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.journal import read
from reconcile.systems import BatchLimits, Unit

PRODUCTS = [create(f"product:p{number}") for number in range(40)]
ONE_BY_ONE = BatchLimits(units=1)
LOST = AnswerLost("the line went dead")
CRASH = RequestRefused("unknown error", status=500)
REFUSED = RequestRefused("no", status=400)
BUSY = Unreachable("too many requests", status=429)


def breaker() -> tuple[Breaker, threading.Event]:
    halt = threading.Event()
    return Breaker(halt), halt


AT_ONCE = [Unreachable("down"), AuthenticationFailed("expired"), PermissionMissing("may not")]


@pytest.mark.parametrize("fault", AT_ONCE)
def test_what_concerns_all_opens_it_at_once(fault: SystemFault) -> None:
    open_, halt = breaker()
    open_.heard(fault, alone=False)
    assert (open_.reason, halt.is_set()) == (str(fault), True)


IN_A_ROW = [
    (LOST, False, MOST_SILENT),
    (BUSY, False, MOST_SILENT),
    (BadAnswer("a web page", status=200), False, MOST_SILENT),
    (CRASH, True, MOST_FAILED),
]


@pytest.mark.parametrize(("fault", "alone", "most"), IN_A_ROW)
def test_so_many_in_a_row_open_it(fault: SystemFault, alone: bool, most: int) -> None:
    open_, halt = breaker()
    for _ in range(most - 1):
        open_.heard(fault, alone=alone)
    assert not halt.is_set()
    open_.heard(fault, alone=alone)
    assert halt.is_set()
    assert f"{most} " in open_.reason
    assert "run the same command again" in open_.reason


NEWS: list[Callable[[Breaker], None]] = [
    lambda open_: open_.succeeded(),
    lambda open_: open_.heard(REFUSED, alone=True),
]


@pytest.mark.parametrize("news", NEWS, ids=["a success", "a clear refusal"])
@pytest.mark.parametrize(("fault", "alone", "most"), IN_A_ROW)
def test_an_answer_of_the_target_starts_the_count_anew(
    fault: SystemFault, alone: bool, most: int, news: Callable[[Breaker], None]
) -> None:
    open_, halt = breaker()
    for _ in range(3):
        for _ in range(most - 1):
            open_.heard(fault, alone=alone)
        news(open_)
    assert not halt.is_set()


def test_splitting_a_batch_does_not_open_it() -> None:
    open_, halt = breaker()
    for _ in range(100):
        open_.heard(CRASH, alone=False)
    assert not halt.is_set()


def test_the_first_reason_stays_and_shows_no_address() -> None:
    open_, _ = breaker()
    open_.heard(AuthenticationFailed("no login for ada@example.com"), alone=True)
    open_.heard(Unreachable("down"), alone=True)
    assert open_.reason == "no login for a***@e***.com"


DOWN = [(LOST, MOST_SILENT), (CRASH, MOST_FAILED), (BUSY, MOST_SILENT), (Unreachable("down"), 1)]


@pytest.mark.parametrize(("fault", "most"), DOWN)
@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_target_that_is_down_gets_no_more_and_the_next_run_finishes(
    tmp_path: Path, fault: SystemFault, most: int, concurrency: int
) -> None:
    shop = FakeShop(limits=BatchLimits(units=1, concurrency=concurrency))
    shop.before = lambda phase, units: fault if len(shop.requests) > 10 else None
    report = run(PRODUCTS, shop, tmp_path)
    assert report.stopped
    assert report.counts["applied"] == 10
    sent = len(shop.requests)
    assert 10 + most <= sent <= 10 + most + concurrency - 1, "only those under way came after"
    shop.before = lambda phase, units: None
    assert run(PRODUCTS, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_nothing_is_looked_up_once_it_is_open(tmp_path: Path) -> None:
    """What is in doubt stays so in the journal; the next run asks before it sends."""
    shop = FakeShop(limits=ONE_BY_ONE, after=lambda phase, units: LOST, slow_lookups=100)
    report = run(PRODUCTS, shop, tmp_path)
    assert report.stopped.startswith(f"{MOST_SILENT} requests in a row got no answer")
    assert len(shop.looked_up) == MOST_SILENT - 1
    doubtful = read(tmp_path / "journal.ndjson").in_doubt
    assert doubtful >= {
        str(change.address) for change in PRODUCTS if shop.created[str(change.address)]
    }


def test_what_waits_to_look_up_stays_in_doubt_when_it_opens_meanwhile(tmp_path: Path) -> None:
    """The wait after a lost answer is long enough for another thread to find the target down."""
    lost: list[Callable[[str], None]] = []

    class Halt(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            lost[0]("down meanwhile")
            return self.is_set()

    class Handle:
        @contextmanager
        def held(self, claim: Claim, told: Callable[[str], None]) -> Iterator[None]:
            lost.append(told)
            yield

    plan = plan_of(PRODUCTS[:1])
    shop = FakeShop()
    looks: list[int] = []

    def lose(phase: FakePhase, units: Sequence[Unit]) -> Exception:
        looks.append(len(shop.looked_up))
        return LOST

    shop.before = lose
    around = replace(surroundings(Halt()), locks=[Handle()])
    journal = tmp_path / "journal.ndjson"
    report = apply_plan(plan, approval_of(plan), shop, journal, around)
    assert (report.stopped, report.counts) == ("down meanwhile", {"open": 1})
    assert looks == [len(shop.looked_up)], "none since the sending"
    assert read(journal).in_doubt == {"product:p0"}


def test_a_busy_target_gets_a_record_as_often_as_it_takes(tmp_path: Path) -> None:
    """It said "not now" each time, so nobody has to wonder what became of the record."""
    shop = FakeShop()
    shop.before = lambda phase, units: BUSY if len(shop.requests) < MOST_SILENT else None
    report = run(PRODUCTS[:1], shop, tmp_path)
    assert (report.whole, len(shop.requests)) == (True, MOST_SILENT)


def test_a_bad_record_in_a_large_batch_does_not_stop_the_run(tmp_path: Path) -> None:
    """Medusa answers 500 for some of them: all the way down to the one, nothing else is sent."""

    def crash(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        return CRASH if any(unit.lead.address.key == "p0" for unit in units) else None

    shop = FakeShop(before=crash, limits=BatchLimits(units=40))
    report = run(PRODUCTS, shop, tmp_path)
    assert (report.stopped, report.counts) == ("", {"applied": 39, "failed": 1, "open": 0})


def test_a_busy_target_is_given_smaller_batches_and_all_of_them(tmp_path: Path) -> None:
    """429 to a whole batch means: nothing was written. It is cut and sent again, not given up."""
    shop = FakeShop(limits=BatchLimits(units=16))
    shop.before = lambda phase, units: BUSY if len(units) > 8 else None
    report = run(PRODUCTS, shop, tmp_path)
    assert report.whole
    assert [len(sent) for sent in shop.sent("create products")][:3] == [16, 8, 8]
    assert set(shop.created.values()) == {1}


def test_its_own_client_asks_before_it_sends_again(tmp_path: Path) -> None:
    """The client waits as long as the target wants, but not beyond the end of the run."""
    halt = threading.Event()
    asked: list[bool] = []
    shop = FakeShop(limits=BatchLimits(units=8, concurrency=1))

    def busy(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        if len(shop.requests) == 1:
            asked.append(shop.patience(BUSY, 0.0))
        if len(shop.requests) == 3:
            halt.set()
            asked.append(shop.patience(BUSY, 300.0))
            return BUSY
        return None

    shop.before = busy
    report = run(PRODUCTS, shop, tmp_path, halt=halt)
    assert asked == [True, False]
    assert [len(sent) for _, sent in shop.requests] == [8, 4, 4], (
        "the first fault halved what followed"
    )
    assert (report.stopped, report.counts["applied"]) == ("interrupted", 12)
