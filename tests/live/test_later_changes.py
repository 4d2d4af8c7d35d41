"""The shop goes on after its past was moved: every change is carried over, and nothing else.

All that happens between two snapshots goes into one plan, as in a real shop. What Medusa then holds
is compared in its PostgreSQL with what the sample Magento shows, past all code of the product's.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import people_sql
import pytest
from event_recorder import EventRecorder
from later_changes import BUYER, CASES, Case, Names, entries, keyed
from people_sql import STOCK
from recorded_people import STATUS, RecordedPeople, cents, moment
from two_shops import Found, TwoShops, found, two_shops

from reconcile.model import Diagnostic
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

OWN_STATUS = {"picking": "pending", "awaiting_bank_transfer": "pending"}
"""Statuses of the sample shop's own, after the state they belong to."""
AFTERWARDS = {name: case.afterwards for name, case in CASES.items() if case.afterwards}


@dataclass(frozen=True)
class Shown:
    """What the sample Magento shows, as the recorded answers of a real one are read."""

    shop: Shop

    def read(self, name: str) -> list[dict[str, Any]]:
        records = list(self.shop.table(name).records())
        return list(json.loads(json.dumps(records), parse_float=Decimal))


@dataclass(frozen=True)
class Step:
    """What happened, by case the names of what it happened to and of what was made, the plan that
    followed and the one after that was carried out."""

    names: Mapping[str, Names]
    planned: Found
    told: tuple[Diagnostic, ...]
    left: Found


@dataclass(frozen=True)
class Later:
    shops: TwoShops
    people: RecordedPeople
    first: Step
    second: Step
    stock: list[tuple[Any, ...]]
    recorder: EventRecorder
    heard: int


@pytest.fixture(scope="module")
def later(live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Later]:
    recorder = EventRecorder(tmp_path_factory.mktemp("recorder"))
    shop = generated_shop(12, seed=8, customers=40, orders=80)
    with (
        second_shop(live_sandbox, Layout(extension=recorder.lay_out())) as medusa,
        two_shops(tmp_path_factory.mktemp("later"), shop, medusa) as shops,
    ):
        _give_logins(shops)
        shops.plan()
        shops.carry_out()
        stock, heard = shops.rows(STOCK), len(recorder.events())
        first = _step(shops, CASES, _cast(shop))
        second = _step(shops, AFTERWARDS, first.names)
        people = RecordedPeople(Shown(shop))
        yield Later(shops, people, first, second, stock, recorder, heard)


def _give_logins(shops: TwoShops) -> None:
    settings = shops.workspace / "reconcile.yml"
    text = settings.read_text()
    assert "passwords: none" in text
    settings.write_text(text.replace("passwords: none", "passwords: reset"))


def _cast(shop: Shop) -> dict[str, Names]:
    """Who each case happens to, a record of its own each."""
    taken: set[tuple[str, str]] = set()
    cast = {}
    for name, case in CASES.items():
        fitting = [keyed(case.table, r) for r in shop.table(case.table).records() if case.fits(r)]
        free = [key for key in fitting if (case.table, key) not in taken]
        assert free, f"the sample shop has nobody for {name!r}"
        who = free[0]
        taken.add((case.table, who))
        cast[name] = {"who": who}
    assert ("customers", keyed("customers", shop.table("customers").record(BUYER))) not in taken
    return cast


def _step(shops: TwoShops, cases: Mapping[str, Case], known: Mapping[str, Names]) -> Step:
    names = {}
    for name, case in cases.items():
        who = known[name]["who"]
        table = shops.magento.shop.table(case.table)
        record = next(each for each in table.records() if keyed(case.table, each) == who)
        made = case.happens(shops.magento.happenings.happen, record)
        names[name] = {"who": who, **made}
    plan = shops.plan()
    shops.carry_out()
    return Step(names, found(plan), tuple(plan.diagnostics), found(shops.plan()))


def _said(step: Step) -> Found:
    """What a plan says, without the fields of what it creates."""
    return {
        address: parts[:1] if parts[0] == "create" else parts
        for address, parts in step.planned.items()
    }


def _all(cases: Mapping[str, Case], step: Step) -> Found:
    return {
        address: parts
        for name, case in cases.items()
        for address, parts in entries(case.expected, step.names[name])
    }


@pytest.mark.parametrize("name", CASES)
def test_the_next_plan_says_what_happened(later: Later, name: str) -> None:
    said = _said(later.first)
    expected = dict(entries(CASES[name].expected, later.first.names[name]))
    assert {address: said.get(address) for address in expected} == expected


@pytest.mark.parametrize("name", AFTERWARDS)
def test_what_happens_next_follows_on_that(later: Later, name: str) -> None:
    said = _said(later.second)
    expected = dict(entries(AFTERWARDS[name].expected, later.second.names[name]))
    assert {address: said.get(address) for address in expected} == expected


