"""Reading whole lists: page by page, several at a time, and proving that nothing is missing.

Lists that can be filtered by their primary key are read in windows of it (`entity_id` above the
last one read), which records that come or go under way cannot shift. Others are read in pages
sorted by their primary key, and once more when the number of distinct keys is not the number the
shop reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Protocol, Self

from reconcile.errors import BadAnswer, SystemFault
from reconcile.http import Interrupted
from reconcile.sources.magento_rest.client import SCOPE_ALL, ListAnswer, MagentoClient
from reconcile.sources.magento_rest.criteria import Criteria, Filter
from reconcile.sources.magento_rest.faults import PageTooLarge
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.page_size import Cap, PageSize
from reconcile.sources.magento_rest.windows import IdRange, Part, Stretch, read_in_order, split

_HURRIED_ATTEMPTS = 2
"""Attempts at a page that could also be asked for in halves."""


class Walk(Protocol):
    """One pass over a list. `distinct` and `problems` are final once it has been iterated."""

    reported: int | None
    distinct: int
    problems: list[str]

    def __iter__(self) -> Iterator[list[Any]]: ...


class Pages:
    """Reads lists of one shop with at most `concurrency` requests under way. Use as a context."""

    def __init__(self, client: MagentoClient, *, concurrency: int, page_size: int) -> None:
        self._client, self._page_size = client, page_size
        self._cap = Cap()
        self.ahead = concurrency + 1
        self.pool = ThreadPoolExecutor(concurrency, thread_name_prefix="magento")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.pool.shutdown(cancel_futures=True)

    def walk(self, listing: Listing, scope: str = SCOPE_ALL) -> Walk:
        """Begin to read a list; what it reports is known at once. Raises SystemFault."""
        kind = IdWalk if listing.id_windows else SortedWalk
        return kind(self, listing, scope)

    def size_for(self, listing: Listing) -> PageSize:
        return PageSize(self._page_size * listing.weight, self._cap)

    def ask(
        self, listing: Listing, scope: str, criteria: Criteria, *, attempts: int | None = None
    ) -> ListAnswer:
        parameters = listing.query(criteria)
        return self._client.page(listing.path, parameters, scope=scope, attempts=attempts)

    def ask_patiently(
        self,
        listing: Listing,
        scope: str,
        size: PageSize,
        criteria_of: Callable[[int], Criteria],
    ) -> tuple[ListAnswer, int]:
        """One page in whatever size the shop can cope with; also the size it was cut by."""
        while True:
            asked = criteria_of(size.current)
            attempts = None if size.is_smallest() else _HURRIED_ATTEMPTS
            try:
                answer = self.ask(listing, scope, asked, attempts=attempts)
            except PageTooLarge as fault:
                if fault.limit >= asked.page_size:
                    raise
                size.cap(fault.limit)
            except SystemFault as fault:
                if size.is_smallest() or not _smaller_may_help(fault):
                    raise
                size.shrink(asked.page_size)
            else:
                size.worked()
                return answer, min(asked.page_size, answer.page_size or asked.page_size)


def _smaller_may_help(fault: SystemFault) -> bool:
    if isinstance(fault, Interrupted | BadAnswer):
        return fault.status is None or fault.status < 300
    return fault.status in (500, 502, 504, 520, 524)


class IdWalk:
    """A list read in windows of its ids, in the order of the ids."""

    def __init__(self, pages: Pages, listing: Listing, scope: str) -> None:
        self._pages, self._listing, self._scope = pages, listing, scope
        self._size = pages.size_for(listing)
        newest = pages.ask(
            listing, scope, Criteria(page_size=1, sort=listing.order, descending=True)
        )
        ids = [listing.id_of(item) for item in newest.items]
        self._whole = IdRange(-1, max((each for each in ids if each is not None), default=-1))
        self.reported = newest.total
        self.distinct = 0
        self.problems: list[str] = []

    def __iter__(self) -> Iterator[list[Any]]:
        count = self.reported or 0
        windows = split(self._whole, count, self._size.current)
        for part in read_in_order(self._pages.pool, windows, self._fetch, self._pages.ahead):
            self.distinct += len({self._listing.id_of(item) for item in part.items} - {None})
            if part.problem:
                self.problems.append(part.problem)
            yield part.items
        self._settle()

    def _criteria(self, window: IdRange, size: int) -> Criteria:
        order = self._listing.order
        filters = (
            Filter(order, "gt", str(window.after)),
            Filter(order, "lteq", str(window.last)),
        )
        return Criteria(page_size=size, sort=order, filters=filters)

    def _fetch(self, window: IdRange) -> Part[IdRange]:
        part = self._fetch_once(window)
        return self._fetch_once(window) if part.problem else part

    def _fetch_once(self, window: IdRange) -> Part[IdRange]:
        answer, size = self._pages.ask_patiently(
            self._listing, self._scope, self._size, lambda size: self._criteria(window, size)
        )
        ids = [self._listing.id_of(item) for item in answer.items]
        known = [each for each in ids if each is not None]
        if not _ascending(known, window):
            name = self._listing.path
            raise BadAnswer(
                f"Magento does not filter or sort {name} by {self._listing.order}.",
                remedy="An extension of the shop may change this list; ask its developers.",
            )
        return self._part(window, answer, size, known)

    def _part(
        self, window: IdRange, answer: ListAnswer, size: int, known: list[int]
    ) -> Part[IdRange]:
        read = len(answer.items)
        left = (read == size) if answer.total is None else answer.total - read
        if left <= 0:
            return Part(answer.items)
        beyond = IdRange(known[-1] if known else window.last, window.last)
        problem = ""
        if read < size:
            problem = (
                f"{self._listing.path}: {read} of {answer.total} records above id {window.after}"
                f" were answered in a page of {size}"
            )
        return Part(answer.items, tuple(split(beyond, left, size)), problem)

    def _settle(self) -> None:
        """Records deleted under way are no gap: then what is left now is at most what was read."""
        if self.reported is None or self.distinct == self.reported:
            return
        now = self._pages.ask(
            self._listing, self._scope, self._criteria(IdRange(-1, self._whole.last), 1)
        ).total
        if now is not None and now <= self.distinct <= self.reported:
            self.reported = self.distinct


def _ascending(ids: list[int], window: IdRange) -> bool:
    bounded = [window.after, *ids]
    rising = all(one < other for one, other in zip(bounded, ids, strict=False))
    return rising and (not ids or ids[-1] <= window.last)


class SortedWalk:
    """A list read in pages sorted by its key, where ids cannot be filtered by or are not shown."""

    def __init__(self, pages: Pages, listing: Listing, scope: str) -> None:
        self._pages, self._listing, self._scope = pages, listing, scope
        self._size = pages.size_for(listing)
        self._seen: set[tuple[str, ...]] = set()
        self.reported: int | None = None
        self._first = self._fetch(Stretch(0, None))
        self.problems: list[str] = []

    @property
    def distinct(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[list[Any]]:
        yield from self._pass(self._first)
        if self.reported is not None and self.distinct != self.reported:
            before = self.reported
            yield from self._pass(self._fetch(Stretch(0, None)))
            if self.reported <= self.distinct <= before:
                self.reported = self.distinct  # deleted under way, which is no gap

    def _pass(self, first: Part[Stretch]) -> Iterator[list[Any]]:
        yield self._unseen(first.items)
        windows = first.rest
        for part in read_in_order(self._pages.pool, windows, self._fetch, self._pages.ahead):
            items = self._unseen(part.items)
            yield items
            if not items and part.rest and part.rest[-1].end is None:
                return  # an endless list that repeats itself

    def _unseen(self, items: list[Any]) -> list[Any]:
        fresh = []
        for item in items:
            key = self._listing.key_of(item)
            if key not in self._seen:
                fresh.append(item)
            if key is not None:
                self._seen.add(key)
        return fresh

    def _fetch(self, stretch: Stretch) -> Part[Stretch]:
        while True:
            answer, size = self._pages.ask_patiently(
                self._listing, self._scope, self._size, lambda size: self._criteria(stretch, size)
            )
            if size >= _aligned(size, stretch.start):
                break
            self._size.cap(size)  # the shop cut the page silently: its pages are others than ours
        if stretch.start == 0:
            self.reported = answer.total
        return Part(answer.items, self._rest(stretch, answer, size))
