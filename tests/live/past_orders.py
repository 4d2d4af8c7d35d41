"""Orders of the past as they are sent to the companion, built from net amounts and tax in cents."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

Document = dict[str, Any]
DAY = "2024-03-0{}T10:20:30.456Z"
ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "company": "Engines Ltd",
    "phone": "+1 555 0100",
    "address_1": "1 Main Street",
    "address_2": "Floor 2",
    "city": "Austin",
    "province": "Texas",
    "postal_code": "78701",
    "country_code": "us",
}


def quotient(dividend: Decimal | str, divisor: Decimal | str) -> str:
    """Text of twenty digits, as the tool sends what it has to divide."""
    with localcontext() as context:
        context.prec = 20
        return format(Decimal(dividend) / Decimal(divisor), "f")


def reductions(net: str, discount: str, tax: str) -> Document:
    """Adjustment and tax line of a line worth `net` before its discount."""
    rest = Decimal(net) - Decimal(discount)
    rate = quotient(Decimal(tax) * 100, rest) if rest else "0"
    lines = [{"code": "US-TX", "rate": rate, "description": "8.25 %"}] if Decimal(tax) else []
    less = [{"code": "SPRING", "amount": discount, "description": "Discount"}]
    return {"tax_lines": lines, "adjustments": less if Decimal(discount) else []}


def item(
    source_id: str, quantity: str, net: str, discount: str = "0", tax: str = "0", **more: Any
) -> Document:
    return {
        "source_id": source_id,
        "variant_sku": f"SKU-{source_id}",
        "title": f"Item {source_id}",
        "quantity": quantity,
        "unit_price": quotient(net, quantity),
        "requires_shipping": True,
        "metadata": {"options": [{"label": "Size", "value": "M"}]},
        **reductions(net, discount, tax),
        **more,
    }


def shipping(amount: str, discount: str = "0", tax: str = "0") -> Document:
    return {
        "source_id": "shipping",
        "name": "Flat Rate - Fixed",
        "amount": amount,
        "metadata": {"method": "flatrate_flatrate"},
        **reductions(amount, discount, tax),
    }


ITEMS = [
    item("11", "3", "100.00", "10.01", "7.43"),
    item("12", "1", "19.99", "0", "1.65"),
    item("13", "2", "0.07", "0.02", "0.01"),
]
"""120.06 net, 10.03 discount, 9.09 tax."""
TOTAL = "124.53"
"""Of the items and of shipping for 5.00 with 0.41 tax."""


def create(**changes: Any) -> Document:
    return {
        "email": "Ada@Example.com",
        "customer_id": None,
        "sales_channel_id": None,
        "status": "completed",
        "currency_code": "usd",
        "created_at": DAY.format(1),
        "updated_at": DAY.format(9),
        "canceled_at": None,
        "locale": "en-US",
        "metadata": {"payment": {"method": "checkmo"}, "po_number": "4711"},
        "billing_address": ADDRESS,
        "shipping_address": {**ADDRESS, "address_1": "2 Side Street"},
        "items": ITEMS,
        "shipping_methods": [shipping("5.00", "0", "0.41")],
        "credit_lines": [],
        **changes,
    }


def order(number: str, **parts: Any) -> Document:
    """An order that nothing has happened to; `parts` are further members of the record."""
    return {"number": number, "source_id": f"magento:order/{number}", "order": create(), **parts}


def invoice(number: str, amount: str = TOTAL, state: str = "paid", day: int = 2) -> Document:
    return {
        "number": number,
        "source_id": f"magento:invoice/{number}",
        "state": state,
        "amount": amount,
        "currency_code": "usd",
        "created_at": DAY.format(day),
        "metadata": {"reconcile_number": number},
    }


def shipment(number: str, *items: tuple[str, str], track: str | None = "1Z999") -> Document:
    rows = items or tuple((each["source_id"], each["quantity"]) for each in ITEMS)
    labels = [{"id": "1", "tracking_number": track, "tracking_url": "", "label_url": ""}]
    return {
        "number": number,
        "source_id": f"magento:shipment/{number}",
        "created_at": DAY.format(3),
        "location_id": None,
        "items": [{"source_id": source_id, "quantity": quantity} for source_id, quantity in rows],
        "labels": labels if track else [],
        "metadata": {"reconcile_number": number},
    }


def memo(number: str, amount: str = TOTAL, state: str = "refunded", day: int = 4) -> Document:
    return {
        "number": number,
        "source_id": f"magento:creditmemo/{number}",
        "state": state,
        "amount": amount,
        "currency_code": "usd",
        "created_at": DAY.format(day),
        "metadata": {"reconcile_number": number},
    }


def typical(number: str) -> Document:
    """Paid and sent."""
    return order(number, invoices=[invoice(f"I{number}")], shipments=[shipment(f"S{number}")])


def eventful(number: str) -> Document:
    """Invoiced and sent in two parts, and partly refunded."""
    return order(
        number,
        invoices=[
            invoice(f"IA{number}", "60.00"),
            invoice(f"IB{number}", "64.53", day=3),
        ],
        shipments=[
            shipment(f"SA{number}", ("11", "1")),
            shipment(f"SB{number}", ("11", "2"), ("12", "1")),
        ],
        credit_memos=[memo(f"C{number}", "20.00")],
    )


def later_in(record: Document) -> Document:
    """What happened to an order, for one that is there already."""
    return {name: part for name, part in record.items() if name != "order"}
