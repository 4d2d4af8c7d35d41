"""Requests and answers recorded from real shops, replayed without them.

A request that differs from the recorded one in anything, its body included, fails the test. When
a change is wanted, record again against a running sandbox (`reconcile sandbox up` in any folder):

    RECONCILE_RECORD_CASSETTES=/path/to/that/folder pytest tests/test_cassettes_*.py

and review the difference like code. Nothing is written into the sandbox's own shops.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import vcr
from vcr.cassette import Cassette
from vcr.request import Request

FOLDER = Path(__file__).parent
SANDBOX = os.environ.get("RECONCILE_RECORD_CASSETTES", "")
"""The workspace of a running sandbox, to record anew; empty to replay."""

EVERYTHING = ("method", "scheme", "host", "port", "path", "query", "body")
_KEPT_HEADERS = {"content-type"}
"""All others are chance (dates, lengths) or secrets (credentials, cookies)."""


@contextmanager
def cassette(name: str, home: str) -> Iterator[None]:
    """Replay `<name>.yaml`, or record it; at the end every request of it must have been sent.

    `home` is the address that stands in the cassette in place of the real one.
    """
    file = FOLDER / f"{name}.yaml"
    if SANDBOX:
        file.unlink(missing_ok=True)
    recorder = vcr.VCR(
        record_mode="once" if SANDBOX else "none",
        match_on=EVERYTHING,
        before_record_request=lambda request: _anonymous(request, home),
        before_record_response=_without_headers,
        decode_compressed_response=True,
    )
    with recorder.use_cassette(str(file)) as played:
        yield
        assert SANDBOX or played.all_played, _unplayed(played)


def _anonymous(request: Request, home: str) -> Request:
    parts, base = urlsplit(request.uri), urlsplit(home)
    request.uri = parts._replace(scheme=base.scheme, netloc=base.netloc).geturl()
    request.headers = _few(request.headers)
    return request


def _without_headers(response: dict[str, Any]) -> dict[str, Any]:
    return {**response, "headers": _few(response["headers"])}


def _few(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in headers.items() if name.lower() in _KEPT_HEADERS}


def _unplayed(played: Cassette) -> str:
    left = [
        f"{request.method} {request.path}"
        for index, request in enumerate(played.requests)
        if not played.play_counts[index]
    ]
    return f"recorded, and not sent any more: {left}"
