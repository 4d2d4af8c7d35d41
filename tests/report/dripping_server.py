"""A server that begins an answer and then sends a byte now and then."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class DrippingServer:
    """Use as a context. `start` is sent at once; a byte every `pause` seconds follows, `most` times
    at most, so that a client without patience of its own fails its test instead of holding it."""

    def __init__(self, start: bytes, *, pause: float = 0.05, most: int = 100) -> None:
        self.ended = threading.Event()
        """Set once a client is gone."""
        self._start, self._pause, self._most = start, pause, most
        self._stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        with suppress(OSError):
            client, _ = self._listener.accept()
            with client, suppress(OSError):
                client.recv(65536)
                client.sendall(self._start)
                for _ in range(self._most):
                    if self._stopping.wait(self._pause):
                        break
                    client.sendall(b"x")
            self.ended.set()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._listener.close()
        self._thread.join(timeout=10)
