"""E-mail addresses made unreadable, alone or in the middle of a text: `a***@e***.com`.

What is left lets a person recognise an address they know, and tells nobody else whose it is.
"""

from __future__ import annotations

import re
from typing import Final

STARS: Final = "***"
_LOCAL = r"[^\s@<>\"(),;:\[\]{}\\]"
_DOMAIN = r"(?:\[[^\]\s]*\]|[^\s@<>\"'(),;:\[\]{}\\/?&=|%]+)"
# A run is only tried from its start, so that a long text without any address takes no longer.
_EMAIL = re.compile(rf"(?:(?<!{_LOCAL}){_LOCAL}+?|\"[^\"\r\n]{{1,64}}\")(?:(?:@|%40){_DOMAIN})+")
_AT = re.compile(r"@|%40")


def masked_email(text: str) -> str:
    """The first letter of name and domain, and the domain's ending; a text without `@` keeps its
    first letter alone."""
    name, *rest = _AT.split(text)
    return "@".join([_start(name), *(_domain(rest[-1]) for _ in rest[:1])])


def masked(text: str) -> str:
    """The text with everything masked that looks like an e-mail address."""
    return _EMAIL.sub(lambda found: masked_email(found.group()), text)


def _start(text: str) -> str:
    return text[:1] + STARS


def _domain(text: str) -> str:
    """Punctuation that ends a sentence is no part of the domain."""
    if text.startswith("["):
        return STARS
    bare = text.rstrip(".!?'`")
    name, dot, ending = bare.rpartition(".")
    shown = f"{_start(name)}.{ending}" if dot and ending.isalpha() else _start(bare)
    return shown + text[len(bare) :]
