"""Planning without shops: a source and a target in memory, and a pretended apply.

A source is rows by entity, in the words of the mapping; a target holds what a shop would hold
after the changes of a plan were carried out to the letter.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import polars as pl

from reconcile import base, compare
from reconcile.canonical import to_json
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, FieldSpec, Kind
from reconcile.journal import History
from reconcile.mapping.document import EntityMapping, OnMissing, Policy, Rule, Scope
from reconcile.model import Action, Address, Change, Diagnostic, Json, Outcome, Severity, Status
from reconcile.plan import build, file
from reconcile.plan.document import Approval, Decision, Plan
from reconcile.plan.filters import OrderFilters
from reconcile.plan.narrow import Narrowing
from reconcile.plan.selection import select
from reconcile.plan.standing import UNTOUCHABLE
from reconcile.remember import remember
from reconcile.snapshot import Snapshot, TableFacts
from reconcile.systems import Lacking, Options, Records, Tables

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
Row = dict[str, Json]
Rows = Mapping[str, Sequence[Row]]

NESTED = compare.NESTED
IDENTITY = ("target_id", "key", "source_id", "managed")

FIELDS: Mapping[str, tuple[str, ...]] = {
    "category": ("name", "handle", "is_active", "parent", "rank"),
    "product": ("title", "handle", "status", "external_id", "options", "categories", "type"),
    "variant": ("product", "sku", "title", "options", "prices"),
    "stock_location": ("name",),
    "inventory_level": ("variant", "location", "stocked_quantity"),
    "price_list": ("title", "description", "type", "status"),
    "list_price": ("price_list", "variant", "currency_code", "min_quantity", "amount"),
}
"""What the mappings of these tests carry, each field from the source's column of that name."""

PEOPLE: Mapping[str, tuple[str, ...]] = {
    "customer_group": ("name",),
    "customer": (
        "email", "first_name", "has_account", "created_at", "groups", "addresses", "login"
    ),
    "order": (
        "number", "email", "customer", "status", "currency_code", "created_at",
        "billing_address", "items", "totals",
    ),
    "invoice": ("order", "number", "state", "created_at", "currency_code", "amount", "items"),
    "shipment": ("order", "number", "created_at", "items", "tracking"),
}  # fmt: skip
"""The same for customers and orders; all but groups are read in windows where a test says so."""

MAIN = {name: name for name in PEOPLE if name != "customer_group"}

FILTERED = {"statuses": "status", "stores": "store"}


def mapping(
    entity: str,
    *,
    scope: str = "managed",
    missing: str = "report",
    once: Iterable[str] = (),
    fields: Sequence[str] = (),
) -> EntityMapping:
    """A mapping that takes each field from the column of the same name."""
    rules = tuple(
        Rule(
            field=name,
            where=f"{entity}.yml:1",
            path=name,
            policy=Policy.CREATE_ONLY if name in once else Policy.SYNC,
        )
        for name in fields or (FIELDS | PEOPLE)[entity]
    )
    return EntityMapping(
        spec=ENTITY_BY_NAME[entity],
        file=Path(f"{entity}.yml"),
        scope=Scope(scope),
        on_missing=OnMissing(missing),
        options={},
        rules=rules,
        key=None,
        digest="sha256:0",
    )


def mappings(*chosen: EntityMapping) -> dict[str, EntityMapping]:
    """One mapping for each entity of `FIELDS`; those given take the place of the plain ones."""
    plain = {name: mapping(name) for name in FIELDS}
    return plain | {each.spec.name: each for each in chosen}


def people_mappings(*chosen: EntityMapping) -> dict[str, EntityMapping]:
    """One mapping for each entity of `PEOPLE`; those given take the place of the plain ones."""
    plain = {name: mapping(name) for name in PEOPLE}
    return plain | {each.spec.name: each for each in chosen}


