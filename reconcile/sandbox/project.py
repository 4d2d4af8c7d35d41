"""The Medusa project of one workspace, and the way to run its scripts.

The folder holds a copy of `medusa_project/` (configuration and scripts), the companion of this tool
and, as `node_modules`, a link to the shared installation. Medusa serves every route it finds under
`src/api/`, so a shop is extended by a folder of files that are laid over the project.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import SandboxError
from reconcile.sandbox.environment import inherited, search_path
from reconcile.sandbox.install import PINS, PROJECT, Installation
from reconcile.sandbox.node import Node
from reconcile.sandbox.processes import tail
from reconcile.targets.medusa.companion_install import lay_out
from reconcile.targets.medusa.project import NAME as COMPANION

MEDUSA = "node_modules/@medusajs/cli/cli.js"


@dataclass(frozen=True, slots=True)
class Project:
    """A Medusa project on disk and the Node.js that runs it."""

    folder: Path
    node: Node

    def environment(self, settings: Mapping[str, str]) -> dict[str, str]:
        """The whole environment of a program of this project."""
        return inherited() | {
            "PATH": search_path(self.node.program.parent),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "NODE_ENV": "production",
            "MEDUSA_DISABLE_TELEMETRY": "true",
            **settings,
        }

    def command(self, *words: str) -> list[str | Path]:
        """The command line that runs a script of this project with Node.js."""
        return [self.node.program, *words]

    def run(self, *words: str, settings: Mapping[str, str], log: Path) -> None:
        """Run a script to its end, its output in `log`. Raises SandboxError when it fails."""
        with log.open("a") as output:
            result = subprocess.run(
                self.command(*words),
                cwd=self.folder,
                env=self.environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if result.returncode:
            task = " ".join(words).removeprefix(MEDUSA).strip()
            raise SandboxError(
                f"Medusa's `{task}` failed:\n{tail(log)}", remedy=f"the whole log is {log}"
            )


@dataclass(frozen=True, slots=True)
class Layout:
    """What a project holds beside the bare shop: this tool's companion, a folder of more files."""

    companion: bool = True
    extension: Path | None = None


def write_project(project: Project, installation: Installation, layout: Layout) -> None:
    """Lay out the project's folder; uploads that Medusa stored there stay."""
    folder = project.folder
    for ours in ("src", COMPANION):
        shutil.rmtree(folder / ours, ignore_errors=True)
    shutil.copytree(PROJECT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(PINS[1]))
    if layout.companion:
        lay_out(folder / COMPANION)
    if layout.extension is not None:
        shutil.copytree(layout.extension, folder, dirs_exist_ok=True)
    modules = folder / "node_modules"
    modules.unlink(missing_ok=True)
    modules.symlink_to(installation.modules, target_is_directory=True)
