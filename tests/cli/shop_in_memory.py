"""A shop in memory, and how a command line is run."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl
from click.testing import Result

from reconcile.errors import ReconcileError
from reconcile.model import Finding
from reconcile.systems import Progress, TableSink

Run = Callable[..., Result]


@dataclass
class Shop:
    """A shop with one table.

    `broken` is raised when it is opened, or while it is read. `interrupts_at` is the row at which
    Ctrl-C is pressed.
    """

    name: str
    url: str = "https://shop.example"
    rows: int = 3
    reported: int = 3
    broken_when: str = ""
    broken: ReconcileError | None = None
    findings: list[Finding] = field(default_factory=list)
    interrupts_at: int | None = None
    closed: int = 0

    def open(self) -> Shop:
        self._break("opened")
        return self

    def probe(self) -> Iterator[Finding]:
        yield from self.findings

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        sink.open("products", pl.Schema({"id": pl.String}))
        progress.start("products", self.rows)
        for number in range(self.rows):
            if number == self.interrupts_at:
                _press_ctrl_c()
            progress.advance("products")
            sink.append("products", [{"id": str(number)}])
        self._break("read")
        progress.finish("products")
        sink.close("products", reported=self.reported, distinct=self.rows)
        return {"version": "1"}

    def close(self) -> None:
        self.closed += 1

    def _break(self, moment: str) -> None:
        if self.broken and self.broken_when == moment:
            raise self.broken


def _press_ctrl_c() -> None:
    """Once everybody works: a signal to the process, as a terminal sends it."""
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGINT)
