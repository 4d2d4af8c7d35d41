"""A Magento behind a network that fails: what is read is whole and right, or it is not read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace

import pytest
from faults.proxy import FaultProxy
from faults.schedules import PASSING, Dice, Fault, Schedule, Sweep, calm
from sources.magento_shop import Auth, Kept, Waits, administrator, integration, pulled

from reconcile.errors import SystemFault
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.settings import MagentoSettings, PeopleSettings
from reconcile.sources.magento_rest.reader import MagentoReader

READS = ("GET",)
ENDING = [Fault.LOGIN_PAGE, Fault.LOGIN_PAGE_AFTER, Fault.EXPIRED]
"""Faults that say that something is wrong with the address or the credentials."""

Tables = Mapping[str, Kept]


@dataclass(frozen=True)
class Reading:
    magento: SampleMagento
    proxy: FaultProxy

    def tables(self, schedule: Schedule, auth: Auth = integration) -> Tables:
        """What is read under these faults. Raises SystemFault."""
        self.proxy.schedule = schedule
        keys = auth(self.magento.credentials)
        settings = MagentoSettings(self.proxy.url, keys, timeout=10.0, page_size=5)
        with closing(MagentoReader(settings, PeopleSettings(), sleep=Waits())) as reader:
            tables, _ = pulled(reader)
        return tables


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    shop = generated_shop(12, seed=5, customers=12, orders=18)
    with SampleMagento(shop) as magento, FaultProxy(magento.url) as proxy:
        yield Reading(magento, proxy)


@pytest.fixture(scope="module")
def calmly(reading: Reading) -> Tables:
    tables = reading.tables(calm)
    assert all(table.complete for table in tables.values())
    assert len(tables["orders"].rows) == 18
    return tables


def once(fault: Fault) -> Schedule:
    """Every second page of every list meets the fault, and the first request of each kind."""
    return Sweep([fault], READS)


def same(tables: Tables, calmly: Tables) -> bool:
    return {name: _content(table) for name, table in tables.items()} == {
        name: _content(table) for name, table in calmly.items()
    }


def _content(table: Kept) -> Kept:
    return replace(table, reported=None)


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.value)
def test_a_fault_that_passes_leaves_no_trace(
    reading: Reading, calmly: Tables, fault: Fault
) -> None:
    before = reading.proxy.injected[fault]
    assert same(reading.tables(once(fault)), calmly)
    assert reading.proxy.injected[fault] > before + 10


@pytest.mark.parametrize("fault", ENDING, ids=lambda fault: fault.value)
def test_a_fault_that_means_something_ends_the_snapshot(reading: Reading, fault: Fault) -> None:
    with pytest.raises(SystemFault):
        reading.tables(once(fault))


def test_a_token_that_expires_in_mid_run_is_renewed(reading: Reading, calmly: Tables) -> None:
    assert same(reading.tables(once(Fault.EXPIRED), administrator), calmly)


@pytest.mark.parametrize("seed", range(6))
def test_any_mixture_is_outlived_or_ends_it_but_never_shortens_a_table(
    reading: Reading, calmly: Tables, seed: int
) -> None:
    """A table that is not whole says so, and then nothing is concluded from what it lacks."""
    try:
        tables = reading.tables(Dice(seed, list(Fault), share=0.2, most=3), administrator)
    except SystemFault:
        return
    whole = {name for name, table in tables.items() if table.complete}
    for name in whole:
        assert tables[name].rows == calmly[name].rows, name


def test_the_mixtures_are_not_all_too_much(reading: Reading, calmly: Tables) -> None:
    """So that the test above cannot pass by never reading anything."""
    network = Dice(3, PASSING, share=0.25, most=3)
    assert same(reading.tables(network), calmly)
