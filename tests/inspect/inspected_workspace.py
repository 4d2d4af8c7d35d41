"""A workspace with a snapshot of each shop, and commands run in it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from click.testing import CliRunner, Result
from small_shop import NOON
from typed import typed

from reconcile.cli import main
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.snapshot import Snapshot, SnapshotWriter
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.companion import COMPANION
from reconcile.targets.medusa.tables.customer import CUSTOMER
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA
from reconcile.targets.medusa.tables.sales import SALES

Row = Mapping[str, Any]
MEDUSA = "https://medusa.test"
READY: Mapping[str, Sequence[Row]] = {
    "stores": [{"id": "store_1", "name": "Store", "default_sales_channel_id": "sc_1"}],
    "store_currencies": [{"store_id": "store_1", "currency_code": "usd"}],
    "sales_channels": [{"id": "sc_1", "name": "Web"}],
    "shipping_profiles": [{"id": "sp_1", "name": "Default", "type": "default"}],
    "companion": [
        {"version": "1.0.0", "protocol": 1, "medusa": "2.21", "passwords": True, "numbers": True}
    ],
}
"""What a Medusa holds that is ready."""


def medusa_snapshot(root: Path, held: Mapping[str, Sequence[Row]] | None = None) -> Snapshot:
    """A Medusa that is ready, and holds these rows by table."""
    rows = {**READY, **(held or {})}
    tables = [table for listing in (*LISTINGS, PRICE_LISTS) for table in listing.tables]
    schemas = {table.name: table.schema for table in (*tables, *SALES)}
    schemas |= {"list_prices": PRICE_SCHEMA, "customers": CUSTOMER, "companion": COMPANION}
    assert rows.keys() <= schemas.keys()
    with SnapshotWriter(root, "medusa", MEDUSA, NOON) as writer:
        for name, schema in schemas.items():
            _fill(writer, name, schema, rows.get(name, ()))
        return writer.finish({})


def _fill(writer: SnapshotWriter, table: str, schema: pl.Schema, rows: Sequence[Row]) -> None:
    writer.open(table, schema)
    writer.append(table, [{**dict.fromkeys(schema), **row} for row in rows])
    writer.close(table, reported=len(rows), distinct=len(rows))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder as `reconcile init` writes it, and two snapshots."""

    folder: Path
    source: Snapshot
    target: Snapshot

    def run(self, *words: str) -> Result:
        return typed("-w", str(self.folder), *words)

    def _with_snapshots(self, *words: str) -> Result:
        folders = ("--magento", str(self.source.folder), "--medusa", str(self.target.folder))
        return self.run(*words, *folders)

    def inspect(self, *words: str) -> Result:
        return self._with_snapshots("inspect", *words)

    def told(self, *words: str) -> dict[str, Any]:
        """The JSON document."""
        result = self.inspect(*words, "--json")
        assert result.exit_code in (0, 2), result.output
        document: dict[str, Any] = json.loads(result.stdout)
        return document

    def plan(self) -> Plan:
        assert self._with_snapshots("plan").exit_code in (0, 2)
        return file.read(self.newest_plan)

    @property
    def newest_plan(self) -> Path:
        return max((self.folder / "plans").glob("2*"))


def workspace(folder: Path, source: Snapshot, target: Snapshot) -> Workspace:
    made = Workspace(folder, source, target)
    CliRunner().invoke(main, ["init", str(folder)])
    return made


def field(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in document["fields"] if each["field"] == name]
    return dict(found)
