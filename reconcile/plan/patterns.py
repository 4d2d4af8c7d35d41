"""Patterns of addresses, as people type them."""

from __future__ import annotations

from fnmatch import fnmatchcase


def matches(address: str, pattern: str) -> bool:
    """Whether an address is meant by a pattern (`product:24-*`). Case counts.

    The exact text always matches, so a key with `[` in it needs no escaping.
    """
    return address == pattern or fnmatchcase(address, pattern)
