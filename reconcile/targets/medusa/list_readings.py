"""The prices of price lists, each list read as a whole: Medusa has no look-up of single ones.

Many requests write to one list, so what was read is believed for `BELIEVED` seconds. Nothing that
this tool writes meanwhile is looked at again: each price is in one change.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.in_memory import InMemory
from reconcile.targets.medusa.tables.price_list import PRICE_LISTS, list_prices

BELIEVED = 30.0


class ListReadings:
    """Readings of lists by their ids. Safe to use from several threads."""

    def __init__(self, client: MedusaClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client, self._clock = client, clock
        self._lock = threading.Lock()
        self._read: dict[str, tuple[float, InMemory]] = {}

    def of(self, price_list: str) -> InMemory:
        """The tables `list_prices` and `price_lists` of one list. Raises SystemFault."""
        with self._lock:
            began, tables = self._read.get(price_list, (0.0, None))
        if tables is not None and self._clock() - began < BELIEVED:
            return tables
        began = self._clock()
        tables = self._reading(price_list)
        with self._lock:
            self._read[price_list] = (began, tables)
        return tables

    def _reading(self, price_list: str) -> InMemory:
        listing = list_prices(price_list)
        records = (record for page in self._client.pages(listing) for record in page.records)
        tables = InMemory().fill(listing.tables, records)
        return tables.fill(PRICE_LISTS.tables, [{"id": price_list}])
