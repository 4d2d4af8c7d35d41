"""The rows of a new order: parents and children one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.sales.cart import Cart, Good, Line, Part
from reconcile.sandbox.magento.sales.cents import amount
from reconcile.sandbox.magento.sales.pricing import Priced
from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.table import Record

_FINE = 10_000  # the original price is converted, but not rounded to cents


@dataclass(frozen=True, slots=True)
class MoneyAmounts:
    """One row in the order's currency and in the base currency."""

    own: Priced
    base: Priced


def order_rows(cart: Cart, stamp: Stamp, amounts: Sequence[MoneyAmounts]) -> list[Record]:
    """The order's ``items``; ``amounts`` are those of the rows with money, in order."""
    left = iter(amounts)
    rows: list[Record] = []
    for line in cart.lines:
        rows += _Rows(cart, stamp, line, stamp.row_id(len(rows))).made(left)
    return rows


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one line; ``first`` is the id of its top-level row."""

    cart: Cart
    stamp: Stamp
    line: Line
    first: int

    def made(self, left: Iterator[MoneyAmounts]) -> list[Record]:
        line = self.line
        if line.priced_by_parts:
            own = [next(left) for _ in line.parts]
            children = [
                self._money_child(place, part, each)
                for place, (part, each) in enumerate(zip(line.parts, own, strict=True), start=1)
            ]
            return [self._sum(own), *children]
        children = [self._dummy(place, part) for place, part in enumerate(line.parts, start=1)]
        top = self._money_row(self.first, line.good, line.quantity, next(left))
        if line.backordered:
            top["qty_backordered"] = line.backordered
        return [top, *children]

    def _money_row(self, item_id: int, good: Good, quantity: int, each: MoneyAmounts) -> Record:
        row = self._plain(item_id, good, quantity)
        promotion = self.cart.promotion
        percents = [rate.percent for rate in self.line.rates]
        row["tax_percent"] = sum(percents)
        row["discount_percent"] = promotion.percent if promotion else 0
        if promotion:
            row["applied_rule_ids"] = promotion.rules
        row["base_original_price"] = amount(good.price)
        row["original_price"] = self._fine(good.price)
        _write(row, each.own, "")
        _write(row, each.base, "base_")
        return row

    def _money_child(self, place: int, part: Part, each: MoneyAmounts) -> Record:
        quantity = part.quantity * self.line.quantity
        row = self._money_row(self.first + place, part.good, quantity, each)
        row.pop("applied_rule_ids", None)
        return {**row, "free_shipping": 1, "parent_item_id": self.first, "parent_item": None}

    def _sum(self, amounts: Sequence[MoneyAmounts]) -> Record:
        """The bundle whose choices have the prices: it shows their sums, but no discount."""
        row = self._plain(self.first, self.line.good, self.line.quantity)
        if self.cart.promotion:
            row["applied_rule_ids"] = self.cart.promotion.rules
        price = sum(part.good.price * part.quantity for part in self.line.parts)
        row["base_original_price"], row["original_price"] = amount(price), self._fine(price)
        _write_sum(row, [each.own for each in amounts], self.line, "")
        _write_sum(row, [each.base for each in amounts], self.line, "base_")
        return row

    def _dummy(self, place: int, part: Part) -> Record:
        """A child without money: its parent has the price."""
        row = self._plain(self.first + place, part.good, part.quantity * self.line.quantity)
        row["parent_item_id"], row["parent_item"] = self.first, None
        row["tax_percent"] = 0
        return row

    def _plain(self, item_id: int, good: Good, quantity: int) -> Record:
        row: dict[str, Any] = {
            **_NOTHING_YET,
            "created_at": self.stamp.at,
            "updated_at": self.stamp.at,
            "is_virtual": int(good.is_virtual),
            "item_id": item_id,
            "name": good.name,
            "order_id": self.stamp.entity_id,
            "product_id": good.product_id,
            "product_type": good.kind,
            "qty_ordered": quantity,
            "quote_item_id": item_id,
            "sku": good.sku,
            "store_id": self.cart.store.id,
            "extension_attributes": {"itemized_taxes": []},
        }
        if good.weight is not None:
            row["weight"] = good.weight
            row["row_weight"] = good.weight * quantity
        if good.cost is not None:
            row["base_cost"] = amount(good.cost)
        if good.options is not None:
            row["product_option"] = {"extension_attributes": good.options}
        return row

    def _fine(self, price: int) -> int | float:
        if self.cart.store.rate == 1:
            return amount(price)
        value = round(price * self.cart.store.rate * _FINE / 100) / _FINE
        return int(value) if value == int(value) else value


_ZEROS = (
    "amount_refunded",
    "discount_amount",
    "discount_invoiced",
    "price",
    "row_invoiced",
    "row_total",
    "row_total_incl_tax",
    "tax_amount",
    "tax_invoiced",
)
_NOTHING_YET: Record = {
    **{side + name: 0 for side in ("", "base_") for name in _ZEROS},
    "discount_percent": 0,
    "free_shipping": 0,
    "is_qty_decimal": 0,
    "no_discount": 0,
    "original_price": 0,
    "qty_canceled": 0,
    "qty_invoiced": 0,
    "qty_refunded": 0,
    "qty_shipped": 0,
    "row_weight": 0,
}


def _write(row: Record, priced: Priced, side: str) -> None:
    """Row totals as REST shows them: less the discount, and never below 0."""
    with_tax = priced.row_total + priced.tax + priced.compensation - priced.discount
    row[f"{side}price"] = amount(priced.price)
    row[f"{side}price_incl_tax"] = amount(priced.price_with_tax)
    row[f"{side}row_total"] = amount(max(priced.row_total - priced.discount, 0))
    row[f"{side}row_total_incl_tax"] = amount(max(with_tax, 0))
    row[f"{side}discount_amount"] = amount(priced.discount)
    row[f"{side}tax_amount"] = amount(priced.tax)
    row[f"{side}discount_tax_compensation_amount"] = amount(priced.compensation)


def _write_sum(row: Record, priced: Sequence[Priced], line: Line, side: str) -> None:
    quantities = [part.quantity for part in line.parts]
    pairs = list(zip(priced, quantities, strict=True))
    total = sum(each.row_total for each in priced)
    tax = sum(each.tax for each in priced)
    row[f"{side}price"] = amount(sum(each.price * quantity for each, quantity in pairs))
    row[f"{side}price_incl_tax"] = amount(
        sum(each.price_with_tax * quantity for each, quantity in pairs)
    )
    row[f"{side}row_total"] = amount(total)
    row[f"{side}row_total_incl_tax"] = amount(total + tax)
    row[f"{side}tax_amount"] = amount(tax)
