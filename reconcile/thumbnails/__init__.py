"""Small pictures of the images a plan names, for a page that loads nothing.

wanted.py    which addresses the changes of a plan name
hosts.py     which servers may be asked
fetch.py     one image over HTTP; every byte of it is hostile
picture.py   a small JPEG of whatever it is; the only module that knows Pillow
cache.py     what was made before
gather.py    all of it, several at a time

Only gather.py and picture.py need Pillow, which is not installed with the rest: see `can_draw`.
"""

from __future__ import annotations

from importlib.util import find_spec


def can_draw() -> bool:
    """Whether Pillow is installed."""
    return find_spec("PIL") is not None
