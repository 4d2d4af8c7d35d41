"""Decide what `sandbox up` has to bring up, and stop what runs otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from reconcile.errors import SandboxError
from reconcile.sandbox.addresses import (
    LOOPBACK,
    database_of,
    local_url,
    port_of,
    with_database,
    with_port,
)
from reconcile.sandbox.down import stop_services
from reconcile.sandbox.install import Installation
from reconcile.sandbox.places import MAGENTO, MEDUSA, POSTGRES, Places
from reconcile.sandbox.postgres import USER, remove_postgres
from reconcile.sandbox.processes import free_port, running, stop
from reconcile.sandbox.selection import Wish, settle
from reconcile.sandbox.state import (
    MedusaShop,
    PostgresServer,
    SampleShop,
    SandboxState,
    load,
    random_secret,
)


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked of `sandbox up`; None keeps what was so before, or the default.

    `database_url` is a PostgreSQL server of the user's, `extension` a folder of files (such as
    `src/api/...`) that are laid over the Medusa project. With `companion`, the default, Medusa has
    the companion of this tool. Without `magento` only Medusa is started.
    """

    wish: Wish = field(default_factory=Wish)
    database_url: str | None = None
    companion: bool | None = None
    extension: Path | None = None
    magento: bool = True


def prepare(places: Places, installation: Installation, request: Request) -> SandboxState:
    """The state to bring up, each address with a port that is free or already ours.

    The databases of another Medusa version or another server are left and made anew.
    """
    known = load(places.state)
    if known is None or not _still_fits(known, installation, request):
        stop_services(places)
        remove_postgres(places.postgres)
        state = _new(places, installation, request)
    else:
        state = _changed(known, request)
        _stop_outdated(places, known, state)
    return _with_usable_ports(places, state)


def _still_fits(known: SandboxState, installation: Installation, request: Request) -> bool:
    if known.pins != installation.name:
        return False
    # `.env` exports the shop's own DATABASE_URL, so that one is no wish for another server.
    return request.database_url in (None, known.postgres.url, known.medusa.database_url)


def _new(places: Places, installation: Installation, request: Request) -> SandboxState:
    own = f"postgres://{USER}:{random_secret()}@{LOOPBACK}:{free_port()}/postgres"
    server = PostgresServer(request.database_url or own, own=request.database_url is None)
    if urlsplit(server.url).scheme not in ("postgres", "postgresql"):
        raise SandboxError("the database address must look like postgres://user:password@host/name")
    database = with_database(server.url, f"reconcile_{places.name}")
    return SandboxState(
        workspace=str(places.workspace),
        pins=installation.name,
        postgres=server,
        medusa=MedusaShop(local_url(free_port()), database),
        magento=SampleShop(local_url(free_port()), settle(request.wish, None)),
        companion=request.companion is not False,
        extension=_text(request.extension),
    )


def _changed(known: SandboxState, request: Request) -> SandboxState:
    magento = replace(known.magento, selection=settle(request.wish, known.magento.selection))
    companion = known.companion if request.companion is None else request.companion
    extension = _text(request.extension) or known.extension
    return replace(known, magento=magento, companion=companion, extension=extension)


def _text(extension: Path | None) -> str | None:
    return None if extension is None else str(extension.resolve())


def _stop_outdated(places: Places, known: SandboxState, state: SandboxState) -> None:
    """Stop what serves something else than `state` asks for, or has lost its database server."""
    if known.magento != state.magento:
        stop(places.service(MAGENTO))
    lost = state.postgres.own and running(places.service(POSTGRES)) is None
    layout = (known.companion, known.extension)
    if lost or layout != (state.companion, state.extension):
        stop(places.service(MEDUSA))


def _with_usable_ports(places: Places, state: SandboxState) -> SandboxState:
    """The same addresses as before where nobody else has taken the port meanwhile."""

    def usable(name: str, url: str) -> str:
        if running(places.service(name)):
            return url
        return with_port(url, free_port(port_of(url)))

    medusa, magento, postgres = state.medusa, state.magento, state.postgres
    if postgres.own:
        postgres = replace(postgres, url=usable(POSTGRES, postgres.url))
        database = with_database(postgres.url, database_of(medusa.database_url))
        medusa = replace(medusa, database_url=database)
    return replace(
        state,
        postgres=postgres,
        medusa=replace(medusa, url=usable(MEDUSA, medusa.url)),
        magento=replace(magento, url=usable(MAGENTO, magento.url)),
    )
