"""The environment, read in this one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

DOTENV = ".env"


def environment(workspace: Path | None = None) -> Mapping[str, str]:
    """The process's variables, and those of the workspace's `.env` that the process lacks.

    Nothing is written back into the process. `$` in `.env` has no meaning, so that any password
    can stand there.
    """
    written = _written(workspace / DOTENV) if workspace else {}
    return {**written, **os.environ}


def _written(file: Path) -> dict[str, str]:
    found = dotenv_values(file, interpolate=False, encoding="utf-8")
    return {name: value for name, value in found.items() if value is not None}
