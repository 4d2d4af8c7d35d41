"""Customers through the companion: what is written, what is refused, and that nobody hears."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from companion_shop import (
    HEADERS,
    PATH,
    CompanionShop,
    account,
    address,
    companion_shop,
    marks,
    record,
)

from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

_numbers = count(1)
DEFAULTS = ("is_default_billing", "is_default_shipping")


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[CompanionShop]:
    with companion_shop(live_sandbox, tmp_path_factory.mktemp("companion")) as made:
        yield made


@pytest.fixture
def number() -> int:
    """Of a customer that no other test knows."""
    return next(_numbers)


def created(shop: CompanionShop, number: int, **parts: object) -> dict[str, Any]:
    (told,) = shop.write(record(number, **parts))
    assert told.get("created") is True, told
    return shop.customer(told["id"])


def group(shop: CompanionShop, name: str) -> str:
    made = shop.post("/admin/customer-groups", {"name": name})
    return str(made.json()["customer_group"]["id"])


def stranger(shop: CompanionShop, email: str) -> str:
    """Somebody's account, made by hand."""
    made = shop.post("/admin/customers", {"email": email, "first_name": "Own"})
    return str(made.json()["customer"]["id"])


def test_a_customer_has_all_that_was_sent(shop: CompanionShop, number: int) -> None:
    members = group(shop, f"Members {number}")
    found = created(shop, number, groups={"add": [members]})
    sent = record(number)
    for name in ("email", "first_name", "last_name", "company_name", "phone", "created_at"):
        assert found[name] == sent["customer"][name]
    assert found["has_account"] is True
    assert found["metadata"] == {"kept": "1", "gone": "2", "source_id": sent["source_id"]}
    assert (found["groups"], found["login"]) == ([members], "reset")
    for wanted in sent["addresses"]:
        mark = wanted.pop("source_id")
        (held,) = [each for each in found["addresses"] if each["metadata"] == {"source_id": mark}]
        assert {name: held[name] for name in wanted} == wanted


def test_the_same_again_changes_nothing(shop: CompanionShop, number: int) -> None:
    members = group(shop, f"Members {number}")
    before = created(shop, number, groups={"add": [members]})
    (told,) = shop.write(record(number, groups={"add": [members]}))
    assert told == {"email": before["email"], "id": before["id"], "created": False}
    assert shop.customer(before["id"]) == before
    rows = shop.sql("select 1 from customer_group_customer where customer_id = %s", before["id"])
    assert len(rows) == 1


def test_what_is_changed_is_changed_and_the_rest_stays(shop: CompanionShop, number: int) -> None:
    before = created(shop, number)
    changes = {"last_name": "New", "phone": None, "metadata": {"gone": None, "added": {"a": ["1"]}}}
    shop.write(record(number, id=before["id"], customer=changes, addresses=None, login=None))
    after = shop.customer(before["id"])
    assert after["metadata"] == {
        "kept": "1",
        "added": {"a": ["1"]},
        "source_id": record(number)["source_id"],
    }
    assert (after["last_name"], after["phone"]) == ("New", None)
    for name in ("email", "first_name", "created_at", "has_account", "addresses", "login"):
        assert after[name] == before[name]


def test_when_an_account_was_made_is_told_once(shop: CompanionShop, number: int) -> None:
    before = created(shop, number)
    later = account(before["email"], created_at="2020-01-01T00:00:00.000Z", has_account=False)
    shop.write(record(number, id=before["id"], customer=later))
    after = shop.customer(before["id"])
    assert (after["created_at"], after["has_account"]) == (before["created_at"], True)


def test_one_found_by_its_mark_may_have_another_address(shop: CompanionShop, number: int) -> None:
    before = created(shop, number)
    shop.sql("update customer set email = %s where id = %s", f"moved{number}@x.org", before["id"])
    (told,) = shop.write(record(number, addresses=None, login=None))
    assert (told["id"], told["created"]) == (before["id"], False)


