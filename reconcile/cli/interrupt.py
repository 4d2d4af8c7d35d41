"""Ctrl-C for work that must end cleanly: the first asks, the second insists."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def graceful(halt: threading.Event, told: Callable[[], None]) -> Iterator[None]:
    """Set `halt` at the first SIGINT and call `told`; the second ends the process at once."""

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if halt.is_set():
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        halt.set()
        told()

    before = signal.signal(signal.SIGINT, on_signal)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
