"""Replays recorded HTTP exchanges of a real Magento 2.4.7 against the sample over the same data."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from oauthlib.oauth1 import Client
from shared_data import recorded

from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import AccessRules
from reconcile.sandbox.magento.recorded import recorded_shop
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.server import SampleMagento

_SHORTENED = re.compile(r"\n?\.\.\.\[([\d,]+) characters in all\]\s*$")
_REPORT = re.compile(r"Report ID: [\w-]+")
_LIMITS = InputLimits(max_page_size=300, default_page_size=20)

# What the folder cannot give back: shortened requests, PHP's own time limit.
_TIES = "sort-02-desc"  # its third place is one of 15 products with the same price
_NOT_REPLAYED = {_TIES, "url-in-500", "url-in-2000", "url-in-6000", "err-13-php-time-limit"}
_OTHER_BODY = {"auth-01-token-ok", "err-09-accept-html", "err-12-maintenance"}
_FOREIGN_TOKEN = {"auth-05-garbage-token", "auth-06-customer-token", "auth-11-expired-token"}


@dataclass(frozen=True)
class Exchange:
    name: str
    method: str
    target: str
    headers: dict[str, str]
    body: str
    status: int
    answer_headers: dict[str, str]
    answer: str


def parse(path: Path) -> Exchange:
    _, text = path.read_text(encoding="utf-8").split("\n", 1)
    sent, _, received = text.partition("\nHTTP/1.1 ")
    head, _, body = sent.partition("\n\n")
    line, *headers = head.split("\n")
    method, target, _ = line.split(" ")
    answer_head, _, answer = received.partition("\n\n")
    status, *answer_headers = answer_head.split("\n")
    return Exchange(
        path.stem,
        method,
        target,
        _headers(headers),
        body.strip("\n"),
        int(status.split(" ")[0]),
        _headers(answer_headers),
        answer,
    )


def _headers(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition(": ") for line in lines if line)
    return {name.lower(): value for name, _, value in pairs}


@pytest.fixture(scope="module")
def magento() -> Iterator[SampleMagento]:
    shop = recorded_shop(recorded("luma"))
    # The folder was recorded minutes after the exchanges; one product was saved in between.
    shop.update_product("WJ05", updated_at="2026-11-21 00:50:40")
    with SampleMagento(shop) as running:
        yield running


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "exchange_name" in metafunc.fixturenames:
        metafunc.parametrize("exchange_name", _names())


def _names() -> list[str]:
    """All recorded exchanges; one placeholder where there are none, so that the test can skip."""
    try:
        folder = recorded("wire")
    except (pytest.skip.Exception, pytest.fail.Exception):
        return [""]
    return sorted(path.stem for path in folder.glob("*.http") if path.stem not in _NOT_REPLAYED)


def settings_for(name: str) -> Settings:
    permissions = frozenset({"Magento_Catalog::products"}) if "oauth1" in name else None
    return Settings(
        access=AccessRules(permissions=permissions),
        limits=_LIMITS if name.startswith("limits") else InputLimits(),
        maintenance=name == "err-12-maintenance",
    )


def authorization(magento: SampleMagento, exchange: Exchange) -> str:
    known = magento.credentials
    if exchange.name in _FOREIGN_TOKEN:
        return "Bearer 0123456789abcdef0123456789abcdef"
    if exchange.name == "auth-07-integration-token-as-bearer":
        return f"Bearer {known.access_token}"
    if "oauth1" not in exchange.name:
        return f"Bearer {magento.gate.sign_in(known.admin_user, known.admin_password)}"
    client = Client(
        known.consumer_key,
        known.consumer_secret,
        known.access_token,
        known.access_token_secret,
        signature_method="HMAC-SHA1" if exchange.name.endswith("sha1") else "HMAC-SHA256",
    )
    _, headers, _ = client.sign(f"{magento.url}{exchange.target}")
    return str(headers["Authorization"])


def replay(magento: SampleMagento, exchange: Exchange) -> tuple[int, dict[str, str], str]:
    headers = {k: v for k, v in exchange.headers.items() if k != "host"}
    if "authorization" in headers:
        headers["authorization"] = authorization(magento, exchange)
    body = exchange.body.replace('"REDACTED"', json.dumps(magento.credentials.admin_password))
    connection = http.client.HTTPConnection(magento.url.removeprefix("http://"), timeout=30)
    try:
        connection.request(exchange.method, exchange.target, body.encode(), headers)
        with connection.getresponse() as response:
            found = {name.lower(): value for name, value in response.getheaders()}
            return response.status, found, response.read().decode()
    finally:
        connection.close()


def test_replayed_exchange(exchange_name: str, request: pytest.FixtureRequest) -> None:
    exchange = parse(recorded("wire") / f"{exchange_name}.http")
    magento: SampleMagento = request.getfixturevalue("magento")
    magento.application.settings = settings_for(exchange.name)
    status, headers, body = replay(magento, exchange)
    assert status == exchange.status
    assert headers["content-type"] == exchange.answer_headers["content-type"]
    assert "set-cookie" in headers
    if exchange.name not in _OTHER_BODY:
        assert_same_body(body, exchange.answer)


def assert_same_body(body: str, expected: str) -> None:
    shortened = _SHORTENED.search(expected)
    if shortened:
        assert len(body) == int(shortened[1].replace(",", ""))
        expected = expected[: shortened.start()]
        body = body[: len(expected)]
    assert _REPORT.sub("Report ID: *", body.strip("\n")) == _REPORT.sub(
        "Report ID: *", expected.strip("\n")
    )


def test_sorted_list_up_to_its_tie(magento: SampleMagento) -> None:
    magento.application.settings = Settings()
    exchange = parse(recorded("wire") / f"{_TIES}.http")
    _, _, body = replay(magento, exchange)
    found, expected = json.loads(body), json.loads(exchange.answer)
    assert found["items"][:2] == expected["items"][:2]
    assert found["search_criteria"] == expected["search_criteria"]
    assert found["total_count"] == expected["total_count"]


def test_admin_token_is_a_bare_json_string(magento: SampleMagento) -> None:
    magento.application.settings = Settings()
    _, _, body = replay(magento, parse(recorded("wire") / "auth-01-token-ok.http"))
    assert isinstance(json.loads(body), str)
