"""How much a target is asked to bear: never nothing, never too much, less when it struggles."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.apply.pressure import CALM, LEAST, NOTICEABLE, ONE_FALL, Pressure, is_strain
from reconcile.errors import (
    AnswerLost,
    AuthenticationFailed,
    BadAnswer,
    RequestRefused,
    SystemFault,
    Unreachable,
)
from reconcile.systems import BatchLimits

MANY = BatchLimits(units=100, concurrency=8)


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


STRAIN = st.just(("strained", 0, 0.0))
ANSWER = st.tuples(st.just("answered"), st.integers(1, 1000), st.floats(0, 300))
PAUSE = st.tuples(st.just("pause"), st.just(0), st.floats(0, 20))
LIMITS = st.builds(BatchLimits, units=st.integers(1, 500), concurrency=st.integers(1, 32))


def play(pressure: Pressure, clock: Clock, event: tuple[str, int, float]) -> None:
    what, size, seconds = event
    if what == "strained":
        pressure.strained()
    elif what == "answered":
        pressure.answered("create", size, seconds)
    else:
        clock.seconds += seconds


@given(events=st.lists(st.one_of(STRAIN, ANSWER, PAUSE), max_size=200), limits=LIMITS)
def test_at_least_one_and_never_more_than_the_phase_allows(
    events: list[tuple[str, int, float]], limits: BatchLimits
) -> None:
    clock = Clock()
    pressure = Pressure(clock)
    for event in events:
        before = pressure.share
        play(pressure, clock, event)
        allowed = pressure.allowed(limits)
        assert 1 <= allowed.units <= limits.units
        assert 1 <= allowed.concurrency <= limits.concurrency
        assert allowed.body_bytes == limits.body_bytes
        assert LEAST <= pressure.share <= 1
        assert event[0] == "answered" or pressure.share <= before, "only an answer is good news"


@given(events=st.lists(st.one_of(STRAIN, ANSWER, PAUSE), max_size=100))
def test_whatever_happened_a_calm_target_gets_its_full_load_again(
    events: list[tuple[str, int, float]],
) -> None:
    clock = Clock()
    pressure = Pressure(clock)
    for event in events:
        play(pressure, clock, event)
    for _ in range(400):
        clock.seconds += 1
        pressure.answered("create", 10, 0.1)
    assert pressure.allowed(MANY) == MANY


def test_strain_halves_at_once() -> None:
    pressure = Pressure(Clock())
    pressure.strained()
    assert (pressure.allowed(MANY).units, pressure.allowed(MANY).concurrency) == (50, 4)


def test_requests_that_fail_together_are_one_event() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    for _ in range(8):
        pressure.strained()
    assert pressure.share == 0.5
    clock.seconds += ONE_FALL
    pressure.strained()
    assert pressure.share == 0.25


def test_a_long_bad_time_does_not_make_the_way_back_endless() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    for _ in range(1000):
        clock.seconds += ONE_FALL
        pressure.strained()
    assert pressure.share == LEAST
    assert pressure.allowed(BatchLimits(units=500, concurrency=32)) == BatchLimits(1)
    clock.seconds += CALM
    pressure.answered("create", 1, 0.1)
    assert pressure.share > 0.1


def test_the_way_back_is_slow_and_as_long_however_fast_the_answers_come() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    pressure.strained()
    for _ in range(1000):
        pressure.answered("create", 10, 0.001)
    assert pressure.share == 0.5
    shares = []
    for _ in range(5):
        clock.seconds += CALM
        pressure.answered("create", 10, 0.001)
        pressure.answered("create", 10, 0.001)
        shares.append(pressure.share)
    assert shares == [0.625, 0.75, 0.875, 1.0, 1.0]


def test_answers_that_grow_slow_are_strain_a_single_one_is_not() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    for seconds in (0.5, 0.6, 0.5, 30.0, 0.5):
        clock.seconds += seconds
        pressure.answered("create", 100, seconds)
    assert pressure.share == 1
    for _ in range(3):
        clock.seconds += 8
        pressure.answered("create", 100, 8.0)
    assert pressure.share == 0.5


def test_a_shop_that_stays_slow_is_not_slowed_down_for_ever() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    pressure.answered("create", 100, 0.5)
    lowest = 1.0
    for _ in range(200):
        clock.seconds += 10
        pressure.answered("create", pressure.allowed(MANY).units, 10.0)
        lowest = min(lowest, pressure.share)
    assert lowest < 1
    assert pressure.share == 1


def test_large_batches_are_not_held_against_small_ones_nor_phases_against_each_other() -> None:
    pressure = Pressure(Clock())
    for _ in range(10):
        pressure.answered("set stock", 1, 0.01)
        pressure.answered("set stock", 500, NOTICEABLE * 5)
        pressure.answered("create products", 1, NOTICEABLE * 5)
    assert pressure.share == 1


FAULTS: list[tuple[SystemFault, bool]] = [
    (Unreachable("overloaded", status=429), True),
    (Unreachable("no connection"), True),
    (AnswerLost("timed out"), True),
    (RequestRefused("unknown error", status=500), True),
    (RequestRefused("too many", status=429), True),
    (RequestRefused("no", status=400), False),
    (AuthenticationFailed("expired", status=401), False),
    (BadAnswer("a web page", status=200), False),
    (BadAnswer("a web page", status=502), True),
]


@pytest.mark.parametrize(("fault", "strain"), FAULTS)
def test_which_faults_are_strain(fault: SystemFault, strain: bool) -> None:
    assert is_strain(fault) is strain


@dataclass
class Delivered:
    faults: int
    seconds: float
    left: int


def overload(
    capacity: int, units: int, pressure: Pressure, clock: Clock, limits: Callable[[], BatchLimits]
) -> Delivered:
    """A target that has room for `capacity` units at once and answers 429 to what is beyond.

    Refused units are sent again after half a second, as a client does. Events in the order of
    their time; nothing waits and nothing is random.
    """
    left, faults = units, 0
    busy: list[tuple[float, int, int, bool]] = []
    for number in range(20_000):
        while left and len(busy) < limits().concurrency:
            size = min(left, limits().units)
            room = capacity - sum(each[2] for each in busy if each[3])
            fits = size <= room
            heapq.heappush(
                busy, (clock() + (0.2 + 0.01 * size if fits else 0.5), number, size, fits)
            )
            left -= size
            if not fits:
                faults += 1
                pressure.strained()
        if not busy:
            break
        done, _, size, fits = heapq.heappop(busy)
        clock.seconds = max(done, clock.seconds)
        if fits:
            pressure.answered("create", size, 0.2 + 0.01 * size)
        else:
            left += size
    return Delivered(faults, clock.seconds, left)


@pytest.mark.parametrize("capacity", [2, 5, 20, 60, 120, 250, 799])
def test_an_overloaded_target_finishes_with_fewer_faults_than_without(capacity: int) -> None:
    clock, still = Clock(), Clock()
    pressure = Pressure(clock)
    adaptive = overload(capacity, 5000, pressure, clock, lambda: pressure.allowed(MANY))
    stubborn = overload(capacity, 5000, Pressure(still), still, lambda: MANY)
    assert adaptive.left == 0
    assert adaptive.faults < stubborn.faults / 2


def test_a_target_that_is_strong_enough_is_not_held_back() -> None:
    clock = Clock()
    pressure = Pressure(clock)
    delivered = overload(800, 5000, pressure, clock, lambda: pressure.allowed(MANY))
    assert (delivered.faults, delivered.left, pressure.share) == (0, 0, 1)
