"""Two shops in memory with customer groups, read like real ones: every table of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
from small_shop import DEFAULTS, SmallShop, _row, _schemas

from reconcile.canonical import to_json
from reconcile.errors import ReconcileError
from reconcile.model import Finding
from reconcile.systems import Progress, TableSink
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.companion import COMPANION
from reconcile.targets.medusa.tables.customer import CUSTOMER
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA
from reconcile.targets.medusa.tables.sales import SALES

Row = Mapping[str, Any]
READY: Mapping[str, list[Row]] = {
    "stores": [{"id": "store_1", "name": "Store", "default_sales_channel_id": "sc_1"}],
    "store_currencies": [{"store_id": "store_1", "currency_code": "usd"}],
    "sales_channels": [{"id": "sc_1", "name": "Web"}],
    "shipping_profiles": [{"id": "sp_1", "name": "Default", "type": "default"}],
}
"""What a Medusa holds that is ready, and has no records yet."""


@dataclass
class TablesShop:
    """A shop that is its tables. `incomplete` names those that are cut short."""

    name: str
    url: str
    schemas: Mapping[str, pl.Schema]
    rows: dict[str, list[Row]]
    incomplete: set[str] = field(default_factory=set)
    broken: ReconcileError | None = None
    pulled: int = 0

    def open(self) -> TablesShop:
        return self

    def probe(self) -> Iterator[Finding]:
        yield from ()

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        self.pulled += 1
        if self.broken:
            raise self.broken
        for table, schema in self.schemas.items():
            rows = self.rows.get(table, [])
            sink.open(table, schema)
            sink.append(table, rows)
            why = "cut short" if table in self.incomplete else ""
            sink.close(table, reported=len(rows), distinct=len(rows), incomplete=why)
        return {}

    def close(self) -> None: ...


def magento(groups: Iterable[str]) -> TablesShop:
    """A Magento with these customer groups, their ids from 1."""
    schemas = _schemas(msi=True)
    shop = SmallShop()
    rows = {
        table: [_row(schema, row) for row in shop.rows.get(table, DEFAULTS.get(table, []))]
        for table, schema in schemas.items()
    }
    rows["customer_groups"] = [{"id": str(n), "code": name} for n, name in enumerate(groups, 1)]
    return TablesShop("magento", "https://magento.test", schemas, rows)


def medusa(groups: Iterable[tuple[str, int | None]]) -> TablesShop:
    """A Medusa with these customer groups: name, and the id of the source's record or None."""
    tables = [table for listing in (*LISTINGS, PRICE_LISTS) for table in listing.tables]
    schemas = {table.name: table.schema for table in (*tables, *SALES)}
    schemas |= {"list_prices": PRICE_SCHEMA, "customers": CUSTOMER, "companion": COMPANION}
    rows = {
        name: [{**dict.fromkeys(schemas[name]), **row} for row in held]
        for name, held in READY.items()
    }
    shop = TablesShop("medusa", "https://medusa.test", schemas, rows)
    for number, (name, source) in enumerate(groups):
        add_group(shop, f"cusgroup_{number}", name, source)
    return shop


def add_group(shop: TablesShop, id_: str, name: str, source: int | None) -> None:
    mark = to_json({"source_id": f"magento:group/{source}"}) if source else None
    blank = dict.fromkeys(shop.schemas["customer_groups"])
    row = {**blank, "id": id_, "name": name, "metadata": mark}
    shop.rows.setdefault("customer_groups", []).append(row)
