"""Customers, through the companion and without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from medusa_people import Shop
from people_changes import create, update

from reconcile import sealed_hashes
from reconcile.errors import HashesError, RequestRefused
from reconcile.model import Address, Json
from reconcile.targets.medusa.lookup import lookup

ANN = "ann@example.com"
ADDRESS = {"id": "7", "first_name": "Ann", "is_default_billing": True, "is_default_shipping": False}
CUSTOMER = create(
    f"customer:{ANN}",
    "customer/12",
    ["customer_group:General"],
    email=ANN,
    first_name="Ann",
    has_account=True,
    created_at="2026-11-01T00:00:00.000Z",
    groups=["General"],
    addresses=[ADDRESS],
    metadata__website="base",
)
IDS = {"customer_group:General": "cg_1", "customer_group:VIP": "cg_2"}
HASH = "0123abcd:salt:1"


def nothing(*_: Any) -> Json:
    raise AssertionError


def test_a_new_customer_is_one_record() -> None:
    (body,) = Shop(nothing).bodies(CUSTOMER, ids=IDS)
    assert body["email"] == ANN
    assert body["source_id"] == "magento:customer/12"
    assert body["customer"] == {
        "email": ANN,
        "first_name": "Ann",
        "has_account": True,
        "created_at": "2026-11-01T00:00:00.000Z",
        "metadata": {"website": "base", "source_id": "magento:customer/12"},
    }
    (address,) = body["addresses"]
    assert address["source_id"] == "magento:address/7"
    assert (address["first_name"], address["city"]) == ("Ann", None)
    assert (address["is_default_billing"], address["is_default_shipping"]) == (True, False)
    assert body["groups"] == {"add": ["cg_1"], "remove": []}
    assert body.keys().isdisjoint({"id", "login"})


def test_a_change_says_only_what_changes() -> None:
    changed = update(
        "customer:new@example.com",
        "customer/12",
        "cus_1",
        email=(ANN, "new@example.com"),
        phone=("1", None),
        groups=(["General", "~id:cg_9"], ["VIP"]),
        metadata__website=("base", None),
    )
    (body,) = Shop(nothing).bodies(changed, ids=IDS)
    assert body == {
        "email": "new@example.com",
        "source_id": "magento:customer/12",
        "id": "cus_1",
        "customer": {"email": "new@example.com", "phone": None, "metadata": {"website": None}},
        "groups": {"add": ["cg_2"], "remove": ["cg_1", "cg_9"]},
    }


def test_who_signed_up_again_takes_over_what_the_deleted_account_left() -> None:
    """The companion leaves records with another mark alone, so it is told which one to replace."""
    mark = ("magento:customer/12", "magento:customer/99")
    again = update(f"customer:{ANN}", "customer/99", "cus_1", metadata__source_id=mark)
    (body,) = Shop(nothing).bodies(again, ids=IDS)
    assert (body["source_id"], body["replaces"]) == ("magento:customer/99", "magento:customer/12")
    same = update(f"customer:{ANN}", "customer/99", "cus_1", metadata__source_id=(None, mark[1]))
    (body,) = Shop(nothing).bodies(same, ids=IDS)
    assert "replaces" not in body


def test_new_e_mails_go_first_for_the_old_ones_may_be_taken_again() -> None:
    away = update(
        "customer:z@c.d", "customer/12", "cus_1", email=(ANN, "z@c.d"), first_name=("Ann", "Zoë")
    )
    new = create(f"customer:{ANN}", "customer/99", email=ANN)
    other = update("customer:b@c.d", "customer/13", "cus_2", first_name=(None, "Bob"))
    steps = [
        (phase.name, [str(unit.lead.address) for unit in units])
        for phase, units in Shop(nothing).units(new, away, other)
    ]
    assert steps == [
        ("write e-mails of customers", ["customer:z@c.d"]),
        ("write customers", [f"customer:{ANN}", "customer:b@c.d"]),
    ]


def test_a_group_that_is_left_is_found_by_its_name() -> None:
    """No reference of a change names what it takes away."""

    def answer(_method: str, path: str, _query: Any, _body: Json) -> Json:
        assert path == "/admin/customer-groups"
        return {"customer_groups": [{"id": "cg_7", "name": "Old"}], "count": 1}

    changed = update(f"customer:{ANN}", "customer/12", "cus_1", groups=(["Old"], []))
    (body,) = Shop(answer).bodies(changed)
    assert body["groups"] == {"add": [], "remove": ["cg_7"]}


def test_all_customers_travel_together() -> None:
    other = update("customer:b@c.d", "customer/13", "cus_2", first_name=(None, "Bob"))
    answers = [{"email": "B@c.d", "id": "cus_2"}, {"email": ANN, "id": "cus_1", "created": True}]
    shop = Shop(lambda *_: {"customers": answers})
    assert shop.send(CUSTOMER, other, ids=IDS) == {
        f"customer:{ANN}": "cus_1",
        "customer:b@c.d": "cus_2",
    }
    ((_, path, body),) = shop.written
    assert path == "/admin/reconcile/customers"
    assert len(body["customers"]) == 2


def test_a_refusal_names_nobody() -> None:
    error = {"code": "invalid_data", "message": f"Customer with email: {ANN}, already exists."}
    shop = Shop(lambda *_: {"customers": [{"email": ANN, "error": error}]})
    with pytest.raises(RequestRefused, match="already exists") as raised:
        shop.send(CUSTOMER, ids=IDS)
    assert "ann@" not in str(raised.value)


@pytest.fixture
def sealed(tmp_path: Path) -> tuple[Path, str, str]:
    """A file with one hash, its key, and the seal."""
    path, key = tmp_path / "hashes", sealed_hashes.new_key()
    sealed_hashes.write(path, [("12", HASH)], key)
    return path, key, sealed_hashes.seals(path)["12"]


def test_a_password_is_opened_on_its_way_into_the_request(sealed: tuple[Path, str, str]) -> None:
    path, key, seal = sealed
    change = create(f"customer:{ANN}", "customer/12", email=ANN, login=f"carried:{seal}")
    shop = Shop(nothing, hashes=path, key=key)
    assert shop.phases[0].units([change]) == []
    (body,) = shop.bodies(change)
    assert body["login"] == {"kind": "carried", "seal": seal, "hash": HASH}
    assert "login" not in body["customer"]
    reset = create("customer:b@c.d", "customer/13", email="b@c.d", login="reset")
    assert shop.bodies(reset)[0]["login"] == {"kind": "reset"}


def test_without_the_key_nothing_is_sent(sealed: tuple[Path, str, str]) -> None:
    path, _, seal = sealed
    change = create(f"customer:{ANN}", "customer/12", email=ANN, login=f"carried:{seal}")
    shop = Shop(nothing, hashes=path)
    with pytest.raises(HashesError, match="no key") as raised:
        shop.phases[0].units([create("product_tag:x", "tag/1", value="x"), change])
    assert HASH not in str(raised.value)
    assert shop.written == []


def test_accounts_are_not_made_guests_behind_the_back_of_a_plan() -> None:
    shop = Shop(nothing, companion=False)
    with pytest.raises(RequestRefused, match="no companion"):
        shop.phases[0].units([CUSTOMER])


GUEST = create(
    f"customer:{ANN}",
    "customer/12",
    ["customer_group:General"],
    email=ANN,
    first_name="Ann",
    groups=["General"],
    addresses=[ADDRESS, {"id": "8", "city": "Bonn"}],
)


class Admin:
    """The Admin API's customers, of which there is at most one."""

    def __init__(self, *, lost: int = 0) -> None:
        self.customer: dict[str, Any] | None = None
        self.log: list[tuple[str, str]] = []
        self._lost = lost

    def __call__(self, method: str, path: str, query: Any, body: Json) -> Json:
        self.log.append((method, path))
        if method == "POST" and (len(self.log) == self._lost):
            raise RequestRefused("broken", status=500)
        if path == "/admin/customers":
            return self._list() if method == "GET" else self._create(body)
        assert self.customer is not None
        rest = path.removeprefix("/admin/customers/cus_1")
        if method == "DELETE":
            held = self.customer["addresses"]
            held[:] = [each for each in held if not rest.endswith(each["id"])]
        elif rest.startswith("/addresses") and method == "POST":
            self._address(rest.removeprefix("/addresses").strip("/"), body)
        elif rest == "/customer-groups":
            groups = {group["id"] for group in self.customer["groups"]}
            groups = (groups | set(body["add"])) - set(body["remove"])
            self.customer["groups"] = [{"id": each} for each in sorted(groups)]
        elif method == "POST":
            self.customer |= body
        return {"customer": self.customer}

    def _list(self) -> Json:
        held = [self.customer] if self.customer else []
        return {"customers": held, "count": len(held)}

    def _create(self, body: Json) -> Json:
        if self.customer:
            raise RequestRefused("Customer with email already exists", status=400)
        self.customer = {"id": "cus_1", "addresses": [], "groups": [], "has_account": False, **body}
        return {"customer": self.customer}

    def _address(self, identity: str, body: Json) -> None:
        assert self.customer is not None
        held = self.customer["addresses"]
        if identity:
            next(each for each in held if each["id"] == identity).update(body)
        else:
            held.append({"id": f"a{len(self.log)}", **body})

    @property
    def marks(self) -> list[str]:
        assert self.customer is not None
        addresses = self.customer["addresses"]
        return [each["metadata"]["source_id"] for each in addresses if each["metadata"]]


