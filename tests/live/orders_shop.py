"""A Medusa with the companion, asked about past orders as the tool asks it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from companion_shop import HEADERS, CompanionShop
from past_orders import Document

PATH = "/admin/reconcile/orders"
ROWS_OF_AN_ORDER = {
    "order": 1,
    "order_address": 2,
    "order_line_item": 3,
    "order_item": 3,
    "order_line_item_tax_line": 3,
    "order_line_item_adjustment": 2,
    "order_shipping": 1,
    "order_shipping_method": 1,
    "order_shipping_method_tax_line": 1,
    "order_summary": 1,
    "order_payment_collection": 2,
    "payment_collection": 2,
    "payment_session": 2,
    "payment": 2,
    "capture": 2,
    "refund": 1,
    "order_transaction": 3,
    "order_credit_line": 1,
    "order_fulfillment": 2,
    "fulfillment": 2,
    "fulfillment_item": 3,
    "fulfillment_label": 2,
}
"""What one `past_orders.eventful` order is made of: table -> rows."""
UNMOVED = ("reservation_item", "inventory_level", "notification", "workflow_execution")
"""Tables that nothing may be written to."""


class OrdersShop:
    def __init__(self, shop: CompanionShop) -> None:
        self.shop, self.sql = shop, shop.sql

    def write(self, *records: Document) -> list[dict[str, Any]]:
        """What became of each record."""
        answer = self.shop.post(PATH, {"orders": records}, **HEADERS)
        assert answer.status_code == 200, answer.text
        told: list[dict[str, Any]] = answer.json()["orders"]
        assert [each["number"] for each in told] == [record.get("number") for record in records]
        return told

    def error(self, record: Document) -> str:
        """The code a single record is refused with, "" when it is written."""
        return str(self.write(record)[0].get("error", {}).get("code", ""))

    def page(self, **query: object) -> dict[str, Any]:
        answer = self.shop.get(PATH, query, **HEADERS)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def listed(self, **query: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page(**query)["orders"]
        return found

    def order(self, number: str) -> dict[str, Any]:
        (found,) = self.listed(**{"number[]": number})
        return found

    def admin(self, number: str, fields: str) -> dict[str, Any]:
        """The same order as Medusa's own Admin API shows it."""
        path = f"/admin/orders/{self.order(number)['id']}"
        order: dict[str, Any] = self.shop.get(path, {"fields": fields}).json()["order"]
        return order

    def counts(self, tables: Mapping[str, int] | tuple[str, ...]) -> dict[str, int]:
        """Table -> rows that are not deleted."""
        return {table: self._count(table) for table in tables}

    def _count(self, table: str) -> int:
        return int(self.sql(f'select count(*) from "{table}" where deleted_at is null')[0][0])

    def contents(self) -> dict[str, list[Any]]:
        """Everything in the tables of orders, whole, but for when a row was last written."""
        return {
            table: sorted(
                str(row)
                for (row,) in self.sql(f"select to_jsonb(t) - 'updated_at' from \"{table}\" t")
            )
            for table in ROWS_OF_AN_ORDER
        }
