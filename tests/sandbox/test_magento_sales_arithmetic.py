"""Placing, invoicing, shipping, refunding, cancelling: for any cart, all totals add up."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sales_equations import document_faults, order_faults, tops

from reconcile.sandbox.magento.sales import invoicing, refunding, shipping, standing
from reconcile.sandbox.magento.sales.cart import (
    Cart,
    Delivery,
    Good,
    Line,
    Part,
    Payment,
    Promotion,
    Rate,
    Store,
)
from reconcile.sandbox.magento.sales.placing import place
from reconcile.sandbox.magento.sales.refunding import Refund
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.sales.shares import INVOICING, REFUNDING, left
from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.sales.standing import open_quantity, to_ship

AT = "2026-01-02 03:04:05"
NAMES = ("Main Website", "Store", "View")
VAT, MICHIGAN = Rate(1, "VAT", 19_000), Rate(3, "US-MI", 8_250)
STATE, CITY = Rate(4, "State", 4_000), Rate(5, "City", 4_500)
ADDRESS = {"country_id": "US", "city": "Lansing", "street": ["1 Road"], "email": "a@example.com"}
BUYER = {"customer_email": "a@example.com", "customer_is_guest": 1, "customer_group_id": 0}

prices = st.integers(1, 40_000)
pieces = st.integers(1, 7)
rates = st.sampled_from([(), (VAT,), (MICHIGAN,), (STATE, CITY)])


def good(kind: str, price: int) -> Good:
    return Good(1, f"SKU-{kind}", "Name", kind, price, weight=1)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    kind = draw(st.sampled_from(["simple", "configurable", "bundle", "bundle of parts"]))
    quantity, charged = draw(pieces), draw(rates)
    if kind == "simple":
        return Line(good(kind, draw(prices)), quantity, charged)
    children = tuple(
        Part(good("simple", draw(prices)), draw(st.integers(1, 3)))
        for _ in range(1 if kind == "configurable" else draw(st.integers(1, 3)))
    )
    if kind == "bundle of parts":
        return Line(good("bundle", 0), quantity, charged, children, priced_by_parts=True)
    return Line(good(kind, draw(prices)), quantity, charged, children)


promotions = st.one_of(
    st.none(),
    st.builds(Promotion, st.just("1"), percent=st.integers(1, 100)),
    st.builds(Promotion, st.just("2"), off_piece=st.integers(1, 900)),
    st.builds(Promotion, st.just("3"), off_cart=st.integers(1, 5_000)),
    st.builds(Promotion, st.just("4"), free_piece=st.just(True)),
    st.builds(Promotion, st.just("5"), percent=st.just(15), off_shipping=st.integers(1, 100)),
)
stores = st.sampled_from(
    [
        Store(1, NAMES, "USD", 1),
        Store(2, NAMES, "EUR", 0.9214),
        Store(3, NAMES, "EUR", 0.9214, with_tax=True),
        Store(4, NAMES, "USD", 1, with_tax=True),
    ]
)
carts = st.builds(
    Cart,
    store=stores,
    buyer=st.just(BUYER),
    billing=st.just(ADDRESS),
    payment=st.just(Payment("checkmo", ("Check",))),
    lines=st.lists(lines(), min_size=1, max_size=4).map(tuple),
    shipping=st.just(ADDRESS),
    delivery=st.builds(
        Delivery,
        st.just("flatrate_flatrate"),
        st.just("Flat Rate - Fixed"),
        st.sampled_from([0, 500, 795]),
        rates,
    ),
    promotion=promotions,
)


class Trail:
    """An order on its way, with everything that followed it."""

    def __init__(self, cart: Cart) -> None:
        self.order = finished(place(cart, self.stamp(1)))
        self.invoices: list[dict[str, Any]] = []
        self.memos: list[dict[str, Any]] = []

    @staticmethod
    def stamp(number: int) -> Stamp:
        return Stamp(number, f"{number:09d}", AT)

    def check(self) -> None:
        self.order = finished(self.order)
        assert not list(order_faults(self.order, self.invoices, self.memos))
        for record in (*self.invoices, *self.memos):
            assert not list(document_faults(record))
        for item in self.order["items"]:
            assert item["row_total"] >= 0
            assert item["row_total_incl_tax"] >= 0

    def invoice(self, quantities: dict[int, int] | None = None) -> None:
        stamp = self.stamp(len(self.invoices) + 1)
        self.invoices.append(invoicing.invoice(self.order, stamp, quantities))
        self.check()

    def refund(self, wanted: Refund = refunding.ALL) -> None:
        stamp = self.stamp(len(self.memos) + 1)
        self.memos.append(refunding.refund(self.order, stamp, wanted))
        self.check()

    def ship(self) -> None:
        shipping.ship(self.order, self.stamp(1), source_code="default")
        self.check()


@given(carts)
def test_a_placed_order_adds_up(cart: Cart) -> None:
    trail = Trail(cart)
    trail.check()
    assert trail.order["total_due"] == trail.order["grand_total"]


@given(carts, st.data())
def test_parts_add_up_to_the_whole(cart: Cart, data: st.DataObject) -> None:
    """Whatever is invoiced and refunded bit by bit comes to the order's totals in the end."""
    trail = Trail(cart)
    while invoicing.can_invoice(trail.order):
        trail.invoice(_some(trail, data, INVOICING))
    for name in ("grand_total", "subtotal", "tax_amount", "discount_amount"):
        assert _sum(trail.invoices, name) == cent(trail.order[name])
    trail.ship()
    while any(left(item, REFUNDING) for item in tops(trail.order)):
        if not refunding.can_refund(trail.order):
            return  # it cost nothing
        trail.refund(Refund(_some(trail, data, REFUNDING), 0))
    if refunding.can_refund(trail.order):
        trail.refund(Refund({}))
    assert cent(trail.order["total_refunded"]) == cent(trail.order["total_paid"])


