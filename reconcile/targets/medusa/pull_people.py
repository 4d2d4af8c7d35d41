"""Download customers and orders: through the companion where there is one, else what can be had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl

from reconcile.settings import OrdersMode
from reconcile.systems import Progress, Row, TableSink
from reconcile.targets.medusa.client import MedusaClient
from reconcile.targets.medusa.protocol import CUSTOMERS, ORDERS, Companion, Facts
from reconcile.targets.medusa.pull import Tally, Task, fill, pull
from reconcile.targets.medusa.tables import customer, sales
from reconcile.targets.medusa.tables.companion import COMPANION, ORDERS_MODE
from reconcile.targets.medusa.tables.listing import nested


@dataclass(frozen=True, slots=True)
class PeopleReading:
    """One reading of customers and orders. `facts`: what the companion says, None without one."""

    client: MedusaClient
    companion: Companion
    facts: Facts | None
    mode: OrdersMode
    sink: TableSink
    progress: Progress

    def tasks(self) -> list[Task]:
        """What can be read side by side, longest first."""
        return [*([self._orders] if self.mode is not OrdersMode.SKIP else []), self._customers]

    def note(self) -> None:
        """Write down what the shop lets be read and how it is read."""
        facts = [asdict(self.facts)] if self.facts else []
        _written(self.sink, "companion", COMPANION, facts)
        mode = {"mode": self.mode.value, "carried": self._carried()}
        _written(self.sink, "orders_mode", ORDERS_MODE, [mode])

    def _carried(self) -> bool:
        """Whether drafts would stand beside orders that the companion wrote."""
        if self.mode is not OrdersMode.DRAFT or not self.facts:
            return False
        pages = self.companion.pages(ORDERS, fields="summary")
        return any(record["carried_digest"] for page in pages for record in page.records)

    def _customers(self) -> None:
        if self.facts:
            tables = (customer.CUSTOMERS,)
            pages = self.companion.pages(CUSTOMERS)
            fill(pages, tables, self.sink, self.progress, Tally(offset=False))
        else:
            listing = customer.admin_customers(_members(self.client))
            pull(self.client, listing, self.sink, self.progress)

    def _orders(self) -> None:
        if self.mode is OrdersMode.DRAFT:
            pull(self.client, sales.DRAFT_ORDERS, self.sink, self.progress)
        elif self.facts:
            pages = self.companion.pages(ORDERS)
            fill(pages, sales.SALES, self.sink, self.progress, Tally(offset=False))
        else:
            for table in sales.SALES:
                _written(self.sink, table.name, table.schema, [])


def people_tasks(
    client: MedusaClient,
    companion: Companion,
    mode: OrdersMode,
    sink: TableSink,
    progress: Progress,
) -> list[Task]:
    """The tasks that read customers and orders; asks first what the shop has to offer.

    Raises BadAnswer for a companion of another protocol.
    """
    reading = PeopleReading(client, companion, companion.facts(), mode, sink, progress)
    return [*reading.tasks(), reading.note]


def _members(client: MedusaClient) -> dict[str, list[str]]:
    """Customer -> the groups it is in."""
    groups: dict[str, list[str]] = defaultdict(list)
    for page in client.pages(customer.MEMBERS):
        for group in page.records:
            for member in nested(group, "customers"):
                groups[member["id"]].append(group["id"])
    return groups


def _written(sink: TableSink, table: str, schema: pl.Schema, rows: Sequence[Row]) -> None:
    """A table that is known whole."""
    sink.open(table, schema)
    sink.append(table, rows)
    sink.close(table, reported=len(rows), distinct=len(rows))
