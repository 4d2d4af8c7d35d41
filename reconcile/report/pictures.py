"""Small pictures as the page may hold them: no request, no script, one copy each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_PICTURE: Final = re.compile(r"data:image/(?:jpeg|png|webp);base64,[A-Za-z0-9+/]+={0,2}")


def pictures(thumbnails: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Image URL and `data:` URI of all that are pictures of a kind that holds no script."""
    return ((url, uri) for url, uri in thumbnails.items() if _PICTURE.fullmatch(uri))
