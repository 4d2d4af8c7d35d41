"""The images that the changes of a plan name, those shoppers see in lists first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reconcile.model import Change, Json

ENTITY = "product"
FIRST, LATER = "thumbnail", "images"
"""Fields: the address of the picture of a product in lists, and those of all its pictures."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Addresses as the plan has them, each once. `more` says that the plan names others too."""

    urls: tuple[str, ...]
    more: bool = False


def wanted(changes: Iterable[Change], most: int) -> Wanted:
    """What is named before or after, in the order of the plan, at most so many.

    However long the plan is, no more addresses than twice `most` are kept.
    """
    first: dict[str, None] = {}
    later: dict[str, None] = {}
    left_out = False
    for change in changes:
        for path, url in _named(change):
            chosen = first if path == FIRST else later
            if url in first or (url in later and path == LATER):
                continue
            if len(chosen) < most:
                chosen[url] = None
            else:
                left_out = True
    urls = list(first | later)
    return Wanted(tuple(urls[:most]), left_out or len(urls) > most)


def _named(change: Change) -> Iterator[tuple[str, str]]:
    if change.address.entity != ENTITY or not {FIRST, LATER} & set(change.paths):
        return
    for part in change.fields:
        if part.path in (FIRST, LATER):
            for value in (part.before, part.after):
                yield from ((part.path, url) for url in _texts(value))


def _texts(value: Json) -> Iterator[str]:
    parts = value if isinstance(value, list) else [value]
    yield from (part for part in parts if isinstance(part, str) and part)
