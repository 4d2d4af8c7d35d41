"""Which prices a change moves, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from reconcile.compare import price_key
from reconcile.entities.spec import Kind
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.report.kinds import kind_of

_AMOUNT = ("list_price", "amount")
"""Entity and field whose values are one price each."""


_FAR = 1e9
"""Percent that nobody tells apart any more."""


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One price that differs: major units before and after, None where there is no price.

    `label` tells the prices of one variant apart: currency and quantity.
    """

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
    """The prices of the target that a change moves or takes away; a create moves none."""
    entity = change.address.entity
    if change.action is Action.CREATE or not any(_is_price(entity, each) for each in change.paths):
        return ()
    moves = (move for field in change.fields for move in _moves(entity, field))
    return tuple(move for move in moves if move.before is not None)


def price_percent(change: Change) -> float | None:
    """By how much the price that moves most does so, in percent; None where none can be told."""
    ratios = (move.ratio for move in price_moves(change))
    moved = [(ratio - 1) * 100 for ratio in ratios if ratio is not None and ratio.is_finite()]
    return round(min(float(max(moved, key=abs)), _FAR), 3) if moved else None


def _is_price(entity: str, path: str) -> bool:
    return kind_of(entity, path) is Kind.PRICES or (entity, path) == _AMOUNT


def _moves(entity: str, field: FieldChange) -> Iterator[PriceMove]:
    if kind_of(entity, field.path) is Kind.PRICES:
        yield from price_differences(field.before, field.after)
    elif (entity, field.path) == _AMOUNT:
        yield PriceMove("", _amount(field.before), _amount(field.after))


def price_differences(before: Json, after: Json) -> Iterator[PriceMove]:
    """What differs between two lists of prices, in the order of the first, then the second."""
    had, gets = _by_key(before), _by_key(after)
    for label in had | gets:
        if had.get(label) != gets.get(label):
            yield PriceMove(label, had.get(label), gets.get(label))


def _by_key(prices: Json) -> dict[str, Decimal | None]:
    return {price_key(price): _amount(price.get("amount")) for price in prices or []}


def _amount(value: Json) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
