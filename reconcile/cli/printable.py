"""Text from shops on a terminal: what could steer the terminal is shown, not obeyed."""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories without a shape: control characters, writing direction, lone surrogates."""


def printable(text: str, *, lines: bool = False) -> str:
    """The text with everything that steers a terminal made visible; `lines` keeps line breaks."""
    return "".join(
        char
        if (lines and char == "\n") or unicodedata.category(char) not in _STEERING
        else _visible(char)
        for char in text
    )


def _visible(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"
