"""The items of an order as Magento lists them: flat, parents and children together.

One purchase is one item without a parent and the children below it. Which of them carry the money
depends on the product (measured on 2.4.7):

    configurable           the parent; its children have zeros, and the SKU that was bought
    bundle, fixed price    the parent; its children have zeros
    bundle, dynamic price  the children; the parent repeats sums of them, and no discount
    anything else          has no children
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records.values import amount, word
from reconcile.sources.magento_rest.wire import Record

CONFIGURABLE, BUNDLE = "configurable", "bundle"
_INTANGIBLE = frozenset({"virtual", "downloadable", "giftcard"})


@dataclass(frozen=True, slots=True)
class Item:
    """One row. Amounts are in the order's currency; `discount` and `compensation` as Magento has
    them: the net discount is the first without the second, which is the tax hidden in it."""

    id: str
    parent: str | None
    type: str
    sku: str | None
    name: str | None
    quantity: Decimal
    row_total: Decimal
    row_total_incl_tax: Decimal
    row_invoiced: Decimal
    price: Decimal
    discount: Decimal
    compensation: Decimal
    tax: Decimal
    weee: Decimal
    document: Record

    @property
    def net_discount(self) -> Decimal:
        return self.discount - self.compensation

    @property
    def has_money(self) -> bool:
        return bool(self.row_total or self.row_total_incl_tax or self.discount or self.tax)

    @property
    def is_virtual(self) -> bool:
        told = wire.flag(self.document.get("is_virtual"))
        return self.type in _INTANGIBLE if told is None else told


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a shopper put into the cart. `bearers` are the items whose amounts count."""

    item: Item
    children: tuple[Item, ...]
    bearers: tuple[Item, ...]
    orphan: bool

    @property
    def is_dynamic(self) -> bool:
        return self.item not in self.bearers


def read(document: Record) -> list[Item]:
    """The items of an order's document, those without an id left out. Raises Unsound."""
    return [_item(each) for each in wire.records(document.get("items")) if each.get("item_id")]


def _item(document: Record) -> Item:
    get = document.get
    return Item(
        id=word(get("item_id")) or "",
        parent=word(get("parent_item_id")),
        type=word(get("product_type")) or "simple",
        sku=word(get("sku")),
        name=word(get("name")),
        quantity=amount(get("qty_ordered")),
        row_total=amount(get("row_total")),
        row_total_incl_tax=amount(get("row_total_incl_tax")),
        row_invoiced=amount(get("row_invoiced")),
        price=amount(get("price")),
        discount=amount(get("discount_amount")),
        compensation=amount(get("discount_tax_compensation_amount")),
        tax=amount(get("tax_amount")),
        weee=amount(get("weee_tax_applied_row_amount")),
        document=document,
    )


def purchases(items: Sequence[Item]) -> list[Purchase]:
    """Items put together, in the order of the list. A child whose parent is not there, or that
    hangs on itself, is a purchase of its own."""
    by_id = {item.id: item for item in items}
    below: dict[str, list[Item]] = {}
    tops: dict[str, Item] = {}
    for item in items:
        top = _top(item, by_id)
        if top is item:
            tops[item.id] = item
        else:
            below.setdefault(top.id, []).append(item)
    return [_purchase(item, tuple(below.get(item.id, ()))) for item in tops.values()]


def _top(item: Item, by_id: dict[str, Item]) -> Item:
    seen = {item.id}
    top = item
    while top.parent in by_id:
        top = by_id[top.parent]
        if top.id in seen:
            return item
        seen.add(top.id)
    return top


def _purchase(item: Item, children: tuple[Item, ...]) -> Purchase:
    bearers = children if _children_bear(item, children) else (item,)
    return Purchase(item, children, bearers, orphan=item.parent is not None)


def _children_bear(item: Item, children: Iterable[Item]) -> bool:
    if item.type == CONFIGURABLE or not any(child.has_money for child in children):
        return False
    return item.type == BUNDLE or not item.has_money


def bearers(bought: Iterable[Purchase]) -> Iterator[Item]:
    """All items whose amounts count, once each."""
    for purchase in bought:
        yield from purchase.bearers
