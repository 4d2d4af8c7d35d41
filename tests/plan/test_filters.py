"""A filter that no order can ever fit is a slip of the keyboard."""

from __future__ import annotations

import pytest

from reconcile.errors import PlanError
from reconcile.plan.filters import OrderFilters
from reconcile.systems import OrderWords

WORDS = OrderWords(frozenset({"complete", "closed"}), frozenset({"default", "de"}))


@pytest.mark.parametrize(
    "filters",
    [
        OrderFilters(),
        OrderFilters(statuses=("complete",), stores=("de", "default")),
    ],
)
def test_words_of_the_source_are_fine(filters: OrderFilters) -> None:
    filters.check(WORDS)


@pytest.mark.parametrize(
    ("filters", "message", "remedy"),
    [
        (OrderFilters(statuses=("complete", "colsed")), "'colsed'", "closed, complete"),
        (OrderFilters(stores=("fr",)), "'fr'", "de, default"),
    ],
)
def test_others_are_named_with_those_there_are(
    filters: OrderFilters, message: str, remedy: str
) -> None:
    with pytest.raises(PlanError, match=message) as refused:
        filters.check(WORDS)
    assert remedy in refused.value.remedy


def test_what_is_not_known_is_not_refused() -> None:
    OrderFilters(statuses=("any",), stores=("any",)).check(OrderWords())
