"""What exists already is told by its mark, in bulk; and what `reconcile check` says of people."""

from __future__ import annotations

from typing import Any

import pytest
from medusa_people import Shop
from people_changes import create

from reconcile.errors import BadAnswer, RequestRefused
from reconcile.model import Address, Json
from reconcile.settings import OrdersMode
from reconcile.targets.medusa.lookup import lookup
from reconcile.targets.medusa.probe_people import probe_people

ORDER = create("order:100", "order/1", number="100")
SALES = [
    create("invoice:I1", "invoice/1", ["order:100"], order="100", number="I1"),
    create("shipment:S1", "shipment/1", ["order:100"], order="100", number="S1"),
    create("credit_memo:C1", "creditmemo/1", ["order:200"], order="200", number="C1"),
]


def marked(identity: str, mark: str | None) -> dict[str, Json]:
    return {"id": identity, "metadata": {"source_id": f"magento:{mark}"} if mark else None}


HELD = [
    {
        **marked("order_1", "order/1"),
        "number": "100",
        "payments": [marked("pay_0", None), marked("pay_1", "invoice/1")],
        "fulfillments": [marked("ful_9", "shipment/9")],
    },
    {**marked("order_2", "order/2"), "credit_lines": [marked("cl_1", "creditmemo/1")]},
]


def answered(noun: str, records: list[Any]) -> Any:
    return lambda *_: {noun: records, "count": len(records), "limit": 500}


def test_orders_and_what_is_in_them_are_found_by_their_marks() -> None:
    shop = Shop(answered("orders", HELD))
    assert lookup(shop.people, [ORDER, *SALES]) == {
        Address("order", "100"): "order_1",
        Address("invoice", "I1"): "pay_1",
        Address("credit_memo", "C1"): "cl_1",
    }
    asked = [dict(query) for _, path, query, _ in shop.session.requests if path.endswith("orders")]
    assert [(query.get("fields"), query["number[]"]) for query in asked] == [
        ("summary", "100"),
        (None, "100"),
        (None, "100"),
        (None, "200"),
    ]


def test_an_order_with_the_number_but_another_mark_is_not_it() -> None:
    """`foreign` is what the companion says of it."""
    for mark in ("order/77", None):
        shop = Shop(answered("orders", [marked("order_1", mark)]))
        assert lookup(shop.people, [ORDER]) == {}


def test_without_a_companion_no_order_was_ever_written() -> None:
    shop = Shop(answered("orders", HELD), companion=False)
    assert lookup(shop.people, [ORDER, *SALES]) == {}


def test_drafts_are_found_among_all_drafts() -> None:
    drafts = [marked("order_8", "order/8"), marked("order_9", "order/1")]
    shop = Shop(answered("draft_orders", drafts), mode=OrdersMode.DRAFT)
    assert lookup(shop.people, [ORDER]) == {Address("order", "100"): "order_9"}


def test_customers_are_found_by_their_marks() -> None:
    wanted = create("customer:a@b.c", "customer/1", email="a@b.c")
    held = [marked("cus_1", "customer/2"), marked("cus_2", "customer/1"), marked("cus_3", None)]
    shop = Shop(answered("customers", held))
    assert lookup(shop.people, [wanted]) == {Address("customer", "a@b.c"): "cus_2"}
    assert [dict(query).get("email[]") for _, _, query, _ in shop.session.requests][1:] == ["a@b.c"]


def findings(shop: Shop) -> dict[str, tuple[bool, str]]:
    return {each.subject: (each.ok, each.message) for each in probe_people(shop.people)}


def nothing(*_: Any) -> Json:
    raise AssertionError


def test_a_shop_with_the_companion_is_ready() -> None:
    assert {subject: ok for subject, (ok, _) in findings(Shop(nothing)).items()} == {
        "companion": True,
        "passwords": True,
    }


def test_a_shop_without_one_is_not_ready_for_orders() -> None:
    assert findings(Shop(nothing, companion=False))["companion"][0] is False


def test_another_protocol_is_a_finding() -> None:
    shop = Shop(nothing)

    def other() -> None:
        raise BadAnswer("speaks protocol 7", remedy="r")

    shop.people.companion.facts = other  # type: ignore[method-assign]
    assert findings(shop)["companion"] == (False, "speaks protocol 7")


REGION = {"id": "r1", "name": "Europe", "currency_code": "eur", "automatic_taxes": True}
PROMOTION = {"id": "p1", "code": "SALE", "is_automatic": True, "status": "active"}


@pytest.mark.parametrize(
    ("regions", "promotions", "ok", "words"),
    [
        ([REGION], [], {"draft orders": True, "promotions": True}, "eur alone; taxes are added"),
        ([], [], {"draft orders": False, "promotions": True}, "no region"),
        ([REGION], [PROMOTION], {"draft orders": True, "promotions": False}, "'SALE'"),
        (
            [REGION],
            [PROMOTION | {"is_automatic": False}, PROMOTION | {"status": "draft"}],
            {"draft orders": True, "promotions": True},
            "none that",
        ),
    ],
)
def test_what_would_change_drafts_is_named(
    regions: list[Any], promotions: list[Any], ok: dict[str, bool], words: str
) -> None:
    def answer(_method: str, path: str, _query: Any, _body: Json) -> Json:
        noun = path.rpartition("/")[2]
        records = {"regions": regions, "promotions": promotions}[noun]
        return {noun: records, "count": len(records)}

    found = findings(Shop(answer, companion=False, mode=OrdersMode.DRAFT))
    found.pop("companion")
    assert {subject: fine for subject, (fine, _) in found.items()} == ok
    assert words in " ".join(message for _, message in found.values())


def test_a_shop_that_refuses_is_no_shop_without_companion() -> None:
    def refuses(*_: Any) -> Json:
        raise RequestRefused("no", status=500)

    shop = Shop(refuses)
    with pytest.raises(RequestRefused):
        lookup(shop.people, [ORDER])
