"""How many records to ask for at once: less when the shop cannot cope, more when it can again."""

from __future__ import annotations

import threading

SMALLEST = 10
"""Records: below this, smaller pages do not help a shop any more."""

_STEADY = 8
"""Good answers in a row after which a reduced size is doubled again."""


class Cap:
    """The largest page the shop accepts, as far as known; shared by all lists of a shop."""

    def __init__(self) -> None:
        self.limit: int | None = None

    def lower_to(self, limit: int) -> None:
        self.limit = limit if self.limit is None else min(self.limit, limit)


class PageSize:
    """The size for the next page of one list. Safe to use from several threads."""

    def __init__(self, wanted: int, cap: Cap) -> None:
        self._wanted, self._cap = max(1, wanted), cap
        self._current = self._wanted
        self._good = 0
        self._lock = threading.Lock()

    @property
    def current(self) -> int:
        limit = self._cap.limit
        return self._current if limit is None else min(self._current, limit)

    def is_smallest(self) -> bool:
        return self.current <= SMALLEST

    def shrink(self, failed: int) -> None:
        """A page of `failed` records was too much. Requests that failed together count once."""
        with self._lock:
            self._good = 0
            if failed <= self._current:
                self._current = max(SMALLEST, failed // 2)

    def cap(self, limit: int) -> None:
        """The shop said the largest page it accepts."""
        self._cap.lower_to(max(1, limit))

    def worked(self) -> None:
        """A page came; after enough of them the size recovers."""
        with self._lock:
            self._good += 1
            if self._good >= _STEADY and self._current < self._wanted:
                self._current, self._good = min(self._wanted, self._current * 2), 0
