"""What a stage may ask of a system. Stages know these protocols and nothing behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.errors import SystemFault
from reconcile.model import Address, Change, Diagnostic, Finding, Json, Severity

Row = Mapping[str, Any]

CHANGED_AT = "changed_at"
"""The column that says when a record was changed last, where mappings ask for it: UTC text."""

SAMPLES = 3
"""How many values or keys a sentence about many of them names."""


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
    def windows(self, table: str, rows: int) -> Iterator[Tables]:
        """The same snapshot with one table cut into some `rows` at a time; at least once.

        Together the windows hold every row of the table once. All other tables stay whole.
        """
        ...

    def whole(self, table: str) -> pl.LazyFrame:
        """All rows of a table, also in a window of it: for the few columns that tell twins."""
        ...


@dataclass(frozen=True, slots=True)
class OrderWords:
    """The statuses and store views that orders of a source have; None: not known."""

    statuses: frozenset[str] | None = None
    stores: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to say of many records at once, which adds up over windows.

    `sentence` may hold `{count}` and `{samples}`. `samples` are the smallest of all, so that the
    same records give the same words however they were cut; never a name or an e-mail.
    """

    severity: Severity
    code: str
    sentence: str
    remedy: str = ""
    count: int = 0
    samples: tuple[str, ...] = ()

    @classmethod
    def about(
        cls, severity: Severity, code: str, sentence: str, values: Sequence[str], remedy: str = ""
    ) -> Self:
        """A notice that counts these values and names the smallest of them."""
        samples = tuple(sorted(set(values))[:SAMPLES])
        return cls(severity, code, sentence, remedy, len(values), samples)


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
    notices: tuple[Notice, ...] = ()
    left_out: pl.LazyFrame | None = None
    """`key` and `source_id` of records that the plan's filters leave out: nobody misses them."""


UNTOUCHABLE = "untouchable"
"""The column, or value, that is true of a record changed on the target since it was written."""

Options = Mapping[str, Mapping[str, Any]]
"""What mappings chose: entity -> option -> value. Beside it: what the settings choose (`login` of
`customer`), and the plan's filters among those of `order`: `from_date` and `to_date` (ISO dates,
both inclusive, in UTC, or None), `statuses`, `stores`."""

OptionChoices = Mapping[str, Mapping[str, tuple[Any, ...]]]
"""What mappings may choose: entity -> option -> allowed values, the default first."""

RecordsReader = Callable[[Tables, str, Options], Records]
"""(snapshot, entity, options) -> records. Pure: reads only the snapshot.

For an entity with a main table it is asked for one window of that table after another, so it must
be row-local there: one row in, at most one record out. What it needs of other tables is small."""

ExistingReader = Callable[[Tables, EntitySpec, Sequence[str]], pl.LazyFrame]
"""(snapshot, entity, wanted fields) -> frame with `target_id`, `key`, `source_id`, `managed` and
one column per wanted field, in the form `Kind` describes; REF and REFS hold target ids. `key` is
null for entities with key fields. Among the fields may be CHANGED_AT, of products and customers.
Row-local in the entity's main table, as RecordsReader.

An optional boolean column `untouchable` marks records that were changed on the target since they
were written: they and all that lives in them are left alone, whatever the mapping says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a snapshot keeps the records of an entity: a table, and how the values of its columns
    make their source ids and keys, such as `magento:{id}`; "" where they do not.

    With `folds_case` blanks around these values and their case tell no keys apart. `json` names
    columns of JSON text. `parent` makes the source id of the record that it lives in.
    """

    table: str
    source_id: str = ""
    key: str = ""
    folds_case: bool = False
    json: frozenset[str] = frozenset()
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a target cannot hold: some `fields` of an entity, or the `whole` of it.

    `loss` says what is lost, to follow "would lose" or "is not carried:", such as
    `its account`. Each record that loses something has a diagnostic of its own, or with
    `per_record=False` they share one.
    """

    entity: str
    fields: frozenset[str]
    whole: bool
    severity: Severity
    code: str
    loss: str
    remedy: str
    per_record: bool = True


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


Patience = Callable[[SystemFault, float], bool]
"""(a fault that passes by itself, seconds to wait) -> whether to send again; it does the waiting.

Called from every thread that sends."""


class Target(Reader, Protocol):
    """A system that can be written, phase by phase."""

    phases: Sequence[Phase]

    def ask_before_retry(self, patience: Patience) -> None:
        """Have this asked from now on before a request is sent again by the system's own client,
        as it does after 429 or when there was no connection."""
        ...

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        """Which of these creates exist already, by ownership mark or natural key, and their ids."""
        ...

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        """Whose place is taken, whoever took it: the ids of what stands where these creates would.

        Finds all that `lookup` finds, and what others made. Few and large requests.
        """
        ...

    def present(self, changes: Sequence[Change]) -> Mapping[Address, Mapping[str, Json]]:
        """What the records of these changes hold right now, read in bulk by their target ids.

        Of each the values of the fields it names, as in an existing frame: nested ones as canonical
        JSON, REF and REFS as target ids. Fields that cannot be compared by themselves (RANK) are
        left out, and so are records that are not there. `UNTOUCHABLE` is among the values, and
        true, when the record must be left alone whatever it holds.
        """
        ...
