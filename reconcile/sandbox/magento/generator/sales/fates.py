"""What becomes of an order: the steps that follow it, and the state they end in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from reconcile.sandbox.magento.generator.dice import Dice
from reconcile.sandbox.magento.sales.standing import (
    CANCELED,
    CLOSED,
    COMPLETE,
    HELD,
    NEW,
    PENDING,
    PROCESSING,
)

AWAITING, PICKING = "awaiting_bank_transfer", "picking"


class Step(Enum):
    """One thing that happens to an order; a ``PART`` leaves something for later."""

    INVOICE = "invoice"
    INVOICE_PART = "invoice a part"
    SHIP = "ship"
    SHIP_PART = "ship a part"
    REFUND = "refund"
    REFUND_PART = "refund a part"
    ADJUST = "refund an amount without goods"
    CANCEL = "cancel"
    HOLD = "hold"
    UNHOLD = "release"
    AWAIT = "wait for the money"
    PICK = "pick the goods"


INVOICES = (Step.INVOICE, Step.INVOICE_PART)
SHIPMENTS = (Step.SHIP, Step.SHIP_PART)
CREDIT_MEMOS = (Step.REFUND, Step.REFUND_PART, Step.ADJUST)
_PARTS = (Step.INVOICE_PART, Step.SHIP_PART, Step.REFUND_PART)
_MERE_STATUS = (Step.AWAIT, Step.PICK)


@dataclass(frozen=True, slots=True)
class Fate:
    """``weight`` says how often it happens, in parts of all."""

    weight: int
    state: str
    steps: tuple[Step, ...] = ()
    status: str = ""

    @property
    def shown_status(self) -> str:
        return self.status or (PENDING if self.state == NEW else self.state)

    @property
    def needs_pieces(self) -> bool:
        """Whether the order must have a row of several pieces."""
        return any(step in _PARTS for step in self.steps)

    def count(self, kinds: tuple[Step, ...]) -> int:
        return sum(step in kinds for step in self.steps)


def moves_time(step: Step) -> bool:
    """Whether the step moves the order's ``updated_at``: a mere change of status does not."""
    return step not in _MERE_STATUS


SHIPPED_FATES = (
    Fate(6, NEW),
    Fate(3, NEW, (Step.AWAIT,), AWAITING),
    Fate(8, PROCESSING, (Step.INVOICE,)),
    Fate(3, PROCESSING, (Step.INVOICE, Step.PICK), PICKING),
    Fate(3, PROCESSING, (Step.SHIP,)),
    Fate(38, COMPLETE, (Step.INVOICE, Step.SHIP)),
    Fate(6, COMPLETE, (Step.SHIP, Step.INVOICE)),
    Fate(7, COMPLETE, (Step.INVOICE_PART, Step.SHIP_PART, Step.INVOICE, Step.SHIP)),
    Fate(4, PROCESSING, (Step.INVOICE_PART,)),
    Fate(4, PROCESSING, (Step.INVOICE, Step.SHIP_PART)),
    Fate(6, CANCELED, (Step.CANCEL,)),
    Fate(2, PROCESSING, (Step.INVOICE_PART, Step.CANCEL)),
    Fate(2, HELD, (Step.HOLD,)),
    Fate(1, HELD, (Step.INVOICE, Step.HOLD)),
    Fate(1, COMPLETE, (Step.HOLD, Step.UNHOLD, Step.INVOICE, Step.SHIP)),
    Fate(4, CLOSED, (Step.INVOICE, Step.SHIP, Step.REFUND)),
    Fate(2, CLOSED, (Step.INVOICE, Step.REFUND)),
    Fate(4, COMPLETE, (Step.INVOICE, Step.SHIP, Step.REFUND_PART)),
    Fate(2, COMPLETE, (Step.INVOICE, Step.SHIP, Step.REFUND_PART, Step.REFUND_PART)),
    Fate(2, CLOSED, (Step.INVOICE, Step.SHIP, Step.REFUND_PART, Step.REFUND)),
    Fate(3, COMPLETE, (Step.INVOICE, Step.SHIP, Step.ADJUST)),
    Fate(1, COMPLETE, (Step.INVOICE, Step.SHIP, Step.REFUND_PART, Step.ADJUST)),
)
VIRTUAL_FATES = (
    Fate(3, NEW),
    Fate(12, COMPLETE, (Step.INVOICE,)),
    Fate(2, PROCESSING, (Step.INVOICE_PART,)),
    Fate(1, HELD, (Step.HOLD,)),
    Fate(1, CANCELED, (Step.CANCEL,)),
    Fate(1, CLOSED, (Step.INVOICE, Step.REFUND)),
)


def _lots(fates: tuple[Fate, ...]) -> tuple[Fate, ...]:
    return tuple(fate for fate in fates for _ in range(fate.weight))


_SHIPPED_LOTS, _VIRTUAL_LOTS = _lots(SHIPPED_FATES), _lots(VIRTUAL_FATES)


def draw(dice: Dice, *, is_virtual: bool) -> Fate:
    return dice.pick(_VIRTUAL_LOTS if is_virtual else _SHIPPED_LOTS)
