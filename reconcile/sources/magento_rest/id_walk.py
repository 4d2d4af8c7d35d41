"""Reading a list in windows of its ids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from reconcile.errors import BadAnswer, SystemFault
from reconcile.sources.magento_rest.client import ListAnswer
from reconcile.sources.magento_rest.criteria import Criteria, Filter
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.windows import IdRange, Part, read_in_order, split

_BREAKS_DOWN = (500, 200)
"""Statuses of an answer that one record may spoil: an internal error, or JSON that is none."""

_MOST_BROKEN = 20
"""Records a shop cannot answer; more are no single broken records."""


class IdWalk:
    """One pass over a list in the order of its ids, which may be sparse.

    Records that come or go under way shift nothing: each request asks for ids above the last one
    read. A page shorter than its own total says is read once more, then named in `problems`, as
    are records that the shop breaks down over. `reported` is known at once, `distinct` and
    `problems` after the iteration. The list must give its ids in ascending order. Raises
    SystemFault.
    """

    def __init__(self, pages: Pages, listing: Listing, scope: str) -> None:
        self._pages, self._listing, self._scope = pages, listing, scope
        self._size = pages.size_for(listing)
        newest = pages.ask(
            listing, scope, Criteria(page_size=1, sort=listing.order, descending=True)
        )
        self._whole = IdRange(-1, max(self._ids(newest.items), default=-1))
        self.reported = newest.total
        self.distinct = 0
        self.problems: list[str] = []
        self._broken: dict[int, str] = {}

    def __iter__(self) -> Iterator[list[Any]]:
        windows = split(self._whole, self.reported or 0, self._size.current)
        for part in read_in_order(self._pages.pool, windows, self._fetch, self._pages.ahead):
            self.distinct += len(self._ids(part.items))
            if part.problem:
                self.problems.append(part.problem)
            yield part.items
        self._name_broken()
        self._settle()

    def _ids(self, items: Sequence[Any]) -> list[int]:
        ids = (self._listing.id_of(item) for item in items)
        return [each for each in ids if each is not None]

    def _criteria(self, window: IdRange, size: int) -> Criteria:
        order = self._listing.order
        above = Filter(order, "gt", str(window.after))
        within = Filter(order, "lteq", str(window.last))
        return Criteria(page_size=size, sort=order, filters=(above, within))

    def _fetch(self, window: IdRange) -> Part[IdRange]:
        try:
            part = self._fetch_once(window)
            return self._fetch_once(window) if part.problem else part
        except SystemFault as fault:
            if fault.status not in _BREAKS_DOWN:
                raise
            return self._around(window, fault)

    def _around(self, window: IdRange, fault: SystemFault) -> Part[IdRange]:
        """What to read in place of a window that even small pages of cannot be had: its halves.

        So the record that the shop breaks down over is found, and the others are read. Raises the
        fault when there are too many such records for them to be the cause.
        """
        middle = (window.after + window.last) // 2
        if window.after < middle:
            return Part([], (IdRange(window.after, middle), IdRange(middle, window.last)))
        self._broken[window.last] = fault.message
        if len(self._broken) > _MOST_BROKEN:
            raise fault
        return Part([])

    def _fetch_once(self, window: IdRange) -> Part[IdRange]:
        answer, asked = self._pages.ask_patiently(
            self._listing, self._scope, self._size, lambda size: self._criteria(window, size)
        )
        ids = self._ids(answer.items)
        if not _ascending(ids, window):
            name = self._listing.path
            raise BadAnswer(
                f"Magento did not filter and sort {name} by {self._listing.order} as asked.",
                remedy="An extension of the shop may change this list; ask its developers.",
            )
        return self._part(window, answer, answer.cut_by(asked), ids)

    def _part(
        self, window: IdRange, answer: ListAnswer, size: int, ids: list[int]
    ) -> Part[IdRange]:
        read = len(answer.items)
        left = int(read >= size) if answer.total is None else answer.total - read
        if left <= 0:
            return Part(answer.items)
        beyond = IdRange(ids[-1] if ids else window.last, window.last)
        problem = ""
        if read < size or not ids:
            problem = f"above id {window.after} only {read} of {answer.total} records were answered"
        return Part(answer.items, tuple(split(beyond, left, size)), problem)

    def _name_broken(self) -> None:
        if self._broken:
            ids = sorted(self._broken)
            self.problems.append(
                f"the shop breaks down over the records {', '.join(map(str, ids))}:"
                f" {self._broken[ids[0]].rstrip('.')}"
            )

    def _settle(self) -> None:
        """Records deleted under way are no gap: then no more are left than were read."""
        if self.reported is None or self.distinct == self.reported:
            return
        count = self._criteria(self._whole, 1)
        now = self._pages.ask(self._listing, self._scope, count).total
        if now is not None and now <= self.distinct <= self.reported:
            self.reported = self.distinct


def _ascending(ids: Sequence[int], window: IdRange) -> bool:
    rising = all(one < other for one, other in pairwise([window.after, *ids]))
    return rising and (not ids or ids[-1] <= window.last)
