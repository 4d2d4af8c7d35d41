"""Medusa is killed while it writes orders: what is sent again afterwards is there once, whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from decimal import Decimal

import pytest
import requests
from companion_shop import CompanionShop, companion_shop
from killed_medusa import KilledMedusa
from orders_shop import ROWS_OF_AN_ORDER, OrdersShop
from past_orders import Document, eventful, later_in, order

from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

MANY = 100
MOMENTS = (0.2, 0.5, 0.8)
"""When Medusa is killed, as a part of the time that it needs for such a request."""


@pytest.fixture(scope="module")
def made(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[CompanionShop, KilledMedusa]]:
    with companion_shop(live_sandbox, tmp_path_factory.mktemp("companion")) as shop:
        yield shop, KilledMedusa(live_sandbox, shop.medusa)


def cut(shop: OrdersShop, medusa: KilledMedusa, records: list[Document], seconds: float) -> bool:
    """Send, and kill Medusa meanwhile; whether it had answered before."""

    def send() -> bool:
        with suppress(requests.ConnectionError):
            shop.write(*records)
            return True
        return False

    with ThreadPoolExecutor(1) as pool:
        sent = pool.submit(send)
        time.sleep(seconds)
        medusa.kill()
        answered = sent.result()
    medusa.start()
    return answered


def test_orders_of_a_request_that_was_cut_are_there_once_and_whole(
    made: tuple[CompanionShop, KilledMedusa],
) -> None:
    shop, medusa = OrdersShop(made[0]), made[1]
    shop.write(*(eventful(f"warm-{number}") for number in range(MANY)))
    started = time.monotonic()
    shop.write(*(eventful(f"timed-{number}") for number in range(MANY)))
    needed = time.monotonic() - started
    written = 2 * MANY
    answered = []
    for moment in MOMENTS:
        records = [eventful(f"{moment}-{number}") for number in range(MANY)]
        answered.append(cut(shop, medusa, records, moment * needed))
        assert shop.counts(("order",))["order"] in (written, written + MANY)
        assert not [told for told in shop.write(*records) if "error" in told]
        written += MANY
        assert shop.counts(ROWS_OF_AN_ORDER) == {
            table: written * rows for table, rows in ROWS_OF_AN_ORDER.items()
        }
    assert not all(answered)
    amounts = (Decimal("124.53"), Decimal("20.00"), Decimal("104.53"))
    assert shop.sql(AMOUNTS) == [(*amounts, written)]
    assert [each["number"] for each in shop.listed(limit=1000) if each["touched"]] == []


AMOUNTS = """
    select paid, refunded, (summary.totals->>'current_order_total')::numeric, count(*)
    from (
      select order_id, sum(amount) filter (where amount > 0) as paid,
        -sum(amount) filter (where amount < 0) as refunded
      from order_transaction group by order_id) booked
    join order_summary summary using (order_id)
    group by 1, 2, 3"""
"""What orders came to, and how many came to that."""


def test_what_is_added_by_a_request_that_was_cut_is_there_once_and_whole(
    made: tuple[CompanionShop, KilledMedusa],
) -> None:
    """The orders were there; invoices, shipments and credit memos come."""
    shop, medusa = OrdersShop(made[0]), made[1]
    before = shop.counts(ROWS_OF_AN_ORDER)
    numbers = [f"later-{number}" for number in range(MANY)]
    shop.write(*(order(number) for number in numbers))
    records = [later_in(eventful(number)) for number in numbers]
    cut(shop, medusa, records, 0.3)
    assert not [told for told in shop.write(*records) if "error" in told]
    assert shop.counts(ROWS_OF_AN_ORDER) == {
        table: before[table] + MANY * rows for table, rows in ROWS_OF_AN_ORDER.items()
    }
