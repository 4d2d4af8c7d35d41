"""Orders that real shops have and programs fall over: one of each kind, made on demand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reconcile.sandbox.magento.generator.item import Catalogue
from reconcile.sandbox.magento.generator.sales import goods, shopping
from reconcile.sandbox.magento.generator.sales.history import Sales
from reconcile.sandbox.magento.generator.stores import DEFAULT, GERMAN
from reconcile.sandbox.magento.sales import invoicing
from reconcile.sandbox.magento.sales.cart import Cart, Line, Store
from reconcile.sandbox.magento.sales.placing import place
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.sales.stamp import Stamp
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.magento.table import Record

_AT = "2024-06-01 12:00:00"
_DUST = 2.8421709430404e-14
_CANCELED_INVOICE = 3
_MANY = 500


@dataclass(frozen=True, slots=True)
class OddSales:
    """Writes odd orders into a shop, under ids after all others."""

    shop: Shop
    sales: Sales
    catalogue: Catalogue

    def add_all(self) -> dict[str, int]:
        """Entity ids by the name of what is odd."""
        return dict(self._added())

    def _added(self) -> Iterator[tuple[str, int]]:
        for name, spoil in _SPOILED.items():
            order = self._order()
            spoil(order)
            yield name, self._put(order)
        yield "deleted_product", self._put(self._order(goods.deleted(self.catalogue, 7, 2)))
        lines = [goods.first(self.catalogue, 1)] * _MANY
        yield "five_hundred_lines", self._put(self._order(*lines))
        yield from self._same_number_twice()
        yield "open_invoice", self._open_invoice()
        yield "canceled_invoice", self._canceled_invoice()

    def _cart(self) -> Cart:
        """That of an order of a guest in the first store view, with something to ship."""
        ledger = self.sales.ledger
        stories = (ledger.story(index) for index in range(10_000))
        story = next(
            one
            for one in stories
            if one.store is DEFAULT and one.customer is None and not one.is_virtual
        )
        return shopping.cart_of(story, self.catalogue, ledger.seed)

    def _order(self, *lines: Line, store: Store = DEFAULT, number: str = "") -> Record:
        """An order that is sound, and nobody else's to change."""
        known = self._cart()
        entity_id = self.shop.table("orders").next_id()
        cart = Cart(
            store=store,
            buyer={**known.buyer, "customer_email": f"odd{entity_id}@example.org"},
            billing=known.billing,
            payment=known.payment,
            lines=lines or (goods.first(self.catalogue, 2), known.lines[0]),
            shipping=known.shipping,
            delivery=known.delivery,
            protect_code=f"{entity_id:032x}",
        )
        stamp = Stamp(entity_id, number or store.number(entity_id), _AT)
        return copy.deepcopy(finished(place(cart, stamp)))

    def _put(self, order: Record) -> int:
        entity_id = int(order["entity_id"])
        self.shop.table("orders").put(entity_id, order)
        return entity_id

    def _same_number_twice(self) -> Iterator[tuple[str, int]]:
        """Numbers are unique per store view only; most shops have prefixes, not all."""
        first = self._order()
        yield "same_number", self._put(first)
        second = self._order(store=GERMAN, number=first["increment_id"])
        yield "same_number_elsewhere", self._put(second)

    def _open_invoice(self) -> int:
        order = self._order()
        self._invoice(order, paid=False)
        return self._put(finished(order))

    def _canceled_invoice(self) -> int:
        """Magento takes the amounts back from the order, and keeps the invoice."""
        order = self._order()
        before = copy.deepcopy(order)
        record = self._invoice(order, paid=False)
        record["state"] = _CANCELED_INVOICE
        return self._put(before)

    def _invoice(self, order: Record, *, paid: bool) -> Record:
        table = self.shop.table("invoices")
        entity_id = table.next_id()
        stamp = Stamp(entity_id, DEFAULT.number(entity_id), _AT)
        record = invoicing.invoice(order, stamp, paid=paid)
        table.put(entity_id, record)
        return record


def _no_items(order: Record) -> None:
    order["items"] = []
    order["extension_attributes"]["shipping_assignments"][0]["items"] = []


def _unknown_currency(order: Record) -> None:
    for name in ("order", "base", "global", "store"):
        order[f"{name}_currency_code"] = "XBT"


def _addresses(order: Record) -> Iterator[Record]:
    yield order["billing_address"]
    yield order["extension_attributes"]["shipping_assignments"][0]["shipping"]["address"]


def _unknown_country(order: Record) -> None:
    for address in _addresses(order):
        address["country_id"] = "ZZ"


def _unknown_region(order: Record) -> None:
    for address in _addresses(order):
        address.update(region="Atlantis", region_code="ATL", region_id=99_999)


