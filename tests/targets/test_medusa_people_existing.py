"""Customers, orders and what is in them, as plans compare them."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from medusa_fakes import HandMade

from reconcile.canonical import from_json, to_json
from reconcile.entities import ENTITY_BY_NAME
from reconcile.targets.medusa import existing
from reconcile.targets.medusa.existing import nested

COMPANION = [{"version": "1.0.0", "protocol": 1}]


def rows(tables: HandMade, entity: str, *fields: str) -> list[dict[str, Any]]:
    return existing(tables, ENTITY_BY_NAME[entity], fields).collect().to_dicts()


def customer(identity: str, email: str, *, account: bool, **columns: Any) -> dict[str, Any]:
    mark = columns.pop("mark", None)
    metadata = to_json({"source_id": mark}) if mark else None
    return {
        "id": identity,
        "email": email,
        "has_account": account,
        "metadata": metadata,
        "addresses": "[]",
        "groups": "[]",
        **columns,
    }


PEOPLE = [
    customer("c1", "Ann@Example.com ", account=True),
    customer("c2", "bob@example.com", account=False, mark="magento:customer/2"),
    customer("c3", "ann@example.com", account=False),
]


@pytest.mark.parametrize(
    ("companion", "guest"), [(COMPANION, "guest/ann@example.com"), ([], "ann@example.com")]
)
def test_who_is_who(companion: list[Any], guest: str) -> None:
    """Only where accounts can be made is a guest that nobody marked somebody else."""
    found = rows(HandMade(customers=PEOPLE, companion=companion), "customer")
    assert [(row["key"], row["source_id"], row["managed"]) for row in found] == [
        ("ann@example.com", None, False),
        ("bob@example.com", "magento:customer/2", True),
        (guest, None, False),
    ]


def test_only_addresses_and_groups_of_ours_are_looked_at() -> None:
    addresses = [
        {
            "id": "a1",
            "metadata": {"source_id": "magento:address/7"},
            "first_name": "Ann",
            "company": "",
            "address_2": None,
            "is_default_billing": True,
            "is_default_shipping": None,
            "address_name": "home",
        },
        {"id": "a2", "metadata": None, "first_name": "By hand"},
        {"id": "a3", "metadata": {"source_id": "12"}, "country_code": "de"},
    ]
    tables = HandMade(
        customers=[
            customer(
                "c", "a@b.c", account=True, addresses=to_json(addresses), groups='["g1","g2","g3"]'
            )
        ],
        customer_groups=[
            {"id": "g1", "metadata": to_json({"source_id": "magento:group/1"})},
            {"id": "g2", "metadata": None},
            {"id": "g3", "metadata": to_json({"source_id": "magento:group/3"})},
        ],
    )
    (row,) = rows(tables, "customer", "addresses", "groups")
    assert from_json(row["addresses"]) == [
        {"id": "7", "first_name": "Ann", "is_default_billing": True, "is_default_shipping": False},
        {
            "id": "12",
            "country_code": "de",
            "is_default_billing": False,
            "is_default_shipping": False,
        },
    ]
    assert row["groups"] == '["g1","g3"]'


def order(**columns: Any) -> dict[str, Any]:
    nested_columns = {name: to_json(value) for name, value in columns.items() if _nests(value)}
    return {
        "id": "order_1",
        "number": "100",
        "currency_code": "usd",
        "touched": False,
        "is_draft": False,
        **columns,
        **nested_columns,
    }


def _nests(value: Any) -> bool:
    return isinstance(value, (dict, list))


def test_an_order_is_who_it_is_without_a_look_at_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are worked out record by record, which takes time."""
    looked: list[str] = []

    def watched(text: str | None) -> Any:
        looked.append(text or "")
        return from_json(text)

    monkeypatch.setattr(nested, "from_json", watched)
    tables = HandMade(
        orders=[
            order(
                metadata={"source_id": "magento:order/1"}, items=[], customer_id="c", touched=True
            )
        ]
    )
    assert rows(tables, "order", "customer", "sales_channel") == [
        {
            "target_id": "order_1",
            "key": "100",
            "source_id": "magento:order/1",
            "managed": True,
            "untouchable": True,
            "customer": "c",
            "sales_channel": None,
        }
    ]
    assert looked == []
    rows(tables, "order", "items", "totals")
    assert looked


def test_addresses_of_orders_have_no_empty_parts() -> None:
    address = {"first_name": "Ann", "last_name": None, "city": "", "country_code": "us", "id": "x"}
    tables = HandMade(orders=[order(billing_address=address, shipping_address={"city": None})])
    (row,) = rows(tables, "order", "billing_address", "shipping_address")
    assert row["billing_address"] == '{"country_code":"us","first_name":"Ann"}'
    assert row["shipping_address"] is None


def test_rows_are_sorted_as_people_count() -> None:
    lines = [
        {"id": f"l{place}", "source_id": place, "quantity": "1", "unit_price": "1"}
        for place in ("10", "9", "101")
    ]
    (row,) = rows(HandMade(orders=[order(items=lines)]), "order", "items")
    assert [each["id"] for each in from_json(row["items"])] == ["9", "10", "101"]


def test_parts_that_are_not_there_are_empty() -> None:
    (row,) = rows(
        HandMade(orders=[order()]), "order", "items", "shipping_methods", "adjustments", "totals"
    )
    assert (row["items"], row["shipping_methods"], row["adjustments"]) == ("[]", "[]", "[]")
    assert set(from_json(row["totals"]).values()) == {"0"}


