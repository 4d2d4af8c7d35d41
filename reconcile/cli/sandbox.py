"""`reconcile sandbox`: a real Medusa and a sample Magento to try things on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from reconcile.cli.context import Context, pass_context
from reconcile.sandbox.down import down
from reconcile.sandbox.environment import cache_folder
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.selection import Wish
from reconcile.sandbox.state import SandboxState
from reconcile.sandbox.status import ServiceStatus, status
from reconcile.sandbox.up import reset, up


@click.group()
def sandbox() -> None:
    """Run a real Medusa and a sample Magento on this machine.

    They belong to one workspace: this folder, or the one given with `reconcile -w`.

    \b
    Example:
      reconcile sandbox up
    """


@sandbox.command("up")
@click.option("--size", type=click.IntRange(min=1), help="Products of the sample shop [200].")
@click.option("--seed", type=int, help="Another seed gives another shop [1].")
@click.option("--drift", type=click.IntRange(min=0), help="Records changed since [0].")
@click.option("--customers", type=click.IntRange(min=0), help="Its customers [half the products].")
@click.option("--orders", type=click.IntRange(min=0), help="Its orders [3/4 of the products].")
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
@click.option(
    "--companion/--no-companion",
    default=None,
    help="Medusa with the companion of this tool (the default), or as it comes.",
)
@pass_context
def up_command(
    context: Context,
    *,
    size: int | None,
    seed: int | None,
    drift: int | None,
    customers: int | None,
    orders: int | None,
    data: Path | None,
    database_url: str | None,
    companion: bool | None,
) -> None:
    """Start both shops and write their addresses and keys into .env.

    What is not said stays as it was. The first start downloads Medusa; later ones take seconds.

    \b
    Examples:
      reconcile sandbox up
      reconcile sandbox up --size 2000 --seed 7
      reconcile sandbox up --drift 12
      reconcile sandbox up --no-companion
    """
    wish = Wish(size, seed, drift, data, customers, orders)
    request = Request(wish, database_url=database_url, companion=companion)
    _show_addresses(up(_workspace(context), request))


@sandbox.command("reset")
@pass_context
def reset_command(context: Context) -> None:
    """Give Medusa an empty shop again; all that was in it is lost.

    \b
    Example:
      reconcile sandbox reset
    """
    _show_addresses(reset(_workspace(context)))


@sandbox.command("down")
@click.option("--purge", is_flag=True, help="Also delete the shop's data and the lines in .env.")
@pass_context
def down_command(context: Context, *, purge: bool) -> None:
    """Stop both shops; no process and no socket stays behind.

    \b
    Examples:
      reconcile sandbox down
      reconcile sandbox down --purge
    """
    stopped = down(_workspace(context), purge=purge)
    click.echo(f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running.")
    if not purge:
        click.echo("The shop's data stays for the next `up`; --purge deletes it.")
    click.echo(f"The packages installed from npm stay in {cache_folder()}.")


@sandbox.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def status_command(context: Context, *, as_json: bool) -> None:
    """Show what runs, where, and where it logs.

    \b
    Example:
      reconcile sandbox status --json
    """
    services = status(_workspace(context))
    if as_json:
        click.echo(json.dumps([asdict(service) for service in services], indent=2))
    elif not services:
        click.echo("No sandbox here yet; start one with `reconcile sandbox up`.")
    for service in () if as_json else services:
        click.echo(_line(service))


def _workspace(context: Context) -> Path:
    """The folder whose .env gets the connection settings; it need not have a reconcile.yml yet."""
    return context.named_workspace or Path()


def _line(service: ServiceStatus) -> str:
    running = "stopped" if service.pid is None else f"running (pid {service.pid})"
    serves = f"  {service.serves}" if service.serves else ""
    return f"{service.name:<9} {running:<22} {service.url}{serves}\n{'':<9} log: {service.log}"


def _show_addresses(state: SandboxState) -> None:
    click.echo(f"Medusa   {state.medusa.url}  (Admin API under /admin)")
    click.echo(f"Magento  {state.magento.url}  (REST API under /rest/V1)")
    click.echo(f"Settings {Path(state.workspace) / '.env'}")