@dataclass(slots=True)
class MemoryTables:
    """What planning asks of a snapshot: its facts. `rows` are the records themselves, by entity,
    which is the name of their table too."""

    rows: Rows
    system: str = "memory"
    url: str = "https://shop.test"
    taken_at: datetime = NOON
    digest: str = "sha256:1"
    versions: Mapping[str, str] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()

    @property
    def is_complete(self) -> bool:
        return not self.incomplete

    def windows(self, table: str, rows: int) -> Iterator[MemoryTables]:
        held = self.rows.get(table, ())
        for start in range(0, max(1, len(held)), rows):
            yield replace(self, rows={**self.rows, table: held[start : start + rows]})

    @property
    def tables(self) -> dict[str, TableFacts]:
        return {
            name: TableFacts(0, None, 0, complete=False, incomplete="cut short")
            for name in self.incomplete
        }


def records(tables: Tables, entity: str, chosen: Options) -> Records:
    """The rows of an entity as a frame with every column its fields need.

    A row that is `unsound` is there, but cannot be carried.
    """
    source, spec = cast(MemoryTables, tables), ENTITY_BY_NAME[entity]
    fitting = [(_fits(row, chosen.get(entity, {})), row) for row in source.rows.get(entity, ())]
    sound = [row for fits, row in fitting if fits and not row.get("unsound")]
    unsound = [row for fits, row in fitting if fits and row.get("unsound")]
    return Records(
        pl.LazyFrame([_source_row(spec, row) for row in sound], schema=source_schema(spec)),
        json=frozenset(each.name for each in spec.fields if each.kind in NESTED),
        unsound=_identities(unsound),
        diagnostics=tuple(_not_carried(entity, row) for row in unsound),
        complete=entity not in source.incomplete,
        left_out=_identities(row for fits, row in fitting if not fits),
    )


def _fits(row: Row, options: Mapping[str, Any]) -> bool:
    """What a source does with the filters of a plan."""
    words = all(
        not options.get(name) or row.get(column) in options[name]
        for name, column in FILTERED.items()
    )
    day = str(row.get("created_at"))[:10]
    early = options.get("from_date") and day < options["from_date"]
    late = options.get("to_date") and day > options["to_date"]
    return words and not early and not late


def _identities(rows: Iterable[Row]) -> pl.LazyFrame:
    schema = {"key": pl.String, "source_id": pl.String}
    return pl.LazyFrame([{name: row[name] for name in schema} for row in rows], schema=schema)


def _not_carried(entity: str, row: Row) -> Diagnostic:
    message = f"The {entity} {row['key']} does not add up."
    return Diagnostic(Severity.SKIPPED, "unsound", message, address=Address(entity, row["key"]))


def source_schema(spec: EntitySpec) -> dict[str, Any]:
    fields = {each.name: compare.column_type(each.kind) for each in spec.fields}
    return {"key": pl.String, "source_id": pl.String, **fields}


def _source_row(spec: EntitySpec, row: Row) -> Row:
    known = source_schema(spec)
    return {name: _cell(spec.field(name), value) for name, value in row.items() if name in known}


def _cell(known: FieldSpec | None, value: Json) -> Json:
    return to_json(value) if known and known.kind in NESTED and value is not None else value


