"""Text from shops made safe to show: it stays text in a terminal, in Markdown and in HTML."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MARKUP = re.compile(r"([\\`*_\[\]|~])")
_MENTION = re.compile(r"@(?=\w)|#(?=\d)")
_ZERO_WIDTH_SPACE = "\u200b"


def visible(text: str) -> str:
    r"""Spell out what would steer a terminal or turn text around: ESC becomes `\x1b`.

    Covers control characters (but not tab and line feed), line and paragraph separators, marks
    that override the direction of writing, and lone surrogates.
    """
    return _UNSEEN.sub(_spelled, text)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str, width: int = 80) -> str:
    """The text on one line of at most `width` characters, cut with an ellipsis."""
    flat = " ".join(visible(text[: width * 8]).split())
    return flat if len(flat) <= width else flat[: width - 1].rstrip() + "…"


def markdown(text: str) -> str:
    """Prose that may hold shop text, as Markdown that shows exactly it.

    Mentions (`@name`, `#12`) get a zero-width space, because GitHub resolves them even where
    they are escaped.
    """
    plain = " ".join(visible(text).split())
    escaped = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MENTION.sub(lambda m: m[0] + _ZERO_WIDTH_SPACE, _MARKUP.sub(r"\\\1", escaped))


def markdown_code(text: str) -> str:
    """The text as a code span, fenced by more backticks than it holds in a row."""
    plain = " ".join(visible(text).split())
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    padding = " " if not plain or "`" in (plain[0], plain[-1]) else ""
    return f"{fence}{padding}{plain}{padding}{fence}"