def test_a_guest_is_made_step_by_step() -> None:
    admin = Admin()
    shop = Shop(admin, companion=False)
    assert shop.send(GUEST, ids=IDS) == {f"customer:{ANN}": "cus_1"}
    assert admin.customer is not None
    assert admin.customer["metadata"] == {"source_id": "magento:customer/12"}
    assert admin.marks == ["magento:address/7", "magento:address/8"]
    assert admin.customer["groups"] == [{"id": "cg_1"}]


@pytest.mark.parametrize("lost", [3, 4, 6])
def test_a_guest_that_was_cut_short_is_finished_when_it_is_sent_again(lost: int) -> None:
    """And it does not count as made before that."""
    admin = Admin(lost=lost)
    shop = Shop(admin, companion=False)
    with pytest.raises(RequestRefused, match="broken"):
        shop.send(GUEST, ids=IDS)
    assert lookup(shop.people, [GUEST]) == {}
    assert shop.send(GUEST, ids=IDS) == {f"customer:{ANN}": "cus_1"}
    assert sorted(admin.marks) == ["magento:address/7", "magento:address/8"]
    assert lookup(shop.people, [GUEST]) == {Address("customer", ANN): "cus_1"}


def test_somebody_elses_guest_is_not_taken_over() -> None:
    admin = Admin()
    admin.customer = {"id": "cus_1", "email": ANN, "metadata": None, "addresses": []}
    with pytest.raises(RequestRefused, match="already exists"):
        Shop(admin, companion=False).send(GUEST, ids=IDS)