def test_addresses_of_ours_become_those_that_are_sent(shop: CompanionShop, number: int) -> None:
    before = created(shop, number)
    own = {"first_name": "Own", "address_1": "9 Own Street", "country_code": "us"}
    shop.post(f"/admin/customers/{before['id']}/addresses", own)
    others = {**own, "metadata": {"source_id": "elsewhere:address/1"}}
    shop.post(f"/admin/customers/{before['id']}/addresses", others)
    kept, added = address(number * 10 + 2, city="Dallas"), address(number * 10 + 3)
    shop.write(record(number, id=before["id"], addresses=[kept, added]))
    found = shop.customer(before["id"])["addresses"]
    assert marks(found) == [None, "elsewhere:address/1", kept["source_id"], added["source_id"]]
    cities = {marks([each])[0]: each["city"] for each in found}
    assert cities[kept["source_id"]] == "Dallas"
    ids = {marks([each])[0]: each["id"] for each in before["addresses"]}
    assert ids[kept["source_id"]] in {each["id"] for each in found}
    rows = shop.sql("select 1 from customer_address where customer_id = %s", before["id"])
    assert len(rows) == 4


def test_an_address_of_the_same_content_is_adopted(shop: CompanionShop, number: int) -> None:
    before = created(shop, number, addresses=[])
    wanted = address(number * 10 + 1, is_default_shipping=True)
    same = {
        name: part for name, part in wanted.items() if part and name not in ("source_id", *DEFAULTS)
    }
    shop.post(f"/admin/customers/{before['id']}/addresses", {**same, "address_name": "Home"})
    (made,) = shop.customer(before["id"])["addresses"]
    shop.write(record(number, id=before["id"], addresses=[wanted]))
    (found,) = shop.customer(before["id"])["addresses"]
    assert (found["id"], found["address_name"]) == (made["id"], "Home")
    assert found["metadata"] == {"source_id": wanted["source_id"]}
    assert found["is_default_shipping"] is True


def test_defaults_change_places(shop: CompanionShop, number: int) -> None:
    first, second = number * 10 + 1, number * 10 + 2
    billing, shipping = ({flag: True} for flag in DEFAULTS)
    before = created(
        shop, number, addresses=[address(first, **billing), address(second, **shipping)]
    )
    swapped = [address(first, **shipping), address(second, **billing)]
    assert shop.error(record(number, id=before["id"], addresses=swapped)) == ""
    found = {marks([each])[0]: each for each in shop.customer(before["id"])["addresses"]}
    for wanted in swapped:
        held = found[wanted["source_id"]]
        assert {flag: held[flag] for flag in DEFAULTS} == {flag: wanted[flag] for flag in DEFAULTS}


def test_a_default_of_the_customers_own_gives_way(shop: CompanionShop, number: int) -> None:
    before = created(shop, number, addresses=[])
    own = {"address_1": "9 Own Street", "country_code": "us", "is_default_billing": True}
    shop.post(f"/admin/customers/{before['id']}/addresses", own)
    ours = address(number * 10 + 1, is_default_billing=True)
    assert shop.error(record(number, id=before["id"], addresses=[ours])) == ""
    flags = {
        marks([a])[0]: a["is_default_billing"] for a in shop.customer(before["id"])["addresses"]
    }
    assert flags == {None: False, ours["source_id"]: True}


def test_groups_are_joined_once_and_left(shop: CompanionShop, number: int) -> None:
    stays, goes, comes = (group(shop, f"{name} {number}") for name in ("stays", "goes", "comes"))
    before = created(shop, number, groups={"add": [stays, goes]})
    groups = {"add": [comes, stays, comes], "remove": [goes]}
    shop.write(record(number, id=before["id"], groups=groups))
    assert shop.customer(before["id"])["groups"] == sorted([stays, comes])
    rows = shop.sql("select 1 from customer_group_customer where customer_id = %s", before["id"])
    assert len(rows) == 2


def test_two_requests_at_once_make_no_twins(shop: CompanionShop) -> None:
    members = group(shop, "Raced")
    records = [record(next(_numbers), groups={"add": [members]}) for _ in range(20)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shop.write(*records), range(4)))
    ids = [[each["id"] for each in told] for told in answers]
    assert ids.count(ids[0]) == 4
    assert sorted(sum(each["created"] for each in told) for told in answers) == [0, 0, 0, 20]
    for identity in ids[0]:
        found = shop.customer(identity)
        assert len(found["addresses"]) == 2
        member = "select 1 from customer_group_customer where customer_id = %s"
        assert len(shop.sql(member, identity)) == 1