@dataclass(slots=True)
class MemoryTarget:
    """Records by entity and target id. REF and REFS fields hold target ids, as in a real shop."""

    held: dict[str, dict[str, Row]] = field(default_factory=dict)
    incomplete: frozenset[str] = frozenset()

    def add(
        self, entity: str, id_: str, key: str | None, source_id: str | None = None, **values: Json
    ) -> None:
        """A record that is there already; it is managed when it has a source id."""
        identity = {"key": key, "source_id": source_id, "managed": source_id is not None}
        self.held.setdefault(entity, {})[id_] = {"target_id": id_, **identity, **values}

    @property
    def tables(self) -> dict[str, list[Row]]:
        """One row per record, so that what is held can be cut into windows."""
        return {name: list(rows.values()) for name, rows in self.held.items()}

    def existing(self, tables: Tables, spec: EntitySpec, fields: Sequence[str]) -> pl.LazyFrame:
        """Satisfies ExistingReader: the records of a snapshot, or of a window of it."""
        known = {name: _found(spec, name) for name in fields}
        held = cast(MemoryTables, tables).rows.get(spec.name, ())
        marks = [UNTOUCHABLE] if self._tells_untouchable(spec.name) else []
        rows = [
            {name: row.get(name) for name in [*IDENTITY, *marks]}
            | {name: _existing_cell(each, row) for name, each in known.items()}
            for row in held
        ]
        schema: dict[str, Any] = dict.fromkeys(IDENTITY, pl.String) | {"managed": pl.Boolean}
        schema |= dict.fromkeys(marks, pl.Boolean)
        schema |= {name: compare.column_type(each.kind) for name, each in known.items()}
        return pl.LazyFrame(rows, schema=schema)

    def _tells_untouchable(self, entity: str) -> bool:
        """A column is there in every window or in none."""
        return any(UNTOUCHABLE in row for row in self.held.get(entity, {}).values())

    def apply(self, changes: Sequence[Change]) -> None:
        """Do to the letter what the changes say, as a shop without a will of its own would."""
        made = {
            str(change.address): made_id(change)
            for change in changes
            if change.action is Action.CREATE
        }
        for change in changes:
            self._apply(change, {**change.refs, **made})

    def _apply(self, change: Change, ids: Mapping[str, str | None]) -> None:
        spec = ENTITY_BY_NAME[change.address.entity]
        id_ = change.target_id or ids[str(change.address)]
        assert id_ is not None
        if change.action is Action.DELETE:
            self._delete(spec.name, id_)
            return
        table = self.held.setdefault(spec.name, {})
        row = table.setdefault(id_, {"target_id": id_, "managed": False})
        row.update({name: _as_ids(spec, name, v, ids) for name, v in change.after.items()})
        mark = change.after.get(f"metadata.{OWNERSHIP_KEY}")
        if not spec.open_metadata and not spec.key_fields and change.action is Action.CREATE:
            mark = change.source_id
        if mark:
            row.update(source_id=mark, managed=True)
        if change.source_id and not spec.key_fields:
            row["key"] = change.address.key

    def _delete(self, entity: str, id_: str) -> None:
        """A record takes those along that cannot be without it."""
        self.held[entity].pop(id_, None)
        for spec in ENTITY_BY_NAME.values():
            needs = [each.name for each in spec.fields if each.required and each.refers == entity]
            for other, row in list(self.held.get(spec.name, {}).items()):
                if any(row.get(name) == id_ for name in needs):
                    self._delete(spec.name, other)


def made_id(change: Change) -> str:
    """The id that MemoryTarget gives a new record."""
    return f"{change.address.entity}_{change.address.key}"


def _found(spec: EntitySpec, name: str) -> FieldSpec:
    known = spec.field(name)
    assert known is not None
    return known


def _existing_cell(known: FieldSpec, row: Row) -> Json:
    value = row.get(known.name)
    if value is None and known.kind in {
        Kind.REFS, Kind.LIST, Kind.PRICES, Kind.OPTIONS, Kind.ROWS
    }:  # fmt: skip
        return "[]"
    return _cell(known, value)


def _as_ids(spec: EntitySpec, name: str, value: Json, ids: Mapping[str, str | None]) -> Json:
    known = _found(spec, name)
    if not known.refers or value is None:
        return value
    if known.kind is Kind.REF:
        return ids[f"{known.refers}:{value}"]
    return [ids[f"{known.refers}:{key}"] for key in value]


