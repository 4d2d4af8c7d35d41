"""What is to be said of many orders at once, gathered while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from reconcile.canonical import moment_text
from reconcile.model import Severity
from reconcile.sources.magento_rest.records import addresses, order_lines, order_segments
from reconcile.sources.magento_rest.records.order_content import Order
from reconcile.sources.magento_rest.records.order_items import Purchase
from reconcile.sources.magento_rest.records.sold_names import SoldNames
from reconcile.systems import Notice

_FIRST = "1970-01-01"
_NOTICES = {
    "no_billing_address": (
        Severity.INFO,
        "{count} orders have no billing address and are carried without: {samples}.",
    ),
    "odd_date": (
        Severity.WARNING,
        (
            "{count} orders were made before 1970 or after this snapshot and are carried as they "
            "are: {samples}."
        ),
    ),
    "not_in_catalogue": (
        Severity.INFO,
        (
            "{count} order lines name a SKU that the catalogue does not have; they are carried as "
            "text: {samples}."
        ),
    ),
    "line_without_sku": (
        Severity.WARNING,
        "{count} order lines have no SKU and are carried by their title: orders {samples}.",
    ),
    "orphan_item": (
        Severity.WARNING,
        (
            "{count} order items belong to an item that is not there and are lines of their own: "
            "orders {samples}."
        ),
    ),
    "rounding": (
        Severity.INFO,
        "{count} orders are off by dust, which is carried as the adjustment `rounding`: {samples}.",
    ),
    "unknown_amount": (
        Severity.WARNING,
        (
            "{count} times an amount that only an extension knows explains the total of an order; "
            "it is carried as an adjustment: {samples}."
        ),
    ),
}


@dataclass(slots=True)
class Seen:
    """Values by the code of their notice: numbers of orders, SKUs, codes; nothing personal."""

    values: dict[str, list[str]] = field(default_factory=dict)
    countries: list[str] = field(default_factory=list)

    def note(self, order: Order, names: SoldNames, taken_at: datetime) -> None:
        number = order.row["number"] or order.row["id"]
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
            severity, sentence = _NOTICES[code]
            yield Notice.about(severity, code, sentence, values)
        if self.countries:
            yield addresses.unknown_countries("order", self.countries)
