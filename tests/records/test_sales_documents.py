"""Invoices, shipments and credit memos: amounts, and quantities of the order's own lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from magento_checkout import Bought, Row, Store, item, of_items, order
from people_shop import PeopleShop, Read, read
from small_shop import SmallShop

D = Decimal
Document = dict[str, Any]
NONE = Row(*[D(0)] * 5)


def shown(number: int, row: Row, quantity: str = "1", **over: Any) -> Document:
    return item(number, Bought(row.price, D(quantity)), row, **over)


def money(price: str, quantity: str = "1") -> Row:
    return Row(D(price) * D(quantity), D(0), D(0), D(0), D(price))


SIMPLE = [shown(1, money("10", "3"), "3")]
CONFIGURABLE = [
    shown(1, money("10", "2"), "2", product_type="configurable"),
    shown(2, NONE, "2", parent_item_id=1),
]
FIXED = [
    shown(1, money("30", "2"), "2", product_type="bundle"),
    shown(2, NONE, "2", parent_item_id=1),
    shown(3, NONE, "4", parent_item_id=1),
]
DYNAMIC = [
    shown(1, money("30", "2"), "2", product_type="bundle"),
    shown(2, money("10", "2"), "2", parent_item_id=1),
    shown(3, money("10", "4"), "4", parent_item_id=1),
]
THREE = [
    shown(1, money("30"), product_type="bundle"),
    *(shown(n, money("10"), parent_item_id=1) for n in (2, 3, 4)),
]
WITH_SERVICE = [
    shown(1, money("30"), product_type="bundle"),
    shown(2, money("20"), parent_item_id=1),
    shown(3, money("10"), parent_item_id=1, is_virtual=1, product_type="virtual"),
]


def document(quantities: dict[int, str], **over: Any) -> Document:
    return {
        "entity_id": 4,
        "increment_id": "000000009",
        "order_id": 1,
        "state": 2,
        "created_at": "2026-01-04 03:04:05",
        "updated_at": "2026-01-05 03:04:05",
        "order_currency_code": "USD",
        "base_currency_code": "USD",
        "grand_total": 10,
        "items": [{"order_item_id": n, "qty": D(q)} for n, q in quantities.items()],
        **over,
    }


def carried(
    tmp_path: Path, table: str, items: list[Document], *documents: Document, **over: Any
) -> Read:
    shop = PeopleShop(**over).add("orders", of_items(items, []))
    return read(shop.add(table, *documents).write(tmp_path), table.removesuffix("s"))


def rows(tmp_path: Path, table: str, items: list[Document], quantities: dict[int, str]) -> Any:
    found = carried(tmp_path, table, items, document(quantities))
    return {each["id"]: each["quantity"] for each in found.only["items"]}


@pytest.mark.parametrize(
    ("table", "items", "given", "expected"),
    [
        ("invoices", SIMPLE, {1: "2"}, {"1": "2"}),
        ("invoices", SIMPLE, {1: "0"}, {}),
        ("invoices", CONFIGURABLE, {1: "1", 2: "1"}, {"1": "1"}),
        ("shipments", CONFIGURABLE, {1: "2"}, {"1": "2"}),
        ("shipments", CONFIGURABLE, {2: "2"}, {"1": "2"}),
        ("invoices", FIXED, {1: "1", 2: "1", 3: "2"}, {"1": "1"}),
        ("credit_memos", FIXED, {1: "1", 2: "2", 3: "4"}, {"1": "1"}),
        ("shipments", FIXED, {1: "2"}, {"1": "2"}),
        ("shipments", FIXED, {2: "2"}, {"1": "1"}),
        ("shipments", FIXED, {2: "2", 3: "4"}, {"1": "2"}),
        ("shipments", FIXED, {3: "1"}, {"1": "0.25"}),
        ("invoices", DYNAMIC, {1: "2", 2: "2", 3: "4"}, {"1": "2"}),
        ("invoices", DYNAMIC, {1: "2", 2: "1", 3: "2"}, {"1": "1"}),
        ("credit_memos", DYNAMIC, {1: "2", 3: "2"}, {"1": "0.5"}),
        ("credit_memos", DYNAMIC, {1: "2", 2: "0", 3: "0"}, {}),
        ("shipments", DYNAMIC, {1: "2"}, {"1": "2"}),
        ("shipments", DYNAMIC, {2: "2"}, {"1": "1"}),
        ("shipments", WITH_SERVICE, {2: "1"}, {"1": "1"}),
        ("invoices", WITH_SERVICE, {1: "1", 2: "1"}, {"1": "0.5"}),
    ],
)
def test_items_are_quantities_of_lines(
    tmp_path: Path,
    table: str,
    items: list[Document],
    given: dict[int, str],
    expected: dict[str, str],
) -> None:
    assert rows(tmp_path, table, items, given) == expected


def test_what_is_sent_in_three_parts_is_sent_as_a_whole(tmp_path: Path) -> None:
    """A third has no end; the parts still give one."""
    sent = [document({n: "1"}, entity_id=n, increment_id=str(n)) for n in (2, 3, 4)]
    found = carried(tmp_path, "shipments", THREE, *sent)
    parts = [D(row["items"][0]["quantity"]) for row in found.rows]
    assert sum(parts) == 1
    assert parts == [D("0.3333"), D("0.3334"), D("0.3333")]


def test_an_item_told_twice_counts_twice(tmp_path: Path) -> None:
    twice = document({}) | {"items": [{"order_item_id": 1, "qty": 1}] * 2}
    found = carried(tmp_path, "shipments", SIMPLE, twice)
    assert found.only["items"] == [{"id": "1", "quantity": "2"}]


def test_items_the_order_does_not_have_are_counted(tmp_path: Path) -> None:
    found = carried(tmp_path, "invoices", SIMPLE, document({1: "1", 77: "1"}))
    assert found.only["items"] == [{"id": "1", "quantity": "1"}]
    assert found.notice("strange_items").samples == ("000000009",)


def test_without_its_order_nothing_is_said_of_items(tmp_path: Path) -> None:
    """The planner takes it out: the order that it names is not there."""
    found = carried(tmp_path, "invoices", SIMPLE, document({1: "1"}, order_id=99))
    assert (found.only["order"], found.only["items"]) == ("magento:order/99", [])
    assert found.notices == ()


@pytest.mark.parametrize(
    ("table", "state", "word"),
    [
        ("invoices", 1, "open"),
        ("invoices", "2", "paid"),
        ("invoices", 3, "canceled"),
        ("invoices", None, None),
        ("credit_memos", 1, "open"),
        ("credit_memos", 2, "refunded"),
        ("credit_memos", 3, "canceled"),
    ],
)
def test_states(tmp_path: Path, table: str, state: Any, word: str | None) -> None:
    found = carried(tmp_path, table, SIMPLE, document({}, state=state))
    assert found.only["state"] == word


def test_what_an_invoice_says(tmp_path: Path) -> None:
    """The compensation of an invoice holds that of its shipping, unlike the order's."""
    said = document(
        {1: "1"},
        subtotal=D("10"),
        discount_amount=D("-3.57"),
        discount_tax_compensation_amount=D("0.57"),
        shipping_discount_tax_compensation_amount=D("0.38"),
        shipping_amount=D("5"),
        tax_amount=D("2.28"),
        grand_total=D("14.28"),
        base_grand_total=D("15.50"),
        order_currency_code="EUR",
        transaction_id="ch_1",
        comments=[{"comment": "merci", "created_at": "2026-01-05 00:00:00", "entity_id": 1}],
    )
    row = carried(tmp_path, "invoices", SIMPLE, said).only
    assert (row["key"], row["source_id"], row["order"]) == (
        "000000009",
        "magento:invoice/4",
        "magento:order/1",
    )
    assert row["created_at"] == "2026-01-04T03:04:05.000Z"
    assert (row["currency_code"], row["amount"]) == ("eur", "14.28")
    assert row["totals"] == {
        "subtotal": "10",
        "discount": "3",
        "shipping": "5",
        "tax": "2.28",
        "grand_total": "14.28",
    }
    assert row["base_total"] == {"currency_code": "usd", "grand_total": "15.5"}
    assert row["transaction"] == "ch_1"
    assert row["comments"] == [{"created_at": "2026-01-05T00:00:00.000Z", "text": "merci"}]


