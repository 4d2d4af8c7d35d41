"""A shop in memory that can be written phase by phase, and be made to refuse or lose answers.

It has no unique keys on purpose: whatever is created twice stands there twice.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reconcile.entities import ENTITY_BY_NAME
from reconcile.errors import AnswerLost, RequestRefused
from reconcile.model import Action, Address, Change, Finding, Json
from reconcile.systems import BatchLimits, Patience, Phase, Progress, Resolve, TableSink, Unit

COLUMNS = ("target_id", "key", "source_id", "title")

Fault = Callable[["FakePhase", Sequence[Unit]], Exception | None]
"""Called before the effect of each request; an exception is raised instead of the effect."""


@dataclass
class FakeShop:
    """`poison` are addresses that no request may carry; `before` and `after` are faults."""

    poison: set[str] = field(default_factory=set)
    before: Fault = lambda phase, units: None
    after: Fault = lambda phase, units: None
    lookup_fault: Callable[[], Exception | None] = lambda: None
    present_fault: Callable[[], Exception | None] = lambda: None
    gone: set[str] = field(default_factory=set)
    """Records that somebody deleted."""
    others: set[str] = field(default_factory=set)
    """Records that somebody else made where the plan creates."""
    tells_member_ids: bool = True
    unique: bool = False
    """Refuse to create what is there, as a shop with unique keys does."""
    slow_lookups: int = 0
    """How many look-ups come too early: what was just sent is not there yet."""
    limits: BatchLimits = field(default_factory=lambda: BatchLimits(units=4, concurrency=2))
    name: str = "fake"
    url: str = "http://shop.test"

    def __post_init__(self) -> None:
        self.created: Counter[str] = Counter()
        self.values: dict[str, Json] = {}
        self.requests: list[tuple[str, tuple[str, ...]]] = []
        self.looked_up: list[str] = []
        self.looked_at: list[tuple[str, ...]] = []
        self.busy_lanes: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.phases: Sequence[Phase] = [
            CategoryCreate(self),
            ProductCreate(self),
            ProductUpdate(self),
            VariantCreate(self),
            StockSet(self),
        ]

    def id_of(self, address: str) -> str:
        return f"id({address})"

    def write(self, change: Change) -> None:
        address = str(change.address)
        if change.action is Action.CREATE:
            self.created[address] += 1
        self.values[address] = {**self.values.get(address, {}), **change.after}

    def refuse_twins(self, changes: Sequence[Change]) -> None:
        there = [change for change in changes if self.unique and self.created[str(change.address)]]
        if there:
            raise RequestRefused(f"{there[0].address} already exists", status=400)

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        self.looked_up += [str(change.address) for change in changes]
        fault = self.lookup_fault()
        if fault:
            raise fault
        if self.slow_lookups:
            self.slow_lookups -= 1
            return {}
        there = [change.address for change in changes if self.created[str(change.address)]]
        return {address: self.id_of(str(address)) for address in there}

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        """What was created here, and what others put there."""
        addresses = [change.address for change in changes]
        there = [each for each in addresses if str(each) in self.others or self.created[str(each)]]
        return {address: self.id_of(str(address)) for address in there}

    def present(self, changes: Sequence[Change]) -> Mapping[Address, Mapping[str, Json]]:
        """Everything is as planned, but what was written, and what is in `gone`."""
        self.looked_at.append(tuple(str(change.address) for change in changes))
        fault = self.present_fault()
        if fault:
            raise fault
        there = [change for change in changes if str(change.address) not in self.gone]
        return {
            change.address: {
                path: self.values.get(str(change.address), {}).get(path, before)
                for path, before in change.before.items()
            }
            for change in there
        }

    def sent(self, phase: str) -> list[tuple[str, ...]]:
        return [addresses for name, addresses in self.requests if name == phase]

    def probe(self) -> Iterator[Finding]:
        yield from ()

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        """One table per entity, with titles."""
        for entity in ENTITY_BY_NAME:
            found = [key for key in self.values if key.startswith(f"{entity}:")]
            sink.open(entity, pl.Schema(dict.fromkeys(COLUMNS, pl.String)))
            sink.append(entity, [self._row(address) for address in found])
            sink.close(entity, reported=len(found), distinct=len(found))
        return {}

    def _row(self, address: str) -> Mapping[str, str | None]:
        _, _, key = address.partition(":")
        title = self.values[address].get("title")
        return {"target_id": self.id_of(address), "key": key, "source_id": None, "title": title}

    def ask_before_retry(self, patience: Patience) -> None:
        """It sends nothing twice by itself; a fault may ask `patience` in its place."""
        self.patience = patience

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakePhase:
    """Writes every change of one entity and action; a subclass says how units are made."""

    shop: FakeShop
    name = ""
    entity = ""
    action = Action.CREATE

    def __post_init__(self) -> None:
        self.limits = self.shop.limits

    def mine(self, changes: Sequence[Change]) -> list[Change]:
        return [
            each
            for each in changes
            if each.address.entity == self.entity and each.action is self.action
        ]

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        return [Unit(change) for change in self.mine(changes)]

    def lane(self, unit: Unit) -> str:
        return ""

    def prepare(self, units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return {}

    def payload(self, unit: Unit, resolve: Resolve) -> Json:
        company = {str(change.address) for change in unit.changes}
        return [
            {
                "values": change.after,
                "ids": [resolve(ref) for ref in change.refs if ref not in company],
            }
            for change in unit.changes
        ]

    def send(self, units: Sequence[Unit], payloads: Sequence[Json]) -> Mapping[Address, str]:
        lane = self.lane(units[0])
        with self.shop.lock:
            assert {self.lane(unit) for unit in units} == {lane}
            assert not lane or not self.shop.busy_lanes[lane], "two requests of one lane at once"
            self.shop.busy_lanes[lane] += 1
        try:
            return self._exchange(units, payloads)
        finally:
            with self.shop.lock:
                self.shop.busy_lanes[lane] -= 1

    def _exchange(self, units: Sequence[Unit], payloads: Sequence[Json]) -> Mapping[Address, str]:
        assert len(units) == len(payloads)
        changes = [change for unit in units for change in unit.changes]
        texts = tuple(str(change.address) for change in changes)
        with self.shop.lock:
            self.shop.requests.append((self.name, texts))
            self._fail(self.shop.before, units)
            if self.shop.poison & set(texts):
                raise RequestRefused(f"no {min(self.shop.poison & set(texts))}", status=400)
            self.shop.refuse_twins(changes)
            for change in changes:
                self.shop.write(change)
            self._fail(self.shop.after, units)
        told = changes if self.shop.tells_member_ids else [unit.lead for unit in units]
        return {change.address: self.shop.id_of(str(change.address)) for change in told}

    def _fail(self, fault: Fault, units: Sequence[Unit]) -> None:
        error = fault(self, units)
        if error:
            raise error


class CategoryCreate(FakePhase):
    name, entity = "create categories", "category"


class ProductCreate(FakePhase):
    name, entity = "create products", "product"

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        variants: dict[str, list[Change]] = {}
        for change in changes:
            if change.address.entity == "variant":
                variants.setdefault(next(iter(change.refs)), []).append(change)
        return [
            Unit(product, tuple(variants.get(str(product.address), ())))
            for product in self.mine(changes)
        ]


class ProductUpdate(FakePhase):
    name, entity, action = "update products", "product", Action.UPDATE


class VariantCreate(FakePhase):
    name, entity = "create variants", "variant"

    def lane(self, unit: Unit) -> str:
        return next(iter(unit.lead.refs))


class StockSet(FakePhase):
    name, entity, action = "set stock", "inventory_level", Action.SET_STOCK


def create(address: str, *needs: str) -> Change:
    return Change(Address.parse(address), Action.CREATE, (), refs=dict.fromkeys(needs))


def lost(*numbers: int) -> Fault:
    """Loses the answers of the given requests, counted from 1."""
    seen = 0

    def fault(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        nonlocal seen
        seen += 1
        return AnswerLost("the line went dead") if seen in numbers else None

    return fault
