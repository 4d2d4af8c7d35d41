"""How much the target is asked to bear: less when it struggles, slowly more when it is calm.

The way networks avoid collapse: multiplicative decrease, additive increase. What is known of the
target is one share of the phase's own limits, so that what one phase learnt holds for the next.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from reconcile.errors import AnswerLost, SystemFault, Unreachable
from reconcile.systems import BatchLimits

LEAST = 1 / 512
"""The share never falls below, so that the way back is not endless."""
STEP = 1 / 8
"""What a calm while adds to the share."""
CALM = 5.0
"""Seconds without strain, and since the last step, before there is another."""
ONE_FALL = 1.0
"""Seconds in which several faults are one event: those that were under way together."""
SLOWER = 4.0
"""How many times its best of that size an answer may take."""
NOTICEABLE = 2.0
"""Seconds below which no answer is slow, whatever the best one was."""
SLOW_IN_A_ROW = 3
"""One slow answer says nothing, so many do."""
FORGETTING = 1.1
"""By how much the best time worsens with each answer: what stays slow becomes normal."""


class Pressure:
    """The share of a phase's limits that the target can bear now. Safe to use from threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds that only ever grow."""
        self._clock = clock
        self._lock = threading.Lock()
        self._share = 1.0
        self._fell_at: float | None = None
        self._changed_at = clock()
        self._best: dict[tuple[str, int], float] = {}
        self._slow = 0

    @property
    def share(self) -> float:
        """Between `LEAST` and 1."""
        return self._share

    def allowed(self, limits: BatchLimits) -> BatchLimits:
        """The same limits with the units and the requests at once that are in order now."""
        share = self._share
        return replace(
            limits,
            units=max(1, int(limits.units * share)),
            concurrency=max(1, int(limits.concurrency * share)),
        )

    def strained(self) -> None:
        """The target refused for want of strength, failed, or did not answer: halve."""
        with self._lock:
            self._fall()

    def answered(self, phase: str, size: int, seconds: float) -> None:
        """The target did as asked: `size` changes took `seconds`."""
        with self._lock:
            self._slow = self._slow + 1 if self._is_slow((phase, size.bit_length()), seconds) else 0
            if self._slow >= SLOW_IN_A_ROW:
                self._fall()
            elif not self._slow:
                self._rise()

    def _is_slow(self, kind: tuple[str, int], seconds: float) -> bool:
        """Against the best of the same phase and about the same size."""
        best = min(seconds, self._best.get(kind, seconds) * FORGETTING)
        self._best[kind] = best
        return seconds > max(NOTICEABLE, SLOWER * best)

    def _fall(self) -> None:
        now = self._clock()
        if self._fell_at is None or now - self._fell_at >= ONE_FALL:
            self._share = max(LEAST, self._share / 2)
            self._fell_at = self._changed_at = now
        self._slow = 0

    def _rise(self) -> None:
        now = self._clock()
        if self._share < 1 and now - self._changed_at >= CALM:
            self._share = min(1.0, self._share + STEP)
            self._changed_at = now


def is_strain(fault: SystemFault) -> bool:
    """Whether a fault may come from too much work: no answer in time, 429, the server's own."""
    silent = isinstance(fault, AnswerLost | Unreachable)
    return silent or fault.status == 429 or (fault.status or 0) >= 500
