"""`reconcile snapshot`: read both shops, at the same time, into Parquet files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.table import Table

from reconcile.cli.boundary import FAILED, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.errors import ReconcileError
from reconcile.snapshot import Snapshot, take
from reconcile.systems import Progress, Reader

SYSTEMS = ("magento", "medusa")
_A_MOMENT = 0.2


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot and the seconds it took."""

    snapshot: Snapshot
    seconds: float


class _Stopped(Exception):
    """Raised inside a running snapshot after Ctrl-C, so that it cleans up after itself."""


class _Stoppable:
    """A progress that names the shop, and ends the work reporting to it once told to."""

    def __init__(self, progress: Progress, system: str, told: threading.Event) -> None:
        self._progress, self._system, self._told = progress, system, told

    def start(self, task: str, total: int | None = None) -> None:
        self._progress.start(f"{self._system} {task}", total)

    def advance(self, task: str, count: int = 1) -> None:
        if self._told.is_set():
            raise _Stopped
        self._progress.advance(f"{self._system} {task}", count)

    def finish(self, task: str) -> None:
        self._progress.finish(f"{self._system} {task}")


@click.command(short_help="Read both shops into Parquet files.")
@click.option("--only", type=click.Choice(SYSTEMS), help="Read this shop alone.")
@pass_context
def snapshot(context: Context, only: str | None) -> int:
    """Read both shops into Parquet files.

    Each snapshot is a folder of its own with a manifest: what was read, when, how many rows, and
    whether that is all the shop said it has. A failed snapshot leaves nothing behind.

    \b
    Examples:
      reconcile snapshot
      reconcile snapshot --only magento
    """
    return max([_report(context, future) for future in _taken(context, only)])


def _taken(context: Context, only: str | None) -> list[Future[Taken]]:
    opened: Mapping[str, Callable[[], Reader]] = {
        "magento": context.open_source,
        "medusa": context.open_target,
    }
    wanted = {name: opened[name] for name in SYSTEMS if only in (None, name)}
    with context.progress() as progress:
        return _take_all(wanted, context.config.snapshots, progress)


def take_new(context: Context, only: str | None = None) -> list[Snapshot]:
    """New snapshots of both shops, or of one. Raises what went wrong with the first that failed."""
    return [future.result().snapshot for future in _taken(context, only)]


def _take_all(
    wanted: Mapping[str, Callable[[], Reader]], root: Path, progress: Progress
) -> list[Future[Taken]]:
    """One thread per shop. Ctrl-C ends both at their next page; one failing leaves the other.

    While polars works it catches the signal itself and passes it on without waking whoever waits,
    hence the short waits.
    """
    told = threading.Event()
    with ThreadPoolExecutor(len(wanted)) as pool, _telling(told):
        running = [
            pool.submit(_take, opened, root, _Stoppable(progress, system, told), told)
            for system, opened in wanted.items()
        ]
        while wait(running, timeout=_A_MOMENT).not_done:
            pass
    return running


@contextmanager
def _telling(told: threading.Event) -> Iterator[None]:
    """Ctrl-C may reach the main thread or, through polars, the one that writes a table."""
    try:
        yield
    except KeyboardInterrupt:
        told.set()
        raise


def _take(
    opened: Callable[[], Reader], root: Path, progress: Progress, told: threading.Event
) -> Taken:
    began = time.monotonic()
    with _telling(told), closing(opened()) as reader:
        snapshot = take(reader, root, progress, datetime.now(UTC))
    return Taken(snapshot, time.monotonic() - began)


def _report(context: Context, done: Future[Taken]) -> int:
    """Print what became of one snapshot; its exit code."""
    try:
        taken = done.result()
    except _Stopped:
        raise KeyboardInterrupt from None
    except ReconcileError as error:
        context.fail(error)
        return FAILED
    _print(context, taken)
    return SAME


def _print(context: Context, taken: Taken) -> None:
    snapshot = taken.snapshot
    title = f"{snapshot.system} {printable(snapshot.url)}, {taken.seconds:.1f} s"
    context.out.print(title, style="bold", markup=False)
    context.out.print(_tables(snapshot))
    context.out.print(str(snapshot.folder), markup=False, soft_wrap=True)
    for name, facts in snapshot.tables.items():
        if not facts.complete:
            reason = printable(facts.incomplete)
            context.warn(f"{snapshot.system}: the table {name} is not whole: {reason}.")


def _tables(snapshot: Snapshot) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("complete")
    for name, facts in snapshot.tables.items():
        if facts.rows or not facts.complete:
            table.add_row(name, f"{facts.rows:,}", "yes" if facts.complete else "no")
    empty = sum(1 for facts in snapshot.tables.values() if not facts.rows and facts.complete)
    if empty:
        table.add_row(f"{empty} others", "0", "yes")
    return table
