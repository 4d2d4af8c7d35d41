"""What stands where creates would, asked in bulk even for phases that write record by record."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from reconcile.model import Action, Address, Change
from reconcile.systems import Phase, Target, Unit

AT_ONCE = 200
"""Creates that are asked for together."""
BELIEVED = 30.0
"""Seconds an answer may be old when the record it is about is sent."""


class LookAhead:
    """Asks for what is about to be sent together with what will be sent next. Safe in threads."""

    def __init__(self, target: Target, clock: Callable[[], float] = time.monotonic) -> None:
        self._target, self._clock = target, clock
        self._lock = threading.Lock()
        self._next: deque[Change] = deque()
        self._known: dict[Address, tuple[float, str | None]] = {}

    def expect(self, phase: Phase, units: Iterable[Unit]) -> None:
        """These are sent next, in this order. Phases that send many at once need no look ahead."""
        single = phase.limits.units == 1
        changes = (change for unit in units for change in unit.changes) if single else ()
        with self._lock:
            self._next = deque(each for each in changes if each.action is Action.CREATE)
            self._known.clear()

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        """See `Target.taken` (systems.py). Raises SystemFault."""
        with self._lock:
            if self._next or self._known:
                return self._looked_up(changes)
        return self._target.taken(changes)

    def _looked_up(self, changes: Sequence[Change]) -> dict[Address, str]:
        """Whoever comes meanwhile waits: the answer is about theirs as well."""
        now = self._clock()
        asked = [change for change in changes if self._is_old(change.address, now)]
        if asked:
            named = {change.address for change in asked}
            while self._next and len(asked) < AT_ONCE:
                upcoming = self._next.popleft()
                if upcoming.address not in named and self._is_old(upcoming.address, now):
                    asked.append(upcoming)
            found = self._target.taken(asked)
            self._known |= {each.address: (now, found.get(each.address)) for each in asked}
        told = ((change.address, self._known[change.address][1]) for change in changes)
        return {address: identity for address, identity in told if identity is not None}

    def _is_old(self, address: Address, now: float) -> bool:
        asked_at, _ = self._known.get(address, (None, None))
        return asked_at is None or now - asked_at > BELIEVED
