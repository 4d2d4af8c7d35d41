"""Orders and what is in them, as the companion is sent them, and what it answers."""

from __future__ import annotations

from typing import Any

import pytest
from medusa_people import Shop
from people_changes import create, update

from reconcile.errors import BadAnswer, RequestRefused
from reconcile.model import Json
from reconcile.settings import OrdersMode

ITEM = {
    "id": "7",
    "sku": "S",
    "title": "T",
    "quantity": "2",
    "subtotal": "10",
    "discount": "1",
    "tax": "0.72",
    "taxes": [{"code": "US", "rate": "8"}],
    "requires_shipping": True,
}
TOTALS = {"subtotal": "10", "grand_total": "9.72", "paid": "0", "refunded": "0", "due": "9.72"}
ORDER = create(
    "order:100",
    "order/1",
    ["customer:a@b.c", "sales_channel:Web"],
    number="100",
    email="a@b.c",
    customer="a@b.c",
    sales_channel="Web",
    status="completed",
    currency_code="usd",
    created_at="2026-11-01T00:00:00.000Z",
    billing_address={"first_name": "Ann", "country_code": "us"},
    items=[ITEM],
    totals=TOTALS,
    metadata__coupon="SALE",
)
INVOICE = create(
    "invoice:I1",
    "invoice/3",
    ["order:100"],
    order="100",
    number="I1",
    state="paid",
    created_at="2026-11-02T00:00:00.000Z",
    currency_code="usd",
    amount="9.72",
    items=[{"id": "7", "quantity": "2"}],
    totals={"grand_total": "9.72"},
)
SHIPMENT = create(
    "shipment:S1",
    "shipment/4",
    ["order:100", "stock_location:Main"],
    order="100",
    number="S1",
    created_at="2026-11-03T00:00:00.000Z",
    location="Main",
    items=[{"id": "7", "quantity": "2"}],
    tracking=[{"id": "9", "carrier": "ups", "title": "UPS", "number": "1Z"}],
)
MEMO = create(
    "credit_memo:C1",
    "creditmemo/5",
    ["order:100"],
    order="100",
    number="C1",
    state="refunded",
    created_at="2026-11-04T00:00:00.000Z",
    currency_code="usd",
    amount="5",
)
IDS = {
    "customer:a@b.c": "cus_1",
    "sales_channel:Web": "sc_1",
    "stock_location:Main": "sloc_1",
    "order:100": "order_1",
}


def nothing(*_: Any) -> Json:
    raise AssertionError


def test_a_new_order_takes_everything_along() -> None:
    (body,) = Shop(nothing).bodies(INVOICE, SHIPMENT, MEMO, ORDER, ids=IDS)
    assert (body["number"], body["source_id"]) == ("100", "magento:order/1")
    order = body["order"]
    assert {name: order[name] for name in ("email", "customer_id", "sales_channel_id")} == {
        "email": "a@b.c",
        "customer_id": "cus_1",
        "sales_channel_id": "sc_1",
    }
    assert order["metadata"] == {"coupon": "SALE", "source_id": "magento:order/1"}
    assert order["billing_address"]["country_code"] == "us"
    assert order["billing_address"]["city"] is None
    assert order["items"] == [
        {
            "source_id": "7",
            "variant_sku": "S",
            "title": "T",
            "quantity": "2",
            "unit_price": "5",
            "requires_shipping": True,
            "metadata": {},
            "tax_lines": [{"code": "US", "rate": "8", "description": "8 %"}],
            "adjustments": [{"code": "discount", "amount": "1", "description": "Discount"}],
        }
    ]
    assert (order["shipping_methods"], order["credit_lines"]) == ([], [])
    assert body["invoices"] == [
        {
            "number": "I1",
            "source_id": "magento:invoice/3",
            "state": "paid",
            "currency_code": "usd",
            "created_at": "2026-11-02T00:00:00.000Z",
            "amount": "9.72",
            "metadata": {
                "source_id": "magento:invoice/3",
                "reconcile_number": "I1",
                "reconcile_items": [{"id": "7", "quantity": "2"}],
                "reconcile_totals": {"grand_total": "9.72"},
            },
        }
    ]
    (shipment,) = body["shipments"]
    assert shipment["location_id"] == "sloc_1"
    assert shipment["items"] == [{"source_id": "7", "quantity": "2"}]
    assert [label["tracking_number"] for label in shipment["labels"]] == ["1Z"]
    assert shipment["metadata"]["reconcile_tracking"][0]["carrier"] == "ups"
    assert body["credit_memos"][0]["metadata"]["reconcile_state"] == "refunded"