def _some(trail: Trail, data: st.DataObject, step: Any) -> dict[int, int]:
    """Some pieces of some rows, at least one."""
    most = {item["item_id"]: left(item, step) for item in tops(trail.order)}
    chosen = {row: data.draw(st.integers(0, many)) for row, many in most.items()}
    if not any(chosen.values()):
        row = max(most, key=lambda one: most[one])
        chosen[row] = 1
    return chosen


def cent(value: float) -> int:
    return round(value * 100)


def _sum(records: list[dict[str, Any]], name: str) -> int:
    return sum(cent(one[name]) for one in records)


@given(carts)
def test_what_is_refunded_to_the_cent_is_closed(cart: Cart) -> None:
    trail = Trail(cart)
    trail.invoice()
    trail.ship()
    assert trail.order["state"] == "complete"
    if refunding.can_refund(trail.order):
        trail.refund()
        assert (trail.order["state"], trail.order["status"]) == ("closed", "closed")


@given(carts)
def test_what_is_left_can_be_cancelled(cart: Cart) -> None:
    trail = Trail(cart)
    first = {tops(trail.order)[0]["item_id"]: 1}
    is_part = sum(item["qty_ordered"] for item in tops(trail.order)) > 1
    if is_part:
        trail.invoice(first)
    standing.cancel(trail.order, AT)
    trail.check()
    assert trail.order["state"] == ("processing" if is_part else "canceled")
    canceled = cent(trail.order["total_canceled"])
    assert canceled == cent(trail.order["grand_total"]) - cent(trail.order.get("total_paid", 0))
    assert not invoicing.can_invoice(trail.order)


def sample(**changes: Any) -> Trail:
    line = Line(good("simple", 1000), 3, (MICHIGAN,))
    known = {
        "store": Store(1, NAMES, "USD", 1),
        "buyer": BUYER,
        "billing": ADDRESS,
        "payment": Payment("checkmo", ("Check",)),
        "lines": (line,),
        "shipping": ADDRESS,
        "delivery": Delivery("flatrate_flatrate", "Flat Rate - Fixed", 500),
    }
    return Trail(Cart(**{**known, **changes}))


def test_prices_with_tax_leave_a_compensation() -> None:
    gross = Line(good("simple", 11_900), 1, (VAT,))
    off = Promotion("1", percent=10)
    trail = sample(store=Store(3, NAMES, "USD", 1, with_tax=True), lines=(gross,), promotion=off)
    trail.check()
    (row,) = trail.order["items"]
    assert (row["price"], row["price_incl_tax"], row["discount_amount"]) == (100, 119, 11.9)
    assert (row["tax_amount"], row["discount_tax_compensation_amount"]) == (17.1, 1.9)
    assert (row["row_total"], row["row_total_incl_tax"]) == (88.1, 107.1)
    assert trail.order["discount_tax_compensation_amount"] == 1.9
    assert trail.order["grand_total"] == 107.1 + 5


def test_a_row_total_is_never_shown_below_zero() -> None:
    gross = Line(good("simple", 11_900), 1, (VAT,))
    free = Promotion("1", percent=100)
    trail = sample(store=Store(3, NAMES, "USD", 1, with_tax=True), lines=(gross,), promotion=free)
    trail.check()
    assert trail.order["items"][0]["row_total"] == 0
    trail.invoice()
    assert trail.invoices[0]["items"][0]["row_total"] == 100


def test_dynamic_bundles_say_their_tax_twice_and_their_discount_once() -> None:
    parts = (Part(good("simple", 1000)), Part(good("simple", 500), 2))
    bundle = Line(good("bundle", 0), 2, (MICHIGAN,), parts, priced_by_parts=True)
    trail = sample(lines=(bundle,), promotion=Promotion("1", percent=10))
    trail.check()
    parent, *children = trail.order["items"]
    assert cent(parent["tax_amount"]) == _sum(children, "tax_amount") == 297
    assert (parent["row_total"], parent["discount_amount"]) == (40, 0)
    assert [child["discount_amount"] for child in children] == [2, 2]
    assert [child["qty_ordered"] for child in children] == [2, 4]
    assert all(child["parent_item"] == parent for child in children)


