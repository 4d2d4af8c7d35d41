"""`reconcile init`: write a workspace, without touching what is already there."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from reconcile.cli.context import Context, pass_context
from reconcile.config import FILE_NAME, shipped_mappings

WORKSPACE = "reconcile.workspace"
TEMPLATES = {
    FILE_NAME: "reconcile.yml",
    ".env.example": "env.example",
    "plans/README.md": "plans/README.md",
    "reports/README.md": "reports/README.md",
    ".github/workflows/plan.yml": "github/workflows/plan.yml",
    ".github/workflows/apply.yml": "github/workflows/apply.yml",
    ".github/workflows/drift.yml": "github/workflows/drift.yml",
}
"""File of the workspace -> file of the package."""


@click.command(short_help="Write a workspace: settings, mappings, folders.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@pass_context
def init(context: Context, folder: Path) -> None:
    """Write a workspace: settings, mappings, folders.

    Files that exist are kept as they are, so this can be run again at any time.

    \b
    Examples:
      reconcile init
      reconcile init my-shop
    """
    written: list[str] = []
    kept: list[str] = []
    for name, content in _wanted():
        (written if _write_new(folder / name, content) else kept).append(name)
    ignored = _ignore(folder / ".gitignore")
    _list(context, "Written", written)
    _list(context, "Kept as it was", kept)
    _list(context, "Added to .gitignore", ignored)
    context.note(f"Next: copy .env.example to .env in {folder.resolve()}, fill it in, and run")
    context.note("`reconcile check`. Without shops of your own: `reconcile sandbox up`.")


def _wanted() -> Iterator[tuple[str, bytes]]:
    """Every file of a new workspace, by its path from the workspace's folder."""
    for name, template in TEMPLATES.items():
        yield name, files(WORKSPACE).joinpath(template).read_bytes()
    mappings = shipped_mappings()
    for file in sorted(path for path in mappings.rglob("*") if path.is_file()):
        yield f"mappings/{file.relative_to(mappings).as_posix()}", file.read_bytes()


def _write_new(file: Path, content: bytes) -> bool:
    """Whether the file was written; one that exists is left alone, even an empty one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("xb") as new:
            new.write(content)
    except FileExistsError:
        return False
    return True


def _ignore(file: Path) -> list[str]:
    """Add the lines that `.gitignore` lacks, and return them."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    wanted = files(WORKSPACE).joinpath("gitignore").read_text(encoding="utf-8").splitlines()
    lacking = [line for line in wanted if line not in text.splitlines()]
    if lacking:
        gap = "" if not text or text.endswith("\n") else "\n"
        file.write_text(text + gap + "\n".join(lacking) + "\n", encoding="utf-8")
    return lacking


def _list(context: Context, title: str, names: list[str]) -> None:
    if names:
        context.out.print(f"{title}:", style="bold")
    for name in names:
        context.out.print(f"  {name}", markup=False, soft_wrap=True)
