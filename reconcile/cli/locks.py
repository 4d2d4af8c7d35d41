"""`reconcile locks` and `reconcile unlock`: who is writing to a shop, and what was left behind."""

from __future__ import annotations

import json

import click

from reconcile.apply.lock import Found
from reconcile.canonical import moment_text
from reconcile.cli.context import Context, pass_context
from reconcile.cli.printable import printable
from reconcile.errors import LockError
from reconcile.model import Json


@click.command(short_help="List who is writing to a shop, or was.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def locks(context: Context, *, as_json: bool) -> None:
    """List who is writing to a shop, or was.

    Shown are the locks of this user on this machine, and those at the address that the setting
    `state` names.

    \b
    Examples:
      reconcile locks
      reconcile locks --json
    """
    found = [*context.machine_lock().found(), *_shared(context)]
    if as_json:
        click.echo(json.dumps([_facts(each) for each in found], indent=2))
        return
    for each in found:
        context.out.print(printable(_line(each)), markup=False, soft_wrap=True)
    if not found:
        context.note("No locks: nobody is writing.")


@click.command(short_help="Clear a lock that was left behind.")
@click.argument("name")
@click.option("--force", is_flag=True, help="Also one at the shared address that looks alive.")
@pass_context
def unlock(context: Context, name: str, *, force: bool) -> None:
    """Clear a lock that was left behind.

    NAME is as `reconcile locks` shows it. On one machine a lock goes away with its process; only
    that of a machine that is gone needs this. A lock whose process is at work is not cleared.

    \b
    Examples:
      reconcile unlock backend.example.com-443-1a2b3c4d
      reconcile unlock backend.example.com-443-1a2b3c4d --force
    """
    here, shared = context.machine_lock(), context.state_lock()
    mine = [each for each in here.found() if each.name == name]
    others = [each for each in shared.found() if each.name == name] if shared else []
    if not mine and not others:
        raise LockError(f"There is no lock '{name}'.", remedy="`reconcile locks` lists them.")
    for each in mine:
        here.remove(each)
    for each in others:
        if shared:
            shared.remove(each, force=force)
    for each in (*mine, *others):
        context.note(printable(f"Cleared {each.place}"))


def _shared(context: Context) -> list[Found]:
    lock = context.state_lock()
    return lock.found() if lock else []


def _line(found: Found) -> str:
    standing = "held" if found.alive else "left behind"
    claim = found.claim
    who = f"{claim}, {claim.target}" if claim else "nobody knows by whom"
    return f"{found.name}  {standing}: {who}  ({found.place})"


def _facts(found: Found) -> dict[str, Json]:
    claim = found.claim
    return {
        "name": found.name,
        "alive": found.alive,
        "target": claim.target if claim else None,
        "plan": claim.plan if claim else None,
        "pid": claim.pid if claim else None,
        "host": claim.host if claim else None,
        "since": moment_text(claim.since) if claim else None,
        "expires": moment_text(found.expires) if found.expires else None,
        "place": found.place,
    }
