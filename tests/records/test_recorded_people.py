"""The recorded shop: every order, invoice and credit memo to the cent, by a plain loop of its own.

The loops here know nothing of the code they check; they read the recorded answers and add up.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from medusa_arithmetic import grand_total
from people_shop import Read, luma, read
from shared_data import recorded

D = Decimal
ZERO = D(0)


@dataclass(frozen=True, slots=True)
class Luma:
    """Recorded answers as they are, and records by entity and key."""

    folder: Path
    records: Mapping[str, Read]

    def said(self, name: str) -> Iterator[dict[str, Any]]:
        with gzip.open(self.folder / f"{name}.jsonl.gz", "rt") as lines:
            yield from (json.loads(line, parse_float=D) for line in lines)

    def rows(self, entity: str) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.records[entity].rows}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Luma:
    folder = recorded("luma")
    snapshot = luma(folder).write(tmp_path_factory.mktemp("luma"))
    names = ("customer", "order", "invoice", "shipment", "credit_memo")
    return Luma(folder, {name: read(snapshot, name) for name in names})


def test_nobody_and_nothing_is_left_behind(shop: Luma) -> None:
    counts = {name: found.frame.height for name, found in shop.records.items()}
    assert counts == {
        "customer": 151,
        "order": 260,
        "invoice": 225,
        "shipment": 147,
        "credit_memo": 31,
    }
    assert not [each for found in shop.records.values() for each in found.diagnostics]


def test_totals_of_orders(shop: Luma) -> None:
    rows, checked = shop.rows("order"), 0
    for order in shop.said("orders"):
        totals = rows[str(order["entity_id"])]["totals"]
        assert {name: D(amount) for name, amount in totals.items()} == {
            "subtotal": order["subtotal"],
            "discount": -order["discount_amount"],
            "shipping": order["shipping_amount"],
            "tax": order["tax_amount"],
            "adjustment": 0,
            "grand_total": order["grand_total"],
            "paid": order.get("total_paid", 0),
            "refunded": order.get("total_refunded", 0),
            "due": order["total_due"],
        }
        checked += 1
    assert checked == 260


def test_the_lines_of_orders_make_their_totals(shop: Luma) -> None:
    for row in shop.records["order"].rows:
        lines, [*methods] = row["items"], row["shipping_methods"]
        sums = {
            name: sum((D(line[name]) for line in lines), ZERO)
            for name in ("subtotal", "discount", "tax")
        }
        for method in methods:
            sums["discount"] += D(method["discount"])
            sums["tax"] += D(method["tax"])
        assert sums == {name: D(row["totals"][name]) for name in sums}
        assert grand_total(row, 2) == D(row["totals"]["grand_total"])
        assert row["adjustments"] == []


def test_one_line_for_each_purchase(shop: Luma) -> None:
    """Amounts of each line as the recorded rows have them: what was bought is above its parts."""
    rows = shop.rows("order")
    for order in shop.said("orders"):
        below = defaultdict(list)
        for item in order["items"]:
            below[item.get("parent_item_id")].append(item)
        lines = {line["id"]: line for line in rows[str(order["entity_id"])]["items"]}
        assert lines.keys() == {str(item["item_id"]) for item in below[None]}
        for item in below[None]:
            line, parts = lines[str(item["item_id"])], [item, *below[item["item_id"]]]
            discount = sum(part["discount_amount"] for part in parts)
            assert D(line["quantity"]) == item["qty_ordered"]
            assert D(line["discount"]) == discount
            assert D(line["subtotal"]) == item["row_total"] + item["discount_amount"]
            assert D(line["tax"]) == item["tax_amount"]


def test_rates_are_michigans(shop: Luma) -> None:
    taxes = [
        (line["taxes"], D(line["tax"]))
        for row in shop.records["order"].rows
        for line in row["items"]
    ]
    taxed = [rates for rates, tax in taxes if tax]
    assert len(taxed) > 60
    assert all(rates == [{"code": "US-MI-*-Rate 1", "rate": "8.25"}] for rates in taxed)


def test_invoices(shop: Luma) -> None:
    rows, checked = shop.rows("invoice"), 0
    for invoice in shop.said("invoices"):
        row = rows[str(invoice["entity_id"])]
        assert D(row["amount"]) == invoice["grand_total"]
        totals = {name: D(amount) for name, amount in row["totals"].items()}
        assert totals == {
            "subtotal": invoice["subtotal"],
            "discount": -invoice["discount_amount"],
            "shipping": invoice.get("shipping_amount", 0),
            "tax": invoice["tax_amount"],
            "grand_total": invoice["grand_total"],
        }
        assert (row["state"], row["currency_code"].upper()) == (
            "paid",
            invoice["order_currency_code"],
        )
        checked += 1
    assert checked == 225


def test_credit_memos(shop: Luma) -> None:
    rows, checked = shop.rows("credit_memo"), 0
    for memo in shop.said("creditmemos"):
        row = rows[str(memo["entity_id"])]
        totals = {name: D(amount) for name, amount in row["totals"].items()}
        assert totals == {
            "subtotal": memo["subtotal"],
            "discount": -memo["discount_amount"],
            "shipping": memo["shipping_amount"],
            "tax": memo["tax_amount"],
            "adjustment": memo["adjustment"],
            "grand_total": memo["grand_total"],
        }
        assert D(row["amount"]) == memo["grand_total"]
        checked += 1
    assert checked == 31


def test_paid_and_refunded_are_the_sums_of_their_documents(shop: Luma) -> None:
    for entity, name in (("invoice", "paid"), ("credit_memo", "refunded")):
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for row in shop.records[entity].rows:
            sums[row["order"]] += D(row["amount"])
        for order in shop.records["order"].rows:
            assert D(order["totals"][name]) == sums[order["source_id"]]


@pytest.mark.parametrize(
    ("entity", "column"),
    [("invoice", "qty_invoiced"), ("shipment", "qty_shipped"), ("credit_memo", "qty_refunded")],
)
def test_quantities_of_documents_are_those_of_the_lines(
    shop: Luma, entity: str, column: str
) -> None:
    """Magento keeps on each row how much of it was invoiced, sent and given back.

    A dynamic bundle's own row repeats quantities as a whole; here all were whole.
    """
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in shop.records[entity].rows:
        for each in row["items"]:
            sums[each["id"]] += D(each["quantity"])
    for order in shop.said("orders"):
        for item in order["items"]:
            if "parent_item_id" not in item:
                assert sums.pop(str(item["item_id"]), ZERO) == item[column], item["item_id"]
    assert not sums


def test_customers(shop: Luma) -> None:
    rows = shop.rows("customer")
    for customer in shop.said("customers"):
        row = rows[str(customer["id"])]
        assert row["key"] == customer["email"].lower()
        ids = {str(each["id"]) for each in customer["addresses"]}
        assert {each["id"] for each in row["addresses"]} == ids
        defaults = [each["id"] for each in row["addresses"] if each["is_default_billing"]]
        assert defaults == ([customer["default_billing"]] if "default_billing" in customer else [])


def test_whose_orders_they_are(shop: Luma) -> None:
    orders = shop.records["order"]
    known = set(shop.records["customer"].frame["source_id"])
    owned = [row["customer"] for row in orders.rows if row["customer"]]
    assert len(owned) == 176
    assert set(owned) <= known
    assert orders.notice("deleted_customer").count == 4
    assert orders.notice("not_in_catalogue").samples == ("MT09-M-Blue",)


def test_provinces_of_the_recorded_shop(shop: Luma) -> None:
    provinces = {
        each.get("province")
        for row in shop.records["customer"].rows
        for each in row["addresses"]
        if each.get("country_code") in {"us", "de"}
    }
    assert {"us-mi", "us-ca"} <= provinces
    assert all(each is None or each[:3] in {"us-", "de-"} for each in provinces)
