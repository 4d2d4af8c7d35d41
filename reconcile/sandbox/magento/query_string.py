"""Query strings the way PHP reads them: ``a[b][0][c]=1`` becomes nested dictionaries."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

Tree = dict[str, "Tree | str"]

_NAME = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")
_KEY = re.compile(r"\[([^\]]*)\]")


def parse_query(raw: str) -> Tree:
    """Read ``raw`` (without ``?``). A name without ``=`` has the value ``""``.

    Brackets may be percent-encoded; ``[]`` takes the next free number; a later value replaces an
    earlier one of the same name.
    """
    tree: Tree = {}
    for pair in raw.split("&"):
        name, _, value = pair.partition("=")
        matched = _NAME.match(unquote_plus(name))
        if matched:
            keys = [matched[1], *_KEY.findall(matched[2])]
            _put(tree, keys, unquote_plus(value))
    return tree


def _put(tree: Tree, keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        below = tree.get(key or str(len(tree)))
        if not isinstance(below, dict):
            below = {}
            tree[key or str(len(tree))] = below
        tree = below
    tree[keys[-1] or str(len(tree))] = value


def text_of(tree: Tree, key: str) -> str | None:
    """The plain value at ``key``; None when it is absent or nested."""
    value = tree.get(key)
    return value if isinstance(value, str) else None
