"""From a walk over a list to a table of the snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from reconcile.errors import BadAnswer, PermissionMissing, RequestRefused, SystemFault
from reconcile.model import Json
from reconcile.sources.magento_rest.paging import Walk
from reconcile.sources.magento_rest.wire import Unreadable
from reconcile.systems import Progress, Row, TableSink

ToRow = Callable[[Any], Row]
"""Makes a row of a record. Raises Unreadable for one without identity."""


_OF_ONE_LIST = (PermissionMissing, RequestRefused, BadAnswer)
"""Faults that say nothing of the shop's other lists."""


@dataclass(slots=True)
class Count:
    """What is known of a table while it is filled; several walks may add to it."""

    reported: int | None = 0
    distinct: int = 0
    problems: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def expect(self, walk: Walk) -> None:
        """Count a walk that has ended, or broken off."""
        self.add(reported=walk.reported, distinct=walk.distinct)
        self.problems += walk.problems

    def add(self, *, reported: int | None, distinct: int) -> None:
        """Count records. Once one number is unknown, the sum of the reported ones stays so."""
        unknown = self.reported is None or reported is None
        self.reported = None if unknown else (self.reported or 0) + (reported or 0)
        self.distinct += distinct

    def rows(self, records: Iterable[Json], to_row: ToRow) -> Iterator[Row]:
        """The rows of what can be read; the rest is counted, never dropped in silence."""
        for record in records:
            try:
                yield to_row(record)
            except Unreadable as error:
                self.unreadable.append(str(error))

    @property
    def incomplete(self) -> str:
        """Why the table is not whole; "" when it is (numbers apart, which the sink compares)."""
        problems = list(self.problems)
        if self.unreadable:
            count, first = len(self.unreadable), self.unreadable[0]
            problems.append(f"{count} records could not be read, the first was {first}")
        return "; ".join(problems)


@dataclass(slots=True)
class Refused:
    """A walk over a list that the shop does not let be read. Satisfies `Walk`."""

    problems: list[str]
    reported: int | None = None
    distinct: int = 0

    def __iter__(self) -> Iterator[list[Any]]:
        return iter(())


def _reason(fault: SystemFault) -> str:
    return fault.message.rstrip(".")


class Loading:
    """Fills tables of one snapshot and says how far it is."""

    def __init__(self, sink: TableSink, progress: Progress) -> None:
        self.sink, self.progress = sink, progress

    def walked(self, table: str, schema: pl.Schema, walk: Walk, to_row: ToRow) -> None:
        """One table from one walk."""
        count = self.begin(table, schema, walk.reported)
        self.fill(table, walk, to_row, count)
        self.end(table, count)

    def per_view(
        self,
        table: str,
        schema: pl.Schema,
        walks: Mapping[str, Walk],
        row_in: Callable[[str, Any], Row],
    ) -> None:
        """One table from one walk per view, in this order. `row_in` also gets the view."""
        count = self.begin(table, schema, sum(walk.reported or 0 for walk in walks.values()))
        for view, walk in walks.items():
            self.fill(table, walk, partial(row_in, view), count)
        self.end(table, count)

    def listed(self, table: str, schema: pl.Schema, records: Sequence[Json], to_row: ToRow) -> None:
        """One table from records that came in one answer."""
        count = self.begin(table, schema, len(records))
        rows = list(count.rows(records, to_row))
        self.sink.append(table, rows)
        self.progress.advance(table, len(records))
        count.add(reported=len(records), distinct=len(rows))
        self.end(table, count)

    def as_allowed(
        self, table: str, schema: pl.Schema, begin: Callable[[], Walk], to_row: ToRow
    ) -> None:
        """One table from one walk, as far as the shop lets it be read.

        What the shop refuses for this list alone makes this table incomplete, not the snapshot
        fail. Raises SystemFault for what would befall every other list too.
        """
        try:
            walk = begin()
        except _OF_ONE_LIST as fault:
            walk = Refused([_reason(fault)])
        count = self.begin(table, schema, walk.reported)
        try:
            self.fill(table, walk, to_row, count)
        except _OF_ONE_LIST as fault:
            count.problems.append(_reason(fault))
        self.end(table, count)

    def begin(self, table: str, schema: pl.Schema, total: int | None) -> Count:
        self.sink.open(table, schema)
        self.progress.start(table, total)
        return Count()

    def fill(self, table: str, walk: Walk, to_row: ToRow, count: Count) -> None:
        """Add a walk's records to an open table. Raises SystemFault; what came before counts."""
        try:
            for records in walk:
                self.sink.append(table, list(count.rows(records, to_row)))
                self.progress.advance(table, len(records))
        finally:
            count.expect(walk)

    def end(self, table: str, count: Count) -> None:
        self.sink.close(
            table,
            reported=count.reported,
            distinct=count.distinct,
            incomplete=count.incomplete,
        )
        self.progress.finish(table)
