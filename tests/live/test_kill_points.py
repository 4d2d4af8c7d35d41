"""The tool killed at the worst moments and started again: everything once, as planned."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from faults import killer
from faults.held import Values
from faults.killer import AFTER_SEND, BEFORE_JOURNAL, BEFORE_SEND, UNDER_WAY
from faults.scenario import Bench, Result, bench, calm_rows, small_shop

from reconcile.journal import JOURNAL, read
from reconcile.plan.document import Plan
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

pytestmark = pytest.mark.live

KILLS = [
    ("admin/stock-locations?", BEFORE_SEND),
    ("admin/stock-locations?", UNDER_WAY),
    ("sales-channels", BEFORE_SEND),
    ("product-categories", BEFORE_SEND),
    ("product-categories", UNDER_WAY),
    ("product-categories", AFTER_SEND),
    ("product-categories", BEFORE_JOURNAL),
    ("products/batch", BEFORE_SEND),
    ("products/batch", AFTER_SEND),
    ("location-levels", UNDER_WAY),
    ("admin/price-lists?", AFTER_SEND),
    ("prices/batch", BEFORE_JOURNAL),
    ("reconcile/customers", BEFORE_SEND),
    ("reconcile/customers", UNDER_WAY),
    ("reconcile/orders", BEFORE_SEND),
    ("reconcile/orders", AFTER_SEND),
]
"""The first write to such an address, and its moment, in the order of a plan. All records of some
kinds travel in one request, which is not sent again once it was carried out."""


@dataclass
class Killed:
    """`codes` are those of the runs that were to be killed."""

    bench: Bench
    plan: Plan
    before: Mapping[str, list[Values]]
    codes: list[int] = field(default_factory=list)
    doubts: list[int] = field(default_factory=list)

    @property
    def journal(self) -> Path:
        return self.bench.shops.newest_plan / JOURNAL

    def note(self, code: int) -> None:
        self.codes.append(code)
        self.doubts.append(len(read(self.journal, self.plan.changes).in_doubt))

    def at(self, moment: str, part: str, number: int = 1) -> None:
        workspace = self.bench.shops.workspace
        self.note(killer.killed(self.bench.proxy, workspace, moment, number, part))

    def finished(self) -> Result:
        process = killer.start(self.bench.shops.workspace, "apply", "latest")
        code, words = killer.ended(process)
        assert code == 0, words
        return self.bench.judged(self.plan, self.before, (*self.codes, code))


@pytest.fixture
def killing(fresh_shop: MedusaShop, tmp_path: Path) -> Iterator[Killed]:
    with bench(tmp_path, small_shop(), fresh_shop) as found:
        yield Killed(found, *found.approved())


@pytest.fixture
def fresh_shop(live_sandbox: SandboxState) -> Iterator[MedusaShop]:
    with second_shop(live_sandbox) as shop:
        yield shop


def test_at_every_moment_of_every_kind_of_write(
    killing: Killed, live_sandbox: SandboxState
) -> None:
    for part, moment in KILLS:
        killing.at(moment, part)
        assert killing.codes[-1] == -9, (part, moment)
    assert max(killing.doubts) > 10
    result = killing.finished()
    assert result.sound, result
    assert result.rows == calm_rows(live_sandbox)


def test_between_any_two_lines_of_the_journal_which_then_is_cut(
    killing: Killed, live_sandbox: SandboxState
) -> None:
    """A killed process leaves what it wrote; a machine that fails also takes what was not synced:
    the outcomes at the end, the last of them in the middle of a line."""
    dice = random.Random(4)
    for _ in range(8):
        lines = dice.randint(2, 40)
        killing.note(
            killer.killed_at_journal(killing.bench.shops.workspace, killing.journal, lines)
        )
        killing.bench.proxy.idle(killer.LONGEST)
        _cut(killing.journal, dice)
    assert -9 in killing.codes
    result = killing.finished()
    assert result.sound, result
    assert result.rows == calm_rows(live_sandbox)


def _cut(journal: Path, dice: random.Random) -> None:
    """Take some bytes off the outcomes at the end; what was synced to the disk stays."""
    lines = journal.read_bytes().splitlines(keepends=True)
    synced = max(
        (number for number, line in enumerate(lines) if b'"event":"outcome"' not in line),
        default=-1,
    )
    loose = sum(map(len, lines[synced + 1 :]))
    if loose:
        with journal.open("r+b") as file:
            file.truncate(sum(map(len, lines)) - dice.randint(1, loose))


def test_a_request_that_the_shop_is_still_at_work_on(killing: Killed) -> None:
    """The run that follows gives it time to end, and does not send it a second time."""
    workspace = killing.bench.shops.workspace
    process = killer.start(workspace, "apply", "latest")
    killing.bench.proxy.watch = killer.Killer(process, BEFORE_SEND, 1, "products/batch", lag=3.0)
    killing.note(killer.ended(process)[0])
    code, words = killer.ended(killer.start(workspace, "apply", "latest", patient=True))
    assert (killing.codes, code) == ([-9], 0), words
    result = killing.bench.judged(killing.plan, killing.before, (*killing.codes, code))
    assert result.sound, result
