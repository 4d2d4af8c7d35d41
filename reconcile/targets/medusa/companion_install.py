"""Put the companion into a shop's Medusa project, and take it out again.

It lies there as `reconcile-companion/`, with `installed.json`: the version, and the sha256 of every
file as it was put there. So a file that somebody changed is known, and neither an upgrade nor a
removal takes such work away unless it is told to.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reconcile.errors import CompanionError
from reconcile.targets.medusa.project import COMMENT, LINE, NAME, MedusaProject

SHIPPED = Path(__file__).parent / "companion"
MANIFEST = "installed.json"
_BLOCK = f"\n{COMMENT}\n{LINE}\n".encode()
"""What `wire` adds. It begins by ending a last line that has no end, so that all can be undone."""

Digests = Mapping[str, str]
"""Path inside the companion's folder, with slashes -> sha256 of the file."""


@dataclass(frozen=True, slots=True)
class Status:
    """What of the companion a project has.

    `installed` and `shipped` are versions, `installed` None without a companion. `changed` files
    are not as they were put there, `missing` ones are gone; `outdated`: other files than this tool
    would put there.
    """

    installed: str | None
    shipped: str
    changed: Sequence[str]
    missing: Sequence[str]
    outdated: bool
    wired: bool

    @property
    def is_fine(self) -> bool:
        whole = not (self.changed or self.missing or self.outdated)
        return bool(self.installed and self.wired and whole)


def status(project: MedusaProject) -> Status:
    """Raises CompanionError when the folder is there and is not one of ours."""
    known = _known(project.companion)
    if known is None:
        return Status(None, shipped_version(), (), (), outdated=False, wired=project.is_wired)
    present = _digests(project.companion)
    return Status(
        installed=known.version,
        shipped=shipped_version(),
        changed=_changed(known, present),
        missing=[name for name in known.files if name not in present],
        outdated={**known.files} != _digests(SHIPPED),
        wired=project.is_wired,
    )


def shipped_version() -> str:
    """The version of the companion that comes with this tool."""
    return str(json.loads((SHIPPED / "package.json").read_text())["version"])


def install(project: MedusaProject, *, discard_changes: bool = False) -> None:
    """Put this tool's companion there, in place of an earlier one.

    Raises CompanionError for a folder that is not ours, and for files that somebody changed.
    """
    known = _known(project.companion)
    if known is not None and not discard_changes:
        _refuse_changed(_changed(known, _digests(project.companion)), "replaced")
    lay_out(project.companion, earlier=known.files if known else {})


def lay_out(folder: Path, *, earlier: Digests | None = None) -> None:
    """Copy the companion's files to a folder, and delete `earlier` ones that it no longer has."""
    files = _digests(SHIPPED)
    for name in files:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(SHIPPED / name, target)
    _delete(folder, set(earlier or ()) - set(files))
    manifest = {"version": shipped_version(), "files": dict(files)}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def remove(project: MedusaProject, *, discard_changes: bool = False) -> bool:
    """Delete what `install` and `wire` put there, and nothing else; False when there is nothing.

    Raises CompanionError while medusa-config still calls it in, and for files somebody changed.
    """
    known = _known(project.companion)
    if known is not None and not discard_changes:
        _refuse_changed(_changed(known, _digests(project.companion)), "deleted")
    unwired = unwire(project)
    if project.is_wired:
        raise CompanionError(
            f"{project.config.name} still calls the companion in.",
            where=str(project.config),
            remedy="Take `withReconcile` and its `require` out of it, then run this again.",
        )
    if known is not None:
        _delete(project.companion, {*known.files, MANIFEST})
    return unwired or known is not None


def wire(project: MedusaProject) -> Path | None:
    """Add the companion's line to medusa-config; gives the copy of the file as it was before.

    None when the line is there. Raises CompanionError for a file of another form.
    """
    if project.is_wired:
        return None
    if not project.can_append:
        raise CompanionError(
            f"{project.config.name} is not of a form that this tool changes.",
            where=str(project.config),
            remedy="Write it in by hand; `reconcile companion install` without --write shows how.",
        )
    copy = _copy_before(project)
    shutil.copyfile(project.config, copy)
    with project.config.open("ab") as config:
        config.write(_BLOCK)
    return copy


def unwire(project: MedusaProject) -> bool:
    """Take out of medusa-config exactly what `wire` added, and its copy of the file unless that
    differs from what is left; whether there was anything."""
    content, copy = project.config.read_bytes(), _copy_before(project)
    left = content.replace(_BLOCK, b"")
    if left == content:
        return False
    project.config.write_bytes(left)
    if copy.is_file() and copy.read_bytes() == left:
        copy.unlink()
    return True


def _copy_before(project: MedusaProject) -> Path:
    return project.config.with_name(f"{project.config.name}.before-reconcile")


@dataclass(frozen=True, slots=True)
class _Known:
    version: str
    files: Digests


def _known(folder: Path) -> _Known | None:
    """What was put there; None when there is nothing. Raises CompanionError when it is not ours."""
    if not folder.exists() and not folder.is_symlink():
        return None
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        known = _Known(str(manifest["version"]), dict(manifest["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        known = None
    if known is not None and not all(map(_is_inside, known.files)):
        known = None
    if known is None and not folder.is_symlink() and _is_half_laid_out(folder):
        return _Known("incomplete", _digests(folder))
    if known is None or folder.is_symlink():
        raise CompanionError(
            f"{folder} is there, and this tool did not put it there.",
            remedy=f"Move it away; `{NAME}` is the companion's own folder.",
        )
    return known


def _is_inside(name: str) -> bool:
    """Whether a name of a manifest stays in the companion's folder: what it names is deleted."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _is_half_laid_out(folder: Path) -> bool:
    """Whether an installation was interrupted: the manifest is written last."""
    present = _digests(folder)
    return present.items() <= _digests(SHIPPED).items()


def _digests(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file() and file.name != MANIFEST)
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(files)
    }


def _changed(known: _Known, present: Digests) -> Sequence[str]:
    """Files with other content than was put there, or would be: an interrupted upgrade is none."""
    shipped = _digests(SHIPPED)
    return [
        name
        for name, digest in known.files.items()
        if name in present and present[name] not in (digest, shipped.get(name))
    ]


def _refuse_changed(names: Sequence[str], fate: str) -> None:
    if names:
        raise CompanionError(
            f"Files of the companion were changed and would be {fate}: {', '.join(names)}.",
            remedy="Keep your changes elsewhere, then run this again with --discard-changes.",
        )


def _delete(folder: Path, names: set[str]) -> None:
    """Delete files, and the folders that are empty afterwards."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    folders = {above for name in names for above in (folder / name).parents}
    inside = [each for each in folders if each == folder or each.is_relative_to(folder)]
    for each in sorted(inside, key=lambda path: len(path.parts), reverse=True):
        with suppress(OSError):  # somebody's own file lies in it
            each.rmdir()
