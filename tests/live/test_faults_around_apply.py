"""What can go wrong on the machine that applies: the disk, a second apply, files that were changed.

All of it happens to one shop, one thing after the other; its last word is that of the database.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults import killer
from faults.held import Values
from faults.scenario import Bench, bench
from faults.schedules import Fault, calm

from reconcile.journal import JOURNAL
from reconcile.plan import approval_file, file
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live

FLIPS = 6
"""Bytes of each file that are changed, one at a time."""


@dataclass(frozen=True)
class Ready:
    """An approved plan that nothing was written of yet."""

    bench: Bench
    plan: Plan
    before: Mapping[str, list[Values]]

    @property
    def workspace(self) -> Path:
        return self.bench.shops.workspace

    @property
    def folder(self) -> Path:
        return self.bench.shops.newest_plan

    def apply(self, limits: str = "") -> tuple[int, str]:
        return killer.ended(killer.start(self.workspace, "apply", "latest", limits=limits))

    def assert_refused(self, code: int, words: str, said: str) -> None:
        """It ended with words for people, and nothing was sent that writes."""
        assert (code, self.bench.proxy.writes) == (1, 0), words
        assert said in words
        assert "Traceback" not in words


@pytest.fixture
def ready(fresh_medusa: MedusaShop, tmp_path: Path) -> Iterator[Ready]:
    """One Medusa for all tests here: only the last of them writes to it."""
    with bench(tmp_path, generated_shop(8, seed=21, customers=5, orders=6), fresh_medusa) as found:
        yield Ready(found, *found.approved())


@pytest.mark.parametrize("name", [file.HEADER, file.CHANGES])
def test_one_other_byte_after_the_approval(ready: Ready, name: str) -> None:
    path, dice = ready.folder / name, random.Random(name)
    whole = path.read_bytes()
    for _ in range(FLIPS):
        place = dice.randrange(len(whole))
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        code = ready.bench.shops.run("apply", "latest")
        assert (code, ready.bench.proxy.writes) == (1, 0), place
    path.write_bytes(whole)


def test_the_approval_of_another_plan(ready: Ready) -> None:
    first = ready.folder
    sku = next(each for each in ready.plan.changes if each.address.entity == "product").address.key
    ready.bench.shops.magento.shop.update_product(sku, name="Another name")
    ready.bench.shops.plan(snapshot="magento")
    assert ready.folder != first
    shutil.copy(first / approval_file.APPROVAL, ready.folder)
    ready.assert_refused(*ready.apply(), "may not be applied")


def test_a_work_folder_that_cannot_be_written(ready: Ready) -> None:
    ready.folder.chmod(0o500)
    try:
        ready.assert_refused(*ready.apply(killer.OWN_RIGHTS_ONLY), "cannot be written")
    finally:
        ready.folder.chmod(0o700)


def test_a_full_disk_two_applies_at_once_and_the_same_plan_elsewhere(ready: Ready) -> None:
    """A disk that fills up ends the run before the next request. Of two applies to one shop the
    second is refused, though it has another journal; run afterwards, it writes nothing."""
    twin = ready.workspace / "elsewhere" / ready.folder.name
    shutil.copytree(ready.folder, twin)
    for kilobytes in (2, 9, 21):
        code, words = ready.apply(killer.files_at_most(kilobytes * 1024))
        assert (code, "cannot be written" in words, "Traceback" in words) == (1, True, False)
        assert (ready.folder / JOURNAL).stat().st_size <= kilobytes * 1024
    assert 0 < ready.bench.proxy.writes < 60
    ready.bench.proxy.schedule = lambda _method, _path: Fault.DELAY
    first = killer.start(ready.workspace, "apply", str(ready.folder))
    killer.await_lines(ready.folder / JOURNAL, 1, first)
    code, words = killer.ended(killer.start(ready.workspace, "apply", str(twin)))
    assert (code, "Another apply" in words) == (1, True), words
    code, words = killer.ended(first)
    assert code == 0, words
    ready.bench.proxy.schedule = calm
    sent = ready.bench.proxy.writes
    code, words = killer.ended(killer.start(ready.workspace, "apply", str(twin)))
    assert ("Traceback" in words, ready.bench.proxy.writes) == (False, sent)
    result = ready.bench.judged(ready.plan, ready.before, (0,))
    assert result.sound, result
