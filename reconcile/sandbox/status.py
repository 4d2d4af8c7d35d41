"""`sandbox status`: what runs, where, and where its log is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reconcile.sandbox.places import MAGENTO, MEDUSA, POSTGRES, Places
from reconcile.sandbox.processes import running
from reconcile.sandbox.sample import describe
from reconcile.sandbox.state import SandboxState, load


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service; `pid` is None when it does not run. `url` holds no password."""

    name: str
    pid: int | None
    url: str
    log: str
    serves: str = ""


def status(workspace: Path | str = ".") -> list[ServiceStatus]:
    """The services of a workspace's sandbox; none when it was never brought up."""
    places = Places.of(workspace)
    state = load(places.state)
    return [] if state is None else _services(places, state)


def _services(places: Places, state: SandboxState) -> list[ServiceStatus]:
    def service(name: str, url: str, serves: str = "") -> ServiceStatus:
        found = places.service(name)
        return ServiceStatus(name, running(found), url, str(found.log), serves)

    shown = [
        service(MEDUSA, state.medusa.url),
        service(MAGENTO, state.magento.url, describe(state.magento.selection)),
    ]
    if state.postgres.own:
        shown.append(service(POSTGRES, _without_account(state.postgres.url)))
    return shown


def _without_account(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
