"""Requests of one phase side by side: as many as are allowed, never two of one lane at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from reconcile.apply.batches import Batch, Build, Lane, into_lanes
from reconcile.systems import BatchLimits, Phase, Unit


def dispatch(
    phase: Phase,
    units: Sequence[Unit],
    build: Build,
    deliver: Callable[[Batch], None],
    halt: threading.Event,
    allowed: Callable[[], BatchLimits],
) -> None:
    """Deliver all units; returns when the last answer is in.

    `allowed` says how much may be under way now, within the limits of the phase. Batches are cut
    only when there is room for them, so memory stays flat. Once `halt` is set no batch is begun.
    An error of a delivery sets `halt`, and is raised when all others have ended.
    """
    lanes = into_lanes(units, phase.lane)
    running: dict[Future[None], Lane] = {}
    upcoming: tuple[Lane, Batch] | None = None
    with ThreadPoolExecutor(max_workers=phase.limits.concurrency) as pool:
        try:
            while not halt.is_set():
                limits = allowed()
                upcoming = upcoming or _cut(lanes, limits, build)
                if upcoming is None and not running:
                    return
                if upcoming is None or len(running) >= limits.concurrency:
                    _collect(running)
                    continue
                lane, batch = upcoming
                lane.under_way += 1
                running[pool.submit(deliver, batch)] = lane
                upcoming = None
            while running:
                _collect(running)
        except BaseException:
            halt.set()
            raise


def _cut(lanes: deque[Lane], limits: BatchLimits, build: Build) -> tuple[Lane, Batch] | None:
    """The next batch of the first lane that is free; lanes take turns, empty ones go."""
    for _ in range(len(lanes)):
        lane = lanes.popleft()
        batch = lane.cut(limits, build) if lane.free else None
        if batch is not None or not lane.free:
            lanes.append(lane)
        if batch is not None:
            return lane, batch
    return None


def _collect(running: dict[Future[None], Lane]) -> None:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        running.pop(future).under_way -= 1
        future.result()
