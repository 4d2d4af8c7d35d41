"""What the recorded shop says of customers and sales, in plain loops over the recorded answers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from recorded_shop import Record, RecordedShop

CENT = Decimal("0.01")
STATUS = {
    "pending": "pending",
    "processing": "pending",
    "complete": "completed",
    "closed": "completed",
    "canceled": "canceled",
    "holded": "requires_action",
}
"""Magento's status -> Medusa's, as README.md promises."""


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def cents(amount: object) -> Decimal:
    return Decimal(str(amount)).quantize(CENT)


@dataclass(frozen=True)
class RecordedPeople:
    shop: RecordedShop

    @cached_property
    def customers(self) -> list[Record]:
        return self.shop.read("customers")

    @cached_property
    def orders(self) -> dict[str, Record]:
        return {order["increment_id"]: order for order in self.shop.read("orders")}

    @cached_property
    def number_of(self) -> dict[int, str]:
        """Entity id of an order -> its number."""
        return {order["entity_id"]: number for number, order in self.orders.items()}

    def purchases(self, order: Record) -> list[Record]:
        """The rows that are no part of another one: what was bought."""
        return [item for item in order["items"] if not item.get("parent_item_id")]

    def totals(self, order: Record) -> tuple[Decimal, ...]:
        """Subtotal, discount, shipping, tax, grand total, paid, refunded; the discount without the
        tax that Magento has in it where prices have tax."""
        taxes = ("discount_tax_compensation_amount", "shipping_discount_tax_compensation_amount")
        return (
            cents(order["subtotal"]),
            -cents(order["discount_amount"]) - sum(cents(order.get(name, 0)) for name in taxes),
            cents(order["shipping_amount"]),
            cents(order["tax_amount"]),
            cents(order["grand_total"]),
            cents(order.get("total_paid", 0)),
            cents(order.get("total_refunded", 0)),
        )

    def groups(self, customer: Record) -> list[str]:
        names = {group["id"]: group["code"] for group in self.shop.read("customer_groups")}
        return [names[customer["group_id"]]]

    @cached_property
    def refunded(self) -> dict[str, Decimal]:
        """Per order number, the sum of its credit memos."""
        sums: Counter[str] = Counter()
        for memo in self.shop.read("creditmemos"):
            sums[self.number_of[memo["order_id"]]] += cents(memo["grand_total"])
        return dict(sums)

    def tracks(self, shipment: Record) -> list[str]:
        return sorted(str(track["track_number"]) for track in shipment.get("tracks", []))

    def shipped(self, shipment: Record) -> Decimal:
        """How many pieces left, parts of a purchase not counted beside it."""
        order = self.orders[self.number_of[shipment["order_id"]]]
        purchases = {item["item_id"] for item in self.purchases(order)}
        rows: list[Any] = shipment["items"]
        return sum(
            (Decimal(str(r["qty"])) for r in rows if r["order_item_id"] in purchases), Decimal()
        )
