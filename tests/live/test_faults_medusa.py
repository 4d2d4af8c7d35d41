"""A Medusa behind a network that fails: everything once, as planned, and nothing else.

Every scenario ends with `verify`, with a plan that is empty, and with a look into PostgreSQL that
knows nothing of the product's own way of reading (`faults/held.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from faults.scenario import bench
from faults.schedules import Fault, Sweep, calm

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

pytestmark = pytest.mark.live


def small_shop() -> Shop:
    return generated_shop(8, seed=5, customers=6, orders=8)


@pytest.fixture
def fresh(live_sandbox: SandboxState) -> Iterator[MedusaShop]:
    with second_shop(live_sandbox) as shop:
        yield shop


@pytest.fixture(scope="module")
def calm_rows(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, int]:
    """How many rows the tables of Medusa have when nothing fails."""
    workspace = tmp_path_factory.mktemp("calm")
    with second_shop(live_sandbox) as shop, bench(workspace, small_shop(), shop) as found:
        result = found.carry_out(calm)
        assert result.sound, result
        assert result.tally.planned > 100
        return result.rows


SCENARIOS: Mapping[str, Sequence[Fault]] = {
    "the connection breaks": (Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.DRIP),
    "the shop is busy": (Fault.BUSY, Fault.BUSY_UNTIL, Fault.ERROR_503, Fault.CUT_BODY),
    "a gateway gives up": (Fault.ERROR_500, Fault.ERROR_502, Fault.GATEWAY_AFTER, Fault.CUT_JSON),
    "something else answers": (
        Fault.EXPIRED,
        Fault.LOGIN_PAGE,
        Fault.SERVER_ERROR_AFTER,
        Fault.LOGIN_PAGE_AFTER,
        Fault.WRONG_TYPE,
    ),
}
"""What the first requests of every kind meet, one each. What loses an answer of a request that was
carried out comes late: a request that is not sent again meets nothing more."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_once_and_nothing_else(
    name: str, fresh: MedusaShop, tmp_path: Path, calm_rows: Mapping[str, int]
) -> None:
    with bench(tmp_path, small_shop(), fresh) as found:
        reading = Sweep((Fault.RESET_AFTER, Fault.BUSY, Fault.CUT_JSON), ("GET",))
        result = found.carry_out(Sweep(SCENARIOS[name]), reading)
        assert found.proxy.injected.total() > 20
    assert result.sound, result
    assert result.rows == calm_rows
