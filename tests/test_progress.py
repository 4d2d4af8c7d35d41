"""What long work says on a terminal and elsewhere."""

from __future__ import annotations

import io
from itertools import count

from rich.console import Console

from reconcile.progress import BarProgress, LineProgress, SilentProgress
from reconcile.systems import Progress


def _work(progress: Progress, total: int | None = 30) -> None:
    progress.start("products", total)
    for _ in range(3):
        progress.advance("products", 10)
    progress.finish("products")


def test_lines_name_counts_and_rates_now_and_then() -> None:
    stream, seconds = io.StringIO(), count(0, 6)
    _work(LineProgress(stream, every=10, clock=lambda: float(next(seconds))))
    assert stream.getvalue().splitlines() == [
        "products: 20 of 30, 2/s",
        "products: 30 done, 1/s",
    ]


def test_lines_do_without_a_total() -> None:
    stream, seconds = io.StringIO(), count(0, 11)
    _work(LineProgress(stream, every=10, clock=lambda: float(next(seconds))), total=None)
    assert stream.getvalue().startswith("products: 10, 1/s")


def test_bars_end_full_even_when_there_was_less_than_announced() -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=100)
    with BarProgress(console) as bars:
        _work(bars, total=40)
    assert "30/30" in stream.getvalue()


def test_silence() -> None:
    _work(SilentProgress())
