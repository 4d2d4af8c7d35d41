"""Credentials that travel in the Authorization header."""

from __future__ import annotations

import threading
from collections.abc import Callable

import requests
from requests.auth import AuthBase


class Bearer(AuthBase):
    """A bearer token, fetched when first needed and once more when the shop refuses it.

    `fetch` returns a token; for a fixed one it returns the same each time. Safe in threads: of
    several requests refused together, one fetches and the others use what it got.
    """

    def __init__(self, fetch: Callable[[], str]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._header = ""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        with self._lock:
            if not self._header:
                self._header = f"Bearer {self._fetch()}"
            request.headers["Authorization"] = self._header
        return request

    def renew(self, refused: str) -> bool:
        """Replace the header that was `refused`. False when there is no other token to be had."""
        with self._lock:
            if self._header == refused:
                self._header = f"Bearer {self._fetch()}"
            return self._header != refused


class Anonymous(AuthBase):
    """No credentials at all; also keeps `requests` from looking into a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request
