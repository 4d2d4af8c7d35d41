"""The quarantine on disk: one document per record, for its owner's eyes only.

    <folder>/<entity>/<what the key looks like>-<16 hex digits of the address>.json

Keys are text from shops: a name holds of them what no file system minds. Of keys that are personal
data it holds nothing.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reconcile.entities import ENTITIES, ENTITY_BY_NAME
from reconcile.errors import PlanError
from reconcile.model import Address
from reconcile.personal_keys import is_personal
from reconcile.plan.patterns import matches
from reconcile.private_file import write_private
from reconcile.quarantine.document import Document, Entry, document_of, entry_of, text_of

DIGITS = 16
LONGEST = 60
"""Letters of a key in the name of its file."""

_UNFIT = re.compile("[^a-z0-9]+")
_DAMAGED = (OSError, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which entries are meant: those that fit all that is given.

    `code` is a pattern, `run` the name of a run or of a plan or its start, `addresses` single
    records.
    """

    entity: str = ""
    code: str = ""
    run: str = ""
    addresses: frozenset[Address] = frozenset()

    def takes(self, entry: Entry) -> bool:
        if self.addresses and entry.address not in self.addresses:
            return False
        if self.entity and entry.address.entity != self.entity:
            return False
        if self.code and not matches(entry.code, self.code):
            return False
        return entry.run.startswith(self.run) or entry.plan.startswith(self.run)


@dataclass(frozen=True, slots=True)
class Held:
    """What is in quarantine: `entries` in the order of entities and keys, and `damaged` files."""

    entries: tuple[Entry, ...] = ()
    damaged: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Quarantine:
    """The documents below a folder, which need not exist."""

    folder: Path

    def read(self) -> Held:
        """All entries. Of each file only the first line is read."""
        entries, damaged = list[Entry](), list[Path]()
        for spec in ENTITIES:
            for name in _names(self.folder / spec.name):
                path = f"{self.folder}/{spec.name}/{name}"
                try:
                    entries.append(_entry(path, spec.name, name))
                except _DAMAGED:
                    damaged.append(Path(path))
        order = {spec.name: place for place, spec in enumerate(ENTITIES)}
        entries.sort(key=lambda each: (order[each.address.entity], each.address.key))
        return Held(tuple(entries), tuple(sorted(damaged)))

    def document(self, address: Address) -> Document:
        """Raises PlanError when it is not there, or damaged."""
        path = self._place(address) if address.entity in ENTITY_BY_NAME else None
        if path is None or not path.is_file():
            raise PlanError(
                f"{address} is not in quarantine.",
                remedy="`reconcile quarantine list --full` names the records that are.",
            )
        try:
            return document_of(path.read_text(encoding="utf-8"))
        except _DAMAGED as error:
            raise PlanError(
                f"{path} is damaged: {error!r}.",
                remedy="Remove it; the next plan or run puts the record back if it still fails.",
            ) from error

    def put(self, document: Document) -> None:
        """Keep a document in the place of an earlier one of its record. Raises OSError."""
        path = self._place(document.entry.address)
        for place in (self.folder, path.parent):
            place.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, text_of(document))

    def remove(self, addresses: Iterable[Address]) -> None:
        """Records that are not there are no mistake. Raises OSError."""
        for address in addresses:
            self._place(address).unlink(missing_ok=True)

    def _place(self, address: Address) -> Path:
        return self.folder / address.entity / _name(address)


def _names(folder: Path) -> Iterator[str]:
    """The files of one entity. Half-written ones begin with a dot, and are nobody's."""
    if folder.is_dir():
        with os.scandir(folder) as found:
            for each in found:
                if each.name.endswith(".json") and not each.name.startswith("."):
                    yield each.name


def _entry(path: str, entity: str, name: str) -> Entry:
    """Raises what `_DAMAGED` names, also for a file that was given another name."""
    with open(path, "rb") as file:  # noqa: PTH123  (half the time of Path.open, for each of many)
        first = file.readline()
    try:
        entry = entry_of(first)
    except (ValueError, KeyError):  # somebody formatted it
        entry = document_of(Path(path).read_text(encoding="utf-8")).entry
    if (entry.address.entity, _name(entry.address)) != (entity, name):
        raise ValueError("it has the name of another record")
    return entry


def _name(address: Address) -> str:
    plain = "" if is_personal(address.entity) else _UNFIT.sub("-", address.key.lower())
    told = plain[:LONGEST].strip("-") or address.entity
    digits = hashlib.sha256(str(address).encode(errors="surrogatepass")).hexdigest()[:DIGITS]
    return f"{told}-{digits}.json"
