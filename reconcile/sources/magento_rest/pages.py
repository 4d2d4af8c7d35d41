"""Asking for one page of a list, in whatever size the shop can cope with."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from reconcile.errors import BadAnswer, SystemFault
from reconcile.http import Interrupted
from reconcile.sources.magento_rest.client import ListAnswer, MagentoClient
from reconcile.sources.magento_rest.criteria import Criteria
from reconcile.sources.magento_rest.faults import PageTooLarge
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.page_size import Cap, PageSize

_HURRIED_ATTEMPTS = 2
"""Attempts at a page that could also be asked for in halves."""


class Pages:
    """Asks one shop for pages; `pool` limits the requests under way. Use as a context."""

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

    def size_for(self, listing: Listing) -> PageSize:
        """The page size to begin a list with."""
        return PageSize(round(self._page_size * listing.weight), self._cap)

    def ask(
        self, listing: Listing, scope: str, criteria: Criteria, *, attempts: int | None = None
    ) -> ListAnswer:
        """One page, as asked. Raises SystemFault."""
        parameters = listing.query(criteria)
        return self._client.page(listing.path, parameters, scope=scope, attempts=attempts)

    def ask_patiently(
        self,
        listing: Listing,
        scope: str,
        size: PageSize,
        criteria_of: Callable[[int], Criteria],
    ) -> tuple[ListAnswer, int]:
        """One page, smaller when the shop refuses it or breaks down; also the size asked for.

        Raises SystemFault when the smallest page fails too, or when size is not the matter.
        """
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
                return answer, asked.page_size


def _smaller_may_help(fault: SystemFault) -> bool:
    if isinstance(fault, Interrupted | BadAnswer):
        return fault.status is None or fault.status < 300
    return fault.status in (500, 502, 504, 520, 524)
