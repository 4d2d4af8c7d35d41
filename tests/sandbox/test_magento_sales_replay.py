"""A real Magento's orders, taken back to the moment they were placed, and done again by ours."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from sales_equations import document_faults, order_faults, tops
from shared_data import recorded

from reconcile.sandbox.magento.sales import invoicing, refunding, shipping, standing
from reconcile.sandbox.magento.sales.cents import cents
from reconcile.sandbox.magento.sales.refunding import Refund
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.sales.shares import INVOICING, left
from reconcile.sandbox.magento.sales.stamp import Stamp

Record = dict[str, Any]
KINDS = ("invoices", "shipments", "creditmemos")

# Members that say when or by whom, not what; ids of rows.
NOT_COMPARED = {"created_at", "updated_at", "comments", "tracks", "status_histories", "items"}
_DONE = ("_invoiced", "_refunded", "_canceled", "_paid", "_cost", "_captured")
_ADDED = ("_refunded", "_canceled", "compensation_invoiced")

CENTS_ELSEWHERE = {"row_total_incl_tax": 1, "subtotal_incl_tax": 2}
"""The total with tax and before the discount is not shown on orders, and so only nearly known."""

ODD_IN_MAGENTO = {
    1: ["state: 'complete' is 'processing'", "status: 'complete' is 'processing'"],
}
"""Order 1 was invoiced and shipped by Magento's sample data, without the state that follows."""


@cache
def lines(name: str) -> list[Record]:
    with gzip.open(recorded("luma") / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def followers(order: Record) -> Iterator[tuple[str, Record]]:
    for kind in KINDS:
        for record in lines(kind):
            if record["order_id"] == order["entity_id"]:
                yield kind, record


def as_placed(order: Record) -> Record:
    """The order as it was before anything followed."""
    placed = copy.deepcopy(order)
    for record in (placed, placed["payment"]):
        for name in list(record):
            if name.endswith(_DONE) or "adjustment" in name or name.startswith("hold_before"):
                del record[name]
    placed.update(state="new", status="pending", status_histories=[])
    for side in ("", "base_"):
        placed[f"{side}total_due"] = placed[f"{side}grand_total"]
    for item in placed["items"]:
        _untouched(item)
    return placed


def _untouched(item: Record) -> None:
    item.pop("weee_tax_applied", None)
    for name in list(item):
        if name.endswith(_ADDED) and name not in _ALWAYS:
            del item[name]
        elif name in _ALWAYS:
            item[name] = 0


_ALWAYS = {
    "qty_canceled",
    "qty_invoiced",
    "qty_refunded",
    "qty_shipped",
    *(
        side + name
        for side in ("", "base_")
        for name in ("row_invoiced", "tax_invoiced", "discount_invoiced", "amount_refunded")
    ),
}


def quantities(order: Record, record: Record) -> dict[int, int]:
    rows = {item["item_id"] for item in tops(order)}
    return {i["order_item_id"]: i["qty"] for i in record["items"] if i["order_item_id"] in rows}


def done_again(order: Record, kind: str, record: Record) -> Record:
    stamp = Stamp(record["entity_id"], record["increment_id"], record["created_at"])
    wanted = quantities(order, record)
    if kind == "invoices":
        rest = {item["item_id"]: left(item, INVOICING) for item in tops(order)}
        is_rest = {**dict.fromkeys(rest, 0), **wanted} == rest
        return invoicing.invoice(order, stamp, None if is_rest else wanted)
    if kind == "shipments":
        source = record.get("extension_attributes", {}).get("source_code")
        return shipping.ship(order, stamp, wanted, source_code=source)
    more, less = (cents(record.get(f"base_adjustment_{sign}")) for sign in ("positive", "negative"))
    refund = Refund(wanted, cents(record["base_shipping_amount"]), more, less)
    return refunding.refund(order, stamp, refund)


def differences(ours: Record, real: Record, *, but: set[str] = NOT_COMPARED) -> list[str]:
    return [
        f"{name}: {ours.get(name)!r} is {real.get(name)!r}"
        for name in sorted(ours.keys() | real.keys())
        if name not in but and not _same(name, ours.get(name), real.get(name))
    ]


def _same(name: str, ours: Any, real: Any) -> bool:
    most = CENTS_ELSEWHERE.get(name.removeprefix("base_"), 0)
    if most:
        return abs(cents(ours) - cents(real)) <= most
    if "adjustment_" in name:  # not written when nothing was typed in, on some ways to refund
        return (ours or 0) == (real or 0)
    return bool(ours == real)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "number" in metafunc.fixturenames:
        metafunc.parametrize("number", range(1, 261))


def order_number(number: int) -> Record:
    return next(order for order in lines("orders") if order["entity_id"] == number)


def test_what_followed_is_what_really_followed(number: int) -> None:
    """Every invoice, shipment and credit memo, and the order in the end, member by member."""
    order = order_number(number)
    ours = as_placed(order)
    for kind, record in followers(order):
        made = done_again(ours, kind, record)
        but = NOT_COMPARED | ({"customer_id"} if "customer_id" not in order else set())
        assert differences(made, record, but=but) == []
        assert [name for name in made if name in record] == [
            name for name in record if name in made
        ]
        for row, real in zip(made["items"], record["items"], strict=True):
            assert differences(row, real, but={"entity_id"}) == []
    if "total_canceled" in order:
        standing.cancel(ours, "2026-11-21 01:29:04")
    if order["state"] == "holded":
        standing.hold(ours, "2026-11-21 01:29:04")
    done = finished(ours)
    found = differences(done, order, but=NOT_COMPARED | {"extension_attributes"})
    assert found == ODD_IN_MAGENTO.get(number, [])
    for row, real in zip(done["items"], order["items"], strict=True):
        assert differences(row, real, but={"updated_at", "parent_item", "weee_tax_applied"}) == []
    total = "extension_attributes", "shipping_assignments", 0, "shipping", "total"
    assert _at(done, total) == _at(order, total)


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def test_a_real_order_is_finished_as_it_is() -> None:
    """Members in the same order, children and assignment repeated alike: not a byte differs."""
    for order in lines("orders"):
        assert json.dumps(finished(order)) == json.dumps(order)


def test_the_equations_hold_for_the_real_shop() -> None:
    for order in lines("orders"):
        found = {kind: [r for k, r in followers(order) if k == kind] for kind in KINDS}
        assert not list(order_faults(order, found["invoices"], found["creditmemos"]))
        for record in (*found["invoices"], *found["creditmemos"]):
            assert not list(document_faults(record))
