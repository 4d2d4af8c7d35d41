"""Which prices of the target a change moves, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from reconcile.compare import price_key
from reconcile.entities.spec import Kind
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.report.brief import kind_of


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One price that exists in the target: major units before and after, None for no price."""

    label: str
    before: Decimal | None
    after: Decimal | None

    @property
    def ratio(self) -> Decimal | None:
        """After by before; None when there is nothing to divide."""
        return self.after / self.before if self.before and self.after is not None else None

    @property
    def removed(self) -> bool:
        return self.before is not None and self.after is None


def price_moves(change: Change) -> tuple[PriceMove, ...]:
    """The prices that differ, of those the target has; a create moves none."""
    if change.action is Action.CREATE:
        return ()
    return tuple(move for field in change.fields for move in _moves(change.address.entity, field))


def _moves(entity: str, field: FieldChange) -> Iterator[PriceMove]:
    if kind_of(entity, field.path) is Kind.PRICES:
        before, after = _by_key(field.before), _by_key(field.after)
        for label in before:
            if before[label] != after.get(label):
                yield PriceMove(label, before[label], after.get(label))
    elif (entity, field.path) == ("list_price", "amount"):
        yield PriceMove("", _amount(field.before), _amount(field.after))


def _by_key(prices: Json) -> dict[str, Decimal | None]:
    return {price_key(price): _amount(price.get("amount")) for price in prices or []}


def _amount(value: Json) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
