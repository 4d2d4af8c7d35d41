"""Orders as Magento's checkout would make them, and as its REST interface shows them.

Worked out anew from what Magento's own calculators do, in plain steps: row totals, tax before and
after the discount, the compensation for tax hidden in discounts
(`Magento\\Tax\\Model\\Calculation\\{UnitBase,RowBase,TotalBase}Calculator`), the sum of all totals
(`Magento\\Quote\\Model\\Quote\\Address\\Total\\Grand`), and the row totals that orders show
(`Magento\\Sales\\Model\\Order\\Webapi\\ChangeOutputArray`, 2.4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Document = dict[str, Any]
ZERO = Decimal(0)
CENT = Decimal("0.01")


def cents(amount: Decimal) -> Decimal:
    """Magento rounds to two digits, whatever the currency."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Store:
    """How a shop is set up. `algorithm` is one of unit, row, total."""

    prices_include_tax: bool = False
    algorithm: str = "total"
    currency: str = "USD"


@dataclass(slots=True)
class Deltas:
    """TotalBaseCalculator carries what rounding left from one row to the next."""

    left: dict[tuple[str, Decimal], Decimal] = field(default_factory=dict)

    def rounded(self, kind: str, rate: Decimal, amount: Decimal) -> Decimal:
        exact = amount + self.left.get((kind, rate), ZERO)
        self.left[(kind, rate)] = exact - cents(exact)
        return cents(exact)


@dataclass(frozen=True, slots=True)
class Bought:
    """What a shopper buys: the price as the merchant typed it, the discount of the whole row."""

    price: Decimal
    quantity: Decimal = Decimal(1)
    rate: Decimal = ZERO
    discount: Decimal = ZERO
    weee: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Row:
    """What the database keeps of it."""

    row_total: Decimal
    tax: Decimal
    discount: Decimal
    compensation: Decimal
    price: Decimal


def computed(store: Store, bought: Bought, deltas: Deltas) -> Row:
    if store.algorithm == "unit":
        return _per_unit(store, bought)
    if store.prices_include_tax:
        return _row_including_tax(store, bought, deltas)
    row_total = cents(bought.price) * bought.quantity
    taxed = max(row_total - bought.discount, ZERO) * bought.rate / 100
    tax = _rounded(store, deltas, "after", bought.rate, taxed)
    return Row(row_total, tax, bought.discount, ZERO, cents(bought.price))


def _row_including_tax(store: Store, bought: Bought, deltas: Deltas) -> Row:
    paid = cents(bought.price) * bought.quantity
    part = bought.rate / (100 + bought.rate)
    before = _rounded(store, deltas, "before", bought.rate, paid * part)
    left = max(paid - bought.discount, ZERO)
    after = _rounded(store, deltas, "after", bought.rate, left * part)
    row_total = paid - before
    return Row(
        row_total, after, bought.discount, before - after, cents(row_total / bought.quantity)
    )


def _rounded(store: Store, deltas: Deltas, kind: str, rate: Decimal, amount: Decimal) -> Decimal:
    return deltas.rounded(kind, rate, amount) if store.algorithm == "total" else cents(amount)


def _per_unit(store: Store, bought: Bought) -> Row:
    price, each = cents(bought.price), bought.discount / bought.quantity
    if not store.prices_include_tax:
        tax = cents(max(price - each, ZERO) * bought.rate / 100) * bought.quantity
        return Row(price * bought.quantity, tax, bought.discount, ZERO, price)
    part = bought.rate / (100 + bought.rate)
    before, after = cents(price * part), cents(max(price - each, ZERO) * part)
    net = price - before
    compensation = (before - after) * bought.quantity
    return Row(net * bought.quantity, after * bought.quantity, bought.discount, compensation, net)