@dataclass(frozen=True, slots=True)
class Planner:
    """Makes plans from memory into a folder."""

    folder: Path
    target: MemoryTarget
    mappings: Mapping[str, EntityMapping] = field(default_factory=mappings)
    defaults: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, float] = field(default_factory=dict)
    currencies: frozenset[str] | None = None
    lacking: Sequence[Lacking] = ()
    filters: OrderFilters = field(default_factory=OrderFilters)
    remembers: bool = False
    """Whether what was carried out is known as what was last applied."""
    window: int = 0
    """Rows of a main table that are looked at together; 0: everything is read as a whole."""

    def plan(
        self,
        rows: Rows,
        *,
        narrowing: Narrowing | None = None,
        incomplete: Iterable[str] = (),
    ) -> Plan:
        return file.read(self.write(rows, narrowing=narrowing, incomplete=incomplete))

    def write(
        self,
        rows: Rows,
        *,
        narrowing: Narrowing | None = None,
        incomplete: Iterable[str] = (),
    ) -> Path:
        """Each plan goes into a folder of its own, so that equal plans do not meet."""
        inputs = build.Inputs(
            source=cast(Snapshot, MemoryTables(rows, incomplete=frozenset(incomplete))),
            target=cast(
                Snapshot, MemoryTables(self.target.tables, incomplete=self.target.incomplete)
            ),
            mappings=self.mappings,
            mapping_digest="sha256:2",
            records=records,
            existing=self.target.existing,
            defaults=self.defaults,
            currencies=self.currencies,
            limits=self.limits,
            narrowing=narrowing or Narrowing(),
            lacking=self.lacking,
            filters=self.filters,
            source_main=MAIN if self.window else {},
            target_main=MAIN if self.window else {},
            window=self.window or 1,
            base=base.load(self.memory, MemoryTables({}).url),
        )
        number = len(list(self.folder.iterdir()))
        return build.build(inputs, self.folder / f"{number:05}", NOON + timedelta(minutes=number))

    @property
    def memory(self) -> Path:
        return self.folder / "base"

    def carry_out(self, rows: Rows, *decisions: Decision) -> Plan:
        """Plan, approve, apply and remember."""
        plan = self.plan(rows)
        approval = Approval(plan.digest, "test", NOON, decisions=decisions)
        changes = select(plan.changes, (), decisions, plan.digest).approved
        self.target.apply(list(changes))
        done = {
            str(each.address): Outcome(
                each.address, Status.APPLIED, each.target_id or made_id(each)
            )
            for each in changes
        }
        if self.remembers:
            remember(self.memory, plan, approval, History(outcomes=done))
        return plan


def said(changes: Iterable[Change]) -> list[str]:
    """Changes as `action address`, e.g. `update product:A`."""
    return [f"{change.action} {change.address}" for change in changes]


def codes(plan: Plan) -> list[str]:
    """Diagnostics as `severity code address`."""
    return [f"{each.severity} {each.code} {each.address or '-'}" for each in plan.diagnostics]


def shuffled(rows: Rows, seed: int) -> dict[str, list[Row]]:
    """The same records in another order."""
    dice = random.Random(seed)
    return {name: dice.sample(list(each), len(each)) for name, each in rows.items()}


def price(amount: str, currency: str = "usd", low: str | None = None) -> Row:
    return {"amount": amount, "currency_code": currency, "max_quantity": None, "min_quantity": low}


def product(sku: str, number: int, **over: Json) -> Row:
    """A product of the source."""
    return {
        "key": sku,
        "source_id": f"magento:{number}",
        "title": f"Product {sku}",
        "handle": sku.lower(),
        "status": "published",
        "external_id": sku,
        "options": [{"title": "Size", "values": ["S"]}],
        "categories": [],
        "type": None,
        **over,
    }


def variant(sku: str, number: int, parent: str, **over: Json) -> Row:
    """A variant of the source; `parent` is the product's SKU."""
    return {
        "key": sku,
        "source_id": f"magento:{number}",
        "product": parent,
        "sku": sku,
        "title": sku,
        "options": {"Size": "S"},
        "prices": [price("10")],
        **over,
    }
