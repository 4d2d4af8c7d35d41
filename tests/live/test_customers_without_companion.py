"""Customers in a shop without the companion: guests, through the Admin API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from people_changes import create, update
from people_shop_live import PeopleShop

from reconcile.model import Change
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState
from reconcile.settings import PeopleSettings

pytestmark = pytest.mark.live

ANN, BOB = "customer:ann@example.com", "customer:bob@example.com"
HOME = {
    "id": "7",
    "first_name": 'Zoë "☃" 👟',
    "city": "Köln",
    "province": "NW",
    "country_code": "de",
    "is_default_billing": True,
    "is_default_shipping": False,
}
WORK = {"id": "8", "city": "Bonn", "is_default_billing": False, "is_default_shipping": True}
GROUPS = [
    create("customer_group:General", "group/1", name="General"),
    create("customer_group:VIP", "group/2", name="VIP"),
]
CREATES: list[Change] = [
    create(
        ANN,
        "customer/1",
        ["customer_group:General"],
        email="ann@example.com",
        first_name="Ann",
        last_name="Ünal",
        company_name="ACME",
        phone="+1",
        groups=["General"],
        addresses=[HOME, WORK],
        metadata__kept={"deep": ["1.5"]},
        metadata__gone=7,
    ),
    create(BOB, "customer/2", email="bob@example.com"),
]
BY_THE_SHOP = {"created_at", "has_account"}
"""Fields that the Admin API fills in by itself, and that no plan asks for without a companion."""


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PeopleShop]:
    with second_shop(live_sandbox, Layout(companion=False)) as medusa:
        shop = PeopleShop(medusa, tmp_path_factory.mktemp("people"), PeopleSettings())
        run = shop.write(*GROUPS, *CREATES)
        assert run.refused == {}
        assert run.steps.count("create customers") == len(CREATES)
        yield shop
        shop.close()


def differences(shop: PeopleShop, change: Change) -> dict[str, Any]:
    found = shop.differences(change)
    return {path: both for path, both in found.items() if path not in BY_THE_SHOP}


def test_guests_are_read_back_field_by_field(shop: PeopleShop) -> None:
    assert {str(each.address): differences(shop, each) for each in CREATES} == {ANN: {}, BOB: {}}
    assert shop.record(ANN)["has_account"] is False


def test_orders_are_there_and_none(shop: PeopleShop) -> None:
    assert {shop.held[entity] == {} for entity in ("order", "invoice", "shipment")} == {True}


def test_every_create_is_found_again(shop: PeopleShop) -> None:
    found = shop.target.lookup(CREATES)
    assert {str(address): id_ for address, id_ in found.items()} == {
        ANN: shop.id(ANN),
        BOB: shop.id(BOB),
    }


def test_writing_again_makes_no_twins(shop: PeopleShop) -> None:
    before = shop.held["customer"]
    assert shop.write(*CREATES).refused == {}
    assert shop.held["customer"] == before
    fields = ("id", "groups.id", "addresses.id")
    ann = shop.client.get(f"customers/{shop.id(ANN)}", fields=fields)["customer"]
    assert (len(ann["groups"]), len(ann["addresses"])) == (1, 2)


def test_a_later_change_changes_exactly_what_it_says(shop: PeopleShop) -> None:
    ann = shop.id(ANN)
    shop.client.post(f"customers/{ann}/addresses", {"city": "By hand"})
    before = dict(shop.read()["customer"]["ann@example.com"])
    after: dict[str, Any] = {
        "phone": None,
        "groups": ["VIP"],
        "addresses": [{**HOME, "city": "Ulm"}, {**WORK, "id": "9", "is_default_shipping": False}],
        "metadata.gone": None,
        "metadata.added": ["x"],
    }
    fields = {path.replace(".", "__"): (before[path], after[path]) for path in after}
    assert shop.write(update(ANN, "customer/1", ann, **fields)).refused == {}
    found = shop.record(ANN)
    assert {path: found[path] for path in before} == {**before, **after}
    addresses = shop.client.get(f"customers/{ann}", fields=("id", "addresses.city"))["customer"]
    assert sorted(each["city"] for each in addresses["addresses"]) == ["Bonn", "By hand", "Ulm"]
