"""A clock that jumps back, between two runs and within one: nothing is lost or waited for long."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from itertools import cycle
from pathlib import Path

import pytest
from fake_shop import FakePhase, FakeShop, create
from plan_samples import NOON, Silence, approval_of, plan_of

from reconcile.apply import Report, Surroundings, apply_plan
from reconcile.errors import Unreachable
from reconcile.journal import read
from reconcile.systems import BatchLimits, Unit

CHANGES = [create(f"product:p{number}") for number in range(6)]
QUIET = 10.0


class Patient(threading.Event):
    """Notes what it is asked to wait, and does not."""

    def __init__(self) -> None:
        super().__init__()
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0)
        return self.is_set()


def run(shop: FakeShop, folder: Path, hours: Sequence[int]) -> tuple[Report, Patient]:
    """Apply while the clock shows noon and so many hours, in turn."""
    halt, clock = Patient(), cycle(NOON + timedelta(hours=hour) for hour in hours)
    around = Surroundings(Silence(), halt, now=lambda: next(clock), backoff=0, quiet=QUIET)
    plan = plan_of(CHANGES)
    return apply_plan(plan, approval_of(plan), shop, folder / "journal.ndjson", around), halt


@pytest.mark.parametrize("hours", [[0], [-1], [-48], [0, -3, 2, -24]], ids=str)
def test_a_run_is_taken_up_by_a_clock_that_went_back(tmp_path: Path, hours: list[int]) -> None:
    sent = 0

    def goes_down(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        nonlocal sent
        sent += 1
        return Unreachable("down") if sent > 2 else None

    shop = FakeShop(after=goes_down, limits=BatchLimits(units=1))
    first, _ = run(shop, tmp_path, [0])
    assert first.stopped
    shop.after = lambda phase, units: None
    second, halt = run(shop, tmp_path, hours)
    assert second.whole
    assert set(shop.created.values()) == {1}
    assert max(halt.waited) <= QUIET
    assert read(tmp_path / "journal.ndjson", CHANGES).in_doubt == set()
