"""A workspace between a sample Magento in this process and a real Medusa, driven by commands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.entities import ENTITIES
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.sandbox.state import MedusaShop

PEOPLE = ("customer", "order", "invoice", "shipment", "credit_memo")
CATALOGUE = [
    option
    for spec in ENTITIES
    if not spec.reference and spec.name not in PEOPLE
    for option in ("--only", spec.name)
]
"""Options of `plan` for everything but people and their history."""

Found = dict[str, tuple[str, ...]]
"""Address -> action and the fields that change."""


@dataclass(frozen=True)
class TwoShops:
    """`magento` may be changed through `magento.shop`, Medusa through `admin`."""

    workspace: Path
    magento: SampleMagento
    medusa: MedusaShop

    def run(self, *words: str) -> int:
        """One command; its exit code. The bug behind any other exception is raised."""
        result = CliRunner().invoke(main, ["-q", "-w", str(self.workspace), *words])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code

    def plan(self, *options: str, snapshot: str = "") -> Plan:
        """New snapshots (or that of one shop alone), and the plan made from them."""
        only = ["--only", snapshot] if snapshot else []
        assert self.run("snapshot", *only) == 0
        assert self.run("plan", *options) in (0, 2)
        return file.read(self.newest_plan)

    @property
    def newest_plan(self) -> Path:
        return max((self.workspace / "plans").glob("2*"))

    def carry_out(self) -> None:
        """Approve, apply and verify the newest plan; all of it must succeed."""
        assert self.run("approve", "latest", "--by", "test") == 0
        assert self.run("apply", "latest") == 0
        assert self.run("verify", "latest") == 0

    def admin(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A request of somebody else's to Medusa's admin API."""
        answer = requests.request(
            method,
            f"{self.medusa.url}/admin/{path}",
            json=body,
            auth=(self.medusa.api_key, ""),
            timeout=60,
        )
        assert answer.ok, answer.text
        return answer.json()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows straight from Medusa's PostgreSQL."""
        with psycopg.connect(self.medusa.database_url) as connection:
            return connection.execute(query).fetchall()


def found(plan: Plan) -> Found:
    """What a plan changes, for comparison."""
    return {
        str(change.address): (change.action.value, *sorted(part.path for part in change.fields))
        for change in plan.changes
    }


@contextmanager
def two_shops(workspace: Path, shop: Shop, medusa: MedusaShop) -> Iterator[TwoShops]:
    with SampleMagento(shop) as magento:
        assert CliRunner().invoke(main, ["init", str(workspace)]).exit_code == 0
        _connect(workspace, magento, medusa)
        yield TwoShops(workspace, magento, medusa)


def _connect(workspace: Path, magento: SampleMagento, medusa: MedusaShop) -> None:
    keys = magento.credentials
    values = {
        "MAGENTO_URL": magento.url,
        "MAGENTO_CONSUMER_KEY": keys.consumer_key,
        "MAGENTO_CONSUMER_SECRET": keys.consumer_secret,
        "MAGENTO_ACCESS_TOKEN": keys.access_token,
        "MAGENTO_ACCESS_TOKEN_SECRET": keys.access_token_secret,
        "MEDUSA_URL": medusa.url,
        "MEDUSA_API_KEY": medusa.api_key,
    }
    lines = (f"{name}={json.dumps(value)}" for name, value in values.items())
    (workspace / ".env").write_text("\n".join(lines) + "\n")
