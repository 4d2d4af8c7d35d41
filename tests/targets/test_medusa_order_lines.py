"""Items, shipping and adjustments: what Medusa works out of the lines is what was charged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.canonical import decimal_text
from reconcile.model import Json
from reconcile.money import rounded
from reconcile.targets.medusa.line_rows import adjustment_rows, item_rows, method_rows
from reconcile.targets.medusa.lines import Lines, lines_of
from reconcile.targets.medusa.order_totals import order_totals

KEPT_DIGITS = Context(prec=20, rounding=ROUND_HALF_UP)
WIDE = Context(prec=120, rounding=ROUND_HALF_UP)
PLACES = Decimal(1).scaleb(-20)


def stored(text: str) -> Decimal:
    """What Medusa keeps of an amount: `BigNumber.toPrecision(20)`."""
    return KEPT_DIGITS.plus(Decimal(text))


def divided(amount: Decimal, by: Decimal) -> Decimal:
    """bignumber.js: at most 20 digits behind the point, halves away from zero."""
    return WIDE.quantize(WIDE.divide(amount, by), PLACES)


def total_of(lines: Sequence[Mapping[str, Any]]) -> dict[str, Decimal]:
    """Medusa's `getLineItemTotals` for prices without tax, summed up."""
    sums = dict.fromkeys(("subtotal", "discount", "tax"), Decimal(0))
    for line in lines:
        quantity = stored(line.get("quantity", "1"))
        subtotal = WIDE.multiply(stored(line.get("unit_price", line.get("amount"))), quantity)
        discount = sum((stored(each["amount"]) for each in line["adjustments"]), Decimal(0))
        taken_off = WIDE.multiply(divided(discount, quantity), quantity)
        taxable = WIDE.subtract(subtotal, taken_off)
        for each in line["tax_lines"]:
            rate = divided(stored(each["rate"]), Decimal(100))
            sums["tax"] = WIDE.add(sums["tax"], WIDE.multiply(taxable, rate))
        sums["subtotal"] = WIDE.add(sums["subtotal"], subtotal)
        sums["discount"] = WIDE.add(sums["discount"], taken_off)
    return sums


def listed(lines: Lines, transactions: Sequence[Json] = ()) -> dict[str, Any]:
    """The same order as the companion lists it."""
    items, shipping = total_of(lines.items), total_of(lines.shipping_methods)
    credit = sum((stored(line["amount"]) for line in lines.credit_lines), Decimal(0))
    totals = {
        "subtotal": items["subtotal"] + shipping["subtotal"],
        "discount": items["discount"] + shipping["discount"],
        "shipping": shipping["subtotal"],
        "tax": items["tax"] + shipping["tax"],
        "credit": credit,
    }
    totals["total"] = totals["subtotal"] - totals["discount"] + totals["tax"] - credit
    return {
        "items": [_listed(line) for line in lines.items],
        "shipping_methods": [_listed(line) for line in lines.shipping_methods],
        "credit_lines": list(lines.credit_lines),
        "transactions": list(transactions),
        "totals": {name: str(amount) for name, amount in totals.items()},
    }


def _listed(line: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {
        "discount": str(sum((stored(each["amount"]) for each in line["adjustments"]), Decimal(0))),
        "tax_rate": str(sum((stored(each["rate"]) for each in line["tax_lines"]), Decimal(0))),
        "taxes": list(reversed(line["tax_lines"])),
        "metadata": {**line["metadata"], "source_id": line["source_id"]},
    }
    return {**line, **amounts, "sku": line.get("variant_sku")}


def in_cents(largest: int) -> st.SearchStrategy[str]:
    return st.integers(0, largest * 10_000).map(lambda n: decimal_text(Decimal(n) / 10_000))


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Json]]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        subtotal = draw(in_cents(1_000_000))
        discount = draw(st.sampled_from(["0", subtotal]) | in_cents(10_000))
        codes = draw(st.lists(st.sampled_from(["US-TX", "VAT", "city"]), unique=True, max_size=3))
        rates = st.sampled_from(["0", "7", "8.25", "19", "0.375"])
        found.append(
            {
                "id": str(number + 1),
                "sku": f"sku-{number}",
                "title": f"Thing {number}",
                "quantity": draw(st.sampled_from(["1", "2", "3", "7", "0.5", "0.3333", "12000"])),
                "subtotal": subtotal,
                "discount": discount,
                "tax": draw(st.just("0") | in_cents(200_000)),
                "taxes": [{"code": code, "rate": draw(rates)} for code in sorted(codes)],
                "requires_shipping": draw(st.booleans()),
            }
        )
    return found


@settings(max_examples=200, deadline=None)
@given(rows())
def test_items_come_back_to_the_digit(items: list[dict[str, Json]]) -> None:
    order = listed(lines_of({"items": items}))
    assert item_rows(order["items"]) == items


@settings(max_examples=200, deadline=None)
@given(rows(), rows(), st.lists(st.integers(-90_000_000, 90_000_000), max_size=3))
def test_totals_are_right_to_the_cent(
    items: list[dict[str, Json]], methods: list[dict[str, Json]], moved: list[int]
) -> None:
    shipping = [
        {"name": row["title"], "amount": row["subtotal"], **_only(row, "id discount tax taxes")}
        for row in methods
    ]
    adjustments = [
        {"id": f"a{place}", "name": f"A {place}", "amount": decimal_text(Decimal(amount) / 10_000)}
        for place, amount in enumerate(moved)
    ]
    wanted = {"items": items, "shipping_methods": shipping, "adjustments": adjustments}
    order = listed(lines_of(wanted))
    assert method_rows(order["shipping_methods"], order["items"]) == shipping
    found = adjustment_rows(order["items"], order["credit_lines"])
    assert sorted(found, key=lambda row: str(row["id"])) == adjustments
    assert order_totals(order, "usd") == _totals(items, shipping, adjustments)