def test_addresses_of_ours_become_the_wanted_ones_and_others_stay() -> None:
    admin = Admin()
    shop = Shop(admin, companion=False)
    shop.send(GUEST, ids=IDS)
    assert admin.customer is not None
    admin.customer["addresses"].append({"id": "mine", "metadata": None})
    kept = next(each["id"] for each in admin.customer["addresses"])
    wanted = [{**ADDRESS, "city": "Köln"}, {"id": "9", "city": "Ulm"}]
    changed = update(
        f"customer:{ANN}",
        "customer/12",
        "cus_1",
        addresses=([ADDRESS], wanted),
        groups=([], ["VIP"]),
    )
    shop.send(changed, ids=IDS)
    assert sorted(admin.marks) == ["magento:address/7", "magento:address/9"]
    by_id = {each["id"]: each for each in admin.customer["addresses"]}
    assert by_id.keys() >= {kept, "mine"}
    assert by_id[kept]["city"] == "Köln"
    assert admin.customer["groups"] == [{"id": "cg_1"}, {"id": "cg_2"}]


def test_nobody_is_put_into_a_group_twice() -> None:
    """Medusa would make a second row of it."""
    admin = Admin()
    shop = Shop(admin, companion=False)
    shop.send(GUEST, ids=IDS)
    admin.log.clear()
    changed = update(f"customer:{ANN}", "customer/12", "cus_1", groups=([], ["General"]))
    shop.send(changed, ids=IDS)
    assert ("POST", "/admin/customers/cus_1/customer-groups") not in admin.log
