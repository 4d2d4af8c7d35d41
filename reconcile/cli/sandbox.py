"""`reconcile sandbox`: a real Medusa and a sample Magento to try things on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from reconcile.sandbox.down import down
from reconcile.sandbox.environment import cache_folder
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.selection import Wish
from reconcile.sandbox.state import SandboxState
from reconcile.sandbox.status import ServiceStatus, status
from reconcile.sandbox.up import reset, up

_workspace = click.option(
    "--workspace",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=Path(),
    show_default="this folder",
    help="Folder whose .env gets the connection settings.",
)


@click.group()
def sandbox() -> None:
    """Run a real Medusa and a sample Magento on this machine."""


@sandbox.command("up")
@_workspace
@click.option("--size", type=click.IntRange(min=1), help="Products of the sample shop [200].")
@click.option("--seed", type=int, help="Another seed gives another shop [1].")
@click.option("--drift", type=click.IntRange(min=0), help="Records changed since [0].")
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Serve a folder of recorded Magento answers instead of a generated shop.",
)
@click.option(
    "--database-url",
    envvar="DATABASE_URL",
    help="Your own PostgreSQL server; databases are created on it (needs CREATEDB).",
)
def up_command(
    workspace: Path,
    size: int | None,
    seed: int | None,
    drift: int | None,
    data: Path | None,
    database_url: str | None,
) -> None:
    """Start both shops and write their addresses and keys into .env.

    What is not said stays as it was. The first start downloads Medusa; later ones take seconds.
    """
    request = Request(Wish(size, seed, drift, data), database_url=database_url)
    _show_addresses(up(workspace, request))


@sandbox.command("reset")
@_workspace
def reset_command(workspace: Path) -> None:
    """Give Medusa an empty shop again; all that was in it is lost."""
    _show_addresses(reset(workspace))


@sandbox.command("down")
@_workspace
@click.option("--purge", is_flag=True, help="Also delete the shop's data and the lines in .env.")
def down_command(workspace: Path, purge: bool) -> None:
    """Stop both shops; no process and no socket stays behind."""
    stopped = down(workspace, purge=purge)
    click.echo(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    if not purge:
        click.echo("The shop's data stays for the next `up`; --purge deletes it.")
    click.echo(f"The packages installed from npm stay in {cache_folder()}.")


@sandbox.command("status")
@_workspace
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status_command(workspace: Path, as_json: bool) -> None:
    """Show what runs, where, and where it logs."""
    services = status(workspace)
    if as_json:
        click.echo(json.dumps([asdict(service) for service in services], indent=2))
    elif not services:
        click.echo("No sandbox here yet; start one with `reconcile sandbox up`.")
    for service in () if as_json else services:
        click.echo(_line(service))


def _line(service: ServiceStatus) -> str:
    running = "stopped" if service.pid is None else f"running (pid {service.pid})"
    serves = f"  {service.serves}" if service.serves else ""
    return f"{service.name:<9} {running:<22} {service.url}{serves}\n{'':<9} log: {service.log}"


def _show_addresses(state: SandboxState) -> None:
    click.echo(f"Medusa   {state.medusa.url}  (Admin API under /admin)")
    click.echo(f"Magento  {state.magento.url}  (REST API under /rest/V1)")
    click.echo(f"Settings {Path(state.workspace) / '.env'}")
