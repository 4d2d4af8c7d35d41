"""Any order that Magento's checkout can make is carried to the cent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from magento_checkout import Bought, Document, Store, cents, order
from medusa_arithmetic import grand_total
from people_shop import exact

from reconcile.canonical import from_json
from reconcile.money import DIGITS
from reconcile.sources.magento_rest.orders import order_row
from reconcile.sources.magento_rest.records import order_columns, order_content
from reconcile.sources.magento_rest.records.sold_names import SoldNames
from reconcile.sources.magento_rest.records.store_codes import StoreCodes
from reconcile.sources.magento_rest.records.values import Unsound

BESIDE = {"invoices_paid": None, "memos_refunded": None, "email": None, "customer": None}

CREDITS = (Decimal(0), Decimal(5), Decimal("12.34"))


def amounts(most: str) -> st.SearchStrategy[Decimal]:
    return st.decimals("0", most, places=2)


@st.composite
def bought(draw: st.DrawFn) -> Bought:
    price = draw(amounts("500"))
    quantity = Decimal(draw(st.integers(1, 12)))
    share = draw(st.sampled_from(["0", "0.1", "0.333", "0.5", "1"]))
    rate = draw(st.sampled_from(["0", "5.5", "7", "8.25", "19", "25"]))
    return Bought(price, quantity, Decimal(rate), cents(price * quantity * Decimal(share)))


@st.composite
def orders(draw: st.DrawFn) -> Document:
    store = Store(
        draw(st.booleans()),
        draw(st.sampled_from(["unit", "row", "total"])),
        draw(st.sampled_from(["USD", "EUR", "JPY", "KWD"])),
    )
    cart = draw(st.lists(bought(), min_size=1, max_size=6))
    sent = draw(st.none() | bought())
    credit = draw(st.sampled_from(CREDITS))
    made = order(store, cart, sent, extra=-credit)
    made["extension_attributes"]["customer_balance_amount"] = credit
    return made


def record(document: Document) -> dict[str, Any]:
    row = order_row(exact(document)) | BESIDE
    fields = order_columns.fields(order_content.read(row), SoldNames(), StoreCodes(), "iso")
    nested = ("items", "shipping_methods", "adjustments", "totals")
    return {name: from_json(fields[name]) for name in nested}


@given(orders())
def test_the_target_comes_to_magentos_grand_total(document: Document) -> None:
    found, currency = record(document), document["order_currency_code"]
    digits = DIGITS.get(currency.lower(), 2)
    wanted = Decimal(document["grand_total"]).quantize(
        Decimal(1).scaleb(-digits), rounding="ROUND_HALF_UP"
    )
    assert Decimal(found["totals"]["grand_total"]) == wanted
    assert grand_total(found, digits) == wanted


@given(orders())
def test_the_parts_are_magentos_columns(document: Document) -> None:
    """In currencies with as many digits as Magento rounds to, nothing is rounded anew."""
    found = record(document)
    if document["order_currency_code"] == "JPY":
        return
    compensated = ("discount_amount", "discount_tax_compensation_amount")
    shipping = "shipping_discount_tax_compensation_amount"
    discount = -sum(document[name] for name in (*compensated, shipping))
    totals = {name: Decimal(amount) for name, amount in found["totals"].items()}
    assert totals["subtotal"] == document["subtotal"]
    assert totals["discount"] == discount
    assert totals["tax"] == document["tax_amount"]
    assert totals["shipping"] == document["shipping_amount"]
    assert not [each for each in found["adjustments"] if each["id"] == "rounding"]


@given(orders())
def test_parts_and_total_agree_in_minor_units(document: Document) -> None:
    found = record(document)
    totals = {name: Decimal(amount) for name, amount in found["totals"].items()}
    assert totals["grand_total"] == (
        totals["subtotal"]
        - totals["discount"]
        + totals["shipping"]
        + totals["tax"]
        + totals["adjustment"]
    )
    for name in ("subtotal", "discount", "tax"):
        lines = sum(Decimal(line[name]) for line in found["items"])
        rest = sum(Decimal(each[name]) for each in found["shipping_methods"] if name in each)
        assert totals[name] == lines + rest


@given(orders(), st.decimals("0.06", "50", places=2).filter(lambda each: each not in CREDITS))
def test_what_nobody_explains_is_refused(document: Document, missing: Decimal) -> None:
    with pytest.raises(Unsound, match="does not add up"):
        record(document | {"grand_total": document["grand_total"] + missing})
