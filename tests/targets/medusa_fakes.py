"""A snapshot made by hand, and a session that answers what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from reconcile.http import Answer
from reconcile.model import Json
from reconcile.systems import Row
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.companion import COMPANION, ORDERS_MODE
from reconcile.targets.medusa.tables.customer import CUSTOMER
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA
from reconcile.targets.medusa.tables.sales import SALES

SCHEMAS = {
    table.name: table.schema for listing in (*LISTINGS, PRICE_LISTS) for table in listing.tables
} | {
    "list_prices": PRICE_SCHEMA,
    "customers": CUSTOMER,
    "companion": COMPANION,
    "orders_mode": ORDERS_MODE,
    **{table.name: table.schema for table in SALES},
}


class HandMade:
    """Tables with the given rows; columns that are not given are null, other tables empty."""

    taken_at = datetime(2026, 11, 1, tzinfo=UTC)

    def __init__(self, **rows: Sequence[Mapping[str, Any]]) -> None:
        self._rows = rows
        self.absent: set[str] = set()

    def has(self, table: str) -> bool:
        return table in SCHEMAS and table not in self.absent

    def complete(self, table: str) -> bool:
        return self.has(table)

    def scan(self, table: str) -> pl.LazyFrame:
        schema = SCHEMAS[table]
        rows = [{**dict.fromkeys(schema), **row} for row in self._rows.get(table, ())]
        return pl.LazyFrame(rows, schema=schema)

    def windows(self, table: str, rows: int) -> Iterator[HandMade]:
        yield self

    def whole(self, table: str) -> pl.LazyFrame:
        return self.scan(table)


class Kept:
    """A TableSink that keeps everything."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.ends: dict[str, tuple[int | None, int, str]] = {}

    def open(self, table: str, schema: pl.Schema) -> None:
        self.rows[table] = []

    def append(self, table: str, rows: Sequence[Row]) -> None:
        self.rows[table].extend(rows)

    def close(
        self, table: str, *, reported: int | None, distinct: int, incomplete: str = ""
    ) -> None:
        self.ends[table] = (reported, distinct, incomplete)


class Silence:
    """A Progress that says nothing."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


Answers = Callable[[str, str, Any, Json], Json]
"""(method, path, query, body) -> the body of the answer; may raise."""


class FakeSession:
    """What MedusaClient needs of a session. `requests` holds (method, path, query, body)."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.requests: list[tuple[str, str, Any, Json]] = []
        self.headers: list[Any] = []

    def get(self, path: str, params: Any = ()) -> Json:
        return self._ask("GET", path, params, None)

    def request(
        self, method: str, path: str, *, params: Any = (), json: Json = None, **options: Any
    ) -> Answer:
        self.headers.append(options.get("headers"))
        return Answer(200, self._ask(method, path, params, json))

    def _ask(self, method: str, path: str, query: Any, body: Json) -> Json:
        self.requests.append((method, path, query, body))
        return self._answers(method, path, query, body)
