"""The tables of the sales history, whose records are made when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reconcile.sandbox.magento.generator.moments import written
from reconcile.sandbox.magento.generator.sales import fates, ledger
from reconcile.sandbox.magento.generator.sales.fates import Step
from reconcile.sandbox.magento.generator.sales.history import Sale, Sales
from reconcile.sandbox.magento.table import Record

_QUICK = frozenset(
    {"entity_id", "increment_id", "order_id", "store_id", "created_at", "updated_at"}
)


class OrderRows:
    """All orders; ids are numbers from 1."""

    quick = ledger.QUICK

    def __init__(self, sales: Sales) -> None:
        self._sales = sales
        self.ids: Sequence[int] = range(1, sales.ledger.count + 1)

    def record(self, row_id: int) -> Record:
        if row_id not in self.ids:
            raise KeyError(row_id)
        return self._sales.sale(row_id - 1).order

    def find(self, field: str, text: str) -> list[int] | None:
        """By increment id, which has the order's number in it."""
        return _numbered(text, self.ids) if field == "increment_id" else None

    def glance(self, row_id: int) -> Record:
        return self._sales.ledger.story(row_id - 1).glance()


class FollowUpRows:
    """All invoices, or shipments, or credit memos."""

    quick = _QUICK

    def __init__(self, sales: Sales, kind: tuple[Step, ...]) -> None:
        self._sales, self._kind = sales, kind
        self.ids: Sequence[int] = sales.ledger.ids(kind)

    def record(self, row_id: int) -> Record:
        index = self._sales.ledger.order_of(self._kind, row_id)
        place = row_id - self._sales.ledger.ids_of_order(self._kind, index)[0]
        return _OF[self._kind](self._sales.sale(index))[place]

    def find(self, field: str, text: str) -> Sequence[int] | None:
        """By increment id, and by the order."""
        if field == "increment_id":
            return _numbered(text, self.ids)
        if field != "order_id":
            return None
        orders = self._sales.ledger
        known = text.strip().isdecimal() and 0 < int(text) <= orders.count
        return orders.ids_of_order(self._kind, int(text) - 1) if known else ()

    def glance(self, row_id: int) -> Record:
        story = self._sales.ledger.story(self._sales.ledger.order_of(self._kind, row_id))
        place = row_id - self._sales.ledger.ids_of_order(self._kind, story.index)[0]
        pairs = zip(story.fate.steps, story.times, strict=True)
        at = [time for step, time in pairs if step in self._kind][place]
        return {
            "entity_id": row_id,
            "increment_id": story.store.number(row_id),
            "order_id": story.entity_id,
            "store_id": story.store.id,
            "created_at": written(at),
            "updated_at": written(at),
        }


_OF: dict[tuple[Step, ...], Callable[[Sale], list[Record]]] = {
    fates.INVOICES: lambda sale: sale.invoices,
    fates.SHIPMENTS: lambda sale: sale.shipments,
    fates.CREDIT_MEMOS: lambda sale: sale.credit_memos,
}


def _numbered(text: str, ids: Sequence[int]) -> list[int]:
    """The id in the last nine digits of an increment id."""
    digits = text.strip()[-9:]
    return [int(digits)] if digits.isdecimal() and int(digits) in ids else []