def test_the_plans_say_nothing_else(later: Later) -> None:
    assert _said(later.first) == _all(CASES, later.first)
    assert _said(later.second) == _all(AFTERWARDS, later.second)


def test_nothing_is_left_to_do(later: Later) -> None:
    assert (later.first.left, later.second.left) == ({}, {})


def test_who_is_gone_is_named_and_stays(later: Later) -> None:
    gone = later.first.names["gone"]["who"]
    missing = [each for each in later.first.told if each.code == "missing_in_source"]
    assert [str(each.address) for each in missing] == [f"customer:{gone}"]
    rows = later.shops.rows("select email from customer where deleted_at is null")
    assert (gone,) in rows


def test_every_total_to_the_cent(later: Later) -> None:
    held = {number: totals for number, *totals in later.shops.rows(people_sql.TOTALS)}
    orders = later.people.orders.items()
    assert held == {number: list(later.people.totals(order)) for number, order in orders}


def test_statuses_and_dates(later: Later) -> None:
    rows = later.shops.rows(people_sql.HEADERS)
    held = {row[0]: (row[1], row[2], row[4], row[5]) for row in rows}
    assert held == {
        number: (
            order["customer_email"].lower(),
            (STATUS | OWN_STATUS)[order["status"]],
            moment(order["created_at"]),
            moment(order["updated_at"]),
        )
        for number, order in later.people.orders.items()
    }


def test_orders_stay_with_their_customers(later: Later) -> None:
    """Whatever became of the e-mail; who is gone keeps the orders of the past."""
    gone = {later.first.names[name]["who"] for name in ("gone", "came back")}
    emails = {each["id"]: each["email"].lower() for each in later.people.customers}
    ids = dict(later.shops.rows("select id, email from customer where has_account"))
    held = {row[0]: ids.get(row[6]) for row in later.shops.rows(people_sql.HEADERS)}
    for number, order in later.people.orders.items():
        known = emails.get(order.get("customer_id"))
        assert held[number] == known or (known is None and held[number] in gone), number


def test_every_invoice(later: Later) -> None:
    shown = later.people.shop.read("invoices")
    assert sorted(later.shops.rows(people_sql.INVOICES), key=str) == sorted(
        (
            (
                f"magento:invoice/{invoice['entity_id']}",
                later.people.number_of[invoice["order_id"]],
                Decimal(str(invoice["grand_total"])),
                moment(invoice["created_at"]) if invoice["state"] == 2 else None,
            )
            for invoice in shown
        ),
        key=str,
    )


def test_every_refund(later: Later) -> None:
    held = {number: cents(amount) for number, amount in later.shops.rows(people_sql.REFUNDS)}
    assert held == later.people.refunded


def test_every_shipment_with_its_tracks(later: Later) -> None:
    held = {
        source_id: (number, shipped_at, quantity, tracks or [])
        for source_id, number, shipped_at, quantity, tracks in later.shops.rows(
            people_sql.SHIPMENTS
        )
    }
    assert held == {
        f"magento:shipment/{shipment['entity_id']}": (
            later.people.number_of[shipment["order_id"]],
            moment(shipment["created_at"]),
            later.people.shipped(shipment),
            later.people.tracks(shipment),
        )
        for shipment in later.people.shop.read("shipments")
    }


def test_every_customer(later: Later) -> None:
    held = {
        row[0]: (row[3], row[4], row[5], row[7]) for row in later.shops.rows(people_sql.CUSTOMERS)
    }
    gone = later.first.names["gone"]["who"]
    assert {email: held[email] for email in held.keys() - {gone}} == {
        customer["email"].lower(): (
            customer["firstname"],
            customer["lastname"],
            len(customer["addresses"]),
            later.people.groups(customer),
        )
        for customer in later.people.customers
    }


def test_the_new_home_is_the_old_address_changed(later: Later) -> None:
    who = later.first.names["moved house"]["who"]
    rows = later.shops.rows(
        f"""select a.address_1, a.city, a.postal_code, a.country_code, a.province
            from customer_address a join customer c on c.id = a.customer_id
            where c.email = '{who}' and a.deleted_at is null"""
    )
    assert ("Bryggen 1", "Bergen", "5003", "no", None) in rows


def test_the_login_goes_with_the_e_mail(later: Later) -> None:
    logins = later.shops.rows(
        """select a.app_metadata->>'customer_id', p.entity_id
           from provider_identity p join auth_identity a on a.id = p.auth_identity_id
           where a.app_metadata->>'customer_id' is not null"""
    )
    customers = later.shops.rows("select id, email from customer where has_account")
    assert sorted(logins) == sorted(customers)
    assert "new.name@example.org" in dict(logins).values()


def test_nobody_was_told_and_no_stock_moved(later: Later) -> None:
    told = Counter(event["name"] for event in later.recorder.events()[later.heard :])
    assert told == {}
    assert later.heard
    assert later.shops.rows(STOCK) == later.stock
    assert later.shops.rows(people_sql.RESERVATIONS) == []
