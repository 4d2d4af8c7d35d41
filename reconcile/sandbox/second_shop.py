"""Another Medusa beside the sandbox's own, for tests that need an empty shop of their own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

from reconcile.sandbox.addresses import database_of, local_url, with_database
from reconcile.sandbox.databases import Databases
from reconcile.sandbox.install import Installation
from reconcile.sandbox.medusa import start_medusa, template_of
from reconcile.sandbox.node import find_node
from reconcile.sandbox.places import MEDUSA, Places
from reconcile.sandbox.processes import free_port, stop
from reconcile.sandbox.project import Layout, Project, write_project
from reconcile.sandbox.state import MedusaShop, SandboxState


@contextmanager
def second_shop(state: SandboxState, layout: Layout | None = None) -> Iterator[MedusaShop]:
    """An empty shop with a database and a process of its own; both are gone after the block.

    `state` is that of a sandbox which is up. With a `layout` the shop has a project of its own.
    Takes about four seconds.
    """
    places = Places.of(state.workspace)
    mark = secrets.token_hex(3)
    project = Project(places.project, find_node())
    if layout is not None:
        project = replace(project, folder=places.root / f"{MEDUSA}-{mark}")
        write_project(project, Installation(_packages(places)), layout)
    databases = Databases(project, state.postgres.url)
    name = f"{database_of(state.medusa.database_url)}_{mark}"
    shop = replace(
        state.medusa,
        url=local_url(free_port()),
        database_url=with_database(state.postgres.url, name),
    )
    service = places.service(f"{MEDUSA}-{mark}")
    try:
        databases.copy(template_of(state.medusa), name)
        start_medusa(project, shop, service)
        yield shop
    finally:
        stop(service)
        databases.drop(name)
        if layout is not None:
            # A process that ends may still write there; the rest goes with the sandbox.
            rmtree(project.folder, ignore_errors=True)


def _packages(places: Places) -> Path:
    """The installation that the sandbox's own project links to."""
    return (places.project / "node_modules").resolve().parent
