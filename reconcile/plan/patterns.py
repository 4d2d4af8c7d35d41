"""Patterns of addresses, as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase, translate
from typing import Final

from reconcile.model import Action, Change
from reconcile.personal_keys import is_personal, pseudonym

_ACTIONS: Final = frozenset(action.value for action in Action)
_WILD = re.compile(r"[*?\[]")
_ESCAPED = re.compile(r"\[([*?\[])\]")


def matches(address: str, pattern: str) -> bool:
    """Whether an address is meant by a pattern (`product:24-*`). Case counts.

    The exact text always matches, so a key with `[` in it needs no escaping.
    """
    return address == pattern or fnmatchcase(address, pattern)


class Patterns:
    """The patterns of an approval, ready to be asked about any number of changes.

    A pattern is one of addresses, as `matches` reads it; with an action and a blank before it
    (`draft product:*`) it means changes with this action alone. A record whose key is personal
    may be named by its pseudonym in this plan (`customer:~0123456789abcdef`).

    What names one record only is looked up, however many of them there are; every pattern with a
    wildcard is tried on every change.
    """

    def __init__(self, texts: Sequence[str], plan_digest: str) -> None:
        self._plan_digest = plan_digest
        self._exact: dict[str, list[int]] = {}
        self._wild: list[tuple[int, str, Callable[[str], object]]] = []
        for place, text in enumerate(texts):
            self._add(place, text)
        self._by_action = any(_split(text)[0] for text in texts)
        self._by_pseudonym = any(":~" in text for text in texts)

    def _add(self, place: int, text: str) -> None:
        action, pattern = _split(text)
        literal = _literal(pattern)
        for name in {pattern, literal or pattern}:
            self._exact.setdefault(_joined(action, name), []).append(place)
        if literal is None:
            self._wild.append((place, action, re.compile(translate(pattern)).match))

    def naming(self, change: Change) -> list[int]:
        """The places of all patterns that name a change, in their order."""
        found = {place for name in self._names(change) for place in self._exact.get(name, ())}
        address = str(change.address) if self._wild else ""
        for place, action, fits in self._wild:
            if action in {"", change.action.value} and fits(address):
                found.add(place)
        return sorted(found)

    def first(self, change: Change) -> int | None:
        """The place of the first pattern that names a change."""
        return next(iter(self.naming(change)), None)

    def _names(self, change: Change) -> Iterator[str]:
        """Everything a change may be called."""
        names = [str(change.address)]
        if self._by_pseudonym and is_personal(change.address.entity):
            names.append(pseudonym(change.address, self._plan_digest))
        yield from names
        if self._by_action:
            yield from (_joined(change.action.value, name) for name in names)


def _split(text: str) -> tuple[str, str]:
    """The action before a pattern, "" where there is none, and the pattern."""
    action, blank, pattern = text.partition(" ")
    return (action, pattern) if blank and action in _ACTIONS else ("", text)


def _joined(action: str, name: str) -> str:
    return f"{action} {name}" if action else name


def _literal(pattern: str) -> str | None:
    """The one text that a pattern without wildcards means (`[*]` is a star); None for others."""
    if _WILD.search(_ESCAPED.sub("", pattern)):
        return None
    return _ESCAPED.sub(r"\1", pattern)
