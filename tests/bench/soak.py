"""A long run under faults: plans carried out again and again while requests fail and runs die.

    python tests/bench/soak.py --rounds 3 --size 60
    python tests/bench/soak.py --minutes 30 --size 200 --share 0.3 --seed 100
    python tests/bench/soak.py --rounds 1 --sandbox WORKSPACE     # a sandbox that is up already

Each round has a seed of its own and an empty Medusa of its own, in which two plans are carried
out: all of a generated shop, then what changed in it afterwards. `apply` runs as a process; about
every third run of it is killed with SIGKILL. Both shops stand behind proxies that fail. A round
ends with `verify`, one more plan, and a look into Medusa's PostgreSQL.

The table has a row per round. Its last three columns must read 0, and the exit code says so.
`planned` and `applied` are the records that a shop's first plan creates.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "live")]

import click  # noqa: E402
from faults import killer  # noqa: E402
from faults.held import Tally  # noqa: E402
from faults.scenario import Bench, bench  # noqa: E402
from faults.schedules import ONCE_ONLY, PASSING, Dice, Fault, calm  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from reconcile.sandbox.down import down  # noqa: E402
from reconcile.sandbox.magento.generator import generated_shop  # noqa: E402
from reconcile.sandbox.magento.generator.drift import apply_drift  # noqa: E402
from reconcile.sandbox.magento.generator.item import Catalogue  # noqa: E402
from reconcile.sandbox.prepare import Request  # noqa: E402
from reconcile.sandbox.second_shop import second_shop  # noqa: E402
from reconcile.sandbox.state import SandboxState  # noqa: E402
from reconcile.sandbox.up import up  # noqa: E402

MOST_RUNS = 60
"""Applies until a plan must be done."""
KILLS = 1 / 3
LATEST_WRITE = 25

out = Console()


@dataclass(frozen=True)
class Round:
    """`left` are changes that a plan still finds at the end; `unproven` verifies that failed."""

    seed: int
    faults: Counter[Fault]
    kills: int
    runs: int
    seconds: float
    tally: Tally
    left: int
    unproven: int

    @property
    def wrong(self) -> int:
        return len(self.tally.wrong) + self.left + self.unproven

    @property
    def sound(self) -> bool:
        return self.tally.sound and self.wrong == 0


@dataclass
class Soak:
    """One round under way."""

    bench: Bench
    dice: random.Random
    share: float
    kills: int = 0
    runs: int = 0

    def carried_out(self) -> int:
        """Apply the newest plan until it is done, then verify; the exit code of that."""
        proxy = self.bench.proxy
        proxy.schedule = Dice(self.dice.randrange(2**32), ONCE_ONLY, self.share, most=3)
        code = -1
        while code != 0:
            assert self.runs < MOST_RUNS, "A plan does not come to an end."
            code = self._run()
            self.runs += 1
            self.kills += code == -9
        proxy.schedule = calm
        return self.bench.shops.run("verify", "latest")

    def _run(self) -> int:
        proxy, workspace = self.bench.proxy, self.bench.shops.workspace
        if self.dice.random() < KILLS:
            moment = self.dice.choice(killer.MOMENTS)
            return killer.killed(proxy, workspace, moment, self.dice.randint(1, LATEST_WRITE))
        return killer.ended(killer.start(workspace, "apply", "latest"))[0]


def one_round(state: SandboxState, seed: int, size: int, share: float) -> Round:
    began, shop = time.monotonic(), generated_shop(size, seed=seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        second_shop(state) as medusa,
        bench(Path(folder), shop, medusa) as found,
    ):
        soak = Soak(found, random.Random(seed), share)
        reading = Dice(seed, PASSING, share, most=3)
        plan, before = found.approved(reading)
        unproven = soak.carried_out() != 0
        result = found.judged(plan, before, (0,))
        apply_drift(shop, Catalogue(size, seed), max(1, size // 12))
        found.approved(reading)
        unproven += soak.carried_out() != 0
        left = len(found.shops.plan(snapshot="medusa").changes)
        return Round(
            seed=seed,
            faults=found.proxy.injected + found.source.injected,
            kills=soak.kills,
            runs=soak.runs,
            seconds=time.monotonic() - began,
            tally=result.tally,
            left=left + result.left,
            unproven=unproven,
        )


@contextmanager
def sandbox(workspace: Path | None) -> Iterator[SandboxState]:
    if workspace is not None:
        yield up(str(workspace), Request(magento=False))
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            yield up(folder, Request(magento=False))
        finally:
            down(folder, purge=True)


@click.command(help=(__doc__ or "").replace("\n\n", "\n\n\b\n"))
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True)
@click.option("--minutes", type=float, help="Rounds until this much time has passed.")
@click.option("--size", type=click.IntRange(min=1), default=60, show_default=True)
@click.option("--share", type=float, default=0.2, show_default=True, help="Of requests that fail.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the first round.")
@click.option("--sandbox", "workspace", type=click.Path(path_type=Path, exists=True))
def soak(
    rounds: int, minutes: float | None, size: int, share: float, seed: int, workspace: Path | None
) -> None:
    until, done = time.monotonic() + 60 * (minutes or 0), list[Round]()
    with sandbox(workspace) as state:
        while time.monotonic() < until if minutes else len(done) < rounds:
            done.append(one_round(state, seed + len(done), size, share))
            _tell(done[-1])
    out.print(_table(done))
    faults = sum((each.faults for each in done), Counter[Fault]())
    out.print(", ".join(f"{fault.value}: {number}" for fault, number in faults.most_common()))
    sys.exit(0 if all(each.sound for each in done) else 1)


def _tell(done: Round) -> None:
    for words in (*done.tally.duplicated, *done.tally.lost, *done.tally.wrong):
        out.print(f"seed {done.seed}: {words}", markup=False)
    if done.left or done.unproven:
        out.print(f"seed {done.seed}: {done.left} changes left, {done.unproven} not proven")


def _table(done: list[Round]) -> Table:
    headings = ("seed", "faults", "kills", "runs", "seconds", "planned", "applied")
    table = Table(*headings, "duplicated", "lost", "wrong")
    for each in done:
        counted = (each.seed, each.faults.total(), each.kills, each.runs, round(each.seconds))
        tally = each.tally
        made = (tally.planned, tally.applied, len(tally.duplicated), len(tally.lost), each.wrong)
        table.add_row(*map(str, (*counted, *made)))
    return table


if __name__ == "__main__":
    soak()
