"""A name for a new folder that no folder has yet."""

from __future__ import annotations

from itertools import chain, count
from pathlib import Path


def unused(folder: Path) -> Path:
    """The folder, or that name with a number where something was made this very second."""
    names = chain([folder.name], (f"{folder.name}-{number}" for number in count(2)))
    return next(path for name in names if not (path := folder.with_name(name)).exists())
