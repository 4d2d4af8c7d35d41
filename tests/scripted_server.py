"""A tiny HTTP server that answers what a test scripts, faults included."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from served import Served


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """`cut_after` sends only so many bytes and hangs up; `silent` hangs up without an answer;
    `hangs` keeps the client waiting until the server stops."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    silent: bool = False
    hangs: bool = False


Script = Callable[[Asked, int], Reply]
"""(request, how many came before it) -> reply."""


class ScriptedServer(Served):
    """Use as a context; `asked` holds every request."""

    def __init__(self, script: Script) -> None:
        self.asked: list[Asked] = []
        self.stopping = threading.Event()
        self._script = script
        super().__init__(_Server(self))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        return self._script(asked, len(self.asked) - 1)


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, owner: ScriptedServer) -> None:
        self.owner = owner
        super().__init__(("127.0.0.1", 0), _Handler)

    def shutdown(self) -> None:
        self.owner.stopping.set()
        super().shutdown()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, self.rfile.read(length))
        reply = self.server.owner.reply(asked)
        if reply.hangs:
            self.server.owner.stopping.wait()
        if not (reply.silent or reply.hangs):
            self._send(reply)

    do_GET = do_POST = do_DELETE = _answer  # noqa: N815

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body[: reply.cut_after])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Nothing: `asked` is the log."""
