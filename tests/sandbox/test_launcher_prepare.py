from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox.addresses import database_of, port_of
from reconcile.sandbox.install import Installation
from reconcile.sandbox.places import Places
from reconcile.sandbox.prepare import Request, prepare
from reconcile.sandbox.selection import Wish
from reconcile.sandbox.state import SandboxState, Selection, save

INSTALLED = Installation(Path("/cache/medusa-1"))
SERVER = "postgresql://me:pw@db.example:5432/mine?sslmode=require"


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places.of(tmp_path)
    places.make()
    return places


@pytest.fixture
def known(places: Places) -> SandboxState:
    """A sandbox that was up once and is stopped now."""
    state = prepare(places, INSTALLED, Request())
    state = replace(state, medusa=replace(state.medusa, api_key="sk_1"))
    save(state, places.state)
    return state


def test_a_new_sandbox_gets_its_own_server_ports_and_secrets(places: Places) -> None:
    one, other = (prepare(places, INSTALLED, Request()) for _ in range(2))
    assert one.postgres.own
    assert port_of(one.medusa.database_url) == port_of(one.postgres.url)
    assert len({port_of(part.url) for part in (one.postgres, one.medusa, one.magento)}) == 3
    assert one.medusa.admin_password != other.medusa.admin_password


def test_a_stopped_sandbox_keeps_its_addresses_and_secrets(
    places: Places, known: SandboxState
) -> None:
    assert prepare(places, INSTALLED, Request()) == known


def test_a_port_taken_meanwhile_is_replaced_everywhere(places: Places, known: SandboxState) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port_of(known.postgres.url) or 0))
        taken.listen()
        state = prepare(places, INSTALLED, Request())
    assert port_of(state.postgres.url) != port_of(known.postgres.url)
    assert port_of(state.medusa.database_url) == port_of(state.postgres.url)
    assert database_of(state.medusa.database_url) == database_of(known.medusa.database_url)
    assert state.medusa.url == known.medusa.url


def test_a_users_server_gets_a_database_of_our_own(places: Places) -> None:
    state = prepare(places, INSTALLED, Request(database_url=SERVER))
    assert (state.postgres.own, state.postgres.url) == (False, SERVER)
    name = database_of(state.medusa.database_url)
    assert name.startswith("reconcile_")
    assert state.medusa.database_url == SERVER.replace("/mine?", f"/{name}?")


def test_the_shops_own_address_is_no_wish_for_another_server(
    places: Places, known: SandboxState
) -> None:
    request = Request(database_url=known.medusa.database_url)
    assert prepare(places, INSTALLED, request) == known


@pytest.mark.parametrize(
    ("installed", "request_"),
    [
        (Installation(Path("/cache/medusa-2")), Request()),
        (INSTALLED, Request(database_url=SERVER)),
    ],
)
def test_another_version_or_server_starts_anew(
    places: Places, known: SandboxState, installed: Installation, request_: Request
) -> None:
    state = prepare(places, installed, request_)
    assert (state.medusa.api_key, state.pins) == ("", installed.name)


def test_another_sample_shop_changes_nothing_else(places: Places, known: SandboxState) -> None:
    state = prepare(places, INSTALLED, Request(Wish(size=7)))
    assert state == replace(known, magento=replace(known.magento, selection=Selection(size=7)))


def test_a_database_address_must_be_one(places: Places) -> None:
    with pytest.raises(SandboxError, match="must look like postgres://"):
        prepare(places, INSTALLED, Request(database_url="db.example"))
