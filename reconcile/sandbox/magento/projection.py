"""The ``fields=`` parameter: ``items[sku,extension_attributes[website_ids]],total_count``.

Behaviour of Magento's ``FieldsFilter``, including what looks odd: a malformed filter selects
nothing, and a projected empty list becomes null.
"""

from __future__ import annotations

import re
from typing import Any

from reconcile.sandbox.magento.errors import internal

Selection = dict[str, "Selection | None"]

_ALLOWED = re.compile(r"[\w\[\],]+")
_TOKEN = re.compile(r"[\[\],]|\w+")


def parse_fields(text: str) -> Selection | None:
    """The tree of selected names (None below a name selects all of it); None when malformed."""
    if not _ALLOWED.fullmatch(text):
        return None
    current: Selection = {}
    stack: list[tuple[Selection, str]] = []
    name = ""
    for token in _TOKEN.findall(text):
        if token == "[":  # noqa: S105 - a bracket, not a secret
            stack.append((current, name))
            current = {}
        elif token == "]":  # noqa: S105
            if not stack:
                return None
            below, (current, parent) = current, stack.pop()
            current[parent] = below
        elif token != ",":  # noqa: S105
            name = token
            current[name] = None
    return None if stack else current


def project(answer: Any, text: str) -> Any:
    """``answer`` reduced to what ``text`` selects; only lists and objects can be reduced."""
    if not text or not isinstance(answer, (dict, list)):
        return answer
    selection = parse_fields(text)
    return [] if selection is None else _apply(answer, selection)


def _apply(value: dict[str, Any] | list[Any], selection: Selection) -> Any:
    if not value:
        return None
    if isinstance(value, dict):
        return _pick(value, selection)
    return [_pick(entry, selection) for entry in value]


def _pick(record: Any, selection: Selection) -> Any:
    if not isinstance(record, dict):
        raise internal("webapi-projection")  # PHP: array expected, a scalar given
    picked = {}
    for name, value in record.items():
        if name not in selection:
            continue
        below = selection[name]
        nested = below is not None and isinstance(value, (dict, list))
        picked[name] = _apply(value, below) if nested and below is not None else value
    return picked or []
