"""How far long work is: bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text


class SilentProgress:
    """Says nothing."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


class _Rate(ProgressColumn):
    """Records per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


class BarProgress:
    """One bar per task with count and rate. Use as a context, so that the terminal is restored."""

    def __init__(self, console: Console) -> None:
        self._bars = Bars(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(),
            console=console,
        )  # fmt: skip
        self._ids: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def start(self, task: str, total: int | None = None) -> None:
        with self._lock:
            self._ids[task] = self._bars.add_task(task, total=total)

    def advance(self, task: str, count: int = 1) -> None:
        self._bars.advance(self._ids[task], count)

    def finish(self, task: str) -> None:
        """Fill the bar: what a shop reported at first and what there was may differ."""
        bar = self._bars.tasks[self._bars.task_ids.index(self._ids[task])]
        self._bars.update(self._ids[task], total=bar.completed)


@dataclass(slots=True)
class _Line:
    total: int | None
    started: float
    said: float
    done: int = 0


class LineProgress:
    """A line when a task ends, and before that one at most every `every` seconds."""

    def __init__(
        self,
        stream: TextIO,
        *,
        every: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream, self._every, self._clock = stream, every, clock
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()

    def start(self, task: str, total: int | None = None) -> None:
        with self._lock:
            now = self._clock()
            self._lines[task] = _Line(total, started=now, said=now)

    def advance(self, task: str, count: int = 1) -> None:
        with self._lock:
            line = self._lines[task]
            line.done += count
            now = self._clock()
            if now - line.said >= self._every:
                line.said = now
                whole = "" if line.total is None else f" of {line.total:,}"
                self._say(f"{task}: {line.done:,}{whole}{_rate(line, now)}")

    def finish(self, task: str) -> None:
        with self._lock:
            line = self._lines.pop(task)
            self._say(f"{task}: {line.done:,} done{_rate(line, self._clock())}")

    def _say(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


def _rate(line: _Line, now: float) -> str:
    seconds = now - line.started
    return f", {line.done / seconds:,.0f}/s" if seconds >= 1 and line.done else ""
