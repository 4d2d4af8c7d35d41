"""Asking for records one by one, several at a time: only for what no list shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from urllib.parse import quote

from reconcile.errors import RequestRefused
from reconcile.model import Json
from reconcile.sources.magento_rest.client import MagentoClient
from reconcile.sources.magento_rest.pages import Pages

_CHUNK = 100


def segment(value: str) -> str:
    """A value as one segment of a path. A slash needs a web server that lets `%2F` through."""
    return quote(value, safe="")


def read_each(client: MagentoClient, pages: Pages, paths: Iterable[str]) -> Iterator[list[Json]]:
    """The answers in the order of the paths, in chunks; None where the shop has no answer.

    That is status 404, and 400, by which Magento says that a product's type has no such thing.
    Raises SystemFault for any other failure.
    """

    def read(path: str) -> Json:
        try:
            return client.get(path)
        except RequestRefused as refused:
            if refused.status in (400, 404):
                return None
            raise

    remaining = iter(paths)
    while chunk := list(islice(remaining, _CHUNK)):
        yield list(pages.pool.map(read, chunk))
