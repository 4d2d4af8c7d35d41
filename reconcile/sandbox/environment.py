"""What the sandbox and the programs it starts take from the environment.

They see little of it. Medusa alone reads dozens of variables (REDIS_URL, MEDUSA_*), PostgreSQL a
dozen (PGDATA, PGPORT), and one left over in the user's shell would give a shop unlike everyone
else's.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from reconcile.config.environment import environment

_INHERITED = ("HOME", "LANG", "TMPDIR", "TZ")


def inherited() -> dict[str, str]:
    """The variables that every program we start may see."""
    ours = environment()
    return {name: ours[name] for name in _INHERITED if name in ours}


def search_path(first: Path) -> str:
    """A PATH that looks into the folder `first` before it looks where the user's does."""
    return os.pathsep.join([str(first), environment().get("PATH", os.defpath)])


def whole(first: Path) -> dict[str, str]:
    """All of the user's variables (npm needs proxies and registries), `first` leading on PATH."""
    return {**environment(), "PATH": search_path(first)}


def cache_folder(variables: Mapping[str, str] | None = None) -> Path:
    """The user's cache folder for this tool, by the XDG rules."""
    base = (environment() if variables is None else variables).get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "reconcile"
