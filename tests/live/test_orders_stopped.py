"""Hundreds of orders are carried while the tool, then Medusa, is killed: each is there once, whole.

What is there is counted in Medusa's PostgreSQL, and compared with what the sample Magento serves.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import people_sql
import pytest
from killed_medusa import KilledMedusa
from recorded_people import cents
from two_shops import CATALOGUE, TwoShops, found, two_shops

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop, SandboxState

pytestmark = pytest.mark.live

SIZE, SEED, CUSTOMERS, ORDERS = 10, 5, 20, 400
LONGEST = 240.0
"""Seconds that the tool may take for anything."""
KILLED = -9


@dataclass(frozen=True)
class Stopped:
    """Both shops after all that; `codes` of the tool that was killed, and of the one that lost
    Medusa; how many orders there were when each of that happened."""

    shops: TwoShops
    codes: tuple[int, int]
    there: tuple[int, int]

    def source(self, table: str) -> list[dict[str, Any]]:
        return list(self.shops.magento.shop.table(table).records())


@pytest.fixture(scope="module")
def stopped(
    live_sandbox: SandboxState,
    fresh_medusa: MedusaShop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stopped]:
    workspace = tmp_path_factory.mktemp("stopped")
    magento = generated_shop(SIZE, seed=SEED, customers=CUSTOMERS, orders=ORDERS)
    with two_shops(workspace, magento, fresh_medusa) as shops:
        shops.plan(*CATALOGUE)
        shops.carry_out()
        shops.plan()
        assert shops.run("approve", "latest", "--by", "test") == 0
        tool = applying(shops)
        first = until(shops, tool, at_least=1)
        tool.kill()
        codes = [ended(tool)]
        medusa = KilledMedusa(live_sandbox, fresh_medusa)
        tool = applying(shops)
        second = until(shops, tool, at_least=first + 1)
        medusa.kill()
        codes.append(ended(tool))
        medusa.start()
        assert shops.run("apply", "latest") == 0
        yield Stopped(shops, (codes[0], codes[1]), (first, second))


def applying(shops: TwoShops) -> subprocess.Popen[bytes]:
    words = ("-q", "-w", str(shops.workspace), "apply", "latest")
    return subprocess.Popen([sys.executable, "-m", "reconcile", *words])


def until(shops: TwoShops, tool: subprocess.Popen[bytes], at_least: int) -> int:
    """Wait until the tool has written so many orders; how many there are then."""
    deadline = time.monotonic() + LONGEST
    while tool.poll() is None and time.monotonic() < deadline:
        ((there,),) = shops.rows('select count(*) from "order"')
        if there >= at_least:
            return int(there)
        time.sleep(0.02)
    raise AssertionError(f"the tool ended with {tool.poll()} before there were {at_least} orders")


def ended(tool: subprocess.Popen[bytes]) -> int:
    return tool.wait(LONGEST)


def test_both_were_killed_in_the_middle(stopped: Stopped) -> None:
    assert stopped.codes[0] == KILLED
    assert stopped.codes[1] > 0
    assert 0 < stopped.there[0] < stopped.there[1] < ORDERS


def test_every_order_is_there_once(stopped: Stopped) -> None:
    numbers = Counter(row[0] for row in stopped.shops.rows(people_sql.HEADERS))
    assert numbers == Counter(order["increment_id"] for order in stopped.source("orders"))
    assert len(numbers) == ORDERS


def test_every_order_has_all_its_lines(stopped: Stopped) -> None:
    held = Counter(row[0] for row in stopped.shops.rows(people_sql.LINES))
    assert held == Counter(
        order["increment_id"]
        for order in stopped.source("orders")
        for item in order["items"]
        if not item.get("parent_item_id")
    )


def test_every_order_comes_to_its_total(stopped: Stopped) -> None:
    held = {row[0]: (row[5], row[6], row[7]) for row in stopped.shops.rows(people_sql.TOTALS)}
    assert held == {
        order["increment_id"]: (
            cents(order["grand_total"]),
            cents(order.get("total_paid") or 0),
            cents(order.get("total_refunded") or 0),
        )
        for order in stopped.source("orders")
    }


def test_what_happened_to_orders_is_there_once(stopped: Stopped) -> None:
    number_of = {order["entity_id"]: order["increment_id"] for order in stopped.source("orders")}
    for table, noun, query in (
        ("invoices", "invoice", people_sql.INVOICES),
        ("shipments", "shipment", people_sql.SHIPMENTS),
    ):
        held = Counter((row[0], row[1]) for row in stopped.shops.rows(query))
        assert held == Counter(
            (f"magento:{noun}/{each['entity_id']}", number_of[each["order_id"]])
            for each in stopped.source(table)
        )
        assert held
    refunded: dict[str, Decimal] = {}
    for memo in stopped.source("creditmemos"):
        number = number_of[memo["order_id"]]
        refunded[number] = refunded.get(number, Decimal()) + cents(memo["grand_total"])
    assert {row[0]: cents(row[1]) for row in stopped.shops.rows(people_sql.REFUNDS)} == refunded
    assert refunded


ORPHANS = {
    "collections": "payment_collection where id not in"
    " (select payment_collection_id from order_payment_collection)",
    "parcels": "fulfillment where id not in (select fulfillment_id from order_fulfillment)",
    "addresses": 'order_address where id not in (select shipping_address_id from "order"'
    ' where shipping_address_id is not null union select billing_address_id from "order"'
    " where billing_address_id is not null)",
    "lines": "order_line_item where id not in (select item_id from order_item)",
    "uncaptured": "order_transaction where reference = 'capture'"
    " and reference_id not in (select id from capture)",
}


@pytest.mark.parametrize("what", ORPHANS)
def test_nothing_is_left_that_belongs_to_no_order(stopped: Stopped, what: str) -> None:
    assert stopped.shops.rows(f"select * from {ORPHANS[what]}") == []


def test_it_is_verified_and_nothing_is_left_to_do(stopped: Stopped) -> None:
    assert stopped.shops.run("verify", "latest") == 0
    assert found(stopped.shops.plan()) == {}
