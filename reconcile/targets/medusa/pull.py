"""Download every table. A listing that is refused leaves its tables not whole; the rest go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from reconcile.errors import RequestRefused
from reconcile.systems import Progress, TableSink
from reconcile.targets.medusa.client import MedusaClient, Page
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.listing import Listing, Table
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA, list_prices

LIST_PRICES = "list_prices"

Task = Callable[[], object]
"""Reads some tables from end to end."""


class Tally:
    """What a listing said of itself while it was read: how many records, and which came.

    Read by `offset`, records are missed when others go meanwhile, so a count that moves is a flaw.
    """

    def __init__(self, *, offset: bool = True) -> None:
        self.reported: int | None = None
        self._offset = offset
        self.rows: Counter[str] = Counter()
        self._ids: set[str] = set()
        self._flaws: list[str] = []

    @property
    def distinct(self) -> int:
        return len(self._ids)

    @property
    def flaw(self) -> str:
        """Why the records may not be all there are; "" when nothing speaks against it."""
        return "; ".join(self._flaws)

    def add(self, page: Page) -> None:
        self._ids.update(record["id"] for record in page.records)
        if self._offset and self.reported not in {None, page.count}:
            self.doubt(f"the count moved from {self.reported} to {page.count} while being read")
        if page.shifted:
            self.doubt("records before those already read were added or removed meanwhile")
        self.reported = page.count

    def doubt(self, reason: str) -> None:
        self._flaws.append(reason)


def pull_all(
    client: MedusaClient,
    sink: TableSink,
    progress: Progress,
    workers: int,
    further: Sequence[Task] = (),
) -> None:
    """Write every table of the shop into the sink; `further` tasks write theirs beside.

    Raises Unreachable, AuthenticationFailed, PermissionMissing or BadAnswer: what one listing
    meets there, all would, and a shop read as empty would be filled a second time.
    """
    tasks: list[Task] = [partial(pull, client, each, sink, progress) for each in LISTINGS]
    tasks = [*further, *tasks, partial(pull_price_lists, client, sink, progress)]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for running in [pool.submit(task) for task in tasks]:
            running.result()


def pull(client: MedusaClient, listing: Listing, sink: TableSink, progress: Progress) -> list[str]:
    """One listing into its tables. Returns the ids of its records."""
    return fill(client.pages(listing), listing.tables, sink, progress, Tally())


def fill(
    pages: Iterable[Page],
    tables: Sequence[Table],
    sink: TableSink,
    progress: Progress,
    tally: Tally,
) -> list[str]:
    """Pages of records into tables, of which the first says how many there are."""
    main, *side = tables
    ids: list[str] = []
    for table in tables:
        sink.open(table.name, table.schema)
    progress.start(main.name)
    for page in _readable(pages, tally):
        _write(page, tables, sink, tally)
        ids.extend(record["id"] for record in page.records)
        progress.advance(main.name, len(page.records))
    progress.finish(main.name)
    sink.close(main.name, reported=tally.reported, distinct=tally.distinct, incomplete=tally.flaw)
    for table in side:
        sink.close(
            table.name, reported=None, distinct=tally.rows[table.name], incomplete=tally.flaw
        )
    return ids


def pull_price_lists(client: MedusaClient, sink: TableSink, progress: Progress) -> None:
    """The price lists, then the prices of each into one table."""
    lists = pull(client, PRICE_LISTS, sink, progress)
    sink.open(LIST_PRICES, PRICE_SCHEMA)
    progress.start(LIST_PRICES)
    tallies = [_pull_list(client, list_prices(each), sink, progress) for each in lists]
    progress.finish(LIST_PRICES)
    sink.close(
        LIST_PRICES,
        reported=sum(tally.reported or 0 for tally in tallies),
        distinct=sum(tally.distinct for tally in tallies),
        incomplete="; ".join(tally.flaw for tally in tallies if tally.flaw),
    )


def _pull_list(
    client: MedusaClient, listing: Listing, sink: TableSink, progress: Progress
) -> Tally:
    tally = Tally()
    for page in _readable(client.pages(listing), tally):
        _write(page, listing.tables, sink, tally)
        progress.advance(LIST_PRICES, len(page.records))
    return tally


def _write(page: Page, tables: Sequence[Table], sink: TableSink, tally: Tally) -> None:
    for table in tables:
        rows = [row for record in page.records for row in table.rows(record)]
        tally.rows[table.name] += len(rows)
        sink.append(table.name, rows)


def _readable(pages: Iterable[Page], tally: Tally) -> Iterator[Page]:
    """The pages, counted, up to a refusal of the shop, which is kept as the tally's flaw."""
    try:
        for page in pages:
            tally.add(page)
            yield page
    except RequestRefused as fault:
        tally.doubt(fault.message)