@pytest.mark.parametrize("table", ["provider_identity", "customer", "customer_address"])
def test_what_the_database_refuses_is_told_without_values(
    shop: CompanionShop, number: int, table: str
) -> None:
    """Its own words would be the whole statement, password hash, name and street included."""
    shop.sql(
        "create function refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'refused: %%', new using errcode = '23514'; end $$"
    )
    shop.sql(
        f"create trigger refuse before insert on {table} for each row execute function refuse()"
    )
    try:
        (told,) = shop.write(record(number, login=CARRIED))
    finally:
        shop.sql("drop function refuse cascade")
    message = told["error"]["message"]
    assert "23514" in message
    for secret in (HASH, "0" * 64, "O'Hara", "Main Street", f"c{number}@"):
        assert secret not in message
    assert shop.error(record(number, login=CARRIED)) == ""
    assert shop.listed(**{"email[]": f"c{number}@example.com"})[0]["login"] == f"carried:{'0' * 16}"


def test_a_bad_record_takes_no_other_with_it(shop: CompanionShop) -> None:
    fine = [record(next(_numbers)) for _ in range(3)]
    bad = record(next(_numbers), addresses=[address(1, city="a\0b")])  # PostgreSQL takes none
    told = shop.write(fine[0], bad, *fine[1:])
    assert [("error" in each, each.get("created")) for each in told] == [
        (False, True),
        (True, None),
        (False, True),
        (False, True),
    ]


HASH = f"{'0' * 64}:salt:1"
CARRIED = {"kind": "carried", "seal": "0" * 16, "hash": HASH}
INVALID: dict[str, dict[str, Any]] = {
    "no e-mail": {"email": ""},
    "no source id": {"source_id": None},
    "time": {"customer": {"email": "a@x.org", "created_at": "yesterday"}},
    "name": {"customer": {"email": "a@x.org", "first_name": {"no": "text"}}},
    "country": {"addresses": [address(1, country_code=1)]},
    "address without mark": {"addresses": [address(1, source_id=None)]},
    "two addresses of one mark": {"addresses": [address(1), address(1)]},
    "two defaults": {"addresses": [address(n, is_default_billing=True) for n in (1, 2)]},
    "groups": {"groups": {"add": "all"}},
    "login": {"login": {"kind": "own"}},
    "no seal": {"login": {**CARRIED, "seal": None}},
    "malformed hash": {"login": {**CARRIED, "hash": "secret-text"}},
    "hash of another system": {"login": {**CARRIED, "hash": "$2y$10$abcdefghijklmnopqrstuv"}},
    "absurd argon2": {"login": {**CARRIED, "hash": f"{'0' * 64}:salt:3_32_2_99999999999"}},
}


@pytest.mark.parametrize("parts", INVALID.values(), ids=INVALID.keys())
def test_what_is_not_of_the_protocol_is_refused(
    shop: CompanionShop, number: int, parts: dict[str, Any]
) -> None:
    sent = record(number) | parts
    (told,) = shop.write(sent)
    assert told["error"]["code"] == "invalid"
    assert "secret-text" not in told["error"]["message"]
    assert shop.listed(**{"email[]": f"c{number}@example.com"}) == []


@pytest.mark.parametrize("body", [[], {"customers": {}}, {"customers": ["x"]}, {}])
def test_a_body_that_is_no_list_is_refused_whole(shop: CompanionShop, body: object) -> None:
    answer = shop.post(PATH, body, **HEADERS)
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid_data")


def test_an_account_of_somebody_else_is_left_alone(shop: CompanionShop, number: int) -> None:
    created(shop, number)
    other = record(number, source_id="magento:customer/999999")
    assert shop.error(other) == "foreign"
    by_id = record(
        number, source_id="magento:customer/999999", id=shop.write(record(number))[0]["id"]
    )
    assert shop.error(by_id) == "foreign"


