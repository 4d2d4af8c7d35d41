"""Ends a run when the target is down, instead of sending the rest of the plan into the void."""

from __future__ import annotations

import threading

from reconcile.errors import (
    AnswerLost,
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    SystemFault,
    Unreachable,
)
from reconcile.masking import masked

MOST_SILENT = 5
"""Requests in a row that got no answer of the target's own."""
MOST_FAILED = 20
"""Single records in a row at which the target failed itself (500): that many in a row are hardly
the records' fault. A batch that is being split does not count."""
OVERLOADED = frozenset({429, 503})
"""Statuses of an answer that says: not now. The request was not carried out."""
REMEDY = (
    "Nothing more was sent. Look whether the shop is up and what its log says, then run the same "
    "command again: it looks up what is in doubt and goes on where this run ended."
)


class Breaker:
    """Counts failures in a row; when it opens, it sets `halt` and says why. Safe in threads."""

    def __init__(self, halt: threading.Event) -> None:
        self._halt = halt
        self._lock = threading.Lock()
        self._silent = 0
        self._failed = 0
        self._reason = ""

    @property
    def reason(self) -> str:
        """Why it opened; "" while it has not."""
        return self._reason

    def succeeded(self) -> None:
        """The target did as asked."""
        with self._lock:
            self._silent = self._failed = 0

    def heard(self, fault: SystemFault, *, alone: bool) -> None:
        """A request ended with this fault; `alone`: it carried a single record.

        A fault that concerns all requests alike opens it at once.
        """
        with self._lock:
            if concerns_all(fault):
                self._open(str(fault))
            elif isinstance(fault, AnswerLost | BadAnswer | Unreachable):
                self._silent += 1
            elif (fault.status or 0) >= 500:
                self._failed += alone
            else:  # a clear refusal: the target is well
                self._silent = self._failed = 0
            if self._silent >= MOST_SILENT:
                self._open(_down(f"{self._silent} requests in a row got no answer", fault))
            elif self._failed >= MOST_FAILED:
                self._open(_down(f"The shop failed at {self._failed} records in a row", fault))

    def open(self, reason: str) -> None:
        """End the run for a reason from elsewhere. The first reason stays."""
        with self._lock:
            self._open(reason)

    def _open(self, reason: str) -> None:
        self._reason = self._reason or masked(reason)
        self._halt.set()


def is_overload(fault: SystemFault) -> bool:
    """Whether the target said: not now."""
    return isinstance(fault, Unreachable) and fault.status in OVERLOADED


def concerns_all(fault: SystemFault) -> bool:
    """Whether the next request would end the same way: no connection, no permission."""
    down = isinstance(fault, Unreachable) and not is_overload(fault)
    return down or isinstance(fault, AuthenticationFailed | PermissionMissing)


def _down(what: str, fault: SystemFault) -> str:
    return f"{what}; the last: {fault.message} Remedy: {REMEDY}"
