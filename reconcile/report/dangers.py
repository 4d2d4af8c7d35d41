"""What in a plan could hurt: a kind per reason, found change by change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from reconcile.model import Action, Address, Change
from reconcile.plan.limits import JUMP
from reconcile.report.brief import change_brief, move_text
from reconcile.report.prices import PriceMove, price_moves
from reconcile.report.text import one_line
from reconcile.report.words import counted, number

_STOCK = "stocked_quantity"


class DangerKind(StrEnum):
    """Why a change deserves a look, worst first."""

    DELETE = "delete"
    DRAFT = "draft"
    PRICE_JUMP = "price_jump"
    PRICE_REMOVED = "price_removed"
    STOCK_ZERO = "stock_zero"


@dataclass(frozen=True, slots=True)
class DangerSample:
    """One dangerous change: which record, and what happens to it, in a line of plain text."""

    address: Address
    text: str


@dataclass(frozen=True, slots=True)
class Danger:
    """All changes of one kind: a sentence with the count, and the worst few."""

    kind: DangerKind
    sentence: str
    count: int
    samples: tuple[DangerSample, ...]


def danger_kinds(change: Change) -> tuple[DangerKind, ...]:
    """The reasons to look at this change; most have none."""
    return tuple(kind for kind, applies in _TESTS.items() if applies(change))


def _jumps(change: Change) -> bool:
    return any(_is_jump(move) for move in price_moves(change))


def _is_jump(move: PriceMove) -> bool:
    return move.ratio is not None and abs(move.ratio - 1) > JUMP


def _empties_stock(change: Change) -> bool:
    return _STOCK in change.paths and any(
        field.path == _STOCK and field.after == "0" and field.before not in {None, "0"}
        for field in change.fields
    )


_TESTS: Mapping[DangerKind, Callable[[Change], bool]] = {
    DangerKind.DELETE: lambda change: change.action is Action.DELETE,
    DangerKind.DRAFT: lambda change: change.action is Action.DRAFT,
    DangerKind.PRICE_JUMP: _jumps,
    DangerKind.PRICE_REMOVED: lambda change: any(move.removed for move in price_moves(change)),
    DangerKind.STOCK_ZERO: _empties_stock,
}

_SENTENCES: Mapping[DangerKind, tuple[str, str]] = {
    DangerKind.DELETE: ("record is deleted", "records are deleted"),
    DangerKind.DRAFT: ("record is taken out of sight", "records are taken out of sight"),
    DangerKind.PRICE_JUMP: (
        "record has a price that moves by more than half",
        "records have a price that moves by more than half",
    ),
    DangerKind.PRICE_REMOVED: ("record loses a price", "records lose a price"),
    DangerKind.STOCK_ZERO: ("stock level goes to zero", "stock levels go to zero"),
}


def sentence(kind: DangerKind, count: int) -> str:
    return f"{counted(count, *_SENTENCES[kind])}."


def magnitude(kind: DangerKind, change: Change) -> Decimal:
    """How bad a change is among those of its kind; samples show the worst ones."""
    if kind is not DangerKind.PRICE_JUMP:
        return Decimal(0)
    ratios = [move.ratio for move in price_moves(change) if move.ratio is not None]
    return max(max(ratio, 1 / ratio) if ratio else Decimal("Infinity") for ratio in ratios)


def sample(kind: DangerKind, change: Change) -> DangerSample:
    return DangerSample(change.address, one_line(_explained(kind, change), 100))


def _explained(kind: DangerKind, change: Change) -> str:
    if kind in {DangerKind.DELETE, DangerKind.DRAFT}:
        return change.reason or change_brief(change)
    moves = price_moves(change)
    if kind is DangerKind.PRICE_JUMP:
        return "; ".join(_jump_text(move) for move in moves if _is_jump(move))
    if kind is DangerKind.PRICE_REMOVED:
        return "; ".join(move_text(move) for move in moves if move.removed)
    return change_brief(change)


def _jump_text(move: PriceMove) -> str:
    factor = f" (×{number(move.ratio)})" if move.ratio is not None else ""
    return move_text(move) + factor
