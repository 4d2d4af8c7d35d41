"""The nouns every stage shares: plain values without I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol, Self, overload

Json = Any
"""A value as JSON holds it, with numbers that matter as decimal text (`"34.5"`)."""


class Action(StrEnum):
    """What a change does to one record of the target."""

    CREATE = "create"
    UPDATE = "update"
    DRAFT = "draft"
    DELETE = "delete"
    SET_STOCK = "set_stock"


class Severity(StrEnum):
    """How much a diagnostic weighs, heaviest first."""

    BLOCKING = "blocking"
    """The whole plan must not be applied."""
    SKIPPED = "skipped"
    """This record or value is not carried; everything else goes on."""
    WARNING = "warning"
    """Carried, but a person should look."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """The identity of a record in both shops: `variant:24-MB01`."""

    entity: str
    key: str

    def __str__(self) -> str:
        return f"{self.entity}:{self.key}"

    @classmethod
    def parse(cls, text: str) -> Self:
        entity, _, key = text.partition(":")
        return cls(entity, key)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one record; None on either side means the record has no value there."""

    path: str
    before: Json
    after: Json


class Store(Protocol):
    """Where the fields of changes lie. Safe to use from several threads."""

    def fields_at(self, place: int) -> tuple[FieldChange, ...]: ...


class StoredFields(Sequence[FieldChange]):
    """The fields of a change that lie elsewhere: fetched whenever they are looked at, never kept.

    What they are called is known without a look: `paths`.
    """

    __slots__ = ("_place", "_store", "paths")

    def __init__(self, paths: tuple[str, ...], store: Store, place: int) -> None:
        self.paths = paths
        self._store = store
        self._place = place

    def _fetched(self) -> tuple[FieldChange, ...]:
        there = self._store.fields_at(self._place)
        return there if len(there) == len(self.paths) else self._own(there)

    def _own(self, there: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
        return tuple(part for part in there if part.path in self.paths)

    def without(self, paths: Collection[str]) -> StoredFields:
        """The same fields but for some."""
        left = tuple(path for path in self.paths if path not in paths)
        return StoredFields(left, self._store, self._place)

    def __iter__(self) -> Iterator[FieldChange]:
        return iter(self._fetched())

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, index: int) -> FieldChange: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[FieldChange, ...]: ...
    def __getitem__(self, index: int | slice) -> FieldChange | tuple[FieldChange, ...]:
        return self._fetched()[index]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StoredFields | tuple):
            return NotImplemented
        return len(self) == len(other) and self._fetched() == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._fetched())


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a plan. One that was read from a plan's file is light: see StoredFields.

    `refs` are the records of the target this one needs: address -> target id, or None when
    another change of the same plan creates it. `reason` is for people, never for decisions.
    `conflicts` names the fields that both sides changed, with what was last applied: these are
    written only where the approval takes the source's value.
    """

    address: Address
    action: Action
    fields: Sequence[FieldChange]
    reason: str = ""
    source_id: str | None = None
    target_id: str | None = None
    refs: Mapping[str, str | None] = field(default_factory=dict)
    conflicts: Mapping[str, Json] = field(default_factory=dict)

    @property
    def paths(self) -> tuple[str, ...]:
        """What the fields are called, without a look at their values."""
        fields = self.fields
        if isinstance(fields, StoredFields):
            return fields.paths
        return tuple(part.path for part in fields)

    def without(self, paths: Collection[str]) -> Change:
        """The change but for some of its fields."""
        fields = self.fields
        if isinstance(fields, StoredFields):
            left: Sequence[FieldChange] = fields.without(paths)
        else:
            left = tuple(part for part in fields if part.path not in paths)
        conflicts = {path: was for path, was in self.conflicts.items() if path not in paths}
        return replace(self, fields=left, conflicts=conflicts)

    @property
    def after(self) -> dict[str, Json]:
        return {change.path: change.after for change in self.fields}

    @property
    def before(self) -> dict[str, Json]:
        return {change.path: change.before for change in self.fields}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something a reviewer must know. `code` groups, `message` and `remedy` explain."""

    severity: Severity
    code: str
    message: str
    address: Address | None = None
    remedy: str = ""


class Status(StrEnum):
    """What became of a change."""

    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"
    STALE = "stale"
    """Not written: the target is not any more what the plan was made from."""
    UNKNOWN = "unknown"
    """Sent, no answer, and the look-up afterwards failed too."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change, as the target said it."""

    address: Address
    status: Status
    target_id: str | None = None
    request_id: str = ""
    attempts: int = 1
    duration_ms: int = 0
    error: str = ""
    at: str = field(default="", compare=False)
    """When the journal says it happened, UTC text; "" before it is in one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `reconcile check`."""

    system: str
    subject: str
    ok: bool
    message: str
    remedy: str = ""
