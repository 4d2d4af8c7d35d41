"""Reading a list in pages sorted by its primary key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconcile.sources.magento_rest.client import ListAnswer
from reconcile.sources.magento_rest.criteria import Criteria
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.windows import Part, Stretch, read_in_order


class SortedWalk:
    """One pass over a list whose ids cannot be filtered by or are not shown.

    Pages are counted from the total of the first answer, so a shop that repeats its last page is
    never asked for one past the end. Records seen before are left out. When the number of distinct
    keys is not what the shop reported, the list is read once more and what was missed is added.
    `reported` is known at once, `distinct` after the iteration. Raises SystemFault.
    """

    def __init__(self, pages: Pages, listing: Listing, scope: str) -> None:
        self._pages, self._listing, self._scope = pages, listing, scope
        self._size = pages.size_for(listing)
        self._seen: set[tuple[str, ...]] = set()
        self.reported: int | None = None
        self.problems: list[str] = []
        self._first = self._fetch_first()

    @property
    def distinct(self) -> int:
        return len(self._seen)

    def __iter__(self) -> Iterator[list[Any]]:
        yield from self._pass(self._first)
        before = self.reported
        if before is None or self.distinct == before:
            return
        yield from self._pass(self._fetch_first())
        if self.reported is not None and self.reported <= self.distinct <= before:
            self.reported = self.distinct  # records deleted under way are no gap

    def _pass(self, first: Part[Stretch]) -> Iterator[list[Any]]:
        yield self._unseen(first.items)
        pool, ahead = self._pages.pool, self._pages.ahead
        for part in read_in_order(pool, first.rest, self._fetch, ahead):
            items = self._unseen(part.items)
            yield items
            if not items and part.rest and part.rest[-1].end is None:
                return  # a list without a total that repeats a page

    def _unseen(self, items: list[Any]) -> list[Any]:
        fresh = []
        for item in items:
            key = self._listing.key_of(item)
            if key not in self._seen:
                fresh.append(item)
            if key is not None:
                self._seen.add(key)
        return fresh

    def _fetch_first(self) -> Part[Stretch]:
        answer, size = self._answer(Stretch(0, None))
        self.reported = answer.total
        return _part(Stretch(0, answer.total), answer, size)

    def _fetch(self, stretch: Stretch) -> Part[Stretch]:
        return _part(stretch, *self._answer(stretch))

    def _answer(self, stretch: Stretch) -> tuple[ListAnswer, int]:
        while True:
            answer, asked = self._pages.ask_patiently(
                self._listing, self._scope, self._size, lambda size: self._criteria(stretch, size)
            )
            size = answer.cut_by(asked)
            if size == asked:
                return answer, size
            self._size.cap(size)  # cut silently: counted by other pages than the ones asked for

    def _criteria(self, stretch: Stretch, size: int) -> Criteria:
        fitting = _fitting(size, stretch.start)
        page = stretch.start // fitting + 1
        return Criteria(page_size=fitting, page=page, sort=self._listing.order)


def _fitting(size: int, start: int) -> int:
    """The largest power of two up to `size` by which pages can be counted from `start`.

    With powers of two, pages of any size fit into each other, so a size may change under way.
    """
    power = 1 << (size.bit_length() - 1)
    return min(power, start & -start) if start else power


def _part(stretch: Stretch, answer: ListAnswer, size: int) -> Part[Stretch]:
    after = stretch.start + size
    if stretch.end is None:
        more = len(answer.items) >= size
        return Part(answer.items, (Stretch(after, None),) if more else ())
    starts = range(after, stretch.end, size)
    rest = tuple(Stretch(start, min(start + size, stretch.end)) for start in starts)
    return Part(answer.items, rest)
