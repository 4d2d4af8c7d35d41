"""One plan carried out under faults, and what became of it."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import pytest
import tenacity
from faults.held import Tally, Values, held, rows_per_table, tally
from faults.proxy import FaultProxy
from faults.schedules import Schedule, calm
from two_shops import TwoShops, two_shops

from reconcile.apply import Surroundings
from reconcile.http import retry
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

MOST_RUNS = 30
"""Applies until a plan must be done."""


@dataclass(frozen=True, slots=True)
class Result:
    """`codes` are those of one apply after the other, the last one 0; `left` the changes of the
    plan made afterwards; `rows` how many rows each table of Medusa's has."""

    codes: tuple[int, ...]
    verified: int
    left: int
    tally: Tally
    rows: Mapping[str, int]

    @property
    def sound(self) -> bool:
        """Done, proven, nothing left to do, and so says the database."""
        return self.codes[-1] == self.verified == self.left == 0 and self.tally.sound


@dataclass(frozen=True, slots=True)
class Bench:
    """A workspace whose shops are behind proxies, `source` and `proxy`. `medusa` is the shop's own
    address."""

    shops: TwoShops
    source: FaultProxy
    proxy: FaultProxy
    medusa: MedusaShop

    def approved(self, schedule: Schedule = calm) -> tuple[Plan, Mapping[str, list[Values]]]:
        """A plan of what both shops are now, approved; and what Medusa held before it.

        Magento is read under these faults, again and again until it was read.
        """
        before = held(self.medusa.database_url)
        self.source.schedule = schedule
        runs = 1
        while self.shops.run("snapshot", "--only", "magento") != 0:
            assert runs < MOST_RUNS, "still not read"
            runs += 1
        self.source.schedule = calm
        plan = self.shops.plan(snapshot="medusa")
        assert self.shops.run("approve", "latest", "--by", "test") == 0
        return plan, before

    def apply(self, schedule: Schedule) -> tuple[int, ...]:
        """Apply again and again under the faults until it ends well."""
        self.proxy.schedule = schedule
        codes = []
        with hurried():
            while not codes or codes[-1] != 0:
                assert len(codes) < MOST_RUNS, f"{codes}: still not done"
                codes.append(self.shops.run("apply", "latest"))
        self.proxy.schedule = calm
        return tuple(codes)

    def judged(
        self, plan: Plan, before: Mapping[str, list[Values]], codes: tuple[int, ...]
    ) -> Result:
        """Verify, plan again, and look into the database."""
        verified = self.shops.run("verify", "latest")
        found = tally(plan.changes, before, self.medusa.database_url)
        rows = rows_per_table(self.medusa.database_url)
        left = len(self.shops.plan(snapshot="medusa").changes)
        return Result(codes, verified, left, found, rows)

    def carry_out(self, schedule: Schedule, reading: Schedule = calm) -> Result:
        plan, before = self.approved(reading)
        return self.judged(plan, before, self.apply(schedule))


@contextmanager
def hurried() -> Iterator[None]:
    """The tool with the same pauses as ever, but short ones."""
    apply = importlib.import_module("reconcile.cli.apply")
    short = tenacity.wait_random_exponential(multiplier=0.02, max=0.2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apply, "Surroundings", partial(Surroundings, quiet=0.3, backoff=0.05))
        patch.setattr(retry, "_BACKOFF", short)
        yield


def small_shop() -> Shop:
    """Every kind of record, a few of each; more than a hundred in all."""
    return generated_shop(8, seed=5, customers=6, orders=8)


@cache
def calm_rows(state: SandboxState) -> Mapping[str, int]:
    """How many rows the tables of Medusa have when the small shop was moved and nothing failed."""
    with (
        tempfile.TemporaryDirectory() as workspace,
        second_shop(state) as medusa,
        bench(Path(workspace), small_shop(), medusa) as found,
    ):
        result = found.carry_out(calm)
    assert result.sound, result
    assert result.tally.planned > 100
    return result.rows


@contextmanager
def bench(workspace: Path, shop: Shop, medusa: MedusaShop) -> Iterator[Bench]:
    """An empty workspace between a sample Magento and a Medusa, each behind a calm proxy."""
    with (
        FaultProxy(medusa.url) as proxy,
        two_shops(workspace, shop, replace(medusa, url=proxy.url)) as shops,
        FaultProxy(shops.magento.url) as source,
    ):
        settings = workspace / ".env"
        settings.write_text(settings.read_text().replace(shops.magento.url, source.url))
        yield Bench(shops, source, proxy, medusa)
