"""What the sandbox must remember between two commands: addresses, passwords, keys and options.

Kept in `state.json`, readable by its owner only. What runs is not here but in the pid files.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from reconcile.errors import SandboxError
from reconcile.private_file import write_private


def random_secret() -> str:
    """128 random bits."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """The database server; `own` is False for a server of the user's, which is never stopped.

    `url` names the database to connect to for creating others, `postgres` on our own server.
    """

    url: str = field(repr=False)
    own: bool


@dataclass(frozen=True, slots=True)
class MedusaShop:
    """The Medusa shop; `api_key` (a secret one) is empty until the shop's database is filled."""

    url: str
    database_url: str = field(repr=False)
    admin_email: str = "admin@sandbox.example"
    admin_password: str = field(default_factory=random_secret, repr=False)
    api_key: str = field(default="", repr=False)
    jwt_secret: str = field(default_factory=random_secret, repr=False)
    cookie_secret: str = field(default_factory=random_secret, repr=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """What the sample Magento serves: the recorded answers in `data`, else a generated shop.

    As many customers and orders as go with its size where their number is None.
    """

    size: int = 200
    seed: int = 1
    drift: int = 0
    data: str | None = None
    customers: int | None = None
    orders: int | None = None
    oddities: bool = False


@dataclass(frozen=True, slots=True)
class SampleShop:
    """The sample Magento with the credentials of an integration and of an administrator."""

    url: str
    selection: Selection
    consumer_key: str = field(default_factory=random_secret, repr=False)
    consumer_secret: str = field(default_factory=random_secret, repr=False)
    access_token: str = field(default_factory=random_secret, repr=False)
    access_token_secret: str = field(default_factory=random_secret, repr=False)
    admin_user: str = "admin"
    admin_password: str = field(default_factory=random_secret, repr=False)


@dataclass(frozen=True, slots=True)
class SandboxState:
    """One workspace's sandbox.

    `pins` names the installation that its databases were made with. `companion`: Medusa has the
    companion of this tool; `extension` is a folder of files laid over the Medusa project.
    """

    workspace: str
    pins: str
    postgres: PostgresServer
    medusa: MedusaShop
    magento: SampleShop
    companion: bool = True
    extension: str | None = None


def load(path: Path) -> SandboxState | None:
    """The state kept at `path`, None when there is none.

    Raises SandboxError when the file is damaged or was written by another version of this tool.
    """
    try:
        return _decode(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise SandboxError(
            f"{path} is damaged or of another version of this tool ({type(error).__name__})",
            remedy="`reconcile sandbox down --purge`, then `reconcile sandbox up`",
        ) from error


def save(state: SandboxState, path: Path) -> None:
    """Write the state, whole or not at all."""
    write_private(path, json.dumps(asdict(state), indent=2) + "\n")


def _decode(raw: Mapping[str, Any]) -> SandboxState:
    magento = {**raw["magento"], "selection": Selection(**raw["magento"]["selection"])}
    return SandboxState(
        workspace=raw["workspace"],
        pins=raw["pins"],
        postgres=PostgresServer(**raw["postgres"]),
        medusa=MedusaShop(**raw["medusa"]),
        magento=SampleShop(**magento),
        companion=raw["companion"] is not False,  # null before there was one to leave out
        extension=raw.get("extension"),
    )
