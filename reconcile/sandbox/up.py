"""`sandbox up` and `sandbox reset`: a real Medusa and a sample Magento for one workspace.

Everything is done only where it is not done yet, so a second `up` is quick, and one after a crash
goes on with what is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from reconcile.sandbox.addresses import database_of
from reconcile.sandbox.databases import Databases
from reconcile.sandbox.dotenv_file import check_free, connection_settings, write_block
from reconcile.sandbox.down import running_services, stop_services
from reconcile.sandbox.install import Installation, ensure_installed, medusa_version
from reconcile.sandbox.locks import held
from reconcile.sandbox.medusa import ensure_template, renew, start_medusa
from reconcile.sandbox.node import find_node
from reconcile.sandbox.places import MAGENTO, MEDUSA, POSTGRES, Places
from reconcile.sandbox.postgres import start_postgres
from reconcile.sandbox.prepare import Request, prepare
from reconcile.sandbox.processes import running, stop
from reconcile.sandbox.project import Layout, Project, write_project
from reconcile.sandbox.sample import describe, start_magento
from reconcile.sandbox.state import SandboxState, save
from reconcile.sandbox.steps import Steps


def up(
    workspace: Path | str = ".", request: Request | None = None, steps: Steps | None = None
) -> SandboxState:
    """Start what does not run yet, and write the connection settings into `.env`.

    Raises SandboxError when a part cannot be started; what was started for it is stopped again.
    """
    return _bring_up(Places.of(workspace), request or Request(), steps or Steps(), anew=False)


def reset(
    workspace: Path | str = ".", request: Request | None = None, steps: Steps | None = None
) -> SandboxState:
    """Give the workspace a Medusa as new, and start what does not run yet, as `up` does."""
    return _bring_up(Places.of(workspace), request or Request(), steps or Steps(), anew=True)


@dataclass(frozen=True, slots=True)
class _Site:
    """What every step below needs: where, with which programs, and whom to tell."""

    places: Places
    installation: Installation
    project: Project
    steps: Steps

    def runs(self, name: str) -> bool:
        return running(self.places.service(name)) is not None


def _bring_up(places: Places, request: Request, steps: Steps, *, anew: bool) -> SandboxState:
    places.make()
    with held(places.lock):
        check_free(places.dotenv)
        node = find_node()
        installation = ensure_installed(node, steps)
        site = _Site(places, installation, Project(places.project, node), steps)
        ran_before = running_services(places)
        try:
            return _start(site, request, anew=anew)
        except BaseException:
            stop_services(places, spare=ran_before)
            raise


def _start(site: _Site, request: Request, *, anew: bool) -> SandboxState:
    state = prepare(site.places, site.installation, request)
    _ensure_postgres(site, state)
    if anew:
        stop(site.places.service(MEDUSA))
    if not site.runs(MEDUSA):
        state = _ensure_shop(site, state, anew=anew)
        with site.steps.step(f"Starting Medusa {medusa_version()}"):
            start_medusa(site.project, state.medusa, site.places.service(MEDUSA))
    if request.magento:
        _ensure_magento(site, state)
    save(state, site.places.state)
    write_block(site.places.dotenv, connection_settings(state))
    return state


def _ensure_postgres(site: _Site, state: SandboxState) -> None:
    if state.postgres.own and not site.runs(POSTGRES):
        with site.steps.step("Starting PostgreSQL"):
            start_postgres(site.places, site.installation, state.postgres)


def _ensure_shop(site: _Site, state: SandboxState, *, anew: bool) -> SandboxState:
    """Medusa's project on disk and its database; gives the state with the shop's API key."""
    extension = None if state.extension is None else Path(state.extension)
    layout = Layout(companion=state.companion, extension=extension)
    write_project(site.project, site.installation, layout)
    databases = Databases(site.project, state.postgres.url)
    shop = ensure_template(
        databases, state.medusa, site.places.logs / "medusa-setup.log", site.steps
    )
    name = database_of(shop.database_url)
    if anew or shop.api_key != state.medusa.api_key or not databases.exists(name):
        with site.steps.step("Creating an empty shop"):
            renew(databases, shop)
    made = replace(state, medusa=shop)
    save(made, site.places.state)  # Medusa never tells the API key again
    return made


def _ensure_magento(site: _Site, state: SandboxState) -> None:
    if not site.runs(MAGENTO):
        serves = describe(state.magento.selection)
        with site.steps.step(f"Starting the sample Magento ({serves})"):
            start_magento(site.places, state.magento)
