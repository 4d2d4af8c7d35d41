"""Orders of the past as draft orders, for those who only want them to be seen.

A draft order has today's date, a number of Medusa's own and no more than items, addresses and
metadata. So each line becomes an item with a title and a gross price and without a variant, which
neither reserves stock nor finds a promotion for it, shipping included, for a shipping method needs
an option of the shop. What the draft stands for is kept in its metadata, and read from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconcile.model import Json
from reconcile.targets.medusa.amounts import EXACT, NOTHING, amount_of
from reconcile.targets.medusa.order_totals import minor_units
from reconcile.targets.medusa.reserved import reserved

Parts = Mapping[str, Any]


def draft_part(record: Parts, name: str) -> list[Json]:
    """The rows that were kept of a draft's order."""
    rows = reserved(record, name)
    return list(rows) if isinstance(rows, list) else []


def draft_totals(record: Parts, currency_code: str) -> dict[str, str]:
    """The totals that were kept, with the grand total that Medusa works out today: taxes and
    promotions of the shop may have come in. What lowered the total, a draft cannot show."""
    said = reserved(record, "totals")
    totals: dict[str, Any] = said if isinstance(said, dict) else {}
    shown = amount_of((record.get("totals") or {}).get("total"))
    lowered = _lowered(draft_part(record, "adjustments"))
    return minor_units({**totals, "grand_total": EXACT.add(shown, lowered)}, currency_code)


def _lowered(adjustments: Iterable[Parts]) -> Decimal:
    amounts = (amount_of(row.get("amount")) for row in adjustments)
    return sum((amount for amount in amounts if amount < 0), NOTHING)
