"""A real Medusa for the tests in this folder.

A session makes a sandbox of its own in a temporary folder (about 15 seconds, once the packages
are in the cache) and removes it at the end. To iterate faster, keep one running and name its
workspace: `RECONCILE_SANDBOX=/path/to/workspace pytest -m live`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from reconcile.sandbox.down import down
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import MedusaShop, SandboxState
from reconcile.sandbox.up import up


@pytest.fixture(scope="session")
def live_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxState]:
    """A sandbox that is up, without the sample Magento."""
    kept = os.environ.get("RECONCILE_SANDBOX")
    workspace = kept or str(tmp_path_factory.mktemp("sandbox"))
    try:
        yield up(workspace, Request(magento=False))
    finally:
        if not kept:
            down(workspace, purge=True)


@pytest.fixture(scope="session")
def medusa(live_sandbox: SandboxState) -> MedusaShop:
    """The session's shop: url, api_key, admin_email, admin_password, database_url.

    All tests share it, so it may hold what other tests put there.
    """
    return live_sandbox.medusa


@pytest.fixture(scope="module")
def fresh_medusa(live_sandbox: SandboxState) -> Iterator[MedusaShop]:
    """An empty shop for one test module, with a process and a database of its own."""
    with second_shop(live_sandbox) as shop:
        yield shop
