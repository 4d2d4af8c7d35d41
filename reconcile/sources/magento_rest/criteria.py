"""Magento's search criteria as query parameters.

Magento does not object to most mistakes: an unknown condition matches nothing, a missing direction
sorts downwards, a page size of 0 returns everything. So they are refused here.
"""

from __future__ import annotations

from dataclasses import dataclass

Parameters = list[tuple[str, str]]

_CONDITIONS = frozenset(
    {
        "eq", "neq", "gt", "gteq", "lt", "lteq", "in", "nin",
        "like", "null", "notnull", "finset", "from", "to",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. Raises ValueError for a condition Magento does not know."""

    field: str
    condition: str
    value: str

    def __post_init__(self) -> None:
        if self.condition not in _CONDITIONS:
            raise ValueError(f"Magento knows no condition '{self.condition}'")


@dataclass(frozen=True, slots=True)
class Criteria:
    """One page of a sorted, filtered list; all `filters` must hold. Pages count from 1.

    Raises ValueError for a page or a size below 1, which Magento would silently read otherwise.
    """

    page_size: int
    page: int = 1
    sort: str = ""
    descending: bool = False
    filters: tuple[Filter, ...] = ()

    def __post_init__(self) -> None:
        if self.page_size < 1 or self.page < 1:
            raise ValueError(f"page {self.page} of {self.page_size} records is no page")

    def parameters(self) -> Parameters:
        """The query, each filter in a group of its own (groups are joined by AND)."""
        pairs = [
            ("searchCriteria[pageSize]", str(self.page_size)),
            ("searchCriteria[currentPage]", str(self.page)),
        ]
        if self.sort:
            direction = "DESC" if self.descending else "ASC"
            pairs.append(("searchCriteria[sortOrders][0][field]", self.sort))
            pairs.append(("searchCriteria[sortOrders][0][direction]", direction))
        for number, condition in enumerate(self.filters):
            name = f"searchCriteria[filterGroups][{number}][filters][0]"
            pairs.append((f"{name}[field]", condition.field))
            pairs.append((f"{name}[conditionType]", condition.condition))
            pairs.append((f"{name}[value]", condition.value))
        return pairs
