"""One line about a value, a field or a change. Plain text, safe for any display."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from reconcile.canonical import to_json
from reconcile.compare import explain, price_key
from reconcile.entities.spec import Kind
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.report.kinds import kind_of
from reconcile.report.prices import PriceMove, price_differences
from reconcile.report.text import one_line

NOTHING: Final = "—"
"""Stands for no value, which is not the same as an empty text (`""`)."""

_NAMES = ("title", "name", "value")
_LOOKED_AT = 2000
"""Characters in which a brief looks for where two texts part."""


def _prices(value: Json) -> str:
    return ", ".join(f"{price.get('amount')} {price_key(price)}" for price in value)


def _list(value: Json) -> str:
    return ", ".join(part if isinstance(part, str) else to_json(part) for part in value)


def _map(value: Json) -> str:
    return ", ".join(f"{name}: {part}" for name, part in value.items())


_ROW_NAMES = ("title", "name", "number", "city", "id")


def _rows(value: Json) -> str:
    """What each row is called: `Tote × 2, Mug × 1`."""
    return ", ".join(_row(row) for row in value)


def _row(row: Mapping[str, Json]) -> str:
    name = next(str(row[part]) for part in _ROW_NAMES if row.get(part))
    return f"{name} × {row['quantity']}" if row.get("quantity") else name


def _options(value: Json) -> str:
    return "; ".join(f"{option['title']}: {', '.join(option['values'])}" for option in value)


_SHAPES: Mapping[Kind, tuple[type, Callable[[Json], str]]] = {
    Kind.PRICES: (list, _prices),
    Kind.LIST: (list, _list),
    Kind.REFS: (list, _list),
    Kind.OPTIONS: (list, _options),
    Kind.MAP: (dict, _map),
    Kind.ROWS: (list, _rows),
}


def value_text(kind: Kind, value: Json) -> str:
    """The whole value as text; nested values in the words of their kind. Not yet safe to show."""
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value or '""'
    shape = _SHAPES.get(kind)
    if shape and isinstance(value, shape[0]):
        return shape[1](value) or "empty"
    return to_json(value)


def value_brief(kind: Kind, value: Json, width: int = 40) -> str:
    return one_line(value_text(kind, value), width)


def field_brief(change: Change, field: FieldChange, width: int = 40) -> str:
    """`title Tote → Tote XL`, `prices 34 → 39 usd`; for a create only what will be."""
    kind, path = kind_of(change.address.entity, field.path), one_line(field.path, 60)
    after = value_brief(kind, field.after, width)
    if change.action is Action.CREATE:
        return f"{path} {after}"
    if kind is Kind.PRICES:
        return f"{path} {_moves(field, width)}"
    if kind in {Kind.MAP, Kind.ROWS}:
        return _explained(kind, field, width)
    before, after = _apart(value_text(kind, field.before), value_text(kind, field.after), width)
    return f"{path} {one_line(before, width)} → {one_line(after, width)}"


def _apart(before: str, after: str, width: int) -> tuple[str, str]:
    """Two texts from shortly before where they part, if they do so beyond what is shown."""
    pairs = enumerate(zip(before[:_LOOKED_AT], after, strict=False))
    shorter = min(len(before), len(after), _LOOKED_AT)
    same = next((place for place, (had, has) in pairs if had != has), shorter)
    start = same - width // 3
    if same < width - 4 or start <= 0:
        return before, after
    return f"…{before[start:]}", f"…{after[start:]}"


def _explained(kind: Kind, field: FieldChange, width: int) -> str:
    """Only the parts that change: `totals.paid 0 → 5, totals.due 5 → 0`."""
    parts = (
        f"{part.path} {value_brief(Kind.JSON, part.before, 24)} → "
        f"{value_brief(Kind.JSON, part.after, 24)}"
        for part in explain(kind, field)
    )
    return one_line(", ".join(parts), width * 3)


def _moves(field: FieldChange, width: int) -> str:
    moves = price_differences(field.before, field.after)
    return one_line(", ".join(move_text(move) for move in moves), width * 2)


def move_text(move: PriceMove) -> str:
    """`34 → 39 usd`."""
    before, after = (NOTHING if side is None else side for side in (move.before, move.after))
    return f"{before} → {after} {move.label}".rstrip()


def name_of(change: Change) -> str:
    """What the record is called, as far as the change says so; else an empty text."""
    fields = change.after
    names = (fields.get(name) for name in _NAMES)
    return one_line(next((name for name in names if isinstance(name, str)), ""), 90)


def change_brief(change: Change) -> str:
    """What a change does in one line, without saying its address."""
    if change.action is Action.CREATE:
        return _creation(change)
    if change.action is Action.SET_STOCK:
        return ", ".join(f"{_side(part.before)} → {_side(part.after)}" for part in change.fields)
    if len(change.fields) == 1:
        return field_brief(change, change.fields[0])
    return _first_fields(change, 2)


def _side(value: Json) -> str:
    return value_brief(Kind.DECIMAL, value)


def _creation(change: Change) -> str:
    """The name, and what is asked for it where the record has a price, or how much it is about."""
    prices = [field for field in change.fields if field.path == "prices" and field.after]
    asked = [value_brief(Kind.PRICES, field.after) for field in prices]
    named = [name for name in (name_of(change), *asked, _amount(change)) if name]
    return " · ".join(named) or _first_fields(change, 3)


def _amount(change: Change) -> str:
    """`46.23 usd, completed` of an order, `46.23 usd` of an invoice, else an empty text."""
    fields = change.after
    totals = fields.get("totals")
    amount = fields.get("amount") or (isinstance(totals, dict) and totals.get("grand_total"))
    if not amount:
        return ""
    status = fields.get("status")
    return one_line(
        f"{amount} {fields.get('currency_code', '')}" + (f", {status}" if status else ""), 60
    )


def _first_fields(change: Change, count: int) -> str:
    shown = [field_brief(change, field, 28) for field in change.fields[:count]]
    rest = len(change.fields) - count
    return " · ".join([*shown, f"{rest} more"] if rest > 0 else shown)
