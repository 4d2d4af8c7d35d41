"""Pictures made before, one private file for each address of an image."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from reconcile.private_file import open_private

_START = b"\xff\xd8\xff"
"""How every JPEG begins."""
_LARGEST = 64 * 1024
"""Bytes; no picture of ours is nearly that large."""


class Cache:
    """A folder of pictures. Raises OSError where it cannot be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, url: str) -> bytes | None:
        """The picture; None when there is none, or something else is in its place."""
        try:
            with self._file(url).open("rb") as file:
                content = file.read(_LARGEST + 1)
        except OSError:
            return None
        return content if content.startswith(_START) and len(content) <= _LARGEST else None

    def put(self, url: str, content: bytes) -> None:
        """Keep a picture, in one step."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._file(url)
        partial = file.with_name(f".{file.name}.{os.getpid()}.partial")
        try:
            with open_private(partial) as written:
                written.write(content)
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)

    def _file(self, url: str) -> Path:
        """Addresses from shops may hold anything, lone surrogates too; the name is of their sum."""
        return self._folder / f"{sha256(url.encode(errors='surrogatepass')).hexdigest()}.jpg"
