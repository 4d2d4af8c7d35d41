"""Figures: seconds and peak memory of `reconcile drift`, from snapshots on disk to the report.

    python tests/bench/drift.py --orders 10000 --orders 100000 --differing 100

Orders of eight lines each, the same in both shops but for every so many-th, of which the target
has another status and other totals. Both snapshots are Parquet files; what is measured is this
program alone, in a process of its own. Nothing here asserts a figure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "apply"))

import click
import polars as pl
from orders import _id, _order
from planning import NOON, mapping
from rich.console import Console
from rich.table import Table
from shelf import read, schema_of

from reconcile.canonical import to_json
from reconcile.compare import NESTED
from reconcile.drift.comparison import Request
from reconcile.drift.run import Places, run
from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Json
from reconcile.plan.build import Inputs
from reconcile.snapshot import SnapshotWriter, load
from reconcile.systems import Options, Records, Tables
from reconcile.three_way import MARK

ORDER = ENTITY_BY_NAME["order"]
FIELDS = tuple(name for name in _order(0) if name != "customer")
out = Console()


def _cells(values: Mapping[str, Json]) -> dict[str, Json]:
    return {
        name: to_json(values[name]) if _kind(name) in NESTED else values[name] for name in FIELDS
    }


def _kind(name: str) -> Any:
    known = ORDER.field(name)
    assert known
    return known.kind


def rows(orders: int, differing: int, *, held: bool) -> Iterator[dict[str, Json]]:
    """Of one side: the source's, or what the target holds."""
    for number in range(orders):
        key = f"{number:09}"
        values = dict(_order(number))
        if held and differing and number % differing == 0:
            values |= {"status": "pending", "totals": {**values["totals"], "paid": "0"}}
        mark = f"magento:order/{number}"
        identity: dict[str, Json] = {}
        if held:
            identity = {"target_id": _id("order", key), "managed": True, MARK: to_json(mark)}
        yield {"key": key, "source_id": mark, **identity, **_cells(values)}


def prepare(folder: Path, orders: int, differing: int) -> None:
    plain = schema_of(ORDER, [*FIELDS, MARK])
    fields = {name: plain[name] for name in FIELDS}
    source = pl.Schema({"key": pl.String, "source_id": pl.String, **fields})
    for system, schema in (("magento", source), ("medusa", plain)):
        with SnapshotWriter(folder, system, f"http://{system}.test", NOON) as writer:
            writer.open("order", schema)
            for row in rows(orders, differing, held=system == "medusa"):
                writer.append("order", [row])
            writer.close("order", reported=orders, distinct=orders)
            writer.finish({})


def records(tables: Tables, _: str, __: Options) -> Records:
    nested = frozenset(name for name in FIELDS if _kind(name) in NESTED)
    return Records(tables.scan("order"), json=nested)


def drift(folder: Path) -> None:
    [source, target] = [load(next((folder / system).iterdir())) for system in ("magento", "medusa")]
    main = {"order": "order"}
    inputs = Inputs(
        source=source,
        target=target,
        mappings={"order": mapping("order", fields=FIELDS)},
        mapping_digest="",
        records=records,
        existing=read,
        defaults={},
        source_main=main,
        target_main=main,
    )
    places = Places(folder / "reports", folder / "work", folder / "history")
    request = Request(inputs, only=("order",), sample=200, seed=1)
    done = run(request, places, datetime.now(UTC), lambda: datetime.now(UTC))
    [found] = done.summary.entities
    print(f"{found.different:,} of {found.compared:,} differ: {found.drift_percent} %")


@click.command()
@click.option("--orders", "sizes", type=int, multiple=True, default=(10_000,))
@click.option("--differing", type=int, default=100, help="Every so many-th differs; 0: none.")
@click.option("--folder", type=click.Path(path_type=Path), help="Only the comparison, in here.")
def bench(sizes: tuple[int, ...], differing: int, folder: Path | None) -> None:
    """Print figures; see the top of this file."""
    if folder:
        drift(folder)
        return
    table = Table("orders", "differing", "seconds", "own CPU", "peak MB")
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            prepare(Path(name), size, differing)
            share = f"1 in {differing}" if differing else "none"
            table.add_row(f"{size:,}", share, *_measured(Path(name)))
    out.print(table)


def _measured(folder: Path) -> tuple[str, str, str]:
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, "--folder", str(folder)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit("drift failed")
    seconds = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    return f"{seconds:.1f}", f"{cpu:.1f}", f"{usage.ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    bench()
