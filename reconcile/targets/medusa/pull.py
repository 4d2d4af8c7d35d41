"""Download every table. A listing that is refused leaves its tables not whole; the rest go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from reconcile.errors import RequestRefused
from reconcile.systems import Progress, TableSink
from reconcile.targets.medusa.client import MedusaClient, Page
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.listing import Listing
from reconcile.targets.medusa.tables.price_list import PRICE_SCHEMA, list_prices

LIST_PRICES = "list_prices"


class Tally:
    """What a listing said of itself while it was read: how many records, and which came."""

    def __init__(self) -> None:
        self.reported: int | None = None
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
        if self.reported not in {None, page.count}:
            self.doubt(f"the count moved from {self.reported} to {page.count} while being read")
        if page.shifted:
            self.doubt("records before those already read were added or removed meanwhile")
        self.reported = page.count

    def doubt(self, reason: str) -> None:
        self._flaws.append(reason)


def pull_all(client: MedusaClient, sink: TableSink, progress: Progress, workers: int) -> None:
    """Write every table of the shop into the sink.

    Raises Unreachable, AuthenticationFailed, PermissionMissing or BadAnswer: what one listing
    meets there, all would, and a shop read as empty would be filled a second time.
    """
    with ThreadPoolExecutor(max_workers=workers) as pool:
        listings = [pool.submit(pull, client, each, sink, progress) for each in LISTINGS]
        price_lists = pool.submit(pull_price_lists, client, sink, progress)
        for running in listings:
            running.result()
        price_lists.result()


def pull(client: MedusaClient, listing: Listing, sink: TableSink, progress: Progress) -> list[str]:
    """One listing into its tables. Returns the ids of its records."""
    main, *side = listing.tables
    tally, ids = Tally(), list[str]()
    for table in listing.tables:
        sink.open(table.name, table.schema)
    progress.start(main.name)
    for page in _readable(client.pages(listing), tally):
        _write(page, listing, sink, tally)
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
        _write(page, listing, sink, tally)
        progress.advance(LIST_PRICES, len(page.records))
    return tally


def _write(page: Page, listing: Listing, sink: TableSink, tally: Tally) -> None:
    for table in listing.tables:
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
