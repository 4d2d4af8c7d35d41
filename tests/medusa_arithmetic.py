"""What Medusa makes of an order: unit price times quantity, rates on net amounts, rounded last.

A copy of the rules of `@medusajs/utils` (totals/line-item, totals/shipping-method, totals/cart,
2.21), on what the target is to write: quotients of 20 digits. Where nothing is left to be taxed the
tax is an item of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

KEPT = Context(prec=20, rounding=ROUND_HALF_UP)
EXACT = Context(prec=100)


def grand_total(order: Mapping[str, Any], digits: int) -> Decimal:
    """The total Medusa shows for an order's items, shipping methods and adjustments."""
    total = Decimal(0)
    for line in order["items"]:
        quantity = Decimal(line["quantity"])
        unit_price = KEPT.divide(Decimal(line["subtotal"]), quantity)
        total += _charged(EXACT.multiply(unit_price, quantity), line)
    for method in order["shipping_methods"]:
        total += _charged(Decimal(method["amount"]), method)
    total += sum(Decimal(each["amount"]) for each in order["adjustments"])
    return total.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _charged(subtotal: Decimal, line: Mapping[str, Any]) -> Decimal:
    discount, tax = Decimal(line["discount"]), Decimal(line["tax"])
    net = subtotal - discount
    said = Decimal(line.get("subtotal", line.get("amount"))) - discount
    if not said:
        return net + tax
    rate = KEPT.multiply(KEPT.divide(tax, said), Decimal(100))
    return net + EXACT.multiply(net, rate) / 100
