"""Tables of records: rows that do not change, and a thin layer of changes on top of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from reconcile.sandbox.magento.collation import collate

Record = dict[str, Any]
_ANSWERS = 4  # that a table remembers


class Rows(Protocol):
    """Records addressed by an ascending integer id. Records must not be modified by callers."""

    @property
    def ids(self) -> Sequence[int]: ...

    def record(self, row_id: int) -> Record:
        """The record of an id out of ``ids``; KeyError for another."""

    def find(self, field: str, text: str) -> Sequence[int] | None:
        """Ids whose ``field`` may equal ``text`` (all that do are in); None without an index."""


@runtime_checkable
class QuickRows(Rows, Protocol):
    """Rows whose records are made on demand, and which know some members without making them."""

    @property
    def quick(self) -> frozenset[str]: ...

    def glance(self, row_id: int) -> Record:
        """The members named in ``quick``, as the whole record has them (absent ones left out)."""


class MemoryRows:
    """Rows held in memory, with an index on the fields named ``indexed``."""

    def __init__(self, records: Mapping[int, Record], indexed: Iterable[str] = ()) -> None:
        self._records = dict(sorted(records.items()))
        self._indexes = {field: self._index(field) for field in indexed}
        self.ids: Sequence[int] = array("q", self._records)

    def _index(self, field: str) -> dict[str, list[int]]:
        index: dict[str, list[int]] = {}
        for row_id, record in self._records.items():
            index.setdefault(collate(str(record.get(field))), []).append(row_id)
        return index

    def record(self, row_id: int) -> Record:
        return self._records[row_id]

    def find(self, field: str, text: str) -> Sequence[int] | None:
        index = self._indexes.get(field)
        return None if index is None else index.get(collate(text), [])


class Table:
    """Rows plus changes: records replaced, added or removed by a test or by drift."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._changed: dict[int, Record] = {}
        self._removed: set[int] = set()
        self.ids: Sequence[int] = rows.ids
        self._answers: dict[Hashable, Sequence[int]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def record(self, row_id: int) -> Record:
        """The record of an id out of ``ids``; KeyError for another."""
        changed = self._changed.get(row_id)
        return self._rows.record(row_id) if changed is None else changed

    def get(self, row_id: int) -> Record | None:
        """The record, or None when there is no such id."""
        position = bisect_left(self.ids, row_id)
        if position == len(self.ids) or self.ids[position] != row_id:
            return None
        return self.record(row_id)

    def is_quick(self, fields: Iterable[str]) -> bool:
        """Whether ``glance`` tells all these members."""
        return isinstance(self._rows, QuickRows) and self._rows.quick.issuperset(fields)

    def glance(self, row_id: int) -> Record:
        """The quick members of a record, or all of it."""
        changed = self._changed.get(row_id)
        if changed is not None or not isinstance(self._rows, QuickRows):
            return self.record(row_id)
        return self._rows.glance(row_id)

    def remembered(self, question: Hashable, answer: Callable[[], Sequence[int]]) -> Sequence[int]:
        """Ids that answer a question, worked out once until something changes.

        Whoever walks a large table page by page asks the same question again and again.
        """
        found = self._answers.get(question)
        if found is None:
            found = array("q", answer())
            self._answers = {**dict(list(self._answers.items())[1 - _ANSWERS :]), question: found}
        return found

    def records(self) -> Iterable[Record]:
        return (self.record(row_id) for row_id in self.ids)

    def find(self, field: str, text: str) -> list[int] | None:
        """Ids whose ``field`` may equal ``text``, ascending; None without an index."""
        found = self._rows.find(field, text)
        if found is None:
            return None
        return sorted((set(found) | self._changed.keys()) - self._removed)

    def next_id(self) -> int:
        """An id above all others."""
        return self.ids[-1] + 1 if self.ids else 1

    def put(self, row_id: int, record: Record) -> None:
        """Replace or add a record."""
        is_new = self.get(row_id) is None
        self._answers = {}
        self._changed[row_id] = record
        self._removed.discard(row_id)
        if is_new:
            self.ids = array("q", sorted([*self.ids, row_id]))

    def remove(self, row_id: int) -> None:
        """Take a record out; KeyError when there is none."""
        if self.get(row_id) is None:
            raise KeyError(row_id)
        self._answers = {}
        self._changed.pop(row_id, None)
        self._removed.add(row_id)
        self.ids = array("q", (one for one in self.ids if one != row_id))