def test_what_a_credit_memo_says(tmp_path: Path) -> None:
    """Without items, all of it is an adjustment."""
    said = document({}, grand_total=D("4.5"), adjustment_positive=5, adjustment_negative=D("0.5"))
    row = carried(tmp_path, "credit_memos", SIMPLE, said | {"invoice_id": 3}).only
    assert (row["source_id"], row["invoice"]) == ("magento:creditmemo/4", "magento:invoice/3")
    assert row["totals"] == {
        "subtotal": "0",
        "discount": "0",
        "shipping": "0",
        "tax": "0",
        "adjustment": "4.5",
        "grand_total": "4.5",
    }
    assert (row["adjustment_refund"], row["adjustment_fee"], row["items"]) == ("5", "0.5", [])


def test_yen(tmp_path: Path) -> None:
    said = document({}, grand_total=D("1190.75"), order_currency_code="JPY")
    assert carried(tmp_path, "invoices", SIMPLE, said).only["amount"] == "1191"


def test_what_a_shipment_says(tmp_path: Path) -> None:
    said = document(
        {1: "1"},
        extension_attributes={"source_code": "warehouse_2"},
        packages=[{"weight": 2}],
        tracks=[
            {"entity_id": 5, "carrier_code": "ups", "title": "UPS", "track_number": "1Z"},
            {"entity_id": 6, "carrier_code": "custom", "title": "By hand", "track_number": ""},
            {"title": "no id"},
        ],
    )
    row = carried(tmp_path, "shipments", SIMPLE, said).only
    assert row["source_id"] == "magento:shipment/4"
    assert (row["location"], row["source_code"]) == ("magento:source/warehouse_2", "warehouse_2")
    assert row["tracking"] == [
        {"id": "5", "carrier": "ups", "title": "UPS", "number": "1Z"},
        {"id": "6", "carrier": "custom", "title": "By hand"},
    ]
    assert row["packages"] == [{"weight": 2}]


@pytest.mark.parametrize(("msi", "location"), [(True, None), (False, "magento:source/default")])
def test_from_where_when_it_does_not_say(
    tmp_path: Path, location: str | None, *, msi: bool
) -> None:
    found = carried(tmp_path, "shipments", SIMPLE, document({1: "1"}), catalogue=SmallShop(msi=msi))
    assert found.only["location"] == location


def test_an_impossible_amount(tmp_path: Path) -> None:
    bad = document({1: "1"}, grand_total=D("1e20"))
    found = carried(tmp_path, "invoices", SIMPLE, bad, document({}, entity_id=5, increment_id="8"))
    assert [row["key"] for row in found.rows] == ["8"]
    assert found.said == ["skipped impossible_amount invoice:000000009"]
    assert found.unsound.rows() == [("000000009", "magento:invoice/4")]


def test_an_order_that_cannot_be_read_hinders_nothing(tmp_path: Path) -> None:
    broken = order(Store(), [Bought(D(10))]) | {"items": [{"item_id": 1, "price": D("1e30")}]}
    shop = PeopleShop().add("orders", broken).add("invoices", document({1: "1"}))
    assert read(shop.write(tmp_path), "invoice").only["items"] == []
