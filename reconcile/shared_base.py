"""The base of one shop at the `state` address, for runners without a disk of their own.

    base/<shop>/index.json        name -> sha256 of every file
    base/<shop>/<name>            the files of reconcile/base.py

Files are fetched and published one by one, and only those that differ from the index. A file is
there before the index names it, so whoever reads meanwhile sees the former base, whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from reconcile.base import folder_of
from reconcile.canonical import to_json
from reconcile.errors import StateError
from reconcile.private_file import open_private
from reconcile.state import State

INDEX = "index.json"

Digests = Mapping[str, str]


def fetch(state: State, root: Path, url: str) -> None:
    """Bring the base of the shop at `url` below `root` up to what is published. Raises StateError,
    OSError."""
    folder = folder_of(root, url)
    here = _digests(folder)
    for name, digest in _index(state, folder.name).items():
        if here.get(name) != digest:
            _write(folder, name, _read(state, folder.name, name, digest))


def publish(state: State, root: Path, url: str) -> None:
    """Publish what is known below `root` of the shop at `url`. Raises StateError, OSError."""
    folder = folder_of(root, url)
    there, here = _index(state, folder.name), _digests(folder)
    changed = {name: digest for name, digest in here.items() if there.get(name) != digest}
    for name in changed:
        state.write(f"base/{folder.name}/{name}", (folder / name).read_bytes())
    if changed:
        state.write(f"base/{folder.name}/{INDEX}", to_json({**there, **changed}).encode())


def _index(state: State, shop: str) -> Digests:
    content = state.read(f"base/{shop}/{INDEX}")
    try:
        found = {str(name): str(digest) for name, digest in json.loads(content or b"{}").items()}
    except (ValueError, AttributeError) as error:
        raise StateError(
            f"{state.place(f'base/{shop}/{INDEX}')} is damaged: {error}.", remedy="Remove it."
        ) from error
    strange = [name for name in found if ".." in name.split("/") or name.startswith("/")]
    if strange:
        raise StateError(f"{state.place(f'base/{shop}/{INDEX}')} names {strange[0]}.")
    return found


def _digests(folder: Path) -> Digests:
    files = (path for path in folder.glob("**/*") if path.suffix in {".parquet", ".json"})
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(files)
    }


def _read(state: State, shop: str, name: str, digest: str) -> bytes:
    content = state.read(f"base/{shop}/{name}")
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise StateError(
            f"{state.place(f'base/{shop}/{name}')} is not what the index says.",
            remedy="Another run may be publishing: try again; else remove the index.",
        )
    return content


def _write(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    for place in (folder.parent, folder, path.parent):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    with open_private(partial) as file:
        file.write(content)
    partial.replace(path)
