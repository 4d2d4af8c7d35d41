"""A lock file: one `sandbox` command at a time per workspace, one npm install at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Wait for the lock at `path` and hold it. The system frees it when the holder dies."""
    import fcntl  # not on Windows, where the rest of the command line shall still work

    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
