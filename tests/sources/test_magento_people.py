"""Rows of customers, orders and what happened to orders, in every form Magento may give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from sales_records import (
    Record,
    credit_memo,
    customer,
    invoice,
    items,
    order,
    shipment,
)

from reconcile.canonical import from_json
from reconcile.http.answers import parsed
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.customers import customer_row
from reconcile.sources.magento_rest.orders import order_row
from reconcile.sources.magento_rest.sales import sales_row
from reconcile.sources.magento_rest.wire import Unreadable, amount, calendar_date
from reconcile.systems import Row

KINDS: dict[str, tuple[Callable[..., Record], Callable[[Any], Row], pl.Schema]] = {
    "customers": (customer, customer_row, tables.CUSTOMERS),
    "orders": (order, order_row, tables.ORDERS),
    "invoices": (invoice, lambda one: sales_row(tables.INVOICES, one), tables.INVOICES),
    "shipments": (shipment, lambda one: sales_row(tables.SHIPMENTS, one), tables.SHIPMENTS),
    "credit_memos": (
        credit_memo,
        lambda one: sales_row(tables.CREDIT_MEMOS, one),
        tables.CREDIT_MEMOS,
    ),
}
"""Table -> what makes a record, what makes a row of it, its schema."""


def _answered(record: Record) -> Record:
    """A record as it comes out of an answer's body."""
    read: Record = parsed(json.dumps(record).encode())
    return read


def _row(table: str, **over: Any) -> Row:
    make, to_row, _ = KINDS[table]
    return to_row(_answered(make(7, **over)))


def _document(**over: Any) -> Any:
    return from_json(_row("orders", **over)["document"])


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (34, "34"),
        (Decimal("36.39"), "36.39"),
        (Decimal("2.8E-14"), "0.000000000000028"),
        (Decimal("-0.01"), "-0.01"),
        ("36.3900", "36.3900"),
        (" 12.5 ", "12.5"),
        ("2.8E-14", "0.000000000000028"),
        ("", None),
        ("12,50", None),
        ("NaN", None),
        ("1_000", None),
        ("\u0661", None),
        ("1e999999999", None),
        (True, None),
        (None, None),
        ([], None),
        ({}, None),
        (10**50, None),
    ],
)
def test_an_amount_is_a_decimal_or_nothing(value: Any, expected: str | None) -> None:
    assert amount(value) == expected
    assert expected is None or Decimal(expected) == Decimal(str(value).strip())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1973-12-15", "1973-12-15"),
        ("1973-12-15 00:00:00", "1973-12-15"),
        ("0000-00-00", None),
        ("", None),
        ("15.12.1973", None),
        (19731215, None),
        (None, None),
    ],
)
def test_calendar_date(value: Any, expected: str | None) -> None:
    assert calendar_date(value) == expected


def test_a_customer_as_magento_has_it() -> None:
    row = _row("customers", custom_attributes=[{"attribute_code": "club", "value": "gold"}])
    assert (row["id"], row["email"], row["firstname"], row["group_id"], row["gender"]) == (
        "7",
        "Zoe.7@Example.com",
        "Zoë",
        "1",
        "2",
    )
    assert (row["created_at"], row["dob"]) == ("2026-03-01T10:20:30Z", "1973-12-15")
    assert row["is_subscribed"] is True
    assert row["disable_auto_group_change"] is False
    assert from_json(row["addresses"]) == customer(7)["addresses"]
    assert from_json(row["custom_attributes"]) == {"club": "gold"}
    assert row["extension_attributes"] is None


def test_of_a_pending_confirmation_only_the_fact_is_kept() -> None:
    row = _row("customers", confirmation="secretlink")
    assert row["awaits_confirmation"] is True
    assert "secretlink" not in str(row)
    assert _row("customers")["awaits_confirmation"] is None


def test_extension_attributes_of_customers_stay() -> None:
    row = _row("customers", extension_attributes={"is_subscribed": False, "vip": {"level": 3}})
    assert row["is_subscribed"] is False
    assert from_json(row["extension_attributes"]) == {"vip": {"level": 3}}


def test_the_amounts_of_an_order_are_exact() -> None:
    row = _row("orders")
    amounts = {name: row[name] for name in tables.ORDER_AMOUNTS if row[name] is not None}
    assert amounts == {
        "grand_total": "36.05",
        "base_grand_total": "39.13",
        "subtotal": "34.5",
        "tax_amount": "0.000000000000028421709430404",
        "shipping_amount": "5",
        "discount_amount": "-3.45",
        "base_shipping_discount_tax_compensation_amount": "0.25",
        "total_due": "0",
    }
    assert row["base_to_order_rate"] == "0.9214"


def test_an_order_keeps_everything_but_repetitions_and_keys() -> None:
    kept = _document()
    whole = json.loads(json.dumps(order(7)), parse_float=lambda number: f"{Decimal(number):f}")
    del whole["protect_code"]
    del whole["items"][1]["parent_item"]
    del whole["extension_attributes"]["shipping_assignments"][0]["items"]
    assert kept == whole


