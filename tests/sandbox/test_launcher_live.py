"""The launcher against a real Medusa and PostgreSQL, in a workspace of its own."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from dotenv import dotenv_values

from reconcile.sandbox.addresses import port_of
from reconcile.sandbox.down import down
from reconcile.sandbox.places import Places
from reconcile.sandbox.prepare import Request
from reconcile.sandbox.state import MedusaShop
from reconcile.sandbox.status import ServiceStatus, status
from reconcile.sandbox.steps import silent
from reconcile.sandbox.up import reset, up

pytestmark = pytest.mark.live

MEDUSA_ONLY = Request(magento=False)
COMPANION = "exports.GET = (request, response) => response.json({ hello: 'companion' })\n"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a blank in its name, where a sandbox is up at the start of every test."""
    folder = tmp_path_factory.mktemp("my shop")
    yield folder
    down(folder, purge=True)


@pytest.fixture
def shop(workspace: Path) -> MedusaShop:
    return up(workspace, MEDUSA_ONLY, silent()).medusa


def services(workspace: Path) -> dict[str, ServiceStatus]:
    return {service.name: service for service in status(workspace)}


def pids(workspace: Path) -> dict[str, int]:
    return {name: one.pid for name, one in services(workspace).items() if one.pid is not None}


def names(shop: MedusaShop, entity: str) -> list[str]:
    answer = requests.get(f"{shop.url}/admin/{entity}", auth=(shop.api_key, ""), timeout=30)
    answer.raise_for_status()
    return [record["name"] for record in answer.json()[entity.replace("-", "_")]]


def add_category(shop: MedusaShop) -> None:
    url = f"{shop.url}/admin/product-categories"
    requests.post(
        url, json={"name": "Bags"}, auth=(shop.api_key, ""), timeout=30
    ).raise_for_status()


def test_the_shop_is_ready_for_products(shop: MedusaShop) -> None:
    assert sorted(names(shop, "regions")) == ["Europe", "United States"]
    assert names(shop, "sales-channels") == ["Default Sales Channel"]
    assert names(shop, "stock-locations") == ["Default Stock Location"]
    assert names(shop, "shipping-profiles") == ["Default Shipping Profile"]


def test_the_dotenv_opens_the_shop_with_key_and_with_password(
    workspace: Path, shop: MedusaShop
) -> None:
    values = dotenv_values(workspace / ".env")
    key = (values["MEDUSA_API_KEY"] or "", "")
    assert requests.get(f"{values['MEDUSA_URL']}/admin/stores", auth=key, timeout=30).ok
    login = {"email": values["MEDUSA_ADMIN_EMAIL"], "password": values["MEDUSA_ADMIN_PASSWORD"]}
    assert requests.post(f"{shop.url}/auth/user/emailpass", json=login, timeout=30).ok


def test_a_second_up_changes_nothing(workspace: Path, shop: MedusaShop) -> None:
    before = pids(workspace)
    assert up(workspace, MEDUSA_ONLY, silent()).medusa == shop
    assert pids(workspace) == before


def test_reset_gives_an_empty_shop_with_the_same_key(workspace: Path, shop: MedusaShop) -> None:
    add_category(shop)
    assert reset(workspace, MEDUSA_ONLY, silent()).medusa == shop
    assert names(shop, "product-categories") == []


def test_down_stops_everything_and_up_brings_the_data_back(
    workspace: Path, shop: MedusaShop
) -> None:
    add_category(shop)
    ports = [port_of(service.url) for service in status(workspace) if service.pid]
    assert down(workspace) == ["medusa", "postgres"]
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port or 0)) != 0
    assert up(workspace, MEDUSA_ONLY, silent()).medusa == shop
    assert names(shop, "product-categories") == ["Bags"]


def test_up_recovers_after_everything_was_killed(workspace: Path, shop: MedusaShop) -> None:
    for pid in pids(workspace).values():
        os.kill(pid, signal.SIGKILL)
    revived = up(workspace, MEDUSA_ONLY, silent()).medusa
    assert names(revived, "sales-channels") == ["Default Sales Channel"]


def test_a_companions_routes_are_served(workspace: Path, shop: MedusaShop, tmp_path: Path) -> None:
    route = tmp_path / "src" / "api" / "hello"
    route.mkdir(parents=True)
    (route / "route.js").write_text(COMPANION)
    served = up(workspace, Request(extension=tmp_path, magento=False), silent()).medusa
    answer = requests.get(f"{served.url}/hello", timeout=30)
    assert answer.json() == {"hello": "companion"}


def test_no_secret_reaches_a_log(workspace: Path, shop: MedusaShop) -> None:
    secrets = (shop.admin_password, shop.api_key, shop.jwt_secret, shop.database_url)
    for log in Places.of(workspace).logs.iterdir():
        text = log.read_text(errors="replace")
        assert not [secret for secret in secrets if secret in text], log.name
