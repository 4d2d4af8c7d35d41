"""URL keys the way Magento makes them: lower-case ASCII and dashes."""

from __future__ import annotations

import re
from functools import lru_cache

from slugify import slugify

_PLAIN = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """``Home & Living`` becomes ``home-living``; other scripts are transliterated."""
    if text.isascii():
        return _PLAIN.sub("-", text.lower()).strip("-")
    return str(slugify(text))
