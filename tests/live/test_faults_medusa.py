"""A Medusa behind a network that fails: everything once, as planned, and nothing else.

Every scenario ends with `verify`, with a plan that is empty, and with a look into PostgreSQL that
knows nothing of the product's own way of reading (`faults/held.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from faults.scenario import bench, calm_rows, small_shop
from faults.schedules import TWICE, Fault, Sweep, sparing

from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

pytestmark = pytest.mark.live


@pytest.fixture
def fresh(live_sandbox: SandboxState) -> Iterator[MedusaShop]:
    with second_shop(live_sandbox) as shop:
        yield shop


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
"""What the first request of every kind meets, in turn. The soak is what mixes them all."""


WITHOUT_A_KEY = ("POST /admin/stock-locations", "POST /admin/price-lists")
"""Medusa takes any number of locations and price lists of one name. Of a request that a proxy
delivers twice it makes two, and nothing that a client can say prevents it; `verify` shows them."""
LOOKED_UP_FIRST = ("POST /admin/price-lists/{id}/prices/batch",)
"""The same price twice is one, because Medusa looks first; two requests at once both find none."""


@pytest.mark.parametrize("fault", TWICE, ids=lambda fault: fault.value)
def test_what_is_delivered_twice_is_there_once(
    fault: Fault, fresh: MedusaShop, tmp_path: Path, live_sandbox: SandboxState
) -> None:
    with bench(tmp_path, small_shop(), fresh) as found:
        at_once = LOOKED_UP_FIRST if fault is Fault.TWICE_AT_ONCE else ()
        result = found.carry_out(sparing(Sweep([fault]), *WITHOUT_A_KEY, *at_once))
        assert found.proxy.injected[fault] > 7
    assert result.sound, result
    assert result.rows == calm_rows(live_sandbox)


@pytest.mark.parametrize("name", SCENARIOS)
def test_everything_once_and_nothing_else(
    name: str, fresh: MedusaShop, tmp_path: Path, live_sandbox: SandboxState
) -> None:
    with bench(tmp_path, small_shop(), fresh) as found:
        reading = Sweep((Fault.RESET_AFTER, Fault.BUSY, Fault.CUT_JSON), ("GET",))
        result = found.carry_out(Sweep(SCENARIOS[name], each=1), reading)
        assert set(found.proxy.injected) == set(SCENARIOS[name])
    assert result.sound, result
    assert result.rows == calm_rows(live_sandbox)
