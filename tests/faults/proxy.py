"""A proxy in front of a shop that does to requests what a schedule says, and counts it.

It stands in this process and listens on a port of its own. The client's `Host` is kept, so that
signed requests (OAuth 1.0a) stay valid. It is not HTTP's own kind of proxy: its address simply
takes the place of the shop's.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from faults.schedules import Fault, Schedule, calm
from served import Served

SECONDS = 0.3
"""How long a delay and a slow answer take."""
DROPS = 12
RETRY_AFTER = "1"
LOGIN_PAGE = b"<!doctype html><html><title>Sign in</title><form action='/login'></form></html>"
NOT_PASSED_ON = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing the socket sends a TCP reset."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A request on its way through."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def writes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def refusal(cls, status: int, **headers: str) -> Answered:
        words = {"type": "unavailable", "message": f"status {status} of the proxy"}
        typed = {"Content-Type": "application/json"}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(words).encode(), typed | named)

    @classmethod
    def page(cls) -> Answered:
        return cls(200, LOGIN_PAGE, {"Content-Type": "text/html; charset=utf-8"})


class Dropped(Exception):
    """Raised by a watch at `arrived`: the request goes no further."""


Watch = Callable[[str, Passing], None]
"""(moment, request): told at `arrived`, `forwarded` (the shop has it, no answer yet), `done` (the
shop has answered, the client does not know) and `answered`."""


class FaultProxy(Served):
    """Use as a context; `url` is what the tool is given instead of `upstream`.

    `schedule` and `watch` may be replaced at any time. `injected` counts faults, `passed` the
    requests, `writes` those that may change something and were let through to the shop.
    """

    def __init__(self, upstream: str, schedule: Schedule = calm) -> None:
        parts = urlsplit(upstream)
        self._host, self._port = str(parts.hostname), parts.port or 80
        self.schedule = schedule
        self.watch: Watch = lambda _moment, _passing: None
        self.injected: Counter[Fault] = Counter()
        self.passed = 0
        self.writes = 0
        self._under_way = 0
        self._lock = threading.Lock()
        self._rest = threading.Condition(self._lock)
        super().__init__(_Server(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fate(self, passing: Passing) -> Fault | None:
        fault = self.schedule(passing.method, passing.path.partition("?")[0])
        with self._lock:
            self.passed += 1
            if fault:
                self.injected[fault] += 1
        return fault

    def forward(self, passing: Passing) -> Answered:
        """What the shop itself answers; a 502 when it cannot be reached."""
        with self._lock:
            self.writes += passing.writes
        connection = http.client.HTTPConnection(self._host, self._port, timeout=300)
        try:
            connection.request(passing.method, passing.path, passing.body, dict(passing.headers))
            self.watch("forwarded", passing)
            answer = connection.getresponse()
            return Answered(answer.status, answer.read(), _kept(answer.headers.items()))
        except OSError:
            return Answered.refusal(502)
        finally:
            connection.close()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For the whole of one request, whatever becomes of its client."""
        with self._lock:
            self._under_way += 1
        try:
            yield
        finally:
            with self._rest:
                self._under_way -= 1
                self._rest.notify_all()

    def idle(self, seconds: float) -> None:
        """Wait until no request is on its way through here or in the shop."""
        with self._rest:
            assert self._rest.wait_for(lambda: self._under_way == 0, seconds)

    def forward_twice_at_once(self, passing: Passing) -> Answered:
        """The answer of the second; both are under way together."""
        other = threading.Thread(target=self.forward, args=(passing,))
        other.start()
        answered = self.forward(passing)
        other.join()
        return answered


def _kept(headers: object) -> dict[str, str]:
    pairs: list[tuple[str, str]] = list(headers)  # type: ignore[call-overload]
    return {name: value for name, value in pairs if name.lower() not in NOT_PASSED_ON}


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self._open.add(request)
        super().process_request(request, client_address)  # type: ignore[arg-type]

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        self._open.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        """Ends the connections that clients keep alive too, so that their threads finish."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        super().server_close()

    def handle_error(self, request: object, client_address: object) -> None:  # type: ignore[override]
        """Clients that are killed hang up in the middle: what this is here for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _pass(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers, body = _kept(self.headers.items()), self.rfile.read(length)
        with self.server.proxy.at_work():
            self._through(Passing(self.command, self.path, headers, body))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815

    def _through(self, passing: Passing) -> None:
        proxy = self.server.proxy
        try:
            proxy.watch("arrived", passing)
        except Dropped:
            self._reset()
            return
        fault = proxy.fate(passing)
        answered = self._answer(passing, fault)
        if answered is None:
            self._reset()
            return
        proxy.watch("done", passing)
        self._send(passing, answered, fault)
        proxy.watch("answered", passing)

    def _answer(self, passing: Passing, fault: Fault | None) -> Answered | None:
        """What the client is to get; None for a connection that breaks."""
        proxy = self.server.proxy
        if fault in _NOT_FORWARDED:
            return _NOT_FORWARDED[fault]()
        if fault is Fault.TWICE_AT_ONCE:
            return proxy.forward_twice_at_once(passing)
        if fault is Fault.TWICE:
            proxy.forward(passing)
        if fault is Fault.DELAY:
            time.sleep(SECONDS)
        answered = proxy.forward(passing)
        return _ALTERED[fault](answered) if fault in _ALTERED else answered

    def _send(self, passing: Passing, answered: Answered, fault: Fault | None) -> None:
        self.send_response(answered.status)
        for name, value in answered.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answered.body)))
        self.end_headers()
        if fault is Fault.CUT_BODY:
            self.wfile.write(_half(answered.body))
            self.wfile.flush()
            self._reset()
        elif fault is Fault.DRIP:
            self._drip(answered.body)
        else:
            self.wfile.write(answered.body)
            self.wfile.flush()

    def _drip(self, body: bytes) -> None:
        size = max(1, len(body) // DROPS)
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            time.sleep(SECONDS / DROPS)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: the proxy counts."""


_NOT_FORWARDED: Mapping[Fault | None, Callable[[], Answered | None]] = {
    Fault.BUSY: lambda: Answered.refusal(429),
    Fault.BUSY_UNTIL: lambda: Answered.refusal(429, Retry_After=RETRY_AFTER),
    Fault.ERROR_500: lambda: Answered.refusal(500),
    Fault.ERROR_502: lambda: Answered.refusal(502),
    Fault.ERROR_503: lambda: Answered.refusal(503),
    Fault.RESET_BEFORE: lambda: None,
    Fault.LOGIN_PAGE: Answered.page,
    Fault.EXPIRED: lambda: Answered.refusal(401),
}
_ALTERED: Mapping[Fault | None, Callable[[Answered], Answered | None]] = {
    Fault.RESET_AFTER: lambda _: None,
    Fault.GATEWAY_AFTER: lambda _: Answered.refusal(502),
    Fault.SERVER_ERROR_AFTER: lambda _: Answered.refusal(500),
    Fault.LOGIN_PAGE_AFTER: lambda _: Answered.page(),
    Fault.CUT_JSON: lambda answered: replace(
        answered, body=answered.body[: len(answered.body) // 2]
    ),
    Fault.WRONG_TYPE: lambda answered: replace(
        answered, headers={**answered.headers, "Content-Type": "text/html; charset=utf-8"}
    ),
}
