"""Asking for records one by one, several at a time: only for what no list shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote

from reconcile.model import Json
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.faults import NotOffered
from reconcile.sources.magento_rest.pages import Pages

_CHUNK = 100


def segment(value: str) -> str:
    """A value as one segment of a path. A slash needs a web server that lets `%2F` through."""
    return quote(value, safe="")


def read_each(client: MagentoClient, pages: Pages, paths: Iterable[str]) -> Iterator[list[Json]]:
    """The answers in the order of the paths, in chunks; None for what the shop does not have.

    Raises SystemFault for any other failure.
    """

    def read(path: str) -> Json:
        try:
            return client.get(path)
        except NotOffered:
            return None

    remaining = iter(paths)
    while chunk := list(islice(remaining, _CHUNK)):
        yield list(pages.pool.map(read, chunk))