def test_a_location_nobody_knows_is_left_to_the_companion() -> None:
    bare = create("shipment:S2", "shipment/5", ["order:100"], order="100", number="S2")
    (body,) = Shop(nothing).bodies(bare, ids=IDS)
    assert body["shipments"][0]["location_id"] is None
    assert body["shipments"][0]["metadata"]["reconcile_location"] == "chosen"


def test_later_changes_of_one_order_travel_together() -> None:
    """One order is never in two requests at once, and what is there is named by its id."""
    other = create("invoice:I9", "invoice/9", ["order:200"], order="200", number="I9", amount="1")
    shipped = update(
        "shipment:S1",
        "shipment/4",
        "ful_1",
        {"order:100": "order_1"},
        tracking=([], [{"id": "9", "number": "1Z"}]),
    )
    changed = update(
        "order:100", "order/1", "order_1", status=("pending", "completed"), locale=("de", None)
    )
    shop = Shop(nothing)
    phases = shop.units(INVOICE, shipped, other, changed)
    assert [
        (phase.name, [[str(c.address) for c in u.changes] for u in units])
        for phase, units in phases
    ] == [
        ("update orders", [["order:100", "invoice:I1", "shipment:S1"], ["invoice:I9"]]),
        (
            "update orders one by one",
            [["order:100"], ["invoice:I1"], ["invoice:I9"], ["shipment:S1"]],
        ),
    ]
    phase, units = phases[1]
    assert [phase.lane(unit) for unit in units] == ["100", "100", "200", "100"]
    bodies = shop.bodies(INVOICE, shipped, other, changed, ids={**IDS, "order:200": "order_2"})
    first, second = bodies
    assert (first["id"], first["source_id"]) == ("order_1", "magento:order/1")
    assert first["update"] == {"status": "completed", "locale": None}
    assert first["shipments"][0]["id"] == "ful_1"
    assert first["shipments"][0]["metadata"] == {
        "reconcile_tracking": [{"id": "9", "number": "1Z"}]
    }
    assert "items" not in first["shipments"][0]
    assert second.keys() == {"number", "id", "invoices"}


def test_metadata_that_goes_is_null() -> None:
    changed = update("order:100", "order/1", "order_1", metadata__coupon=("SALE", None))
    (body,) = Shop(nothing).bodies(changed, ids=IDS)
    assert body["update"] == {"metadata": {"coupon": None}}


def answered(*orders: Json) -> Any:
    return lambda *_: {"orders": list(orders)}


MADE = {
    "number": "100",
    "id": "order_1",
    "created": True,
    "invoices": {"I1": "pay_1"},
    "shipments": {"S1": "ful_1"},
    "credit_memos": {"C1": "cl_1"},
}
SECOND = create("order:200", "order/2", number="200", currency_code="usd", items=[])


def test_ids_of_orders_and_what_is_in_them_are_learned() -> None:
    shop = Shop(answered({"number": "200", "id": "order_2"}, MADE))
    assert shop.send(ORDER, INVOICE, SHIPMENT, MEMO, SECOND, ids=IDS) == {
        "order:100": "order_1",
        "invoice:I1": "pay_1",
        "shipment:S1": "ful_1",
        "credit_memo:C1": "cl_1",
        "order:200": "order_2",
    }
    assert [path for _, path, _ in shop.written] == ["/admin/reconcile/orders"]


def refused(code: str, message: str, *others: Json) -> Any:
    error = {"number": "100", "error": {"code": code, "message": message}}
    return answered(error, *others)


@pytest.mark.parametrize(
    ("code", "words"),
    [("touched", "was changed in Medusa"), ("foreign", "did not make"), ("invalid", "bad a***@e")],
)
def test_a_refused_record_says_why_and_tells_no_e_mail(code: str, words: str) -> None:
    shop = Shop(refused(code, "bad ann@example.com"))
    with pytest.raises(RequestRefused, match="order 100") as raised:
        shop.send(ORDER, ids=IDS)
    assert words in raised.value.message
    assert "ann@" not in str(raised.value)


def test_with_others_in_the_request_the_applier_is_left_to_find_the_one() -> None:
    """It splits what was refused. With a status it looks nothing up, for a record that was refused
    may be there in part."""
    shop = Shop(refused("touched", "t", {"number": "200", "id": "order_2"}))
    with pytest.raises(RequestRefused, match="1 of 2 orders") as raised:
        shop.send(ORDER, SECOND, ids=IDS)
    assert raised.value.status == 200


