"""Numbers and names as people read them: `2,254 stock levels`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from reconcile.entities import ENTITY_BY_NAME
from reconcile.model import Action

_EVERYDAY = {"inventory_level": ("stock level", "stock levels")}

VERBS = {
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.SET_STOCK: "set",
    Action.DRAFT: "draft",
    Action.DELETE: "delete",
}
"""What a column or a group of changes is called, in the order people read them."""


def number(value: int | float | Decimal) -> str:
    """With thousands separators; fractions with two digits."""
    return f"{value:,.2f}" if value != int(value) else f"{int(value):,}"


def singular(entity: str) -> str:
    return _EVERYDAY[entity][0] if entity in _EVERYDAY else entity.replace("_", " ")


def plural(entity: str) -> str:
    if entity in _EVERYDAY:
        return _EVERYDAY[entity][1]
    spec = ENTITY_BY_NAME.get(entity)
    return (spec.plural if spec else f"{entity}s").replace("_", " ")


def count_of(entity: str, count: int) -> str:
    """`1 product`, `1,904 products`."""
    return f"{number(count)} {singular(entity) if count == 1 else plural(entity)}"


def counted(count: int, one: str, many: str) -> str:
    """A count with the right form of a word that is no entity: `3 prices rise`."""
    return f"{number(count)} {one if count == 1 else many}"


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def minute(moment: datetime) -> str:
    """`2026-11-21 09:30 UTC`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