def test_who_signed_up_again_takes_over_the_account_that_is_named(
    shop: CompanionShop, number: int
) -> None:
    """A customer deleted in the source comes back under the same address with another id."""
    before = created(shop, number)
    again = record(number, source_id="magento:customer/999998", id=before["id"])
    assert shop.error(again | {"replaces": "magento:customer/999997"}) == "foreign"
    former = before["metadata"]["source_id"]
    assert shop.error(again | {"replaces": former}) == ""
    assert shop.customer(before["id"])["metadata"]["source_id"] == again["source_id"]


def test_an_account_without_a_mark_is_adopted_by_its_id_alone(
    shop: CompanionShop, number: int
) -> None:
    email = f"c{number}@example.com"
    identity = stranger(shop, email)
    shop.sql("update customer set has_account = true where id = %s", identity)
    assert shop.error(record(number)) == "foreign"
    assert shop.customer(identity)["first_name"] == "Own"
    assert shop.error(record(number, id=identity)) == ""
    assert shop.customer(identity)["metadata"]["source_id"] == f"magento:customer/{number}"


def test_a_guest_of_the_same_e_mail_stays_as_it_is(shop: CompanionShop, number: int) -> None:
    guest = stranger(shop, f"c{number}@example.com")
    before = shop.customer(guest)
    made = created(shop, number)
    assert made["id"] != guest
    shop.write(record(number, id=made["id"], customer={"email": f"new{number}@example.com"}))
    assert shop.customer(guest) == before


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"id": "cus_none"}, "not_found"),
        ({"customer": None, "addresses": None, "login": None}, "not_found"),
        ({"groups": {"add": ["cusgroup_none"]}}, "unknown_group"),
    ],
)
def test_what_is_not_there_is_named(
    shop: CompanionShop, number: int, parts: dict[str, Any], code: str
) -> None:
    assert (
        shop.error(record(number, **parts) if parts != {"customer": None} else _bare(number))
        == code
    )


def _bare(number: int) -> dict[str, Any]:
    return {"email": f"c{number}@example.com", "source_id": f"magento:customer/{number}"}


def test_one_customer_stands_in_a_request_once(shop: CompanionShop, number: int) -> None:
    told = shop.write(record(number), record(number))
    assert ["error" in each for each in told] == [False, True]
    assert told[1]["error"]["code"] == "duplicate"


def test_a_new_address_moves_the_login(shop: CompanionShop, number: int) -> None:
    before = created(shop, number)
    email = f"new{number}@example.com"
    shop.write(record(number, id=before["id"], customer={"email": email}))
    after = shop.customer(before["id"])
    assert (after["email"], after["login"]) == (email, "reset")
    (row,) = shop.sql(
        "select entity_id from provider_identity p join auth_identity a on a.id = auth_identity_id"
        " where app_metadata->>'customer_id' = %s",
        before["id"],
    )
    assert row == (email,)


def test_a_login_of_medusas_own_moves_too_and_still_lets_in(
    shop: CompanionShop, number: int
) -> None:
    made = created(shop, number, login=None)
    own_login(shop, made["id"], made["email"], "own secret")
    assert shop.customer(made["id"])["login"] == "own"
    email = f"new{number}@example.com"
    assert shop.error(record(number, id=made["id"], customer={"email": email})) == ""
    assert shop.login(made["email"], "own secret").status_code == 401
    assert shop.login(email, "own secret").status_code == 200
    assert shop.customer(made["id"])["login"] == "own"


def own_login(shop: CompanionShop, customer_id: str, email: str, password: str) -> None:
    """As registering does: an identity, then the customer in it."""
    body = {"email": email, "password": password}
    assert shop.post("/auth/customer/emailpass/register", body).status_code == 200
    shop.sql(
        "update auth_identity set app_metadata = jsonb_build_object('customer_id', %s::text)"
        " where id = (select auth_identity_id from provider_identity where entity_id = %s)",
        customer_id,
        email,
    )


@pytest.mark.parametrize("login", [{"kind": "reset"}, CARRIED], ids=["reset", "carried"])
def test_a_login_that_is_there_is_never_overwritten(
    shop: CompanionShop, number: int, login: dict[str, str]
) -> None:
    made = created(shop, number, login=None)
    own_login(shop, made["id"], made["email"], "own secret")
    assert shop.error(record(number, id=made["id"], login=login)) == ""
    assert shop.login(made["email"], "own secret").status_code == 200
    assert shop.customer(made["id"])["login"] == "own"


