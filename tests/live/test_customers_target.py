"""Customers written through the companion are what the existing frame reads back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from people_changes import create, update
from people_shop_live import PeopleShop

from reconcile import sealed_hashes
from reconcile.model import Change, Json
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState
from reconcile.settings import Passwords, PeopleSettings, Secret

pytestmark = pytest.mark.live

ODD = 'Zoë "☃" O\'Neil <b>\\ 👟'
MAGENTO_HASH = "a" * 64 + ":" + "s" * 32 + ":1"
GROUPS = [
    create("customer_group:General", "group/1", name="General"),
    create("customer_group:Whole, sale", "group/2", name="Whole, sale"),
]
HOME: dict[str, Json] = {
    "id": "7",
    "first_name": ODD,
    "last_name": "Home",
    "company": "ACME & Söhne",
    "phone": "+49 1",
    "address_1": "Main 1",
    "address_2": "2nd floor",
    "city": "Köln",
    "province": "NW",
    "postal_code": "50667",
    "country_code": "de",
    "is_default_billing": True,
    "is_default_shipping": False,
}
WORK = {
    "id": "8",
    "city": "Bonn",
    "country_code": "de",
    "is_default_billing": False,
    "is_default_shipping": True,
}
PLAIN = {"id": "9", "is_default_billing": False, "is_default_shipping": False}


def customers(seal: str) -> list[Change]:
    return [
        create(
            "customer:ann@example.com",
            "customer/1",
            ["customer_group:General", "customer_group:Whole, sale"],
            email="ann@example.com",
            first_name=ODD,
            last_name="Ann",
            company_name="ACME",
            phone="+1",
            has_account=True,
            created_at="2019-02-28T23:59:59.000Z",
            groups=["General", "Whole, sale"],
            addresses=[HOME, WORK],
            login=f"carried:{seal}",
            metadata__kept={"deep": ["1.5", None, {"a": 1}]},
            metadata__changed="before",
            metadata__gone=7,
        ),
        create(
            "customer:bob@example.com",
            "customer/2",
            ["customer_group:General"],
            email="bob@example.com",
            has_account=True,
            created_at="2020-01-01T00:00:00.000Z",
            groups=["General"],
            addresses=[PLAIN],
            login="reset",
        ),
        create(
            "customer:eve@example.com",
            "customer/3",
            email="eve@example.com",
            has_account=True,
            created_at="2021-01-01T00:00:00.000Z",
        ),
        create(
            "customer:guest@example.com",
            "customer/4",
            email="guest@example.com",
            first_name="Guest",
            created_at="2022-01-01T00:00:00.000Z",
            has_account=False,
        ),
    ]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> PeopleSettings:
    path, key = tmp_path_factory.mktemp("hashes") / "hashes", sealed_hashes.new_key()
    sealed_hashes.write(path, [("1", MAGENTO_HASH)], key)
    return PeopleSettings(passwords=Passwords.CARRY, hashes=path, hash_key=Secret(key))


@pytest.fixture(scope="module")
def creates(settings: PeopleSettings) -> list[Change]:
    assert settings.hashes is not None
    return customers(sealed_hashes.seals(settings.hashes)["1"])


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState,
    settings: PeopleSettings,
    creates: list[Change],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[PeopleShop]:
    with second_shop(live_sandbox, Layout(companion=True)) as medusa:
        shop = PeopleShop(medusa, tmp_path_factory.mktemp("people"), settings)
        shop.client.post("customers", {"email": "ann@example.com", "first_name": "Stranger"})
        run = shop.write(*GROUPS, *creates)
        assert run.refused == {}
        assert run.steps.count("write customers") == 1
        yield shop
        shop.close()


def test_customers_are_read_back_field_by_field(shop: PeopleShop, creates: list[Change]) -> None:
    found = {str(change.address): shop.differences(change) for change in creates}
    assert found == {str(change.address): {} for change in creates}


def test_they_are_ours_and_a_guest_of_the_same_e_mail_is_not(shop: PeopleShop) -> None:
    stranger = shop.record("customer:guest/ann@example.com")
    assert (stranger["managed"], stranger["first_name"]) == (False, "Stranger")
    ann = shop.record("customer:ann@example.com")
    assert (ann["managed"], ann["source_id"]) == (True, "magento:customer/1")


def test_every_create_is_found_again(shop: PeopleShop, creates: list[Change]) -> None:
    found = shop.target.lookup(creates)
    assert {str(address): id_ for address, id_ in found.items()} == {
        str(change.address): shop.id(str(change.address)) for change in creates
    }
    unknown = create("customer:ann@example.com", "customer/99", email="ann@example.com")
    assert shop.target.lookup([unknown]) == {}


def test_writing_again_changes_nothing(shop: PeopleShop, creates: list[Change]) -> None:
    before = shop.held["customer"]
    run = shop.write(*creates)
    assert run.refused == {}
    assert shop.held["customer"] == before


def test_a_record_that_is_somebody_elses_is_refused_and_takes_no_other_along(
    shop: PeopleShop,
) -> None:
    taken = create("customer:bob@example.com", "customer/77", email="bob@example.com")
    zed = "zed@example.com"
    fine = create(f"customer:{zed}", "customer/78", email=zed, has_account=True)
    run = shop.write(taken, fine)
    assert run.refused.keys() == {"customer:bob@example.com"}
    assert "bob@" not in run.refused["customer:bob@example.com"]
    assert shop.record("customer:zed@example.com")["source_id"] == "magento:customer/78"


@pytest.fixture(scope="module")
def updated(shop: PeopleShop, creates: list[Change]) -> dict[str, Any]:
    """Ann, after people put her into a group and gave her an address, and a plan changed her."""
    ann = shop.id("customer:ann@example.com")
    group = shop.client.post("customer-groups", {"name": "By hand"})["customer_group"]["id"]
    shop.client.post(f"customer-groups/{group}/customers", {"add": [ann]})
    shop.client.post(f"customers/{ann}/addresses", {"city": "By hand"})
    before = dict(shop.read()["customer"]["ann@example.com"])
    moved = [{**HOME, "city": "Ulm", "is_default_shipping": True, "address_2": None}, PLAIN]
    moved[0].pop("address_2")
    fields = {
        "email": "ann.new@example.com",
        "company_name": None,
        "phone": "+2",
        "groups": ["Whole, sale"],
        "addresses": moved,
        "metadata__changed": ["after"],
        "metadata__gone": None,
        "metadata__added": True,
    }
    changed = update(
        "customer:ann.new@example.com",
        "customer/1",
        ann,
        **{path: (before[path.replace("__", ".")], after) for path, after in fields.items()},
    )
    run = shop.write(changed)
    assert run.refused == {}
    return {**before, **{path.replace("__", "."): after for path, after in fields.items()}}


def test_a_later_change_changes_exactly_what_it_says(
    shop: PeopleShop, updated: dict[str, Any]
) -> None:
    found = shop.record("customer:ann.new@example.com")
    wanted = {**updated, "key": "ann.new@example.com"}
    assert {name: found[name] for name in wanted} == wanted


def test_what_people_did_by_hand_stays(shop: PeopleShop, updated: dict[str, Any]) -> None:
    ann = shop.id("customer:ann.new@example.com")
    fields = ("id", "groups.name", "addresses.city")
    record = shop.client.get(f"customers/{ann}", fields=fields)["customer"]
    assert sorted(group["name"] for group in record["groups"]) == ["By hand", "Whole, sale"]
    cities = [each["city"] or "" for each in record["addresses"]]
    assert sorted(cities) == ["", "By hand", "Ulm"]


def test_a_guest_that_is_taken_over_gets_its_mark(shop: PeopleShop) -> None:
    guest = shop.record("customer:guest/ann@example.com")
    adopted = update(
        "customer:guest/ann@example.com",
        "customer/5",
        guest["target_id"],
        first_name=("Stranger", "Ann"),
        email=("ann@example.com", "ann@example.com"),
        metadata__source_id=(None, "magento:customer/5"),
    )
    assert shop.write(adopted).refused == {}
    record = shop.record("customer:ann@example.com")
    assert (record["managed"], record["first_name"]) == (True, "Ann")