def test_a_configurable_has_the_childs_sku_on_both_rows() -> None:
    child = Part(Good(7, "TEE-M", "Tee-M", "simple", 1000, weight=1))
    parent = Good(8, "TEE-M", "Tee", "configurable", 1000, weight=1)
    trail = sample(lines=(Line(parent, 2, (), (child,)),))
    trail.invoice()
    trail.ship()
    first, second = trail.order["items"]
    assert first["sku"] == second["sku"] == "TEE-M"
    assert (first["row_total"], second["row_total"]) == (20, 0)
    assert (first["qty_invoiced"], second["qty_invoiced"]) == (2, 2)
    assert (first["qty_shipped"], second["qty_shipped"]) == (2, 0)


def test_two_rates_are_charged_side_by_side() -> None:
    trail = sample(lines=(Line(good("simple", 1000), 3, (STATE, CITY)),))
    (row,) = trail.order["items"]
    assert (row["tax_percent"], row["tax_amount"]) == (8.5, 2.55)
    extension = trail.order["extension_attributes"]
    assert [one["amount"] for one in extension["applied_taxes"]] == [1.2, 1.35]
    assert [one["tax_code"] for one in row["extension_attributes"]["itemized_taxes"]] == [
        "State",
        "City",
    ]


def test_an_invoice_may_be_unpaid() -> None:
    trail = sample()
    invoicing.invoice(trail.order, trail.stamp(1), paid=False)
    assert trail.order["total_invoiced"] == trail.order["total_due"] == 37.48
    assert "total_paid" not in trail.order


@pytest.mark.parametrize(
    ("quantities", "message"),
    [({1024: 4}, "4 pieces of 3"), ({5: 1}, "1 pieces of 0"), ({1024: -1}, "-1 pieces")],
)
def test_no_more_than_there_is(quantities: dict[int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample().invoice(quantities)


def test_nothing_twice() -> None:
    trail = sample()
    with pytest.raises(ValueError, match="nothing to refund"):
        trail.refund()
    trail.invoice()
    with pytest.raises(ValueError, match="nothing to invoice"):
        trail.invoice()
    trail.ship()
    with pytest.raises(ValueError, match="nothing to ship"):
        trail.ship()
    with pytest.raises(ValueError, match="nothing to cancel"):
        standing.cancel(trail.order, AT)
    with pytest.raises(ValueError, match="shipping: 501 cents of 500"):
        trail.refund(Refund({}, 501))
    trail.refund()
    with pytest.raises(ValueError, match="cannot be held"):
        standing.hold(trail.order, AT)


def test_no_more_is_given_back_than_was_paid() -> None:
    trail = sample()
    trail.invoice()
    with pytest.raises(ValueError, match="3749 cents of 3748"):
        refunding.refund(copy.deepcopy(trail.order), trail.stamp(1), Refund(more=1))
    trail.refund(Refund({}, 0, more=248))
    with pytest.raises(ValueError, match="3749 cents of 3748"):
        refunding.refund(copy.deepcopy(trail.order), trail.stamp(2), Refund({}, 0, more=3501))
    trail.refund(Refund({}, 0, more=3500))
    assert trail.order["total_refunded"] == trail.order["total_paid"] == 37.48


def test_a_held_order_goes_on_where_it_was() -> None:
    trail = sample()
    standing.note(trail.order, "Later", AT, status="awaiting")
    standing.hold(trail.order, AT)
    assert trail.order["hold_before_status"] == "awaiting"
    with pytest.raises(ValueError, match="nothing to invoice"):
        trail.invoice()
    standing.unhold(trail.order, AT)
    assert (trail.order["state"], trail.order["status"]) == ("new", "awaiting")
    assert not any(name.startswith("hold_before") for name in trail.order)
    with pytest.raises(ValueError, match="is not held"):
        standing.unhold(trail.order, AT)


def test_part_of_the_shipping_takes_part_of_its_tax() -> None:
    delivery = Delivery("flatrate_flatrate", "Flat Rate - Fixed", 1000, (VAT,))
    trail = sample(delivery=delivery)
    trail.invoice()
    trail.refund(Refund({}, 333))
    trail.refund(Refund({}, 333))
    trail.refund(Refund({}))
    assert [memo["shipping_tax_amount"] for memo in trail.memos] == [0.63, 0.64, 0.63]
    assert trail.order["shipping_tax_refunded"] == trail.order["shipping_tax_amount"] == 1.9


def test_shipments_count_rows_with_parts_once() -> None:
    trail = sample()
    (row,) = trail.order["items"]
    shipment = shipping.ship(trail.order, trail.stamp(1), {row["item_id"]: 2})
    assert shipment["total_qty"] == 2
    assert "extension_attributes" not in shipment  # a shop without MSI
    assert [open_quantity(item) for item in to_ship(trail.order)] == [1]
    assert trail.order["state"] == "processing"
