"""Magento's ``searchCriteria``: reading it from a query and echoing it in the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.errors import (
    bad_direction,
    page_too_large,
    required,
    wrong_type,
)
from reconcile.sandbox.magento.query_string import Tree

_NUMERIC = re.compile(r"\s*[-+]?\d+(\.\d*)?\s*$")


@dataclass(frozen=True, slots=True)
class InputLimits:
    """The store setting *Web API input limits*; None switches a limit off (Magento's default)."""

    max_page_size: int | None = None
    default_page_size: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. ``condition`` is ``eq`` when the request names none."""

    field: str
    value: str | None
    condition: str = "eq"


@dataclass(frozen=True, slots=True)
class SortOrder:
    """``direction`` is ``ASC``, ``DESC`` or None; Magento sorts descending when it is None."""

    field: str
    direction: str | None

    @property
    def descending(self) -> bool:
        return self.direction != "ASC"


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """Filters in a group are OR, groups are AND. None means the request did not say."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorts: tuple[SortOrder, ...] = ()
    page_size: int | None = None
    current_page: int | None = None

    def window(self) -> tuple[int, int | None]:
        """Offset and end of the page: no size or 0 means everything, a negative size one item."""
        if not self.page_size:
            return 0, None
        size = max(self.page_size, 1)
        start = (max(self.current_page or 1, 1) - 1) * size
        return start, start + size

    def echo(self) -> dict[str, Any]:
        """The ``search_criteria`` member of a list answer, in Magento's order of names."""
        answer: dict[str, Any] = {"filter_groups": [_echo_group(group) for group in self.groups]}
        if self.sorts:
            answer["sort_orders"] = [
                {"field": sort.field, "direction": sort.direction} for sort in self.sorts
            ]
        if self.page_size is not None:
            answer["page_size"] = self.page_size
        if self.current_page is not None:
            answer["current_page"] = self.current_page
        return answer


def _echo_group(group: tuple[Filter, ...]) -> dict[str, Any]:
    filters = [
        {"field": one.field, "value": one.value, "condition_type": one.condition} for one in group
    ]
    return {"filters": filters}


def parse_search_criteria(query: Tree, limits: InputLimits) -> SearchCriteria:
    """Read ``searchCriteria`` or ``search_criteria`` (all names in camel or snake case).

    Raises MagentoError when it is missing, a number or direction is malformed, or the page is
    larger than ``limits`` allow.
    """
    raw = _lookup(query, "searchCriteria")
    if raw is None:
        raise required("searchCriteria")
    tree = raw if isinstance(raw, dict) else {}
    return SearchCriteria(
        groups=tuple(_group(group) for group in _children(tree, "filterGroups")),
        sorts=tuple(_sort(sort) for sort in _children(tree, "sortOrders")),
        page_size=_limited(_integer(tree, "pageSize"), limits),
        current_page=_integer(tree, "currentPage"),
    )


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _lookup(tree: Tree, name: str) -> Tree | str | None:
    for key, value in tree.items():
        if _plain(key) == name.lower():
            return value
    return None


def _children(tree: Tree, name: str) -> Iterator[Tree]:
    below = _lookup(tree, name)
    if isinstance(below, dict):
        yield from (child for child in below.values() if isinstance(child, dict))


def _text(tree: Tree, name: str) -> str | None:
    value = _lookup(tree, name)
    return value if isinstance(value, str) else None


def _group(tree: Tree) -> tuple[Filter, ...]:
    return tuple(_filter(one) for one in _children(tree, "filters"))


def _filter(tree: Tree) -> Filter:
    return Filter(
        field=_text(tree, "field") or "",
        value=_text(tree, "value"),
        condition=_text(tree, "conditionType") or "eq",
    )


def _sort(tree: Tree) -> SortOrder:
    direction = _text(tree, "direction")
    if direction is not None and direction.upper() not in ("ASC", "DESC"):
        raise bad_direction()
    return SortOrder(_text(tree, "field") or "", direction and direction.upper())


def _integer(tree: Tree, name: str) -> int | None:
    text = _text(tree, name)
    if text is None:
        return None
    if not _NUMERIC.match(text):
        raise wrong_type(name, text)
    return int(text.strip().partition(".")[0])


def _limited(page_size: int | None, limits: InputLimits) -> int | None:
    if page_size is None:
        return limits.default_page_size
    if limits.max_page_size is not None and page_size > limits.max_page_size:
        raise page_too_large(limits.max_page_size)
    return page_size
