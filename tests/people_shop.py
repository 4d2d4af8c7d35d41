"""Magento snapshots with customers and orders: documents as REST sends them, made by hand or
recorded, go through the reader's own rows."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from small_shop import NOON, SmallShop

from reconcile.canonical import from_json
from reconcile.model import Diagnostic
from reconcile.snapshot import Snapshot, SnapshotWriter, load
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.customers import customer_row
from reconcile.sources.magento_rest.orders import order_row
from reconcile.sources.magento_rest.records import CHOICES, records
from reconcile.sources.magento_rest.sales import sales_row
from reconcile.systems import Notice

Document = dict[str, Any]
ROWS = {
    "customers": (tables.CUSTOMERS, customer_row),
    "orders": (tables.ORDERS, order_row),
    "invoices": (tables.INVOICES, lambda each: sales_row(tables.INVOICES, each)),
    "shipments": (tables.SHIPMENTS, lambda each: sales_row(tables.SHIPMENTS, each)),
    "credit_memos": (tables.CREDIT_MEMOS, lambda each: sales_row(tables.CREDIT_MEMOS, each)),
}


@dataclass(slots=True)
class PeopleShop:
    """Documents by table, and the catalogue around them."""

    documents: dict[str, list[Document]] = field(default_factory=dict)
    seals: dict[str, str] = field(default_factory=dict)
    unfit: dict[str, str] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    catalogue: SmallShop = field(default_factory=SmallShop)

    def add(self, table: str, *more: Document) -> PeopleShop:
        self.documents.setdefault(table, []).extend(more)
        return self

    def write(self, root: Path) -> Snapshot:
        """The snapshot on disk."""
        catalogue = self.catalogue.write(root / "catalogue")
        with SnapshotWriter(root, "magento", "https://shop.test", NOON) as writer:
            for table in catalogue.tables:
                frame = catalogue.scan(table).collect()
                self._table(writer, table, frame.schema, frame.to_dicts())
            for table, (schema, row) in ROWS.items():
                if table not in self.absent:
                    found = [row(exact(each)) for each in self.documents.get(table, [])]
                    self._table(writer, table, schema, found)
            hashes = [
                {"customer_id": id_, "seal": self.seals.get(id_), "unfit": self.unfit.get(id_)}
                for id_ in self.seals | self.unfit
            ]
            self._table(writer, "customer_passwords", tables.CUSTOMER_PASSWORDS, hashes)
            return load(writer.finish({}).folder)

    def _table(
        self, writer: SnapshotWriter, table: str, schema: pl.Schema, rows: Sequence[Any]
    ) -> None:
        writer.open(table, schema)
        writer.append(table, rows)
        why = "cut short" if table in self.incomplete else ""
        writer.close(table, reported=len(rows), distinct=len(rows), incomplete=why)


def exact(document: Document) -> Any:
    """As the reader has it: fractions are Decimal."""
    return json.loads(json.dumps(document, default=_number), parse_float=Decimal)


def _number(value: object) -> float | int:
    """Decimals of hand-made documents travel as JSON numbers."""
    assert isinstance(value, Decimal)
    return int(value) if value == int(value) else float(value)


def luma(folder: Path) -> PeopleShop:
    """The recorded shop: its customers, orders and all that hangs on them, and its SKUs."""
    shop = PeopleShop()
    for table, file in {name: name for name in ROWS if name != "credit_memos"}.items():
        shop.add(table, *lines(folder / f"{file}.jsonl.gz"))
    shop.add("credit_memos", *lines(folder / "creditmemos.jsonl.gz"))
    for product in lines(folder / "products.jsonl.gz"):
        shop.catalogue.add(
            "products",
            {"view": "default", "id": str(product["id"]), "sku": product["sku"]}
            | {"custom_options": product.get("options") or []},
        )
    return shop


def lines(file: Path) -> Iterable[Document]:
    with gzip.open(file, "rt") as text:
        for line in text:
            yield json.loads(line, parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class Read:
    """Records of one entity, collected; JSON columns parsed."""

    frame: pl.DataFrame
    json: frozenset[str]
    unsound: pl.DataFrame
    left_out: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Notice, ...]
    offered: Mapping[str, frozenset[str]]
    complete: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [
            {k: from_json(v) if k in self.json else v for k, v in row.items()}
            for row in self.frame.to_dicts()
        ]

    @property
    def only(self) -> dict[str, Any]:
        [row] = self.rows
        return row

    def row(self, key: str) -> dict[str, Any]:
        [row] = [row for row in self.rows if row["key"] == key]
        return row

    @property
    def said(self) -> list[str]:
        """Diagnostics and notices as `severity code address` and `severity code count`."""
        single = [f"{each.severity} {each.code} {each.address}" for each in self.diagnostics]
        return single + [f"{each.severity} {each.code} {each.count}" for each in self.notices]

    def message(self, code: str) -> str:
        [found] = [each.message for each in self.diagnostics if each.code == code]
        return found

    def notice(self, code: str) -> Notice:
        [found] = [each for each in self.notices if each.code == code]
        return found


def options(**over: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The defaults of every choice, with some others: `options(order={"statuses": ...})`."""
    filled = {
        name: {option: allowed[0] for option, allowed in known.items()}
        for name, known in CHOICES.items()
    }
    return {name: filled.get(name, {}) | over.get(name, {}) for name in filled.keys() | over.keys()}


def read(snapshot: Snapshot, entity: str, **over: dict[str, Any]) -> Read:
    """What the source says of an entity; `over` are options by entity."""
    found = records(snapshot, entity, options(**over))
    nothing = pl.DataFrame(schema={"key": pl.String, "source_id": pl.String})
    return Read(
        frame=found.frame.collect(),
        json=found.json,
        unsound=nothing if found.unsound is None else found.unsound.collect(),
        left_out=nothing if found.left_out is None else found.left_out.collect(),
        diagnostics=tuple(found.diagnostics),
        notices=found.notices,
        offered=found.offered,
        complete=found.complete,
    )


__all__ = ["PeopleShop", "Read", "exact", "lines", "luma", "options", "read"]
