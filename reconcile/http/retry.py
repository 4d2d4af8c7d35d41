"""What may be sent again, and after how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import tenacity

from reconcile.errors import SystemFault

LONGEST_WAIT = 300.0
"""Seconds: a shop that asks for more is reported instead of waited for."""


class Again(Exception):
    """The request may be sent once more; `fault` is what to raise when that is not allowed.

    `after` is the shop's own Retry-After in seconds, `limit` a cap on attempts of its own.
    """

    def __init__(
        self, fault: SystemFault, *, after: float | None = None, limit: int | None = None
    ) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.after = after
        self.limit = limit


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds a Retry-After header asks for, given as a number or an HTTP date (RFC 9110)."""
    if not header:
        return None
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


_BACKOFF = tenacity.wait_random_exponential(multiplier=0.5, max=30)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, Again) else None
    return asked if asked is not None else _BACKOFF(state)


def _stop(attempts: int) -> Callable[[tenacity.RetryCallState], bool]:
    def stop(state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        own = error.limit if isinstance(error, Again) and error.limit is not None else attempts
        too_long = isinstance(error, Again) and (error.after or 0) > LONGEST_WAIT
        return too_long or state.attempt_number >= min(own, attempts)

    return stop


def retrying(attempts: int, wait: Callable[[Again, float], None]) -> tenacity.Retrying:
    """Repeat what raises `Again`, at most `attempts` times in all; the last `Again` gets out.

    `wait` is called before each repetition with what went wrong and the seconds to let pass; what
    it raises gets out at once.
    """

    def before_sleep(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Again):
            wait(error, state.upcoming_sleep)

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(Again),
        stop=_stop(attempts),
        wait=_wait,
        sleep=lambda _: None,  # `before_sleep` waits: it knows what went wrong
        before_sleep=before_sleep,
        reraise=True,
    )
