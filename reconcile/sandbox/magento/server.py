"""The HTTP side: start and stop in a test or from the command line, request log, faults."""

from __future__ import annotations

import secrets
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from reconcile.sandbox.magento.application import Application, Settings
from reconcile.sandbox.magento.auth import Credentials, Gate
from reconcile.sandbox.magento.happenings import Happenings
from reconcile.sandbox.magento.happenings.journal import Journal
from reconcile.sandbox.magento.request import LoggedRequest, Request, Response
from reconcile.sandbox.magento.shop import Shop

Intercept = Callable[[Request], Response | None]

_HEADERS = {
    "X-Powered-By": "PHP/8.2",
    "Pragma": "no-cache",
    "Cache-Control": "no-store",
    "X-Frame-Options": "SAMEORIGIN",
}


class SampleMagento:
    """A running sample shop; use it as a context manager.

    ``intercept`` sees every request first and may return a response of its own (a 503, HTML,
    a truncated body); None lets the shop answer. ``requests`` is the log of everything answered.
    ``journal`` keeps what happens. Port 0 picks a free one. Raises OSError when the port is taken.
    """

    def __init__(
        self,
        shop: Shop,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        credentials: Credentials | None = None,
        settings: Settings | None = None,
        intercept: Intercept | None = None,
        journal: Journal | None = None,
    ) -> None:
        self.credentials = credentials or Credentials.generate()
        self.settings = settings or Settings()
        self.intercept = intercept
        self.requests: list[LoggedRequest] = []
        self.application = Application(shop, self.credentials, self.settings, journal)
        self._server = _Server((host, port), self._respond)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def shop(self) -> Shop:
        return self.application.shop

    @property
    def happenings(self) -> Happenings:
        """Lets things happen in the shop while it runs."""
        return self.application.happenings

    @property
    def gate(self) -> Gate:
        return self.application.gate

    @property
    def url(self) -> str:
        """The base URL without a trailing slash, such as ``http://127.0.0.1:40123``."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def count(self) -> Counter[tuple[str, str]]:
        """How often each ``(method, path)`` was asked."""
        return Counter((one.method, one.path) for one in self.requests)

    def start(self) -> Self:
        """Begin to answer in a background thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering, drop idle connections, and wait for the threads."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.drop_connections()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Answer in this thread until interrupted."""
        self._server.serve_forever()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _respond(self, request: Request) -> Response:
        response = self.intercept(request) if self.intercept else None
        if response is None:
            response = self.application.answer(request)
        logged = LoggedRequest(request.method, request.path, request.query, response.status)
        self.requests.append(logged)
        return response


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], respond: Callable[[Request], Response]) -> None:
        self.respond = respond
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def process_request(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        if isinstance(request, socket.socket):
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            self._open.discard(request)
        super().shutdown_request(request)

    def drop_connections(self) -> None:
        """End the connections that clients keep alive, so that their threads finish."""
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the client was faster

    def handle_error(
        self, request: socket.socket | tuple[bytes, socket.socket], client_address: object
    ) -> None:
        """A client that hangs up is no fault of the shop; anything else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleMagento"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        length = int(headers.get("content-length") or 0)
        url = f"http://{headers.get('host', 'localhost')}{self.path}"
        body = self.rfile.read(length)
        response = self.server.respond(Request(self.command, url, path, query, headers, body))
        self._send(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer  # noqa: N815

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        cookie = f"PHPSESSID={secrets.token_hex(13)}; path=/; HttpOnly; SameSite=Lax"
        self.send_header("Set-Cookie", cookie)
        for name, value in {**_HEADERS, **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(response.body[: response.cut_after])
        if response.cut_after is not None:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing on the terminal: ``SampleMagento.requests`` is the log."""