def _totals_do_not_add_up(order: Record) -> None:
    for side in ("", "base_"):
        order[f"{side}grand_total"] += 1
        order[f"{side}total_due"] += 1


def _no_billing_address(order: Record) -> None:
    del order["billing_address"], order["billing_address_id"]


def _email(value: str | None) -> Callable[[Record], None]:
    def spoil(order: Record) -> None:
        order["customer_email"] = value
        for address in _addresses(order):
            address["email"] = value
        if value is None:
            del order["customer_email"]

    return spoil


def _emoji_names(order: Record) -> None:
    order.update(customer_firstname="🎉🎉", customer_lastname="🦄 von 🌈")
    for address in _addresses(order):
        address.update(firstname="🎉🎉", lastname="🦄 von 🌈", street=["🏠 1"], city="🌆")
    order["items"][0]["name"] = "Mug 😀<b>bold</b>"


def _created(moment: str) -> Callable[[Record], None]:
    def spoil(order: Record) -> None:
        order["created_at"] = order["updated_at"] = moment

    return spoil


def _less(order: Record, cents: int) -> None:
    """Take something off the grand total that no other member tells of."""
    for side in ("", "base_"):
        for name in ("grand_total", "total_due"):
            order[side + name] = round(order[side + name] - cents / 100, 2)
        order["payment"][f"{side}amount_ordered"] = order[f"{side}grand_total"]


def _store_credit(order: Record) -> None:
    _less(order, 500)
    order["extension_attributes"].update(customer_balance_amount=5, base_customer_balance_amount=5)


def _gift_card(order: Record) -> None:
    _less(order, 300)
    cards = [{"id": 1, "code": "GIFT-000001", "amount": 3, "base_amount": 3}]
    order["extension_attributes"].update(
        gift_cards=cards, gift_cards_amount=3, base_gift_cards_amount=3
    )


def _unknown_segment(order: Record) -> None:
    _less(order, -450)
    order["extension_attributes"].update(surcharge_amount=4.5, base_surcharge_amount=4.5)


def _float_dust(order: Record) -> None:
    for side in ("", "base_"):
        order[f"{side}discount_tax_compensation_amount"] = _DUST
        order[f"{side}grand_total"] += _DUST
        order[f"{side}total_due"] += _DUST


def _minus_a_cent(order: Record) -> None:
    """What rounding leaves of a compensation in shops whose prices include tax."""
    for side in ("", "base_"):
        order[f"{side}discount_tax_compensation_amount"] = -0.01
    _less(order, 1)


def _part_of_a_piece(order: Record) -> None:
    """Cloth by the metre: half of the first row, which is all of the order."""
    order["items"] = order["items"][:1]
    (row,) = order["items"]
    row.update(is_qty_decimal=1, qty_ordered=2.5, product_type="simple", price=0.4, base_price=0.4)
    for side in ("", "base_"):
        for name in ("price", "price_incl_tax", "original_price"):
            row[side + name] = 0.4
        for name in ("row_total", "row_total_incl_tax"):
            row[side + name] = 1
        for name in ("tax_amount", "discount_amount"):
            row[side + name] = order[side + name] = 0
        shipping = order[f"{side}shipping_amount"]
        order.update({f"{side}subtotal": 1, f"{side}subtotal_incl_tax": 1})
        order[f"{side}shipping_tax_amount"] = 0
        order[f"{side}grand_total"] = order[f"{side}total_due"] = round(1 + shipping, 2)
        order["payment"][f"{side}amount_ordered"] = order[f"{side}grand_total"]
    order["total_qty_ordered"] = 2.5
    order["extension_attributes"]["shipping_assignments"][0]["items"] = order["items"]


def _no_number(order: Record) -> None:
    del order["increment_id"]


_SPOILED: dict[str, Callable[[Record], None]] = {
    "no_items": _no_items,
    "unknown_currency": _unknown_currency,
    "unknown_country": _unknown_country,
    "unknown_region": _unknown_region,
    "totals_do_not_add_up": _totals_do_not_add_up,
    "no_billing_address": _no_billing_address,
    "empty_email": _email(""),
    "invalid_email": _email("not an address"),
    "no_email": _email(None),
    "emoji_names": _emoji_names,
    "before_1970": _created("1969-12-31 23:59:59"),
    "zero_date": _created("0000-00-00 00:00:00"),
    "in_the_future": _created("2099-01-01 00:00:00"),
    "store_credit": _store_credit,
    "gift_card": _gift_card,
    "unknown_segment": _unknown_segment,
    "float_dust": _float_dust,
    "minus_a_cent": _minus_a_cent,
    "part_of_a_piece": _part_of_a_piece,
    "no_number": _no_number,
}
