"""Customers and orders no shop should have, into a real Medusa with the companion.

What the plan takes up goes through whole, whatever Medusa thinks of its dates, names and sizes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import people_sql
import pytest
from bad_people import BadPeople, bad_people
from two_shops import TwoShops, found, two_shops

from reconcile.plan.document import Plan
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live


@dataclass(frozen=True)
class Carried:
    """Both shops after everything that was planned was applied and verified."""

    people: BadPeople
    shops: TwoShops
    plan: Plan


@pytest.fixture(scope="module")
def carried(
    fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Carried]:
    people = bad_people()
    with two_shops(tmp_path_factory.mktemp("bad-people"), people.shop, fresh_medusa) as shops:
        plan = shops.plan()
        shops.carry_out()
        yield Carried(people, shops, plan)


def _held(carried: Carried, columns: str) -> dict[str, tuple[object, ...]]:
    query = f'select custom_display_id, {columns} from "order" where deleted_at is null'
    return {number: tuple(rest) for number, *rest in carried.shops.rows(query)}


def test_a_second_plan_is_empty(carried: Carried) -> None:
    assert found(carried.shops.plan()) == {}


def test_every_planned_order_is_there(carried: Carried) -> None:
    planned = {each.address.key for each in carried.plan.changes if each.address.entity == "order"}
    assert _held(carried, "id").keys() == planned


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("before 1970", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("in the future", datetime(2099, 1, 1, tzinfo=UTC)),
        ("year 1000", datetime(1000, 1, 1, tzinfo=UTC)),
        ("year 9999", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_odd_date_is_kept(carried: Carried, name: str, moment: datetime) -> None:
    number = carried.people.orders[name]
    assert _held(carried, "created_at, updated_at")[number] == (moment, moment)
    if name in carried.people.customers:
        mark = f"magento:customer/{carried.people.customers[name]}"
        query = f"select created_at from customer where metadata->>'source_id' = '{mark}'"
        assert carried.shops.rows(query) == [(moment,)]


def test_five_hundred_lines(carried: Carried) -> None:
    number = carried.people.orders["five hundred lines"]
    lines = [row for row in carried.shops.rows(people_sql.LINES) if row[0] == number]
    assert len({source_id for _, source_id, *_ in lines}) == len(lines) == 500


def test_emoji(carried: Carried) -> None:
    number = carried.people.orders["emoji names"]
    query = """
        select address.first_name, address.last_name, address.address_1, address.city
        from "order" o join order_address address on address.id = o.billing_address_id
        where o.custom_display_id = '%s'"""
    assert carried.shops.rows(query % number) == [("🎉🎉", "🦄 von 🌈", "🏠 1", "🌆")]
    titles = {row[3] for row in carried.shops.rows(people_sql.LINES) if row[0] == number}
    assert "Mug 😀<b>bold</b>" in titles


def test_e_mails_that_are_none(carried: Carried) -> None:
    held = {number: email for number, (email,) in _held(carried, "email").items()}
    orders = carried.people.orders
    found = {name: held[orders[name]] for name in EMAILS}
    assert found == EMAILS


EMAILS = {
    "empty email": None,
    "no email": None,
    "account without e-mail": None,
    "invalid email": "not an address",
    "account with invalid e-mail": "ann at example.com",
}


def test_medusas_own_pages_show_them_all(carried: Carried) -> None:
    """With its own totals: none of the orders breaks the lists of its admin."""
    listed = carried.shops.admin("GET", "orders?limit=200&fields=custom_display_id,total,*items")
    shown = {order["custom_display_id"]: order for order in listed["orders"]}
    assert shown.keys() == _held(carried, "id").keys()
    assert len(shown[carried.people.orders["five hundred lines"]]["items"]) == 500
    customers = carried.shops.admin("GET", "customers?limit=200&fields=id,*addresses")
    assert customers["count"] == len(customers["customers"])


def test_what_cannot_be_carried_is_not_there(carried: Carried) -> None:
    emails = {email for (email,) in carried.shops.rows("select email from customer")}
    assert {"twin@example.com", "both@example.com", "padded@example.com"} <= emails
    assert not {email for email in emails if "@" not in email}
    for sql, entity in ((people_sql.INVOICES, "invoice"), (people_sql.SHIPMENTS, "shipment")):
        planned = {each.source_id for each in carried.plan.changes if each.address.entity == entity}
        assert {row[0] for row in carried.shops.rows(sql)} == planned
