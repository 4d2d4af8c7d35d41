"""Customers: one per e-mail, with addresses and groups."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from people_shop import PeopleShop, Read, read
from small_shop import SmallShop

from reconcile.model import Severity


def customer(number: int, email: str | None = None, **over: Any) -> dict[str, Any]:
    return {
        "id": number,
        "email": f"c{number}@example.com" if email is None else email,
        "firstname": "Ann",
        "lastname": "Lee",
        "group_id": 1,
        "website_id": 1,
        "store_id": 1,
        "created_at": "2026-01-02 03:04:05",
        "addresses": [],
        **over,
    }


def address(number: int, **over: Any) -> dict[str, Any]:
    return {
        "id": number,
        "firstname": "Ann",
        "lastname": "Lee",
        "street": ["1 High Street"],
        "city": "Calder",
        "region": {"region": "Michigan", "region_code": "MI", "region_id": 33},
        "postcode": "49628",
        "country_id": "US",
        "telephone": "555-1",
        **over,
    }


def carried(tmp_path: Path, *documents: dict[str, Any], **options: Any) -> Read:
    shop = PeopleShop().add("customers", *documents)
    return read(shop.write(tmp_path), "customer", customer=options)


def test_what_a_customer_says(tmp_path: Path) -> None:
    row = carried(
        tmp_path,
        customer(
            7,
            " Ann@Example.COM ",
            prefix="Dr.",
            middlename="M.",
            suffix="",
            gender=2,
            dob="1973-12-15",
            taxvat="DE1",
            created_in="Default Store View",
            extension_attributes={"is_subscribed": True, "company_attributes": {"id": 3}},
        ),
    ).only
    assert row["key"] == row["email"] == "ann@example.com"
    assert (row["source_id"], row["id"]) == ("magento:customer/7", "7")
    assert (row["first_name"], row["middle_name"], row["last_name"]) == ("Ann", "M.", "Lee")
    assert (row["prefix"], row["suffix"], row["gender"]) == ("Dr.", None, "female")
    assert (row["birthday"], row["tax_number"]) == ("1973-12-15", "DE1")
    assert (row["has_account"], row["groups"]) == (True, ["magento:group/1"])
    assert row["created_at"] == "2026-01-02T03:04:05.000Z"
    assert (row["website"], row["store"]) == ("base", "default")
    assert (row["subscribed"], row["newsletter"], row["login"]) == (True, True, None)
    assert row["other"] == {"company_attributes": {"id": 3}}
    assert (row["phone"], row["company"], row["addresses"]) == (None, None, [])


def test_addresses(tmp_path: Path) -> None:
    documents = [
        address(
            7,
            street=["12 Rue A", "", " Bat. 3", "Esc. B"],
            company="Lee SA",
            prefix="Mme",
            vat_id="FR1",
            fax="1",
            region={"region": "Ain", "region_code": "1"},
            country_id="fr",
            default_billing=True,
        ),
        address(8, region={"region": None, "region_code": None, "region_id": 0}, city=""),
        {"street": ["no id"]},
    ]
    found = carried(tmp_path, customer(1, addresses=documents, default_shipping="8"))
    row = found.only
    assert row["addresses"] == [
        {
            "id": "7",
            "first_name": "Ann",
            "last_name": "Lee",
            "company": "Lee SA",
            "phone": "555-1",
            "address_1": "12 Rue A",
            "address_2": "Bat. 3, Esc. B",
            "city": "Calder",
            "province": "fr-01",
            "postal_code": "49628",
            "country_code": "fr",
            "is_default_billing": True,
            "is_default_shipping": False,
        },
        {
            "id": "8",
            "first_name": "Ann",
            "last_name": "Lee",
            "phone": "555-1",
            "address_1": "1 High Street",
            "postal_code": "49628",
            "country_code": "us",
            "is_default_billing": False,
            "is_default_shipping": True,
        },
    ]
    assert row["address_details"] == {"7": {"prefix": "Mme", "vat_id": "FR1", "fax": "1"}}
    assert (row["company"], row["phone"]) == ("Lee SA", "555-1")


def test_a_phone_of_their_own(tmp_path: Path) -> None:
    own = [{"attribute_code": "telephone", "value": "555-9"}]
    documents = [address(7, default_billing=True)]
    row = carried(tmp_path, customer(1, addresses=documents, custom_attributes=own)).only
    assert row["phone"] == "555-9"


def test_provinces_by_name(tmp_path: Path) -> None:
    found = carried(tmp_path, customer(1, addresses=[address(7)]), province="name")
    assert found.only["addresses"][0]["province"] == "Michigan"


def test_a_country_nobody_knows(tmp_path: Path) -> None:
    documents = [address(7, country_id="ZZ"), address(8, country_id="XK"), address(9)]
    found = carried(tmp_path, customer(1, addresses=documents))
    countries = [each.get("country_code") for each in found.only["addresses"]]
    assert countries == [None, "xk", "us"]
    notice = found.notice("unknown_country")
    assert (notice.count, notice.samples) == (1, ("ZZ (customer 1)",))


@pytest.mark.parametrize(("group", "groups"), [(0, []), (2, ["magento:group/2"]), (None, [])])
def test_groups(tmp_path: Path, group: int | None, groups: list[str]) -> None:
    assert carried(tmp_path, customer(1, group_id=group)).only["groups"] == groups


class TestNewsletter:
    """Subscribers are marked, or become a group that Magento does not have."""

    def shop(self, *groups: str) -> PeopleShop:
        catalogue = SmallShop()
        for number, code in enumerate(groups):
            catalogue.add("customer_groups", {"id": str(number), "code": code})
        yes, no = ({"extension_attributes": {"is_subscribed": each}} for each in (True, False))
        return PeopleShop(catalogue=catalogue).add(
            "customers", customer(1, **yes), customer(2, **no), customer(3)
        )

    def test_as_metadata(self, tmp_path: Path) -> None:
        snapshot = self.shop("NOT LOGGED IN", "General").write(tmp_path)
        people = read(snapshot, "customer")
        assert [row["newsletter"] for row in people.rows] == [True, False, None]
        assert read(snapshot, "customer_group").frame["key"].to_list() == ["General"]

    def test_as_a_group(self, tmp_path: Path) -> None:
        chosen = {"newsletter": "group"}
        snapshot = self.shop("NOT LOGGED IN", "General").write(tmp_path)
        people = read(snapshot, "customer", customer=chosen)
        assert [row["newsletter"] for row in people.rows] == [None] * 3
        assert [row["groups"] for row in people.rows] == [
            ["magento:group/1", "magento:newsletter"],
            ["magento:group/1"],
            ["magento:group/1"],
        ]
        groups = read(snapshot, "customer_group", customer=chosen)
        assert groups.frame.select("key", "source_id", "name").rows() == [
            ("General", "magento:group/1", "General"),
            ("Newsletter", "magento:newsletter", "Newsletter"),
        ]

    def test_its_name_is_nobody_elses(self, tmp_path: Path) -> None:
        snapshot = self.shop("NOT LOGGED IN", "Newsletter").write(tmp_path)
        groups = read(snapshot, "customer_group", customer={"newsletter": "group"})
        assert groups.frame["key"].to_list() == ["Newsletter", "Newsletter subscribers"]


class TestLogin:
    """The settings decide, through the planner: mappings know nothing of passwords."""

    @pytest.mark.parametrize(
        ("chosen", "logins"),
        [
            ({}, [None, None]),
            ({"login": "none"}, [None, None]),
            ({"login": "reset"}, ["reset", "reset"]),
            ({"login": "carry"}, ["carried:abc", "reset"]),
        ],
    )
    def test_how(self, tmp_path: Path, chosen: dict[str, str], logins: list[str | None]) -> None:
        shop = PeopleShop(seals={"1": "abc", "9": "x"})
        shop.add("customers", customer(1), customer(2))
        found = read(shop.write(tmp_path), "customer", customer=chosen)
        assert [row["login"] for row in found.rows] == logins
        assert bool(found.said) is (chosen == {"login": "carry"})

    def test_who_loses_the_password_is_named_with_the_reason(self, tmp_path: Path) -> None:
        shop = PeopleShop(seals={"1": "abc"}, unfit={"2": "a damaged hash", "9": "x"})
        shop.add("customers", *(customer(number) for number in (1, 2, 3, 4)))
        found = read(shop.write(tmp_path), "customer", customer={"login": "carry"})
        assert [row["login"] for row in found.rows] == ["carried:abc", *["reset"] * 3]
        assert found.said == [
            "warning password_not_carried customer:c2@example.com",
            "warning password_not_carried 2",
        ]
        assert "customer 2 cannot be carried (a damaged hash)" in found.message(
            "password_not_carried"
        )
        assert found.notice("password_not_carried").samples == ("3", "4")


class TestTwins:
    """Magento tells accounts apart by website and by letters that the target takes as one."""

    PEOPLE = (
        customer(3, "ann@example.com", created_at="2026-03-01 00:00:00"),
        customer(5, "Ann@Example.com", created_at="2026-05-01 00:00:00", website_id=2),
        customer(10, "ANN@example.com ", created_at="2026-04-01 00:00:00"),
        customer(11, "bob@example.com"),
    )

    def test_the_newest_is_carried(self, tmp_path: Path) -> None:
        found = carried(tmp_path, *self.PEOPLE)
        assert [row["id"] for row in found.rows] == ["5", "11"]
        assert found.said == ["skipped twin customer:ann@example.com"] * 2
        assert [each.message[:21] for each in found.diagnostics] == [
            "Customer 3 (website 1",
            "Customer 10 (website ",
        ]
        assert all("customer 5" in each.message for each in found.diagnostics)
        assert found.unsound.rows() == [
            ("ann@example.com", "magento:customer/3"),
            ("ann@example.com", "magento:customer/10"),
        ]

    def test_of_one_moment_the_last_number(self, tmp_path: Path) -> None:
        """9 is less than 10, though not as text; no date is before any."""
        people = [customer(9, "a@b"), customer(10, "A@b"), customer(11, "a@B", created_at=None)]
        assert [row["id"] for row in carried(tmp_path, *people).rows] == ["10"]

    def test_under_review_nobody_is(self, tmp_path: Path) -> None:
        found = carried(tmp_path, *self.PEOPLE, twins="review")
        assert [row["id"] for row in found.rows] == ["11"]
        assert found.said == ["skipped twin customer:ann@example.com"] * 3
        assert found.unsound.height == 3

    def test_windows_see_all_of_them(self, tmp_path: Path) -> None:
        """The twin of the first customer comes 2,000 rows later."""
        many = [customer(n) for n in range(1, 2_001)]
        shop = PeopleShop().add("customers", *many, customer(3_000, "C1@EXAMPLE.com"))
        snapshot = shop.write(tmp_path)
        first, second = (read(window, "customer") for window in snapshot.windows("customers", 1))
        assert [first.frame.height, second.frame.height] == [1_999, 1]
        assert first.said == ["skipped twin customer:c1@example.com"]


@pytest.mark.parametrize("email", ["", "  ", "no-at", "a b@c", "@x", "x@", "a@b@c", None])
def test_without_a_sound_email_nobody_is_carried(tmp_path: Path, email: str | None) -> None:
    document = customer(4) | {"email": email}
    found = carried(tmp_path, document, customer(5))
    assert [row["id"] for row in found.rows] == ["5"]
    assert found.said == ["skipped invalid_email customer:magento:customer/4"]
    assert found.unsound["source_id"].to_list() == ["magento:customer/4"]


def test_names_in_any_script_are_fine(tmp_path: Path) -> None:
    found = carried(tmp_path, customer(1, "zoë🥾@exämple.com", firstname="Zoë 🥾", lastname=None))
    assert (found.only["first_name"], found.only["last_name"]) == ("Zoë 🥾", None)
    assert found.only["key"] == "zoë🥾@exämple.com"


def test_custom_attributes_are_columns(tmp_path: Path) -> None:
    """Each by itself, and all in one; every window offers the same."""
    sizes = [{"attribute_code": "shoe_size", "value": "42"}]
    many = [customer(n) for n in range(1, 2_001)]
    shop = PeopleShop().add("customers", *many, customer(2_001, custom_attributes=sizes))
    snapshot = shop.write(tmp_path)
    first, second = (read(window, "customer") for window in snapshot.windows("customers", 1))
    assert first.frame["attributes.shoe_size"].null_count() == 2_000
    assert second.only["attributes.shoe_size"] == "42"
    assert second.only["attributes"] == {"shoe_size": "42"}
    assert first.offered == second.offered
    assert second.offered["attributes.shoe_size"] == frozenset({"attributes"})


def test_who_never_confirmed_is_counted(tmp_path: Path) -> None:
    found = carried(tmp_path, customer(1, confirmation="token"), customer(2))
    assert found.rows[0]["awaits_confirmation"] is True
    notice = found.notice("unconfirmed_email")
    assert (notice.severity, notice.samples) == (Severity.INFO, ("1",))


def test_nothing_personal_is_said(tmp_path: Path) -> None:
    """An e-mail stands in the address of a diagnostic alone, where it can be masked."""
    documents = [
        customer(1, "zaphod@example.com", addresses=[address(1, country_id="QQ")]),
        customer(2, "Zaphod@example.com"),
        customer(3, "zaphod at example"),
    ]
    found = carried(tmp_path, *documents)
    told = " ".join(each.message + each.remedy for each in found.diagnostics)
    told += " ".join(each.sentence + " ".join(each.samples) for each in found.notices)
    assert "aphod" not in told
    assert len(found.diagnostics) == 2