def _only(row: Mapping[str, Json], names: str) -> dict[str, Json]:
    return {name: row[name] for name in names.split()}


def _sum(rows: Sequence[Mapping[str, Any]], name: str) -> Decimal:
    return sum((Decimal(row[name]) for row in rows), Decimal(0))


def _totals(
    items: Sequence[Mapping[str, Any]],
    shipping: Sequence[Mapping[str, Any]],
    adjustments: Sequence[Mapping[str, Any]],
) -> dict[str, str]:
    both = [*items, *shipping]
    parts = {
        "subtotal": _sum(items, "subtotal"),
        "discount": _sum(both, "discount"),
        "shipping": _sum(shipping, "amount"),
        "tax": _sum(both, "tax"),
        "adjustment": _sum(adjustments, "amount"),
    }
    grand_total = (
        parts["subtotal"]
        - parts["discount"]
        + parts["shipping"]
        + parts["tax"]
        + parts["adjustment"]
    )
    found = {**parts, "grand_total": grand_total, "paid": 0, "refunded": 0, "due": grand_total}
    return {name: decimal_text(rounded(Decimal(part), "usd")) for name, part in found.items()}


ITEM = {
    "id": "7",
    "sku": "S",
    "title": "T",
    "quantity": "3",
    "subtotal": "10",
    "discount": "0",
    "tax": "0.83",
    "taxes": [{"code": "US-TX", "rate": "8.25"}],
    "requires_shipping": True,
}


def test_a_price_that_does_not_divide_has_twenty_digits() -> None:
    (line,) = lines_of({"items": [ITEM]}).items
    assert line["unit_price"] == "3.3333333333333333333"
    assert line["tax_lines"] == [{"code": "US-TX", "rate": "8.3", "description": "8.25 %"}]


def test_a_tax_on_nothing_is_an_item_of_its_own() -> None:
    free = {**ITEM, "discount": "10"}
    lines = lines_of({"items": [free]})
    assert [line["unit_price"] for line in lines.items] == ["3.3333333333333333333", "0.83"]
    assert lines.items[1]["variant_sku"] is None
    assert lines.items[1]["requires_shipping"] is False
    order = listed(lines)
    assert item_rows(order["items"]) == [free]
    totals = order_totals(order, "usd")
    assert (totals["subtotal"], totals["tax"], totals["grand_total"]) == ("10", "0.83", "0.83")


def test_a_tax_without_a_rate_stays_without() -> None:
    row = {**ITEM, "taxes": []}
    order = listed(lines_of({"items": [row]}))
    assert order["items"][0]["taxes"][0]["rate"] == "8.3"
    assert item_rows(order["items"]) == [row]


@pytest.mark.parametrize(
    ("amount", "as_credit"), [("5", False), ("-0.01", False), ("-1", False), ("-1.01", True)]
)
def test_only_what_medusa_counts_is_a_credit_line(amount: str, as_credit: bool) -> None:
    """Medusa takes credit lines of up to one minor unit for nothing."""
    row = {"id": "gift", "name": "Gift card", "amount": amount}
    lines = lines_of({"adjustments": [row]})
    assert (len(lines.items), len(lines.credit_lines)) == ((0, 1) if as_credit else (1, 0))
    order = listed(lines)
    assert adjustment_rows(order["items"], order["credit_lines"]) == [row]
    assert order_totals(order, "usd")["adjustment"] == amount


def test_refunds_are_no_part_of_what_an_order_came_to() -> None:
    order = listed(lines_of({"items": [{**ITEM, "tax": "0", "taxes": []}]}))
    order["credit_lines"] = [{"amount": "4", "reference": "credit_memo", "metadata": {}}]
    order["totals"] |= {"credit": "4", "total": "6"}
    order["transactions"] = [{"amount": "10"}, {"amount": "-3.5"}, {"amount": "-0.5"}]
    totals = order_totals(order, "usd")
    assert {name: totals[name] for name in ("grand_total", "paid", "refunded", "due")} == {
        "grand_total": "10",
        "paid": "10",
        "refunded": "4",
        "due": "0",
    }
    assert adjustment_rows(order["items"], order["credit_lines"]) == []


def test_lines_of_others_go_by_their_own_ids() -> None:
    line = {
        "id": "ordli_1",
        "title": "By hand",
        "quantity": "2",
        "unit_price": "1.5",
        "tax_rate": "20",
        "taxes": [{"code": "vat", "rate": "20", "description": "Value added"}],
        "metadata": None,
    }
    assert item_rows([line]) == [
        {
            "id": "ordli_1",
            "title": "By hand",
            "quantity": "2",
            "subtotal": "3",
            "discount": "0",
            "tax": "0.6",
            "taxes": [{"code": "vat", "rate": "20"}],
            "requires_shipping": True,
        }
    ]


def test_metadata_of_items_is_told_from_what_the_tool_keeps() -> None:
    row = {**ITEM, "metadata": {"options": {"Color": "Red"}, "half": "0.5"}}
    assert item_rows(listed(lines_of({"items": [row]}))["items"]) == [row]
