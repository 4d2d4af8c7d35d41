"""Part of the order history: the orders of some days, states or store views.

What they leave out is neither carried nor missed, and neither are its invoices, shipments and
credit memos.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconcile.errors import PlanError
from reconcile.systems import Options, OrderWords

ENTITY = "order"


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Days are UTC days of the order's creation, both included; statuses and stores are the
    source's own words. Empty: all."""

    from_date: date | None = None
    to_date: date | None = None
    statuses: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises PlanError for days in the wrong order: they would leave out everything."""
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise PlanError(
                f"No order is from {self.from_date} on and until {self.to_date}.",
                remedy="Give the earlier day as --from-date.",
            )

    def check(self, words: OrderWords) -> None:
        """Raises PlanError for a status or store view that no order and no shop has."""
        for option, said, known in (
            ("--status", self.statuses, words.statuses),
            ("--store", self.stores, words.stores),
        ):
            strange = next((each for each in said if known is not None and each not in known), None)
            if strange is not None:
                there = ", ".join(sorted(known or ())) or "none"
                raise PlanError(
                    f"The source has no '{strange}' ({option}).", remedy=f"There are: {there}."
                )

    @property
    def described(self) -> dict[str, str]:
        """For the plan's header; empty when nothing is left out."""
        words = {
            "from-date": str(self.from_date or ""),
            "to-date": str(self.to_date or ""),
            "status": ", ".join(self.statuses),
            "store": ", ".join(self.stores),
        }
        return {name: text for name, text in words.items() if text}

    def added_to(self, options: Options) -> dict[str, Mapping[str, Any]]:
        """What mappings chose, and the filters among the options of orders."""
        filters = {
            "from_date": self.from_date.isoformat() if self.from_date else None,
            "to_date": self.to_date.isoformat() if self.to_date else None,
            "statuses": self.statuses,
            "stores": self.stores,
        }
        return {**options, ENTITY: {**options.get(ENTITY, {}), **filters}}
