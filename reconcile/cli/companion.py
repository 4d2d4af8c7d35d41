"""`reconcile companion`: put the companion into a Medusa project, take it out, look at it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from reconcile.cli.boundary import DIFFERENT, SAME
from reconcile.cli.context import Context, pass_context
from reconcile.model import Json
from reconcile.targets.medusa import companion_install
from reconcile.targets.medusa.companion_install import Status
from reconcile.targets.medusa.project import COMMENT, LINE, NAME, MedusaProject, read_project

_PROJECT = click.argument("project", type=click.Path(path_type=Path, file_okay=False))
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_DISCARD = click.option(
    "--discard-changes", is_flag=True, help="Also lose changes somebody made to its files."
)

BY_HAND = f"""\
    const {{ withReconcile }} = require("./{NAME}")
    export default withReconcile(defineConfig({{ ... }}))"""
AT_THE_END = f"    {COMMENT}\n    {LINE}"
BUILD = f'"build": "medusa build && cp -R {NAME} .medusa/server/"'


@click.group(short_help="Put the companion into a Medusa project, or take it out.")
def companion() -> None:
    """Put the companion into a Medusa project, or take it out.

    The companion is a folder of JavaScript in the shop's own Medusa project. Through it, and only
    through it, past orders keep their numbers, dates and amounts, no mail goes out, and customers
    keep their passwords.

    \b
    Example:
      reconcile companion install ../backend
    """


@companion.command(short_help="Copy it into the project, and say what medusa-config needs.")
@_PROJECT
@click.option("--write", is_flag=True, help="Also add the line to medusa-config (keeps a copy).")
@_DISCARD
@_JSON
@pass_context
def install(
    context: Context, project: Path, *, write: bool, discard_changes: bool, as_json: bool
) -> None:
    """Copy the companion into the Medusa project in PROJECT, or bring it to this version.

    Nothing is downloaded, and nothing else of the project is changed: what medusa-config needs is
    printed, and written there with --write alone. Restart Medusa afterwards.

    \b
    Examples:
      reconcile companion install ../backend
      reconcile companion install ../backend --write
    """
    found = read_project(project)
    companion_install.install(found, discard_changes=discard_changes)
    copy = companion_install.wire(found) if write else None
    after = companion_install.status(found)
    if as_json:
        click.echo(json.dumps(_document(found, after), indent=2))
        return
    click.echo(f"The companion {after.installed} lies in {found.companion}.")
    if copy:
        click.echo(f"{found.config} calls it in; the file as it was is {copy.name}.")
    elif after.wired:
        click.echo(f"{found.config} calls it in already.")
    else:
        click.echo(_instructions(found))
    context.note(f"A shop that runs what `medusa build` makes takes it along so: {BUILD}")
    context.note("Restart Medusa, then `reconcile check`.")


@companion.command(short_help="Take out what install put in.")
@_PROJECT
@_DISCARD
@_JSON
@pass_context
def remove(context: Context, project: Path, *, discard_changes: bool, as_json: bool) -> None:
    """Take out of the Medusa project in PROJECT exactly what `install` put in.

    Files that were changed since are named, and nothing is removed. Customers whose password was
    carried, and who have not logged in yet, have to ask for a new one afterwards.

    \b
    Example:
      reconcile companion remove ../backend
    """
    found = read_project(project)
    removed = companion_install.remove(found, discard_changes=discard_changes)
    if as_json:
        click.echo(json.dumps({"removed": removed, **_document(found, _status(found))}, indent=2))
        return
    click.echo(f"Removed from {found.folder}." if removed else "There is no companion.")
    if found.companion.exists():
        context.note(f"Files that are not the companion's stay in {found.companion}.")


@companion.command("status", short_help="Is it there, of this version, and called in?")
@_PROJECT
@_JSON
def status_command(project: Path, *, as_json: bool) -> int:
    """Is the companion in PROJECT, of this tool's version, unchanged, and called in?

    Exit code 0 when all of it is so, 2 when something is not, 1 when PROJECT is no Medusa project.

    \b
    Example:
      reconcile companion status ../backend --json
    """
    found = read_project(project)
    now = _status(found)
    if as_json:
        click.echo(json.dumps(_document(found, now), indent=2))
    else:
        click.echo("\n".join(_sentences(found, now)))
    return SAME if now.is_fine else DIFFERENT


def _status(project: MedusaProject) -> Status:
    return companion_install.status(project)


def _instructions(project: MedusaProject) -> str:
    if project.can_append:
        return f"Add to the end of {project.config} (--write does it):\n\n{AT_THE_END}\n"
    return f"Call it in where {project.config} makes its configuration:\n\n{BY_HAND}\n"


def _sentences(project: MedusaProject, now: Status) -> list[str]:
    if now.installed is None:
        return [f"There is no companion in {project.folder} (this tool has {now.shipped})."]
    age = f"; this tool has {now.shipped}: install it again" if now.outdated else ""
    changed = [f"Changed since it was installed: {', '.join(now.changed)}."] if now.changed else []
    missing = [f"Missing: {', '.join(now.missing)}. Install it again."] if now.missing else []
    verb = (
        "calls it in"
        if now.wired
        else "does not call it in: `reconcile companion install PROJECT --write` adds the line"
    )
    return [
        f"The companion {now.installed} is in {project.folder}{age}.",
        *changed,
        *missing,
        f"{project.config.name} {verb}.",
    ]


def _document(project: MedusaProject, now: Status) -> dict[str, Json]:
    return {
        "project": str(project.folder),
        "medusa": project.medusa,
        "config": str(project.config),
        "installed": now.installed,
        "shipped": now.shipped,
        "changed": list(now.changed),
        "missing": list(now.missing),
        "outdated": now.outdated,
        "wired": now.wired,
    }
