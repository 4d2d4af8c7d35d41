"""What must be known of a list endpoint to read all of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reconcile.model import Json
from reconcile.sources.magento_rest.criteria import Criteria, Parameters
from reconcile.sources.magento_rest.wire import integer, text


@dataclass(frozen=True, slots=True)
class Listing:
    """A list endpoint.

    `order` is the primary key's name in filters and sorts, which is not always its name in the
    records. `key` names the members that identify a record. `id_windows` says that the first of
    them is a number `order` filters by, so that the list can be read in ranges of it. `weight` is
    how many records cost as much as one product: light lists get larger pages, heavy ones smaller.
    """

    path: str
    order: str
    key: tuple[str, ...]
    id_windows: bool = False
    weight: float = 1
    query: Callable[[Criteria], Parameters] = Criteria.parameters

    def key_of(self, record: Json) -> tuple[str, ...] | None:
        """What identifies a record, None when it lacks that."""
        if not isinstance(record, dict):
            return None
        found = [text(record.get(name)) for name in self.key]
        return None if None in found else tuple(part or "" for part in found)

    def id_of(self, record: Json) -> int | None:
        """The number a record is filtered by, None when it lacks it."""
        return integer(record.get(self.key[0])) if isinstance(record, dict) else None
