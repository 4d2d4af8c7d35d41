"""A shop's Medusa project on disk, as far as the companion needs to know it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reconcile.errors import CompanionError

MEDUSA = "@medusajs/medusa"
CONFIGS = ("medusa-config.ts", "medusa-config.js")
NAME = "reconcile-companion"
"""The folder of the companion in a project."""
OLDEST = (2, 21, 2)
"""The companion uses services of this release that earlier ones lack; 3 may be anything."""

COMMENT = "// The companion of reconcile: order history and customer accounts of the former shop."
LINE = f'module.exports = require("./{NAME}").withReconcile(module.exports)'
"""What stands at the end of medusa-config, in JavaScript and in TypeScript alike."""

_VERSION = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")
_COMMENTS = re.compile(r"^\s*//[^\n]*$|/\*.*?\*/", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class MedusaProject:
    """`config` is its medusa-config, `medusa` the version of Medusa it is built on."""

    folder: Path
    config: Path
    medusa: str

    @property
    def companion(self) -> Path:
        """Where the companion belongs."""
        return self.folder / NAME

    @property
    def is_wired(self) -> bool:
        """Whether medusa-config calls the companion in, outside of comments."""
        return "withReconcile(" in self._code and f"./{NAME}" in self._code

    @property
    def can_append(self) -> bool:
        """Whether `LINE` may follow: the configuration is in `module.exports` and nowhere else."""
        return "module.exports" in self._code and "export default" not in self._code

    @property
    def _code(self) -> str:
        return _COMMENTS.sub("", self.config.read_text(encoding="utf-8"))


def read_project(folder: Path) -> MedusaProject:
    """The project in a folder. Raises CompanionError when it is none that the companion fits."""
    folder = folder.resolve()
    package = _json(folder / "package.json")
    wanted = {**package.get("devDependencies", {}), **package.get("dependencies", {})}.get(MEDUSA)
    if not isinstance(wanted, str):
        raise _no_project(folder, f"its package.json does not depend on {MEDUSA}")
    config = next((folder / name for name in CONFIGS if (folder / name).is_file()), None)
    if config is None:
        raise _no_project(folder, f"it has neither {' nor '.join(CONFIGS)}")
    return MedusaProject(folder, config, _checked(_installed(folder) or wanted))


def _json(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _no_project(path.parent, "it has no package.json") from None
    except ValueError:
        raise _no_project(path.parent, "its package.json is not JSON") from None
    return document if isinstance(document, dict) else {}


def _installed(folder: Path) -> str | None:
    """The version in node_modules, which a workspace may keep in a folder above."""
    for above in (folder, *folder.parents):
        package = above / "node_modules" / MEDUSA / "package.json"
        if package.is_file():
            return str(_json(package).get("version"))
    return None


def _checked(version: str) -> str:
    found = _VERSION.search(version)
    if found is None:
        raise CompanionError(
            f"The project does not say which version of Medusa it uses ({version}).",
            remedy="Run `npm install` in it first.",
        )
    numbers = tuple(int(part or 0) for part in found.groups())
    if numbers < OLDEST or numbers[0] != OLDEST[0]:
        oldest = ".".join(map(str, OLDEST))
        raise CompanionError(
            f"The companion needs Medusa {oldest} or a later 2.x; this project has {version}.",
            remedy=f"Bring Medusa to {oldest}, then run this again.",
        )
    return version


def _no_project(folder: Path, reason: str) -> CompanionError:
    return CompanionError(
        f"{folder} is no Medusa v2 project: {reason}.",
        remedy="Give the folder that holds medusa-config and package.json of the backend.",
    )
