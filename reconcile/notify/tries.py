"""What is tried again, and why something was not sent."""

from __future__ import annotations

from collections.abc import Callable

TIMEOUT = 10.0
"""Seconds, to connect and again for each part of the answer."""
TRIES = 3
LONGEST_WAIT = 20.0
"""Seconds between two tries, whatever a receiver asks for: the command has ended, someone waits."""


class NotSent(Exception):
    """Why a message did not arrive, as the end of a sentence. Never holds an address or a secret.

    `again` says that another try does no harm and may help, `after` how many seconds the receiver
    asks to let pass first.
    """

    def __init__(self, why: str, *, again: bool = False, after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.again = again
        self.after = after


def repeated(attempt: Callable[[], None], sleep: Callable[[float], None]) -> None:
    """Try it up to TRIES times. Raises the NotSent of the last try."""
    for passed in range(1, TRIES):
        try:
            return attempt()
        except NotSent as fault:
            if not fault.again:
                raise
            sleep(min(float(passed) if fault.after is None else fault.after, LONGEST_WAIT))
    return attempt()