DRAFT = {
    "reconcile_items": [{"id": "7", "subtotal": "10"}],
    "reconcile_adjustments": [{"id": "gift", "amount": "-5"}, {"id": "fee", "amount": "2"}],
    "reconcile_totals": {"subtotal": "10", "grand_total": "7", "paid": "7", "due": "0"},
}


@pytest.mark.parametrize(("shown", "grand_total"), [("12", "7"), ("13.2", "8.2")])
def test_a_draft_says_what_it_stands_for_but_not_what_it_comes_to(
    shown: str, grand_total: str
) -> None:
    """What the shop adds to a draft, such as taxes, shows in its grand total."""
    tables = HandMade(orders=[order(is_draft=True, metadata=DRAFT, totals={"total": shown})])
    (row,) = rows(tables, "order", "items", "adjustments", "totals")
    assert from_json(row["items"]) == DRAFT["reconcile_items"]
    assert {each["id"] for each in from_json(row["adjustments"])} == {"gift", "fee"}
    assert from_json(row["totals"]) == {**DRAFT["reconcile_totals"], "grand_total": grand_total}


@pytest.mark.parametrize(
    ("captured", "canceled", "state"),
    [(None, None, "open"), ("t", None, "paid"), (None, "t", "canceled"), ("t", "t", "canceled")],
)
def test_what_became_of_an_invoice_is_what_became_of_its_payment(
    captured: str | None, canceled: str | None, state: str
) -> None:
    items = [{"id": "7", "quantity": "1"}]
    metadata = {"source_id": "m", "reconcile_items": items, "reconcile_totals": {"tax": "1"}}
    payment = {
        "id": "pay_1",
        "order_id": "order_1",
        "number": "I1",
        "amount": "12.3000000001",
        "captured_at": captured,
        "canceled_at": canceled,
        "metadata": to_json(metadata),
    }
    (row,) = rows(
        HandMade(invoices=[payment]), "invoice", "order", "state", "amount", "items", "totals"
    )
    assert (row["key"], row["order"], row["state"], row["amount"]) == (
        "I1",
        "order_1",
        state,
        "12.3",
    )
    assert (row["items"], row["totals"]) == (to_json(items), '{"tax":"1"}')


def shipment(labels: list[str], **metadata: Any) -> dict[str, Any]:
    return {
        "id": "ful_1",
        "number": "S1",
        "location_id": "sloc_1",
        "items": to_json([{"item_id": "x", "source_id": "7", "quantity": "2.000000000000"}]),
        "labels": to_json([{"tracking_number": number} for number in labels]),
        "metadata": to_json({"source_id": "m", **metadata}),
    }


TRACKS = [
    {"id": "1", "carrier": "ups", "title": "UPS", "number": "1Z"},
    {"id": "2", "carrier": "custom", "title": "By hand"},
]


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["1Z"], TRACKS),
        ([], TRACKS[1:]),
        (["1Z", "other"], [*TRACKS, {"id": "other", "number": "other"}]),
    ],
)
def test_tracking_is_what_the_labels_say(labels: list[str], shown: list[Any]) -> None:
    tables = HandMade(shipments=[shipment(labels, reconcile_tracking=TRACKS)])
    (row,) = rows(tables, "shipment", "tracking", "items", "location")
    assert from_json(row["tracking"]) == shown
    assert row["items"] == '[{"id":"7","quantity":"2"}]'
    assert row["location"] == "sloc_1"


def test_a_location_nobody_named_is_none() -> None:
    tables = HandMade(shipments=[shipment([], reconcile_location="chosen")])
    assert rows(tables, "shipment", "location")[0]["location"] is None


def test_a_credit_memo_says_its_state_and_what_it_was_about() -> None:
    metadata = {"source_id": "m", "reconcile_state": "refunded", "reconcile_items": []}
    line = {"id": "cl", "number": "C1", "amount": "5", "currency_code": "usd", "touched": True}
    (row,) = rows(
        HandMade(credit_memos=[{**line, "metadata": to_json(metadata)}]),
        "credit_memo",
        "state",
        "amount",
        "currency_code",
        "items",
        "totals",
        "metadata.source_id",
    )
    assert {name: row[name] for name in ("state", "amount", "currency_code", "items")} == {
        "state": "refunded",
        "amount": "5",
        "currency_code": "usd",
        "items": "[]",
    }
    assert (row["totals"], row["untouchable"], row["metadata.source_id"]) == (None, True, '"m"')


def test_a_snapshot_without_orders_has_none() -> None:
    tables = HandMade()
    tables.absent = {"orders", "invoices", "shipments", "credit_memos"}
    for entity in ("order", "invoice", "shipment", "credit_memo"):
        assert existing(tables, ENTITY_BY_NAME[entity], []).collect().height == 0


def test_windows_of_orders_are_read_one_by_one() -> None:
    """Row-local: a frame over all rows is the frames over some of them, one below the other."""
    lines = [{"id": "l", "source_id": "1", "quantity": "1", "unit_price": "2"}]
    records = [order(id=f"o{place}", number=f"{place}", items=lines) for place in range(6)]
    spec, fields = ENTITY_BY_NAME["order"], ["items", "totals"]
    whole = existing(HandMade(orders=records), spec, fields).collect()
    parts = [
        existing(HandMade(orders=records[start : start + 2]), spec, fields).collect()
        for start in (0, 2, 4)
    ]
    assert whole.equals(pl.concat(parts))
