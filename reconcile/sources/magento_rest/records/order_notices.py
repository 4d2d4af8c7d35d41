"""What is to be said of many orders at once, gathered while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconcile.canonical import moment_text
from reconcile.model import Severity
from reconcile.sources.magento_rest.records import accounts, addresses, order_lines, order_segments
from reconcile.sources.magento_rest.records.order_content import Order
from reconcile.sources.magento_rest.records.order_items import Purchase
from reconcile.sources.magento_rest.records.sold_names import SoldNames
from reconcile.systems import Notice

_FIRST = "1970-01-01"
_CORRECT = "Correct it in Magento, or accept it as it is."
_NOTICES = {
    "no_email": (
        Severity.WARNING,
        "{count} orders have no e-mail address and are carried without: {samples}.",
        _CORRECT,
    ),
    "invalid_email": (
        Severity.WARNING,
        "{count} orders have an e-mail address that is none; it is carried as it is: {samples}.",
        _CORRECT,
    ),
    "no_billing_address": (
        Severity.INFO,
        "{count} orders have no billing address and are carried without: {samples}.",
        "",
    ),
    "odd_date": (
        Severity.WARNING,
        (
            "{count} orders were made before 1970 or after this snapshot and are carried as they "
            "are: {samples}."
        ),
        _CORRECT,
    ),
    "not_in_catalogue": (
        Severity.INFO,
        (
            "{count} order lines name a SKU that the catalogue does not have; they are carried as "
            "text: {samples}."
        ),
        "",
    ),
    "line_without_sku": (
        Severity.WARNING,
        "{count} order lines have no SKU and are carried by their title: orders {samples}.",
        _CORRECT,
    ),
    "orphan_item": (
        Severity.WARNING,
        (
            "{count} order items belong to an item that is not there and are lines of their own: "
            "orders {samples}."
        ),
        _CORRECT,
    ),
    "rounding": (
        Severity.INFO,
        "{count} orders are off by dust, which is carried as the adjustment `rounding`: {samples}.",
        "",
    ),
    "unknown_amount": (
        Severity.WARNING,
        (
            "{count} times an amount that only an extension knows explains the total of an order; "
            "it is carried as an adjustment: {samples}."
        ),
        "Make sure that the extension means it so; see the `adjustments` of these orders.",
    ),
}


@dataclass(slots=True)
class Seen:
    """Values by the code of their notice: numbers of orders, SKUs, codes; nothing personal."""

    values: dict[str, list[str]] = field(default_factory=dict)
    countries: list[tuple[str, str]] = field(default_factory=list)

    def note(self, order: Order, names: SoldNames, taken_at: datetime) -> None:
        number = order.row["number"] or order.row["id"]
        self._email(order.row["email"], number)
        if not order.document.get("billing_address"):
            self._add("no_billing_address", number)
        created = order.row["created_at"] or _FIRST
        # A shop's clock may be ahead of ours.
        if not _FIRST <= created <= moment_text(taken_at + timedelta(days=1)):
            self._add("odd_date", number)
        for purchase in order.bought:
            self._purchase(purchase, number, names)
        for segment in order.settled.adjustments:
            if segment.code == order_segments.ROUNDING:
                self._add("rounding", number)
            elif not segment.certain:
                self._add("unknown_amount", segment.code)

    def _email(self, email: str | None, number: str) -> None:
        if not email:
            self._add("no_email", number)
        elif not accounts.EMAIL.match(email):
            self._add("invalid_email", number)

    def _purchase(self, purchase: Purchase, number: str, names: SoldNames) -> None:
        sku = order_lines.sku(purchase)
        if purchase.orphan:
            self._add("orphan_item", number)
        if sku is None:
            self._add("line_without_sku", number)
        elif not order_lines.is_in_catalogue(purchase, sku, names):
            self._add("not_in_catalogue", sku)

    def _add(self, code: str, value: str) -> None:
        self.values.setdefault(code, []).append(value)

    def notices(self) -> Iterator[Notice]:
        for code, values in self.values.items():
            severity, sentence, remedy = _NOTICES[code]
            yield Notice.about(severity, code, sentence, values, remedy)
        if self.countries:
            yield addresses.unknown_countries("order", self.countries)
