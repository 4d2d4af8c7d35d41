"""What a stage may ask of a system. Stages know these protocols and nothing behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Change, Diagnostic, Finding, Json

Row = Mapping[str, Any]


class Progress(Protocol):
    """Where long work says how far it is. Safe to call from several threads."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


class TableSink(Protocol):
    """Where a system's records go while they are being downloaded. Safe to use from threads.

    Rows are kept in the order of the calls, so call `append` in a stable order.
    """

    def open(self, table: str, schema: pl.Schema) -> None: ...
    def append(self, table: str, rows: Sequence[Row]) -> None: ...
    def close(
        self, table: str, *, reported: int | None, distinct: int, incomplete: str = ""
    ) -> None:
        """End a table: what the server reported, distinct keys got, and why not whole, if so."""
        ...


class Reader(Protocol):
    """A system that can be read. It has no way to write."""

    name: str
    url: str

    def probe(self) -> Iterator[Finding]:
        """Check reachability, credentials, permissions and readiness; never raises SystemFault."""
        ...

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        """Write every table into the sink; returns what is known of versions and settings."""
        ...

    def close(self) -> None: ...


class Tables(Protocol):
    """The tables of one snapshot."""

    @property
    def taken_at(self) -> datetime: ...
    def scan(self, table: str) -> pl.LazyFrame: ...
    def has(self, table: str) -> bool: ...
    def complete(self, table: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one entity as a source says them: one column per path a mapping may name.

    Always present: `key` (text) and `source_id` (text, unique in the entity). Columns are text,
    boolean, integer or list of texts; those named in `json` hold JSON text. Where a record
    refers to another, it says the other's `source_id`.
    """

    frame: pl.LazyFrame
    json: frozenset[str] = frozenset()
    offered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Columns that are lost unless a mapping reads them, or one of the columns named beside."""
    unsound: pl.LazyFrame | None = None
    """`key` and `source_id` of records that are there, but cannot be carried as they are."""
    diagnostics: tuple[Diagnostic, ...] = ()
    complete: bool = True


Options = Mapping[str, Mapping[str, Any]]
"""What mappings chose: entity -> option -> value."""

OptionChoices = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""What mappings may choose: entity -> option -> allowed values, the default first."""

RecordsReader = Callable[[Tables, str, Options], Records]
"""(snapshot, entity, options) -> records. Pure: reads only the snapshot."""

ExistingReader = Callable[[Tables, EntitySpec, Sequence[str]], pl.LazyFrame]
"""(snapshot, entity, wanted fields) -> frame with `target_id`, `key`, `source_id`, `managed` and
one column per wanted field, in the form `Kind` describes; REF and REFS hold target ids. `key` is
null for entities with key fields."""


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much may travel at once: units per request, bytes per body, requests under way."""

    units: int
    body_bytes: int = 1_500_000
    concurrency: int = 1


@dataclass(frozen=True, slots=True)
class Unit:
    """Changes that travel together: a lead and what is written inside it (product, variants)."""

    lead: Change
    members: tuple[Change, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        return (self.lead, *self.members)


Resolve = Callable[[str], str]
"""Address text -> target id. Raises KeyError when nobody knows it (yet)."""


class Phase(Protocol):
    """One kind of write, such as "create products". Phases run in the order the target lists."""

    name: str
    limits: BatchLimits

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        """Of the changes not settled yet, those this phase writes, put together."""
        ...

    def lane(self, unit: Unit) -> str:
        """Only units of one lane share a request, and a lane has one request under way.

        "" means: any units together, several requests at once.
        """
        ...

    def prepare(self, units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        """Ids that only the target can tell (variant and inventory item by SKU), by address."""
        ...

    def payload(self, unit: Unit, resolve: Resolve) -> Json:
        """The body of one unit. Raises KeyError for a record that does not exist."""
        ...

    def send(self, units: Sequence[Unit], payloads: Sequence[Json]) -> Mapping[Address, str]:
        """One request. Returns the target ids it learned (creates at least where told).

        Raises RequestRefused (nothing or something was written: the applier splits the batch),
        AnswerLost (look up before sending again), Unreachable, AuthenticationFailed.
        """
        ...


class Target(Reader, Protocol):
    """A system that can be written, phase by phase."""

    phases: Sequence[Phase]

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        """Which of these creates exist already, by ownership mark or natural key, and their ids."""
        ...
