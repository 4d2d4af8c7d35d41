"""Reading whole lists: several requests at a time, and proof that nothing is missing.

Lists that can be filtered by their primary key are read in windows of it, which records that come
or go under way cannot shift; others in pages sorted by their primary key.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from reconcile.sources.magento_rest.client import SCOPE_ALL
from reconcile.sources.magento_rest.id_walk import IdWalk
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.sorted_walk import SortedWalk


class Walk(Protocol):
    """One pass over a list, in a stable order.

    `reported` is what the shop says it holds, None when it does not say. `distinct` and `problems`
    are final once the walk has been iterated, which can be done once.
    """

    reported: int | None
    problems: list[str]

    @property
    def distinct(self) -> int: ...

    def __iter__(self) -> Iterator[list[Any]]: ...


def walk(pages: Pages, listing: Listing, scope: str = SCOPE_ALL) -> Walk:
    """Begin to read a list. Raises SystemFault."""
    if listing.id_windows:
        return IdWalk(pages, listing, scope)
    return SortedWalk(pages, listing, scope)
