"""The recorded customers and orders into a real Medusa with the companion, to the cent.

Values are compared in Medusa's PostgreSQL with the recorded answers, past all code of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import people_sql
import pytest
from event_recorder import EventRecorder
from people_sql import STOCK
from recorded_people import STATUS, RecordedPeople, cents, moment
from recorded_shop import RecordedShop
from shared_data import recorded
from two_shops import CATALOGUE, PEOPLE, TwoShops, found, two_shops

from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Moved:
    """Both shops after the catalogue, then the people, were carried and verified; what Medusa
    held of stock in between, and how much it had told everybody by then."""

    shops: TwoShops
    stock: list[tuple[Any, ...]]
    recorder: EventRecorder
    heard: int


@pytest.fixture(scope="module")
def luma() -> RecordedPeople:
    return RecordedPeople(RecordedShop(recorded("luma")))


@pytest.fixture(scope="module")
def moved(
    luma: RecordedPeople, live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Moved]:
    workspace = tmp_path_factory.mktemp("luma-people")
    recorder = EventRecorder(tmp_path_factory.mktemp("recorder"))
    with (
        second_shop(live_sandbox, Layout(extension=recorder.lay_out())) as medusa,
        two_shops(workspace, recorded_shop(luma.shop.folder), medusa) as shops,
    ):
        shops.plan(*CATALOGUE)
        shops.carry_out()
        stock, heard = shops.rows(STOCK), len(recorder.events())
        shops.plan()
        shops.carry_out()
        yield Moved(shops, stock, recorder, heard)


def test_a_second_plan_is_empty(moved: Moved, luma: RecordedPeople) -> None:
    plan = moved.shops.plan()
    assert found(plan) == {}
    unchanged = {tally.entity: tally.unchanged for tally in plan.header.tallies}
    assert {name: unchanged[name] for name in PEOPLE} == {
        "customer": len(luma.customers),
        "order": len(luma.orders),
        "invoice": len(luma.shop.read("invoices")),
        "shipment": len(luma.shop.read("shipments")),
        "credit_memo": len(luma.shop.read("creditmemos")),
    }


def test_numbers_dates_and_statuses(moved: Moved, luma: RecordedPeople) -> None:
    held = {
        number: (email.lower(), status, currency, created_at, updated_at, draft)
        for number, email, status, currency, created_at, updated_at, _, draft in moved.shops.rows(
            people_sql.HEADERS
        )
    }
    assert held == {
        number: (
            order["customer_email"].lower(),
            STATUS[order["status"]],
            order["order_currency_code"].lower(),
            moment(order["created_at"]),
            moment(order["updated_at"]),
            False,
        )
        for number, order in luma.orders.items()
    }


def test_orders_belong_to_their_customers(moved: Moved, luma: RecordedPeople) -> None:
    emails = {customer["id"]: customer["email"].lower() for customer in luma.customers}
    ids = dict(moved.shops.rows("select id, email from customer where has_account"))
    held = {row[0]: ids.get(row[6]) for row in moved.shops.rows(people_sql.HEADERS)}
    assert held == {
        number: emails.get(order.get("customer_id")) for number, order in luma.orders.items()
    }


def test_every_line(moved: Moved, luma: RecordedPeople) -> None:
    held = {
        (number, item_id): (sku, quantity)
        for number, item_id, sku, _, quantity, _ in moved.shops.rows(people_sql.LINES)
    }
    assert held == {
        (number, str(item["item_id"])): (item["sku"], Decimal(str(item["qty_ordered"])))
        for number, order in luma.orders.items()
        for item in luma.purchases(order)
    }


def test_lines_lead_to_the_variants_that_exist(moved: Moved) -> None:
    variants = dict(
        moved.shops.rows("select sku, id from product_variant where deleted_at is null")
    )
    lines = moved.shops.rows(people_sql.LINES)
    assert {(row[2], row[5]) for row in lines} == {(row[2], variants.get(row[2])) for row in lines}
    assert any(row[5] for row in lines)
    assert any(row[5] is None for row in lines)


def test_every_total_to_the_cent(moved: Moved, luma: RecordedPeople) -> None:
    held = {number: totals for number, *totals in moved.shops.rows(people_sql.TOTALS)}
    assert held == {number: list(luma.totals(order)) for number, order in luma.orders.items()}


def test_medusa_itself_says_the_same(moved: Moved, luma: RecordedPeople) -> None:
    """Its own totals, as its admin shows them; a refund is a credit line beside the total."""
    fields = "custom_display_id,total,tax_total,shipping_subtotal,credit_line_total,summary"
    orders = moved.shops.admin("GET", f"orders?limit=1000&fields={fields}")["orders"]
    assert len(orders) == len(luma.orders)
    for order in orders:
        source = luma.orders[order["custom_display_id"]]
        total = cents(order["total"]) + cents(order["credit_line_total"])
        assert total == cents(source["grand_total"]), order
        assert cents(order["tax_total"]) == cents(source["tax_amount"])
        due = cents(order["summary"]["pending_difference"])
        assert due == cents(source["grand_total"]) - cents(source.get("total_paid", 0)), order


def test_every_invoice_is_a_captured_payment(moved: Moved, luma: RecordedPeople) -> None:
    assert sorted(moved.shops.rows(people_sql.INVOICES)) == sorted(
        (
            f"magento:invoice/{invoice['entity_id']}",
            luma.number_of[invoice["order_id"]],
            Decimal(str(invoice["grand_total"])),
            moment(invoice["created_at"]),
        )
        for invoice in luma.shop.read("invoices")
    )


def test_every_credit_memo_is_refunded(moved: Moved, luma: RecordedPeople) -> None:
    held = {number: cents(amount) for number, amount in moved.shops.rows(people_sql.REFUNDS)}
    assert held == luma.refunded


def test_every_shipment_with_its_tracks(moved: Moved, luma: RecordedPeople) -> None:
    held = {
        source_id: (number, shipped_at, quantity, tracks or [])
        for source_id, number, shipped_at, quantity, tracks in moved.shops.rows(
            people_sql.SHIPMENTS
        )
    }
    assert held == {
        f"magento:shipment/{shipment['entity_id']}": (
            luma.number_of[shipment["order_id"]],
            moment(shipment["created_at"]),
            luma.shipped(shipment),
            luma.tracks(shipment),
        )
        for shipment in luma.shop.read("shipments")
    }


def test_payment_states_as_medusa_derives_them(moved: Moved, luma: RecordedPeople) -> None:
    fields = "custom_display_id,payment_status,fulfillment_status"
    orders = moved.shops.admin("GET", f"orders?limit=1000&fields={fields}")["orders"]
    held = Counter(order["payment_status"] for order in orders)
    expected: Counter[str] = Counter()
    for order in luma.orders.values():
        grand, paid = cents(order["grand_total"]), cents(order.get("total_paid", 0))
        refunded = cents(order.get("total_refunded", 0))
        if not paid:
            expected["canceled" if order["status"] == "canceled" else "not_paid"] += 1
        elif refunded:
            expected["refunded" if refunded == paid else "partially_refunded"] += 1
        else:
            expected["captured" if paid == grand else "partially_captured"] += 1
    assert held == expected


def test_every_customer(moved: Moved, luma: RecordedPeople) -> None:
    held = {email: tuple(rest) for email, *rest in moved.shops.rows(people_sql.CUSTOMERS)}
    assert held == {
        customer["email"].lower(): (
            True,
            moment(customer["created_at"]),
            customer["firstname"],
            customer["lastname"],
            len(customer["addresses"]),
            sum(bool(address.get("default_billing")) for address in customer["addresses"]),
            luma.groups(customer),
        )
        for customer in luma.customers
    }


def test_stock_and_reservations_did_not_move(moved: Moved) -> None:
    assert moved.shops.rows(STOCK) == moved.stock
    assert moved.stock
    assert moved.shops.rows(people_sql.RESERVATIONS) == []


def test_nobody_was_told(moved: Moved) -> None:
    """The subscriber heard of the catalogue, and of no order, payment, fulfilment or customer."""
    assert moved.heard
    assert Counter(event["name"] for event in moved.recorder.events()[moved.heard :]) == {}
