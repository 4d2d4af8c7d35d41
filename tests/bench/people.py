"""Figures for customers and orders: seconds, peak memory and records per second of every stage.

    python tests/bench/people.py --records 2000 --records 10000        # with the companion
    python tests/bench/people.py --records 200 --drafts                # through the Admin API alone
    python tests/bench/people.py --records 100000 --no-apply           # up to the approval

A sample Magento with so many customers and so many orders, a real Medusa, every command in a
process of its own. The catalogue is carried first, then the customers, then the orders, by one
plan that is approved three times; records per second are those of the whole command. What
Medusa's own process needed is said beside (on Linux): on a busy machine that tells more than the
seconds. Nothing here asserts a figure.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from bench import Run, newest_plan, out, run, workspace
from rich.table import Table

from reconcile.plan import file
from reconcile.sandbox.places import MEDUSA, Places
from reconcile.sandbox.processes import running
from reconcile.sandbox.selection import Wish

PRODUCTS = 200
SALES = ("order", "invoice", "shipment", "credit_memo")
BEFORE = ("snapshot", "plan", "show latest --html", "approve latest --by bench")
AFTER = ("verify latest", "snapshot", "plan")


@dataclass(frozen=True)
class Figures:
    """One command, with the processor seconds it cost Medusa, and the records that were carried by
    it, 0 when it carries none."""

    run: Run
    medusa: float
    what: str = ""
    records: int = 0

    @property
    def words(self) -> tuple[str, ...]:
        rate = f"{self.records / self.run.wall:,.0f} {self.what}/s" if self.records else ""
        seconds = (f"{each:.1f}" for each in (self.run.wall, self.run.cpu, self.medusa))
        command = self.run.command.partition(" --by")[0]
        return (command, str(self.run.code), *seconds, f"{self.run.peak_mb:.0f}", rate)


@click.command()
@click.option("--records", "sizes", type=int, multiple=True, default=(2_000,))
@click.option("--drafts", is_flag=True, help="Without companion; orders become draft orders.")
@click.option("--apply/--no-apply", "carry", default=True, help="Or stop after the approval.")
def people(sizes: tuple[int, ...], *, drafts: bool, carry: bool) -> None:
    """Print figures; see the top of this file."""
    for size in sizes:
        wish = Wish(PRODUCTS, customers=size, orders=size)
        with workspace(wish, companion=not drafts) as (folder, _):
            if drafts:
                _choose_drafts(folder)
            way = "Admin API, draft orders" if drafts else "companion"
            _print(f"{size:,} customers and {size:,} orders, {way}", _stages(folder, carry=carry))


def _choose_drafts(folder: Path) -> None:
    settings = folder / "reconcile.yml"
    chosen = settings.read_text().replace("mode: companion", "mode: draft")
    settings.write_text(chosen)


def _stages(folder: Path, *, carry: bool) -> Iterator[Figures]:
    for command in BEFORE:
        yield _measured(folder, command)
    if carry:
        yield from _carried(folder)
        for command in AFTER:
            yield _measured(folder, command)


def _measured(folder: Path, command: str, what: str = "", records: int = 0) -> Figures:
    before = _medusa_seconds(folder)
    done = run(folder, command)
    return Figures(done, _medusa_seconds(folder) - before, what, records)


def _medusa_seconds(folder: Path) -> float:
    """Processor seconds of Medusa so far; 0 where the system does not tell."""
    pid = running(Places.of(folder).service(MEDUSA))
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _carried(folder: Path) -> Iterator[Figures]:
    tallies = file.read_header(newest_plan(folder)).tallies
    counts = {tally.entity: tally.actions.get("create", 0) for tally in tallies}
    steps = (
        ("catalogue", ("customer", *SALES), 0),
        ("customers", SALES, counts["customer"]),
        ("orders", (), counts["order"]),
    )
    for what, later, records in steps:
        excludes = "".join(f" --exclude {entity}:*" for entity in later if counts.get(entity))
        if run(folder, f"approve latest --by bench{excludes}").code:
            raise SystemExit("The plan could not be approved; without that, rates mean nothing.")
        yield _measured(folder, "apply latest", what, records)


def _print(title: str, figures: Iterator[Figures]) -> None:
    table = Table(title=title)
    for heading in ("command", "exit", "seconds", "own CPU", "Medusa CPU", "peak MB", "rate"):
        table.add_column(heading, justify="left" if heading == "command" else "right")
    for each in figures:
        table.add_row(*each.words)
    out.print(table)


if __name__ == "__main__":
    people()
