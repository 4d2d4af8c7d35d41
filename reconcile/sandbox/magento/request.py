"""A request as the sample shop sees it, and an answer as it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """``path`` is still percent-encoded; header names are lower-case; ``url`` is the full URL."""

    method: str
    url: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Response:
    """``cut_after`` sends only so many bytes of the body and drops the connection.

    The announced length stays that of the whole body, as when a server dies half-way.
    """

    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One line of the server's request log; ``query`` is percent-decoded nowhere."""

    method: str
    path: str
    query: str
    status: int
