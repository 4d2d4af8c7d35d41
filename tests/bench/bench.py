"""Figures: seconds and peak memory of every stage, and how near apply comes to a bare loop.

    python tests/bench/bench.py stages --data FOLDER     # a recorded shop (or --size N, generated)
    python tests/bench/bench.py stages --size 200 --size 20000
    python tests/bench/bench.py bare --data FOLDER

Each run starts a sandbox of its own in a temporary folder and removes it. Nothing here asserts a
time: read the table, on a machine that does nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import requests
from rich.console import Console
from rich.table import Table

from reconcile.model import Change
from reconcile.plan import file
from reconcile.sandbox.down import down
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.selection import Wish
from reconcile.sandbox.state import SandboxState
from reconcile.sandbox.up import up
from reconcile.settings import ApiKey, MedusaSettings, Secret
from reconcile.targets.medusa import Medusa

STAGES = ("snapshot", "plan", "approve latest --by bench", "apply latest", "verify latest", "plan")
BATCH = 100
"""The best batch size for product creates."""

out = Console()


@dataclass(frozen=True)
class Run:
    """One command: wall seconds, processor seconds and peak memory of its process."""

    command: str
    code: int
    wall: float
    cpu: float
    peak_mb: float


@contextmanager
def workspace(wish: Wish, *, companion: bool = True) -> Iterator[tuple[Path, SandboxState]]:
    with tempfile.TemporaryDirectory() as folder:
        try:
            run(Path(folder), f"init {folder}")
            yield Path(folder), up(folder, Request(wish, companion=companion))
        finally:
            down(folder, purge=True)


def run(folder: Path, command: str) -> Run:
    words = [sys.executable, "-m", "reconcile", "-q", "-w", str(folder), *command.split()]
    began = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    return Run(command, process.returncode, wall, cpu, usage.ru_maxrss / 1024)


@click.group()
def bench() -> None:
    """Print figures; see the top of this file."""


@bench.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--size", "sizes", type=int, multiple=True)
def stages(data: Path | None, sizes: tuple[int, ...]) -> None:
    """Every stage from two shops to a proof."""
    for wish in [Wish(data=data)] if data else [Wish(size=size) for size in sizes or (200,)]:
        with workspace(wish) as (folder, _):
            runs = [run(folder, stage) for stage in STAGES]
            _print(str(data or wish.size), runs, file.read_header(_plan(folder, 0)).change_count)


def newest_plan(folder: Path) -> Path:
    return _plan(folder, -1)


def _plan(folder: Path, index: int) -> Path:
    return sorted((folder / "plans").glob("2*"))[index]


def _print(title: str, runs: Sequence[Run], changes: int) -> None:
    table = Table(title=f"{title}: {changes:,} changes")
    for heading in ("command", "exit", "seconds", "own CPU", "peak MB"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    for each in runs:
        table.add_row(
            each.command,
            str(each.code),
            f"{each.wall:.1f}",
            f"{each.cpu:.1f}",
            f"{each.peak_mb:.0f}",
        )
    proof = sum(each.wall for each in runs[:5])
    table.add_row("snapshot to verify", "", f"{proof:.1f}", "", "")
    out.print(table)


@bench.command()
@click.option("--data", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--size", type=int, default=600)
@click.option("--rounds", type=int, default=2)
def bare(data: Path | None, size: int, rounds: int) -> None:
    """The product creates of a plan by `apply`, and the same payloads by a loop of bare posts."""
    table = Table("round", "products", "variants", "bare loop s", "apply s", "bare / apply")
    with workspace(Wish(data=data) if data else Wish(size=size)) as (folder, state):
        for stage in ("snapshot", "plan", "approve latest --by bench --exclude product:*"):
            run(folder, stage)
        run(folder, "apply latest")
        for number in range(rounds):
            _one_round(table, number + 1, folder, state)
    out.print(table)


def _one_round(table: Table, number: int, folder: Path, state: SandboxState) -> None:
    run(folder, "snapshot --only medusa")
    run(folder, "plan --only product --only variant")
    changes = file.read(newest_plan(folder)).changes
    by_loop = _loop(changes, state)
    _delete_products(state)
    run(folder, "approve latest --by bench")
    by_apply = run(folder, "apply latest").wall
    _delete_products(state)
    products = sum(change.address.entity == "product" for change in changes)
    counts = (products, len(changes) - products)
    seconds = (f"{by_loop:.1f}", f"{by_apply:.1f}", f"{by_loop / by_apply:.2f}")
    table.add_row(str(number), *map(str, counts), *seconds)


def _loop(changes: Sequence[Change], state: SandboxState) -> float:
    """Seconds for posting the prepared payloads, one batch after the other."""
    settings = MedusaSettings(state.medusa.url, ApiKey(Secret(state.medusa.api_key)))
    target = Medusa(settings)
    [phase] = [each for each in target.phases if each.name == "create products"]
    ids = {name: id_ or "" for change in changes for name, id_ in change.refs.items()}
    units = phase.units(changes)
    payloads = [phase.payload(unit, ids.__getitem__) for unit in units]
    target.close()
    with _admin(state) as session:
        began = time.perf_counter()
        for start in range(0, len(payloads), BATCH):
            body = {"create": payloads[start : start + BATCH]}
            url = f"{state.medusa.url}/admin/products/batch?fields=id"
            session.post(url, json=body, timeout=300).raise_for_status()
        return time.perf_counter() - began


def _delete_products(state: SandboxState) -> None:
    with _admin(state) as session:
        url = f"{state.medusa.url}/admin/products"
        found = session.get(url, params={"limit": 100_000, "fields": "id"}, timeout=300).json()
        ids = [product["id"] for product in found["products"]]
        for start in range(0, len(ids), 50):
            body = {"delete": ids[start : start + 50]}
            session.post(f"{url}/batch", json=body, timeout=300).raise_for_status()


def _admin(state: SandboxState) -> requests.Session:
    session = requests.Session()
    session.auth = (state.medusa.api_key, "")
    return session


if __name__ == "__main__":
    bench()