def item(number: int, bought: Bought, row: Row, **over: Any) -> Document:
    """An item as REST shows it: what is left of its row total after the discount, never below 0."""
    gross = row.row_total + row.tax + row.compensation + bought.weee - row.discount
    weee = {"weee_tax_applied_row_amount": bought.weee} if bought.weee else {}
    return {
        "item_id": number,
        "sku": f"SKU-{number}",
        "name": f"Product {number}",
        "product_type": "simple",
        "product_id": 1000 + number,
        "qty_ordered": bought.quantity,
        "price": row.price,
        "row_total": max(row.row_total - row.discount, ZERO),
        "row_total_incl_tax": max(gross, ZERO),
        "discount_amount": row.discount,
        "discount_tax_compensation_amount": row.compensation,
        "tax_amount": row.tax,
        "tax_percent": bought.rate,
        "is_virtual": 0,
        **weee,
        **over,
    }


def order(
    store: Store, cart: Sequence[Bought], shipping: Bought | None = None, **over: Any
) -> Document:
    """A whole order. `over` replaces or adds members; `extra` moves the grand total."""
    deltas = Deltas()
    rows = [computed(store, each, deltas) for each in cart]
    sent = computed(store, shipping, deltas) if shipping else Row(ZERO, ZERO, ZERO, ZERO, ZERO)
    items = [item(n, b, r) for n, (b, r) in enumerate(zip(cart, rows, strict=True), start=1)]
    return of_items(items, rows, sent, currency=store.currency, **over)


def of_items(
    items: Sequence[Document],
    rows: Sequence[Row],
    sent: Row | None = None,
    *,
    currency: str = "USD",
    extra: Decimal = ZERO,
    **over: Any,
) -> Document:
    """An order of items whose stored rows are these."""
    sent = sent or Row(ZERO, ZERO, ZERO, ZERO, ZERO)
    discount = sum((row.discount for row in rows), sent.discount)
    made: Document = {
        "subtotal": sum((row.row_total for row in rows), ZERO),
        "discount_amount": -discount,
        "discount_tax_compensation_amount": sum((row.compensation for row in rows), ZERO),
        "tax_amount": sum((row.tax for row in rows), sent.tax),
        "shipping_amount": sent.row_total,
        "shipping_discount_amount": sent.discount,
        "shipping_discount_tax_compensation_amount": sent.compensation,
        "shipping_tax_amount": sent.tax,
    }
    total = sum(
        (
            made["subtotal"],
            made["discount_amount"],
            made["discount_tax_compensation_amount"],
            made["tax_amount"],
            made["shipping_amount"],
            made["shipping_discount_tax_compensation_amount"],
        ),
        extra,
    )
    number = over.get("increment_id", "000000001")
    return {
        "entity_id": int(number),
        "increment_id": number,
        "state": "new",
        "status": "pending",
        "store_id": 1,
        "store_name": "Main\nStore\nView",
        "created_at": "2026-01-02 03:04:05",
        "updated_at": "2026-01-03 03:04:05",
        "customer_email": "Ann@Example.com",
        "customer_is_guest": 1,
        "order_currency_code": currency,
        "base_currency_code": "USD",
        "base_to_order_rate": 1,
        "is_virtual": 0,
        "shipping_description": "Flat Rate - Fixed",
        **made,
        "grand_total": total,
        "total_due": total,
        "items": list(items),
        "billing_address": address(),
        "payment": {"method": "checkmo", "additional_information": ["Check / Money order"]},
        "status_histories": [],
        "extension_attributes": {
            "shipping_assignments": [
                {"shipping": {"address": address(), "method": "flatrate_flatrate"}}
            ]
        },
        **over,
    }


def address(**over: Any) -> Document:
    return {
        "firstname": "Ann",
        "lastname": "Lee",
        "street": ["1 High Street"],
        "city": "Calder",
        "region": "Michigan",
        "region_code": "MI",
        "postcode": "49628",
        "country_id": "US",
        "telephone": "555-1",
        **over,
    }
