"""The recorded shop's customers and sales, against the recorded records themselves."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from magento_shop import running
from shared_data import recorded

from reconcile.canonical import from_json
from reconcile.progress import SilentProgress
from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.snapshot import Snapshot, take
from reconcile.sources.magento_rest.tables import ORDER_AMOUNTS

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)

FILES = {
    "customers": "customers",
    "orders": "orders",
    "invoices": "invoices",
    "shipments": "shipments",
    "credit_memos": "creditmemos",
}
"""Table -> recorded file."""

CUT_SHORT = {
    "base_shipping_discount_tax_compensation_amount": "base_shipping_discount_tax_compensation_amnt"
}
"""Column -> the name Magento has for it."""


def _lines(table: str) -> Iterator[Any]:
    path = recorded("luma") / f"{FILES[table]}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line, parse_float=Decimal) for line in lines)


@pytest.fixture(scope="module")
def luma(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    with running(recorded_shop(recorded("luma"))) as (reader, _):
        return take(reader, tmp_path_factory.mktemp("luma"), SilentProgress(), NOW)


def _rows(luma: Snapshot, table: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in luma.scan(table).collect().to_dicts()}


def _documents(luma: Snapshot, table: str) -> list[Any]:
    return [from_json(text) for text in luma.scan(table).collect()["document"]]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _plain(value: Any) -> Any:
    """Fractions as text, as the documents have them."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    ("table", "count"),
    [
        ("customers", 151),
        ("customer_passwords", 0),
        ("orders", 260),
        ("invoices", 225),
        ("shipments", 147),
        ("credit_memos", 31),
    ],
)
def test_every_record_arrives(luma: Snapshot, table: str, count: int) -> None:
    facts = luma.tables[table]
    assert facts.complete, facts.incomplete
    assert facts.rows == facts.distinct == facts.reported == count


def test_every_nested_record_arrives(luma: Snapshot) -> None:
    addresses = [from_json(text) for text in luma.scan("customers").collect()["addresses"]]
    assert sum(map(len, addresses)) == 206
    assert sum(len(order["items"]) for order in _documents(luma, "orders")) == 1010
    assert sum(len(one["tracks"]) for one in _documents(luma, "shipments")) == 162


@pytest.mark.parametrize("table", ["orders", "invoices", "credit_memos"])
@pytest.mark.parametrize("column", ["grand_total", "base_grand_total"])
def test_grand_totals_add_up_to_the_recorded_ones(luma: Snapshot, table: str, column: str) -> None:
    expected: dict[str, Decimal] = {}
    for record in _lines(table):
        currency = record["order_currency_code"]
        expected[currency] = expected.get(currency, Decimal(0)) + record[column]
    found: dict[str, Decimal] = {}
    named = "order_currency_code" if table == "orders" else "currency"
    for currency, total in luma.scan(table).select(named, column).collect().iter_rows():
        found[currency] = found.get(currency, Decimal(0)) + Decimal(total)
    assert found == expected
    assert len(expected) == 2


def test_the_amounts_of_every_order_are_the_recorded_ones(luma: Snapshot) -> None:
    rows = _rows(luma, "orders")
    for record in _lines("orders"):
        row = rows[str(record["entity_id"])]
        for name in ORDER_AMOUNTS:
            sent = record.get(CUT_SHORT.get(name, name))
            assert row[name] == _text(sent), name
        assert row["number"] == record["increment_id"]
        assert row["customer_id"] == _text(record.get("customer_id"))
        assert row["created_at"] == record["created_at"].replace(" ", "T") + "Z"


def test_every_order_can_be_put_together_again(luma: Snapshot) -> None:
    """Nothing but repetitions and the key to the order's page is missing."""
    rows = _rows(luma, "orders")
    for record in _lines("orders"):
        order = from_json(rows[str(record["entity_id"])]["document"])
        items = {item["item_id"]: item for item in order["items"]}
        for item in order["items"]:
            assert "parent_item" not in item
            if "parent_item_id" in item:
                item["parent_item"] = dict(items[item["parent_item_id"]])
        for assignment in order["extension_attributes"]["shipping_assignments"]:
            assert "items" not in assignment
            assignment["items"] = order["items"]
        order["protect_code"] = record["protect_code"]
        assert order == _plain(record)


@pytest.mark.parametrize("table", ["invoices", "shipments", "credit_memos"])
def test_every_document_is_the_recorded_record(luma: Snapshot, table: str) -> None:
    assert _documents(luma, table) == [_plain(record) for record in _lines(table)]


def test_every_customer_is_the_recorded_one(luma: Snapshot) -> None:
    rows = _rows(luma, "customers")
    texts = ("email", "prefix", "firstname", "middlename", "lastname", "suffix", "group_id",
             "website_id", "store_id", "dob", "gender", "taxvat", "default_billing",
             "default_shipping", "created_in")  # fmt: skip
    for record in _lines("customers"):
        row = rows[str(record["id"])]
        for name in texts:
            assert row[name] == _text(record.get(name)), name
        assert from_json(row["addresses"]) == _plain(record["addresses"])
        assert row["is_subscribed"] is record["extension_attributes"]["is_subscribed"]


def test_what_is_referred_to_is_there(luma: Snapshot) -> None:
    orders = set(_rows(luma, "orders"))
    for table in ("invoices", "shipments", "credit_memos"):
        assert {row["order_id"] for row in _rows(luma, table).values()} <= orders
    customers = luma.scan("orders").select(pl.col("customer_id").drop_nulls()).collect()
    assert set(customers["customer_id"]) <= set(_rows(luma, "customers"))
