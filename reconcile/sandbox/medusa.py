"""Make a Medusa shop's database, and start and stop Medusa on it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from reconcile.sandbox.addresses import LOOPBACK, answers, database_of, port_of, with_database
from reconcile.sandbox.databases import Databases
from reconcile.sandbox.processes import Launch, Service, start
from reconcile.sandbox.project import MEDUSA, Project
from reconcile.sandbox.state import MedusaShop
from reconcile.sandbox.steps import Steps


def template_of(shop: MedusaShop) -> str:
    """The database that holds the shop as it was when new; shops are copies of it."""
    return f"{database_of(shop.database_url)}_new"


def ensure_template(databases: Databases, shop: MedusaShop, log: Path, steps: Steps) -> MedusaShop:
    """Make the template unless it is there; gives the shop with the API key that opens it.

    The template gets its name last, so one that exists is complete.
    """
    template = template_of(shop)
    if shop.api_key and databases.exists(template):
        return shop
    draft = f"{template}_draft"
    drafted = replace(shop, database_url=with_database(shop.database_url, draft))
    databases.create(draft)
    with steps.step("Creating Medusa's database tables"):
        _migrate(databases.project, drafted, log)
    with steps.step("Creating admin user, API key, regions and stock location"):
        api_key = _seed(databases.project, drafted, log)
    databases.drop(template)
    databases.rename(draft, template)
    return replace(shop, api_key=api_key)


def renew(databases: Databases, shop: MedusaShop) -> None:
    """Make the shop's database a fresh copy of its template, losing all that was in it."""
    databases.copy(template_of(shop), database_of(shop.database_url))


def start_medusa(project: Project, shop: MedusaShop, service: Service) -> None:
    """Start Medusa at the port in the shop's address, and wait until it answers."""
    port = str(port_of(shop.url))
    launch = Launch(
        command=project.command(MEDUSA, "start", "--host", LOOPBACK, "--port", port),
        environment=project.environment(_settings(shop)),
        folder=project.folder,
        ready=lambda: answers(f"{shop.url}/health"),
    )
    start(service, launch)


def _migrate(project: Project, shop: MedusaShop, log: Path) -> None:
    agreed = ("--execute-safe-links", "--execute-safe-search")
    project.run(MEDUSA, "db:migrate", *agreed, settings=_settings(shop), log=log)


def _seed(project: Project, shop: MedusaShop, log: Path) -> str:
    """Run seed.js in the shop; gives the secret API key, which Medusa tells only once."""
    answer = project.folder / "seed-answer.json"
    settings = _settings(shop) | {
        "SEED_ADMIN_EMAIL": shop.admin_email,
        "SEED_ADMIN_PASSWORD": shop.admin_password,
        "SEED_ANSWER": str(answer),
    }
    try:
        project.run(MEDUSA, "exec", "./seed.js", settings=settings, log=log)
        return str(json.loads(answer.read_text())["api_key"])
    finally:
        answer.unlink(missing_ok=True)


def _settings(shop: MedusaShop) -> dict[str, str]:
    return {
        "DATABASE_URL": shop.database_url,
        "JWT_SECRET": shop.jwt_secret,
        "COOKIE_SECRET": shop.cookie_secret,
    }
