"""One image over HTTP, from a server that may do whatever it likes.

Nothing but the address is sent: no credentials, no cookies, no .netrc. A redirect is followed by
hand, to where a first request would have been allowed to go. Bytes and seconds are counted for the
whole of it, so that neither an endless answer nor one that drips can hold anything up.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from reconcile.http.credentials import Anonymous
from reconcile.thumbnails.hosts import Allowed, Refused

_CHUNK = 64 * 1024
_REDIRECTS = 5
_HEADERS = {
    "Accept": "image/webp,image/png,image/jpeg,image/gif",
    "Accept-Encoding": "identity",  # what is packed would be unpacked before it can be counted
    "User-Agent": "reconcile",
}
_BREAKS = (OSError, ValueError, urllib3.exceptions.HTTPError)
"""How an exchange fails; the errors of `requests` are OSErrors."""
_AS_IT_IS = frozenset({"", "identity"})


class NotFetched(Exception):
    """An image that could not be had, with the reason."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`size` is bytes of one image, `seconds` are for all of it, redirects included."""

    size: int = 10 * 1024 * 1024
    seconds: float = 15.0
    connect_seconds: float = 5.0


class Fetcher:
    """Fetches one image after the other, over connections of its own: one for each thread."""

    def __init__(self, allowed: Allowed, bounds: Bounds | None = None) -> None:
        self._allowed = allowed
        self._bounds = bounds or Bounds()
        self._lines = _Lines()
        self._http = requests.Session()
        self._http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._http.headers.clear()
        self._http.headers.update(_HEADERS)
        for scheme in ("https://", "http://"):
            self._http.mount(scheme, _Adapter(self._lines))

    def fetch(self, url: str) -> bytes:
        """The bytes of an image. Raises NotFetched or Refused."""
        deadline = time.monotonic() + self._bounds.seconds
        watch = threading.Timer(self._bounds.seconds, self._lines.cut)
        watch.daemon = True
        watch.start()
        try:
            content = self._followed(url)
        except _BREAKS as error:
            if time.monotonic() >= deadline:
                raise self._too_slow() from None
            raise NotFetched(_reason(error)) from None
        finally:
            watch.cancel()
            self._lines.tidy()
        if time.monotonic() >= deadline:  # an answer without a length just seems to end
            raise self._too_slow()
        return content

    def close(self) -> None:
        self._http.close()
        self._lines.tidy()

    def _too_slow(self) -> NotFetched:
        return NotFetched(f"it took more than {self._bounds.seconds:g} seconds")

    def _followed(self, url: str) -> bytes:
        for _ in range(_REDIRECTS + 1):
            with self._sent(self._allowed.checked(url)) as response:
                target = self._http.get_redirect_target(response)
                if target is None:
                    return self._read(response)
            url = _joined(response.url, target)
        raise NotFetched(f"more than {_REDIRECTS} redirects")

    def _sent(self, url: str) -> requests.Response:
        return self._http.get(
            url,
            auth=Anonymous(),
            timeout=(self._bounds.connect_seconds, self._bounds.seconds),
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response) -> bytes:
        if response.status_code != requests.codes.ok:
            raise NotFetched(f"the server answered with status {response.status_code}")
        if response.headers.get("Content-Encoding", "").strip().lower() not in _AS_IT_IS:
            raise NotFetched("the server packed the image, which was not asked for")
        if (_announced(response.headers) or 0) > self._bounds.size:
            raise self._too_large()
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > self._bounds.size:
                raise self._too_large()
        return bytes(content)

    def _too_large(self) -> NotFetched:
        return NotFetched(f"it has more than {self._bounds.size:,} bytes")


def _announced(headers: Mapping[str, str]) -> int | None:
    text = headers.get("Content-Length", "")
    return int(text) if text.isdecimal() and len(text) < 20 else None


def _joined(url: str, target: str) -> str:
    try:
        return urljoin(url, target)
    except ValueError:
        raise Refused("the redirect leads to no web address") from None


def _reason(error: Exception) -> str:
    inner = error.args[0] if error.args else error
    cause = getattr(inner, "reason", None) or inner
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS certificate of the server was not accepted"
    if isinstance(cause, urllib3.exceptions.NameResolutionError):
        return "the host is unknown"
    if isinstance(cause, urllib3.exceptions.NewConnectionError | urllib3.exceptions.TimeoutError):
        return "no connection"
    return f"no whole answer ({type(cause).__name__})"


class _Lines:
    """The connections of one fetcher, to be cut from another thread.

    Timeouts of sockets count from byte to byte, so a server that drips is never late for them. Each
    socket has a twin here, since the one in use hides behind TLS and in buffers while it is read.
    """

    def __init__(self) -> None:
        self._open: list[tuple[HTTPConnection, socket.socket]] = []
        self._lock = threading.Lock()

    def add(self, connection: HTTPConnection, opened: socket.socket) -> None:
        with self._lock:
            self._open.append((connection, opened.dup()))

    def cut(self) -> None:
        """End all that is under way."""
        with self._lock:
            for _, twin in self._open:
                with suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)

    def tidy(self) -> None:
        """Forget the connections that are closed, so that their servers see them end."""
        with self._lock:
            alive = [each for each in self._open if _is_alive(*each)]
            for each in self._open:
                if each not in alive:
                    each[1].close()
            self._open = alive


def _is_alive(connection: HTTPConnection, twin: socket.socket) -> bool:
    """A connection object may be opened again, with another socket from another port."""
    try:
        return connection.sock is not None and connection.sock.getsockname() == twin.getsockname()
    except OSError:
        return False


class _Adapter(HTTPAdapter):
    """`requests` over connections that are known to `lines`."""

    def __init__(self, lines: _Lines) -> None:
        self._pools = _pools(lines)
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        super().init_poolmanager(*args, **settings)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **settings: Any) -> urllib3.ProxyManager:
        manager: urllib3.ProxyManager = super().proxy_manager_for(*args, **settings)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(lines: _Lines) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            lines.add(self, opened)
            return opened

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            opened = super()._new_conn()
            lines.add(self, opened)
            return opened

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
