"""`sandbox down`: stop what runs, and with `purge` delete what it left on disk."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from reconcile.errors import SandboxError
from reconcile.sandbox.addresses import database_of
from reconcile.sandbox.databases import Databases
from reconcile.sandbox.dotenv_file import remove_block
from reconcile.sandbox.locks import held
from reconcile.sandbox.medusa import template_of
from reconcile.sandbox.node import find_node
from reconcile.sandbox.places import POSTGRES, Places
from reconcile.sandbox.postgres import remove_postgres
from reconcile.sandbox.processes import running, stop
from reconcile.sandbox.project import Project
from reconcile.sandbox.state import load


def down(workspace: Path | str = ".", *, purge: bool = False) -> list[str]:
    """Stop the sandbox's processes, and give the names of those that were running.

    The shop's data stays for the next `up`. `purge` deletes it, with all other files of the
    sandbox and its lines in `.env`; only the packages in the cache stay.
    """
    places = Places.of(workspace)
    if not places.root.exists():
        return []
    with held(places.lock):
        stopped = stop_services(places)
        if purge:
            _purge(places)
    return stopped


def _purge(places: Places) -> None:
    """Delete everything. A server of the user's that does not answer is told of at the end."""
    try:
        _drop_foreign_databases(places)
    finally:
        remove_postgres(places.postgres)
        remove_block(places.dotenv)
        shutil.rmtree(places.root)
        with suppress(OSError):  # other commands keep files there too
            places.root.parent.rmdir()


def running_services(places: Places) -> set[str]:
    """The names of the services that run now."""
    return {name for name in _remembered(places) if running(places.service(name))}


def stop_services(places: Places, *, spare: Collection[str] = ()) -> list[str]:
    """Stop every process that a pid file remembers, the database last; gives their names."""
    names = sorted(_remembered(places), key=lambda name: (name == POSTGRES, name))
    return [name for name in names if name not in spare and stop(places.service(name))]


def _remembered(places: Places) -> list[str]:
    return [file.stem for file in places.run.glob("*.pid")]


def _drop_foreign_databases(places: Places) -> None:
    """Drop what we made on a server of the user's, which does not go with our files."""
    try:
        state = load(places.state)
    except SandboxError:  # a damaged state is a reason to purge, not an obstacle
        return
    if state is None or state.postgres.own or not places.project.exists():
        return
    databases = Databases(Project(places.project, find_node()), state.postgres.url)
    databases.drop(database_of(state.medusa.database_url), template_of(state.medusa))