def test_a_login_somebody_began_to_make_is_not_given_to_the_customer(
    shop: CompanionShop, number: int
) -> None:
    """Else whoever registers first with a stranger's address would get the stranger's account."""
    body = {"email": f"c{number}@example.com", "password": "mine"}
    assert shop.post("/auth/customer/emailpass/register", body).status_code == 200
    assert shop.error(record(number)) == "login_taken"
    (found,) = shop.listed(**{"email[]": f"c{number}@example.com"})
    assert (found["login"], len(found["addresses"])) == (None, 2)


def test_an_address_that_is_taken_is_not_moved_to(shop: CompanionShop) -> None:
    one, two = next(_numbers), next(_numbers)
    created(shop, one)
    before = created(shop, two)
    taken = record(two, id=before["id"], customer={"email": f"c{one}@example.com"})
    assert shop.error(taken) == "email_taken"
    elsewhere = shop.medusa.admin_email
    taken = record(two, id=before["id"], customer={"email": elsewhere})
    assert shop.error(taken) == "login_taken"
    assert shop.customer(before["id"]) == before


def test_a_guest_gets_no_login(shop: CompanionShop, number: int) -> None:
    guest = account(f"c{number}@example.com", has_account=False)
    assert shop.error(record(number, customer=guest)) == "no_account"
    (found,) = shop.listed(**{"email[]": guest["email"]})
    assert (found["has_account"], found["login"]) == (False, None)


def test_the_list_goes_on_after_an_id(shop: CompanionShop) -> None:
    numbers = [next(_numbers) for _ in range(5)]
    shop.write(*(record(number) for number in numbers))
    whole = [each["id"] for each in shop.listed(limit=1000)]
    assert whole == sorted(whole)
    walked: list[str] = []
    while page := shop.listed(limit=2, **({"after": walked[-1]} if walked else {})):
        walked += [each["id"] for each in page]
    assert walked == whole


def test_the_list_is_narrowed(shop: CompanionShop) -> None:
    numbers = [next(_numbers) for _ in range(4)]
    shop.write(*(record(number) for number in numbers))
    shop.write(record(numbers[0], customer={"metadata": {"colour": "red"}}))
    emails = {f"c{number}@example.com" for number in numbers[1:3]}
    assert {each["email"] for each in shop.listed(**{"email[]": list(emails)})} == emails
    marked = [f"magento:customer/{number}" for number in numbers]
    answer = shop.get(PATH, {"source_id[]": marked, "limit": 3}, **HEADERS).json()
    assert (len(answer["customers"]), answer["count"], answer["limit"]) == (3, 4, 3)
    (red,) = shop.listed(**{"metadata[colour]": "red"})
    assert red["email"] == f"c{numbers[0]}@example.com"


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1"])
def test_an_odd_limit_is_refused(shop: CompanionShop, limit: str) -> None:
    assert shop.get(PATH, {"limit": limit}, **HEADERS).status_code == 400


def test_deleted_customers_are_not_listed_nor_found(shop: CompanionShop, number: int) -> None:
    made = created(shop, number)
    shop.sql("update customer set deleted_at = now() where id = %s", made["id"])
    assert shop.listed(**{"email[]": made["email"]}) == []
    assert shop.error(record(number, id=made["id"])) == "not_found"


def test_nobody_hears_of_any_of_it(shop: CompanionShop, number: int) -> None:
    """The recorder hears what the Admin API does, and nothing of what the companion does."""
    members = group(shop, f"Quiet {number}")
    before = len(shop.events())
    made = created(shop, number, groups={"add": [members]})
    changes = {
        "id": made["id"],
        "customer": {"email": "quiet@example.com", "metadata": {"a": "b"}},
        "addresses": [address(number * 10 + 2, is_default_billing=True), address(1)],
        "groups": {"remove": [members]},
    }
    assert shop.error(record(number, **changes)) == ""
    heard = {each["data"]["id"] for each in shop.events()[before:]}
    assert heard == set()
    by_hand = stranger(shop, "heard@example.com")
    heard = {each["data"]["id"] for each in shop.events()[before:]}
    assert heard == {by_hand}
