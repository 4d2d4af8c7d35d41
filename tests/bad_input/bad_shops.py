"""A workspace between a sample Magento and an empty Medusa, and the commands of a user."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from click.testing import CliRunner, Result
from scripted_server import Asked, Reply, ScriptedServer
from typed import typed

from reconcile.cli import main
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.auth import Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.server import SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.targets.medusa.protocol import PATH as COMPANION
from reconcile.targets.medusa.protocol import PROTOCOL
from reconcile.targets.medusa.tables import LISTINGS, PRICE_LISTS
from reconcile.targets.medusa.tables.customer import MEMBERS, admin_customers

KEYS = Credentials.generate()
SECRETS = (KEYS.consumer_secret, KEYS.access_token, KEYS.access_token_secret, "sk_of_these_tests")


LISTED = (*LISTINGS, PRICE_LISTS, MEMBERS, admin_customers({}))
PLURALS = {listing.path: listing.plural for listing in LISTED}
HELD: dict[str, list[dict[str, object]]] = {
    "stores": [
        {
            "id": "store_1",
            "name": "Store",
            "default_sales_channel_id": "sc_1",
            "supported_currencies": [{"currency_code": "usd", "is_default": True}],
        }
    ],
    "sales_channels": [{"id": "sc_1", "name": "Web", "is_disabled": False}],
    "shipping_profiles": [{"id": "sp_1", "name": "Default", "type": "default"}],
    "regions": [{"id": "reg_1", "name": "US", "currency_code": "usd"}],
}
"""What a Medusa holds that is ready, and has no products yet."""
NO_ROUTE = Reply(
    404,
    b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Error</title>
</head>
<body>
<pre>Cannot GET /admin/reconcile</pre>
</body>
</html>
""",
    {"Content-Type": "text/html; charset=utf-8"},
)
"""What Medusa answers to a path that it does not have."""

COMPANION_FACTS: Mapping[str, object] = {
    "version": "1.0.0",
    "protocol": PROTOCOL,
    "medusa": "2.21.2",
    "passwords": True,
    "numbers": True,
}


@dataclass
class EmptyMedusa:
    """Answers every list with what it holds, unless `fault` is set: then with that.

    `companion` is what its companion says of itself; None: there is none.
    """

    fault: Reply | None = None
    companion: Mapping[str, object] | None = field(default_factory=lambda: COMPANION_FACTS)

    def __call__(self, asked: Asked, _: int) -> Reply:
        return self.fault or self._answer(urlsplit(asked.path).path)

    def _answer(self, path: str) -> Reply:
        if not path.startswith(COMPANION):
            return _listed(PLURALS[path.removeprefix("/admin/")])
        if self.companion is None:
            return NO_ROUTE
        if path == COMPANION:
            return Reply(body=json.dumps({"companion": self.companion}).encode())
        return _listed(path.removeprefix(f"{COMPANION}/"))


def _listed(plural: str) -> Reply:
    held = HELD.get(plural, [])
    return Reply(body=json.dumps({plural: held, "count": len(held)}).encode())


@dataclass
class Desk:
    """`settings` are the variables of `.env`; `tell` writes them again with others."""

    folder: Path
    magento: SampleMagento
    medusa: EmptyMedusa
    settings: dict[str, str]

    def tell(self, **settings: str) -> None:
        lines = (f"{name}={value}\n" for name, value in {**self.settings, **settings}.items())
        (self.folder / ".env").write_text("".join(lines))

    def run(self, *words: str) -> Result:
        """One command. The bug behind any other exception than an exit is raised."""
        return typed("-q", "-w", str(self.folder), *words)

    def plan(self) -> Plan:
        """The plan made from new snapshots of both shops."""
        assert self.run("snapshot").exit_code == 0
        assert self.run("plan").exit_code == 2
        return file.read(max((self.folder / "plans").glob("2*")))

    def snapshots(self, system: str) -> list[str]:
        """What there is of snapshots, half-written ones too."""
        folder = self.folder / ".reconcile" / "snapshots" / system
        return sorted(path.name for path in folder.glob("*"))


@contextmanager
def desk(folder: Path, shop: Shop | None = None) -> Iterator[Desk]:
    """A sound desk: both shops answer. Twelve products unless a shop is given."""
    medusa = EmptyMedusa()
    with (
        SampleMagento(shop or generated_shop(12), credentials=KEYS) as magento,
        ScriptedServer(medusa) as server,
    ):
        assert CliRunner().invoke(main, ["init", str(folder)]).exit_code == 0
        settings = {
            "MAGENTO_URL": magento.url,
            "MAGENTO_CONSUMER_KEY": KEYS.consumer_key,
            "MAGENTO_CONSUMER_SECRET": KEYS.consumer_secret,
            "MAGENTO_ACCESS_TOKEN": KEYS.access_token,
            "MAGENTO_ACCESS_TOKEN_SECRET": KEYS.access_token_secret,
            "MEDUSA_URL": server.url,
            "MEDUSA_API_KEY": "sk_of_these_tests",
        }
        made = Desk(folder, magento, medusa, settings)
        made.tell()
        yield made


def said(result: Result) -> str:
    """Everything a command printed, on one line: tables wrap their cells."""
    return " ".join(result.output.split())
