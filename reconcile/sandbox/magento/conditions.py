"""The condition types of ``searchCriteria``, with SQL's rules: null matches only ``null``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from enum import Enum
from typing import Any

from reconcile.sandbox.magento.collation import as_date_time, as_number, collate
from reconcile.sandbox.magento.search_criteria import Filter

Test = Callable[[Any], bool]


class Kind(Enum):
    """The type of a column, which decides how values are compared."""

    NUMBER = "number"
    TEXT = "text"
    DATE_TIME = "date and time"
    LINKS = "list of ids"


def comparable(kind: Kind, value: Any) -> Any:
    """``value`` in a form that orders and compares as the database would."""
    if kind is Kind.TEXT:
        return collate(str(value))
    if kind is Kind.DATE_TIME:
        return as_date_time(str(value))
    return as_number(value)


_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "seq": operator.eq,
    "neq": operator.ne,
    "sneq": operator.ne,
    "gt": operator.gt,
    "lt": operator.lt,
    "gteq": operator.ge,
    "moreq": operator.ge,
    "from": operator.ge,
    "lteq": operator.le,
    "to": operator.le,
}


def test_for(one: Filter, kind: Kind) -> Test:
    """A function of a stored value (None for null) that tells whether ``one`` accepts it.

    An unknown condition type accepts nothing, as seen on a real store.
    """
    if one.condition == "null":
        return lambda stored: stored is None
    if one.condition == "notnull":
        return lambda stored: stored is not None
    if one.value is None:
        return lambda stored: False
    return _not_null(_value_test(one.condition, one.value, kind))


def _not_null(test: Test) -> Test:
    return lambda stored: stored is not None and test(stored)


def _value_test(condition: str, value: str, kind: Kind) -> Test:
    if kind is Kind.LINKS:
        return _link_test(condition, value)
    if condition in _ORDERED:
        compare, wanted = _ORDERED[condition], comparable(kind, value)
        return lambda stored: compare(comparable(kind, stored), wanted)
    if condition in ("in", "nin"):
        choices = {comparable(kind, choice) for choice in value.split(",")}
        return lambda stored: (comparable(kind, stored) in choices) == (condition == "in")
    return _text_test(condition, value)


def _link_test(condition: str, value: str) -> Test:
    wanted = set(value.split(","))
    if condition in ("eq", "in"):
        return lambda stored: not wanted.isdisjoint(stored)
    if condition in ("neq", "nin"):
        return wanted.isdisjoint
    return lambda stored: False


def _text_test(condition: str, value: str) -> Test:
    if condition in ("like", "nlike"):
        pattern = _like(value)
        return lambda stored: bool(pattern.fullmatch(_folded(stored))) == (condition == "like")
    if condition in ("finset", "nfinset"):
        wanted = collate(value)
        return lambda stored: (wanted in collate(str(stored)).split(",")) == (condition == "finset")
    return lambda stored: False


def _folded(stored: Any) -> str:
    return collate(str(stored))


def _like(value: str) -> re.Pattern[str]:
    wildcards = {"%": ".*", "_": "."}
    parts = (wildcards.get(c) or re.escape(c) for c in collate(value))
    return re.compile("".join(parts), re.DOTALL)
