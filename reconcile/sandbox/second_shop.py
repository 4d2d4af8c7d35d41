"""Another Medusa beside the sandbox's own, for tests that need an empty shop of their own."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from reconcile.sandbox.addresses import database_of, local_url, with_database
from reconcile.sandbox.databases import Databases
from reconcile.sandbox.medusa import start_medusa, template_of
from reconcile.sandbox.node import find_node
from reconcile.sandbox.places import MEDUSA, Places
from reconcile.sandbox.processes import free_port, stop
from reconcile.sandbox.project import Project
from reconcile.sandbox.state import MedusaShop, SandboxState


@contextmanager
def second_shop(state: SandboxState) -> Iterator[MedusaShop]:
    """An empty shop with a database and a process of its own; both are gone after the block.

    `state` is that of a sandbox which is up. Takes about four seconds.
    """
    places = Places.of(state.workspace)
    project = Project(places.project, find_node())
    databases = Databases(project, state.postgres.url)
    mark = secrets.token_hex(3)
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
