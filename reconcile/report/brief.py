"""One line about a value, a field or a change. Plain text, safe for any display."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from reconcile.canonical import to_json
from reconcile.compare import price_key
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import Kind
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.report.text import one_line

NOTHING: Final = "—"
"""Stands for no value, which is not the same as an empty text (`""`)."""

_NAMES = ("title", "name", "value")


def kind_of(entity: str, path: str) -> Kind:
    """How a field is to be shown; fields nobody describes are shown as JSON."""
    spec = ENTITY_BY_NAME.get(entity)
    field = spec.field(path) if spec else None
    return field.kind if field else Kind.JSON


def _prices(value: Json) -> str:
    return ", ".join(f"{price.get('amount')} {price_key(price)}" for price in value)


def _list(value: Json) -> str:
    return ", ".join(part if isinstance(part, str) else to_json(part) for part in value)


def _map(value: Json) -> str:
    return ", ".join(f"{name}: {part}" for name, part in value.items())


def _options(value: Json) -> str:
    return "; ".join(f"{option['title']}: {', '.join(option['values'])}" for option in value)


_SHAPES: Mapping[Kind, tuple[type, Callable[[Json], str]]] = {
    Kind.PRICES: (list, _prices),
    Kind.LIST: (list, _list),
    Kind.REFS: (list, _list),
    Kind.OPTIONS: (list, _options),
    Kind.MAP: (dict, _map),
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


def field_brief(entity: str, action: Action, field: FieldChange, width: int = 40) -> str:
    """`prices 34 usd → 39 usd`; for a create only what will be."""
    kind, path = kind_of(entity, field.path), one_line(field.path, 60)
    after = value_brief(kind, field.after, width)
    if action is Action.CREATE:
        return f"{path} {after}"
    return f"{path} {value_brief(kind, field.before, width)} → {after}"


def name_of(change: Change) -> str:
    """What the record is called, as far as the change says so; else an empty text."""
    fields = change.after
    names = (fields.get(name) for name in _NAMES)
    return one_line(next((name for name in names if isinstance(name, str)), ""), 90)


def change_brief(change: Change) -> str:
    """What a change does in one line, without saying its address."""
    if change.action is Action.CREATE:
        return name_of(change) or _first_fields(change, 3)
    if len(change.fields) == 1:
        return field_brief(change.address.entity, change.action, change.fields[0])
    return _first_fields(change, 2)


def _first_fields(change: Change, count: int) -> str:
    entity, action = change.address.entity, change.action
    shown = [field_brief(entity, action, field, 28) for field in change.fields[:count]]
    rest = len(change.fields) - count
    return " · ".join([*shown, f"{rest} more"] if rest > 0 else shown)
