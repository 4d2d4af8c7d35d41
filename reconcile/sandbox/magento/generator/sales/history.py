"""An order with everything that followed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.generator.item import Catalogue
from reconcile.sandbox.magento.generator.moments import written
from reconcile.sandbox.magento.generator.sales import fates
from reconcile.sandbox.magento.generator.sales.fates import Step
from reconcile.sandbox.magento.generator.sales.ledger import Ledger, Story
from reconcile.sandbox.magento.generator.sales.shopping import cart_of
from reconcile.sandbox.magento.generator.stock import DEFAULT, SECOND
from reconcile.sandbox.magento.sales import invoicing, refunding, shipping, standing
from reconcile.sandbox.magento.sales.placing import place
from reconcile.sandbox.magento.sales.refunding import Refund
from reconcile.sandbox.magento.sales.shape import finished
from reconcile.sandbox.magento.sales.shares import INVOICING, REFUNDING, left
from reconcile.sandbox.magento.sales.shipping import Track
from reconcile.sandbox.magento.sales.stamp import Stamp, comment
from reconcile.sandbox.magento.sales.standing import open_quantity, to_ship
from reconcile.sandbox.magento.table import Record

_EVENTS = 14
_KEPT = 32  # sales that several requests in a row may ask for
_REMARKS = (
    "Called the customer",
    "Bitte klingeln – 3. Stock ☂",
    '<b>VIP</b> & "careful"',
    "Left with neighbour 🏠",
    "Line one\nline two",
)
_CARRIERS = ("ups", "dhl", "fedex", "custom")
_TITLES = ("United Parcel Service", "DHL", "Federal Express", "Own van", "Paketdienst Müller")


@dataclass(slots=True)
class Sale:
    """An order's record and those of what followed, in order of their numbers."""

    order: Record
    invoices: list[Record] = field(default_factory=list)
    shipments: list[Record] = field(default_factory=list)
    credit_memos: list[Record] = field(default_factory=list)


class Sales:
    """Makes the sale of an order when it is asked for; the last few are kept."""

    def __init__(self, ledger: Ledger, catalogue: Catalogue, *, has_inventory: bool) -> None:
        self.ledger = ledger
        self._catalogue = catalogue
        self._has_inventory = has_inventory
        self.sale = lru_cache(maxsize=_KEPT)(self._sale)

    def _sale(self, index: int) -> Sale:
        story = self.ledger.story(index)
        stamp = self._stamp(story, story.entity_id, story.created)
        sale = Sale(place(cart_of(story, self._catalogue, self.ledger.seed), stamp))
        dice = Dice(self.ledger.seed, _EVENTS, index)
        for step, at in zip(story.fate.steps, story.times, strict=True):
            _DOING[step](_Turn(self, story, sale, dice, at))
        if dice.one_in(12):
            remark = dice.pick(_REMARKS)
            standing.note(sale.order, remark, written(story.updated), visible=dice.one_in(2))
        sale.order = finished(sale.order)
        return sale

    def _stamp(self, story: Story, entity_id: int, at: int) -> Stamp:
        return Stamp(entity_id, story.store.number(entity_id), written(at))

    def stamp(self, story: Story, kind: tuple[Step, ...], place: int, at: int) -> Stamp:
        """For the ``place``-th invoice, shipment or credit memo of an order."""
        entity_id = self.ledger.ids_of_order(kind, story.index)[place]
        return self._stamp(story, entity_id, at)

    def source_of(self, dice: Dice) -> str | None:
        """Where a shipment leaves from; shops without MSI do not say."""
        if not self._has_inventory:
            return None
        return SECOND if dice.one_in(6) else DEFAULT


