"""Tell a person what is being done: a spinner with seconds on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Steps:
    """Announces the steps of a long command, one at a time."""

    def __init__(self, console: Console | None = None) -> None:
        """`console` defaults to standard error, so that standard output stays for results."""
        self._console = console or Console(stderr=True)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show `title` while the block runs, then how long it took, or that it failed."""
        began = time.monotonic()
        try:
            with self._running(title):
                yield
        except BaseException:
            self._line(f"failed: {title}")
            raise
        self._line(f"done: {title} ({time.monotonic() - began:.1f} s)")

    @contextmanager
    def _running(self, title: str) -> Iterator[None]:
        if not self._console.is_terminal:
            self._line(f"{title} ...")
            yield
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
        with Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True) as bar:
            bar.add_task(title, total=None)
            yield

    def _line(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def silent() -> Steps:
    """Steps that print nothing, for tests and for callers with a display of their own."""
    return Steps(Console(quiet=True))