STRANGE_PARENT = {"item_id": 9_999, "row_total": 1}


@pytest.mark.parametrize("parent", [STRANGE_PARENT, None, [], "x", {"item_id": None}])
def test_a_parent_that_is_not_in_the_list_stays(parent: Any) -> None:
    one = {**items(7)[1], "parent_item": parent}
    kept = {**one, "tax_amount": "0.000000000000028421709430404"}
    assert _document(items=[one, {"name": "without id"}])["items"][0] == kept


@pytest.mark.parametrize("listed", [None, [], {}, "x"])
def test_items_that_only_the_shipping_assignment_has_stay(listed: Any) -> None:
    [assignment] = _document(items=listed)["extension_attributes"]["shipping_assignments"]
    assert [each["item_id"] for each in assignment["items"]] == [70, 71]


def test_items_that_php_made_an_object_are_a_list() -> None:
    whole, gaps = items(7), {"0": items(7)[0], "3": items(7)[1]}
    assert _document(items=gaps)["items"] == _document(items=whole)["items"]


SECRET = "4111111111111111"


@pytest.mark.parametrize(
    "payment",
    [
        {"cc_number_enc": SECRET},
        {"cc_debug_request_body": SECRET},
        {"cc_debug_response_body": SECRET},
        {"cc_debug_response_serialized": SECRET},
        {"echeck_routing_number": SECRET},
        {"echeck_account_name": SECRET},
        {"extension_attributes": {"vault_payment_token": {"gateway_token": SECRET}, "fee": 2}},
    ],
)
def test_what_opens_something_is_left_out(payment: Record) -> None:
    row = _row("orders", protect_code=SECRET, payment={"method": "card", **payment})
    assert SECRET not in str(row)
    shown = from_json(row["document"])["payment"]
    assert shown["method"] == "card"
    assert shown.get("extension_attributes", {"fee": 2}) == {"fee": 2}


ODD_ORDERS: list[Record] = [
    {"items": None},
    {"items": []},
    {"items": {}},
    {"items": [None, "x", 3, {}]},
    {"items": 5},
    {"billing_address": None},
    {"billing_address": []},
    {"payment": []},
    {"payment": None},
    {"payment": {"extension_attributes": []}},
    {"extension_attributes": []},
    {"extension_attributes": {"shipping_assignments": None}},
    {"extension_attributes": {"shipping_assignments": [None, [], {"items": None}]}},
    {"increment_id": None},
    {"created_at": "0000-00-00 00:00:00", "updated_at": None},
    {"customer_id": None, "customer_is_guest": None, "customer_email": None},
    {"grand_total": "abc", "subtotal": [], "tax_amount": True, "total_due": {}},
    {"store_name": "\ud83d half of a pair"},
]


@pytest.mark.parametrize("odd", ODD_ORDERS, ids=str)
def test_an_odd_order_is_kept(odd: Record) -> None:
    row = _row("orders", **odd)
    assert row["id"] == "7"
    frame = pl.DataFrame([row], schema=tables.ORDERS, orient="row")
    assert from_json(frame["document"][0])["entity_id"] == 7
    for name in odd.keys() & {"increment_id", "created_at", "grand_total", "subtotal"}:
        assert row["number" if name == "increment_id" else name] is None


@pytest.mark.parametrize("table", KINDS)
def test_a_record_with_its_id_alone_has_nulls(table: str) -> None:
    _, to_row, schema = KINDS[table]
    row = to_row({"id" if table == "customers" else "entity_id": 7})
    assert set(row) <= set(schema)
    named = {name: value for name, value in row.items() if value is not None}
    assert named.pop("document", '{"entity_id":7}') == '{"entity_id":7}'
    assert named == {"id": "7"}


@pytest.mark.parametrize("table", KINDS)
@pytest.mark.parametrize("record", [None, {}, [], "x", {"id": None, "entity_id": ""}])
def test_a_record_without_an_id_is_unreadable(table: str, record: Any) -> None:
    with pytest.raises(Unreadable):
        KINDS[table][1](record)


def test_what_is_nested_too_deeply_is_unreadable() -> None:
    deep: Any = None
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(Unreadable, match="deep"):
        order_row({"entity_id": 1, "extra": deep})


@pytest.mark.parametrize("table", ["invoices", "shipments", "credit_memos"])
def test_what_happened_to_an_order_is_kept_whole(table: str) -> None:
    make, _, schema = KINDS[table]
    row = _row(table, state=2)
    assert (row["id"], row["number"], row["order_id"], row["state"]) == ("7", "000000007", "7", "2")
    assert list(row) == list(schema)
    whole = json.loads(json.dumps(make(7, state=2)), parse_float=lambda number: number)
    assert from_json(row["document"]) == whole
    if "grand_total" in schema:
        assert (row["grand_total"], row["currency"]) == ("36.05", "EUR")
