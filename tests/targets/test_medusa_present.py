"""What is there right now is asked for in bulk; and whose place is taken, whoever took it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from medusa_people import Shop
from people_changes import create

from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.settings import OrdersMode
from reconcile.systems import UNTOUCHABLE
from reconcile.targets.medusa.list_readings import BELIEVED, ListReadings
from reconcile.targets.medusa.present import present
from reconcile.targets.medusa.taken import taken

EMPTY_LIST = {"prices": [], "count": 0}


def answered(**by_end: Json) -> Callable[..., Json]:
    """Answers by the last part of the path."""

    def answer(method: str, path: str, query: Any, body: Json) -> Json:
        found = by_end[path.rpartition("/")[2].replace("-", "_")]
        return found if isinstance(found, dict) else {path.rpartition("/")[2]: found, "count": 9}

    return answer


def asked(shop: Shop) -> list[str]:
    return [path for _, path, _, _ in shop.session.requests if path != "/admin/reconcile"]


def lists_of(shop: Shop, clock: Callable[[], float] = lambda: 0.0) -> ListReadings:
    return ListReadings(shop.people.client, clock)


def named(address: str, *fields: str, target_id: str, **refs: str) -> Change:
    parts = tuple(FieldChange(name, None, None) for name in fields)
    pointing = {key.replace("__", ":", 1): value for key, value in refs.items()}
    where = Address.parse(address)
    return Change(where, Action.UPDATE, parts, target_id=target_id, refs=pointing)


def test_many_records_are_one_request_that_asks_for_no_more_than_is_compared() -> None:
    products = [{"id": f"prod_{number}", "title": f"T{number}"} for number in range(100)]
    shop = Shop(answered(products={"products": products, "count": 100}))
    changes = [named(f"product:{n}", "title", target_id=f"prod_{n}") for n in range(101)]
    found = present(shop.people, lists_of(shop), changes)
    assert found == {Address("product", str(n)): {"title": f"T{n}"} for n in range(100)}
    ((_, _, query, _),) = shop.session.requests
    assert "." not in dict(query)["fields"]
    assert len([value for name, value in query if name == "id[]"]) == 101


def test_places_among_siblings_are_not_told() -> None:
    record = {"id": "c_1", "name": "Men", "handle": "men", "rank": 3}
    shop = Shop(answered(product_categories={"product_categories": [record], "count": 1}))
    change = named("category:men", "name", "rank", target_id="c_1")
    assert present(shop.people, lists_of(shop), [change]) == {change.address: {"name": "Men"}}


def test_an_order_and_all_in_it_is_one_reading() -> None:
    order = {
        "id": "order_1",
        "number": "100",
        "status": "pending",
        "touched": True,
        "payments": [
            {"id": "pay_1", "metadata": {"source_id": "magento:invoice/1"}, "captured_at": "x"}
        ],
    }
    shop = Shop(answered(orders=[order]))
    changes = [
        named("order:100", "status", target_id="order_1"),
        named("invoice:I1", "state", target_id="pay_1", order__100="order_1"),
        named("invoice:I2", "state", target_id="pay_2", order__100="order_1"),
    ]
    assert present(shop.people, lists_of(shop), changes) == {
        Address("order", "100"): {"status": "pending", UNTOUCHABLE: True},
        Address("invoice", "I1"): {"state": "paid", UNTOUCHABLE: True},
    }
    assert asked(shop) == ["/admin/reconcile/orders"]


def test_memberships_are_those_in_groups_of_ours() -> None:
    customer = {"id": "cus_1", "email": "a@b.c", "has_account": True, "groups": ["g_1", "g_2"]}
    groups = [
        {"id": "g_1", "name": "A", "metadata": {"source_id": "magento:group/1"}},
        {"id": "g_2", "name": "B", "metadata": None},
    ]
    shop = Shop(
        answered(customers=[customer], customer_groups={"customer_groups": groups, "count": 2})
    )
    change = named("customer:a@b.c", "groups", target_id="cus_1")
    found = present(shop.people, lists_of(shop), [change])
    assert found == {change.address: {"groups": '["g_1"]'}}


def list_price(number: int, amount: str) -> Json:
    variant = {"variant": {"id": f"v_{number}"}}
    return {
        "id": f"price_{number}",
        "amount": amount,
        "currency_code": "usd",
        "min_quantity": None,
        "max_quantity": None,
        "price_set": variant,
        "price_rules": [],
    }


def test_a_list_is_read_once_for_all_that_write_to_it_until_it_is_too_long_ago() -> None:
    prices = {"prices": [list_price(1, "5"), list_price(2, "6")], "count": 2}
    shop = Shop(answered(prices=prices))
    now = [0.0]
    lists = lists_of(shop, lambda: now[0])
    change = named(
        "list_price:S/A/usd/any",
        "amount",
        target_id="price_1",
        price_list__S="pl",
        variant__A="v_1",
    )
    for seconds, requests in ((0.0, 1), (BELIEVED - 1, 1), (BELIEVED + 1, 2)):
        now[0] = seconds
        found = present(shop.people, lists, [change])
        assert found == {change.address: {"amount": "5"}}
        assert len(shop.session.requests) == requests


@pytest.mark.parametrize(("variant", "there"), [("v_2", True), ("v_3", False), (None, False)])
def test_the_place_of_a_price_is_its_list_variant_currency_and_quantity(
    variant: str | None, there: bool
) -> None:
    shop = Shop(answered(prices={"prices": [list_price(2, "6")], "count": 1}))
    refs = {"price_list:S": "pl", "variant:B": variant}
    new = Change(Address("list_price", "S/B/usd/any"), Action.CREATE, (), refs=refs)
    found = taken(shop.people, lists_of(shop), [new])
    assert found == ({new.address: "price_2"} if there else {})


ACCOUNT = {"id": "cus_1", "email": "ann@x.test", "has_account": True, "metadata": None}
OURS = {**ACCOUNT, "metadata": {"source_id": "magento:customer/1"}}
GUEST = {**ACCOUNT, "id": "cus_2", "has_account": False}


@pytest.mark.parametrize(
    ("records", "there"),
    [([ACCOUNT], "cus_1"), ([OURS], "cus_1"), ([GUEST], None), ([GUEST, ACCOUNT], "cus_1")],
)
def test_an_account_that_somebody_opened_is_not_written_over(
    records: list[Json], there: str | None
) -> None:
    shop = Shop(answered(customers=records))
    new = create("customer:ann@x.test", "customer/1", email="ann@x.test", has_account=True)
    found = taken(shop.people, lists_of(shop), [new])
    assert found == ({new.address: there} if there else {})


@pytest.mark.parametrize("mark", ["magento:order/1", "magento:order/9", None])
def test_an_order_with_the_number_takes_its_place_whoever_made_it(mark: str | None) -> None:
    record = {"id": "order_1", "number": "100", "metadata": {"source_id": mark} if mark else None}
    shop = Shop(answered(orders=[record, {**record, "number": "7"}]))
    new = create("order:100", "order/1", number="100")
    assert taken(shop.people, lists_of(shop), [new]) == {new.address: "order_1"}


def test_drafts_are_looked_at_by_id_and_never_searched() -> None:
    record = {"id": "order_1", "email": "a@b.c", "metadata": {"reconcile_number": "100"}}
    drafts = {"draft_orders": [record], "count": 1}
    shop = Shop(answered(draft_orders=drafts), mode=OrdersMode.DRAFT)
    assert taken(shop.people, lists_of(shop), [create("order:100", "order/1", number="100")]) == {}
    assert shop.session.requests == []
    change = named("order:100", "email", target_id="order_1")
    found = present(shop.people, lists_of(shop), [change])
    assert found == {change.address: {"email": "a@b.c"}}
