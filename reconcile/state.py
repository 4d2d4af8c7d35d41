"""What several machines share: small objects below one address, local folder or object store.

The address is the setting `state`: whatever fsspec can open, such as `s3://bucket/shop` or a
folder. This is the only room that knows fsspec.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import fsspec

from reconcile.errors import SettingsError, StateError

WITHOUT_FOLDERS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss"})
"""Stores where a name needs no folder; making one there could make a bucket."""


class State:
    """The objects below one address. Names are paths with `/`. Every method raises StateError."""

    def __init__(self, url: str) -> None:
        """Raises SettingsError when nothing installed can open such an address."""
        self.shown = _shown(url)
        try:
            system, root = fsspec.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError) as error:
            raise SettingsError(
                f"`state` names {self.shown}, which cannot be opened: {error}",
                remedy="For s3:// addresses install `reconcile[s3]`; a folder needs nothing more.",
            ) from None
        self._system: Any = system
        self._root = str(root).rstrip("/")
        self._has_folders = fsspec.utils.get_protocol(url) not in WITHOUT_FOLDERS

    def place(self, name: str) -> str:
        """Where an object lies, as people write it."""
        return f"{self.shown.rstrip('/')}/{name}"

    def create(self, name: str, content: bytes) -> bool:
        """Write an object that is not there yet; False when it is.

        In one step where the store can ("xb": folders, memory, S3); elsewhere after a look, so
        that a caller has to read back what it wrote.
        """
        with self._explained(name):
            self._make_folder(name)
            try:
                return self._created(name, content)
            except (NotImplementedError, ValueError):
                if self._system.exists(self._path(name)):
                    return False
                self._system.pipe_file(self._path(name), content)
                return True

    def _created(self, name: str, content: bytes) -> bool:
        try:
            with self._system.open(self._path(name), "xb") as file:
                file.write(content)
        except FileExistsError:
            return False
        return True

    def read(self, name: str) -> bytes | None:
        """An object's content; None when it is not there."""
        with self._explained(name):
            try:
                content: bytes = self._system.cat_file(self._path(name))
            except FileNotFoundError:
                return None
            return content

    def write(self, name: str, content: bytes) -> None:
        with self._explained(name):
            self._make_folder(name)
            self._system.pipe_file(self._path(name), content)

    def remove(self, name: str) -> None:
        """Also well when it is not there."""
        with self._explained(name), suppress(FileNotFoundError):
            self._system.rm_file(self._path(name))

    def names(self, folder: str) -> list[str]:
        """The objects right in a folder, sorted; none when there is no such folder."""
        with self._explained(folder):
            try:
                paths = self._system.ls(self._path(folder), detail=False)
            except FileNotFoundError:
                return []
        return sorted(f"{folder}/{str(path).rpartition('/')[2]}" for path in paths)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _make_folder(self, name: str) -> None:
        if self._has_folders:
            self._system.makedirs(self._path(name).rpartition("/")[0], exist_ok=True)

    @contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        """What the store's own library raises, of whatever kind, in words."""
        try:
            yield
        except Exception as error:
            words = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise StateError(
                f"{self.place(name)} cannot be read or written: {words}",
                remedy="Check the setting `state`, the network, and the store's credentials.",
            ) from error


def _shown(url: str) -> str:
    """An address without user and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    if "@" not in parts.netloc:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
