"""Requests side by side: bounded, in the order of their lane, and ended together."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from fake_shop import FakePhase, FakeShop, VariantCreate, create

from reconcile.apply.batches import Batch
from reconcile.apply.dispatch import dispatch
from reconcile.errors import Unreachable
from reconcile.systems import BatchLimits, Unit

LONG = 10.0
"""Seconds after which a thread gives up waiting for another one."""


def variants(*names: str) -> list[Unit]:
    """`a1` is a variant of product a."""
    return [Unit(create(f"variant:{name}", f"product:{name[0]}")) for name in names]


def names(batch: Batch) -> list[str]:
    return [unit.lead.address.key for unit in batch.units]


def phase_of(kind: type[FakePhase], units: int, concurrency: int) -> FakePhase:
    return kind(FakeShop(limits=BatchLimits(units=units, concurrency=concurrency)))


def test_a_lane_has_one_request_under_way_while_others_go_on() -> None:
    lock, under_way, order = threading.Lock(), Counter[str](), list[str]()
    others_done = threading.Event()

    def deliver(batch: Batch) -> None:
        (name,) = names(batch)
        with lock:
            under_way[name[0]] += 1
            assert under_way[name[0]] == 1
            order.append(name)
        if name == "a1":
            assert others_done.wait(LONG)
        if name == "b2":
            others_done.set()
        with lock:
            under_way[name[0]] -= 1

    phase = phase_of(VariantCreate, 1, 3)
    units = variants("a1", "a2", "b1", "b2")
    dispatch(phase, units, lambda unit: [], deliver, threading.Event(), lambda: phase.limits)
    assert sorted(order) == ["a1", "a2", "b1", "b2"]
    assert order.index("a2") > order.index("b2") > order.index("b1")


def test_no_more_requests_than_allowed_are_under_way_and_none_is_prepared_far_ahead() -> None:
    lock, under_way, most = threading.Lock(), [0], [0]
    built, delivered, lead = [0], [0], [0]

    def build(unit: Unit) -> str:
        built[0] += 1
        lead[0] = max(lead[0], built[0] - delivered[0])
        return "payload"

    def deliver(batch: Batch) -> None:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        with lock:
            under_way[0] -= 1
            delivered[0] += len(batch.units)

    phase = phase_of(FakePhase, 2, 3)
    units = variants(*(f"a{number}" for number in range(60)))
    dispatch(phase, units, build, deliver, threading.Event(), lambda: phase.limits)
    assert delivered == [60]
    assert most[0] <= 3
    assert lead[0] <= 2 * (3 + 2), "three under way, one upcoming, one being cut"


def test_an_error_ends_the_others_and_is_raised() -> None:
    halt, sent = threading.Event(), list[str]()
    phase = phase_of(FakePhase, 1, 1)

    def deliver(batch: Batch) -> None:
        sent.extend(names(batch))
        raise Unreachable("down")

    with pytest.raises(Unreachable):
        dispatch(
            phase,
            variants("a1", "a2", "a3"),
            lambda unit: [],
            deliver,
            halt,
            lambda: phase.limits,
        )
    assert (sent, halt.is_set()) == (["a1"], True)


def test_units_without_a_payload_are_left_out() -> None:
    sent = list[str]()
    phase = phase_of(FakePhase, 2, 1)
    dispatch(
        phase,
        variants("a1", "a2", "a3", "a4"),
        lambda unit: None if unit.lead.address.key in {"a1", "a3"} else [],
        lambda batch: sent.extend(names(batch)),
        threading.Event(),
        lambda: phase.limits,
    )
    assert sent == ["a2", "a4"]