def test_an_answer_without_one_of_the_orders_is_no_answer() -> None:
    with pytest.raises(BadAnswer, match="each order"):
        Shop(answered({"number": "999", "id": "x"})).send(ORDER, ids=IDS)


def totals_change(**moved: str) -> Any:
    return update("order:100", "order/1", "order_1", totals=(TOTALS, {**TOTALS, **moved}))


def test_what_was_paid_follows_from_invoices() -> None:
    shop = Shop(answered({"number": "100", "id": "order_1"}))
    assert shop.send(totals_change(paid="9.72", due="0"), ids=IDS) == {"order:100": "order_1"}


def test_amounts_that_changed_after_all_are_refused_before_anything_is_sent() -> None:
    shop = Shop(nothing)
    with pytest.raises(RequestRefused, match=r"order 100 changed .*\(grand_total, subtotal\)"):
        shop.send(totals_change(subtotal="11", grand_total="10.72"), ids=IDS)
    assert shop.written == []


def test_orders_are_not_sent_to_a_shop_without_companion() -> None:
    shop = Shop(nothing, companion=False)
    guard = shop.phases[0]
    with pytest.raises(RequestRefused, match="no companion") as raised:
        guard.units([INVOICE])
    assert "reconcile companion install" in raised.value.remedy


def test_nobody_is_asked_when_there_are_no_people_in_a_plan() -> None:
    shop = Shop(nothing)
    shop.units(create("product_tag:new", "tag/1", value="new"))
    assert shop.session.requests == []


REGIONS = [
    {"id": "reg_1", "currency_code": "eur", "automatic_taxes": False},
    {"id": "reg_2", "currency_code": "usd", "automatic_taxes": True},
    {"id": "reg_3", "currency_code": "usd", "automatic_taxes": False},
]
FEE = {"id": "fee", "name": "Fee", "amount": "2"}
GIFT = {"id": "gift", "name": "Gift card", "amount": "-5"}
SHIPPING = {
    "id": "shipping",
    "name": "UPS",
    "amount": "5",
    "discount": "0",
    "tax": "0",
    "taxes": [],
}


def drafted() -> tuple[Shop, list[Json]]:
    def answer(method: str, path: str, _query: Any, _body: Json) -> Json:
        if path == "/admin/regions":
            return {"regions": REGIONS, "count": len(REGIONS)}
        return {"draft_order": {"id": "order_9"}}

    shop = Shop(answer, companion=False, mode=OrdersMode.DRAFT)
    values = {path: after for path, after in ORDER.after.items() if "." not in path}
    parts = {"shipping_methods": [SHIPPING], "adjustments": [FEE, GIFT]}
    change = create("order:100", "order/1", list(ORDER.refs), **{**values, **parts})
    assert shop.send(change, ids=IDS) == {"order:100": "order_9"}
    return shop, [body for _, _, body in shop.written]


def test_a_draft_shows_gross_prices_and_keeps_what_it_stands_for() -> None:
    _, (body, _) = drafted()
    assert [(item["title"], item["quantity"], item["unit_price"]) for item in body["items"]] == [
        ("T", 2, "4.86"),
        ("UPS", 1, "5"),
        ("Fee", 1, "2"),
    ]
    assert all(
        item.keys() == {"title", "quantity", "unit_price", "metadata"} for item in body["items"]
    )
    assert (body["region_id"], body["no_notification_order"]) == ("reg_3", True)
    assert body["metadata"]["source_id"] == "magento:order/1"
    assert body["metadata"]["reconcile_number"] == "100"
    assert body["metadata"]["reconcile_totals"] == TOTALS
    assert body["metadata"]["reconcile_adjustments"] == [FEE, GIFT]
    assert body["customer_id"] == "cus_1"


def test_the_e_mail_of_a_draft_comes_second() -> None:
    """Told at once, Medusa would make a customer of it that nobody asked for."""
    shop, (first, second) = drafted()
    assert "email" not in first
    assert second == {"email": "a@b.c"}
    assert [path for _, path, _ in shop.written] == [
        "/admin/draft-orders",
        "/admin/draft-orders/order_9",
    ]


def test_drafts_are_never_converted_and_have_nothing_in_them() -> None:
    shop = Shop(nothing, companion=False, mode=OrdersMode.DRAFT)
    assert shop.units(INVOICE, SHIPMENT, MEMO) == []