@dataclass(frozen=True, slots=True)
class _Turn:
    """One step of a story that is about to be done."""

    sales: Sales
    story: Story
    sale: Sale
    dice: Dice
    at: int

    def invoice(self, quantities: Mapping[int, int] | None = None) -> None:
        invoices = self.sale.invoices
        stamp = self.sales.stamp(self.story, fates.INVOICES, len(invoices), self.at)
        invoices.append(invoicing.invoice(self.sale.order, stamp, quantities))
        self._remark(invoices[-1])

    def invoice_part(self) -> None:
        rows = [item for item in self.sale.order["items"] if "parent_item_id" not in item]
        self.invoice({row["item_id"]: left(row, INVOICING) // 2 for row in rows})

    def ship(self, quantities: Mapping[int, int] | None = None) -> None:
        shipments = self.sale.shipments
        stamp = self.sales.stamp(self.story, fates.SHIPMENTS, len(shipments), self.at)
        parcels = self.dice.pick((0, 1, 1, 1, 1, 2, 3))
        tracks = [self._track(place) for place in range(parcels)]
        source = self.sales.source_of(self.dice)
        shipments.append(
            shipping.ship(self.sale.order, stamp, quantities, tracks=tracks, source_code=source)
        )
        self._remark(shipments[-1])

    def ship_part(self) -> None:
        rows = to_ship(self.sale.order)
        self.ship({row["item_id"]: open_quantity(row) // 2 for row in rows})

    def _track(self, place: int) -> Track:
        number = f"1Z{self.dice.below(10**9):09d}{place}"
        return Track(self.dice.pick(_CARRIERS), self.dice.pick(_TITLES), number)

    def refund(self, wanted: Refund = refunding.ALL) -> None:
        memos = self.sale.credit_memos
        stamp = self.sales.stamp(self.story, fates.CREDIT_MEMOS, len(memos), self.at)
        memos.append(refunding.refund(self.sale.order, stamp, wanted))
        self._remark(memos[-1])

    def refund_part(self) -> None:
        """One piece; now and then a part of the shipping costs, and a fee that is kept."""
        order = self.sale.order
        rows = [item for item in order["items"] if "parent_item_id" not in item]
        row = max(rows, key=lambda item: left(item, REFUNDING))
        invoiced = round(order.get("base_shipping_invoiced", 0) * 100)
        refunded = round(order.get("base_shipping_refunded", 0) * 100)
        some = (invoiced - refunded) // 3 if self.dice.one_in(3) else 0
        is_kept = self.story.fate.state != standing.CLOSED and self.dice.one_in(4)
        self.refund(Refund({row["item_id"]: 1}, some, less=100 if is_kept else 0))

    def adjust(self) -> None:
        self.refund(Refund({}, 0, more=300, less=self.dice.pick((0, 125))))

    def cancel(self) -> None:
        standing.cancel(self.sale.order, written(self.at))

    def hold(self) -> None:
        standing.hold(self.sale.order, written(self.at))

    def unhold(self) -> None:
        standing.unhold(self.sale.order, written(self.at))

    def wait(self) -> None:
        text = "Waiting for the transfer"
        standing.note(self.sale.order, text, written(self.at), status=fates.AWAITING)

    def pick(self) -> None:
        text = "On the picking list"
        standing.note(self.sale.order, text, written(self.at), status=fates.PICKING)

    def _remark(self, record: Record) -> None:
        if self.dice.one_in(9):
            comment(record, self.dice.pick(_REMARKS), written(self.at), visible=True)


_DOING: dict[Step, Callable[[_Turn], None]] = {
    Step.INVOICE: _Turn.invoice,
    Step.INVOICE_PART: _Turn.invoice_part,
    Step.SHIP: _Turn.ship,
    Step.SHIP_PART: _Turn.ship_part,
    Step.REFUND: _Turn.refund,
    Step.REFUND_PART: _Turn.refund_part,
    Step.ADJUST: _Turn.adjust,
    Step.CANCEL: _Turn.cancel,
    Step.HOLD: _Turn.hold,
    Step.UNHOLD: _Turn.unhold,
    Step.AWAIT: _Turn.wait,
    Step.PICK: _Turn.pick,
}
