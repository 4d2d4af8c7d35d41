"""The sample Magento over HTTP: access, limits, faults, scopes, and a clean stop."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from magento_client import Reader, encoded, where
from requests_oauthlib import OAuth1

from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import AccessRules, Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.server import SampleMagento

NOT_AUTHORIZED = "The consumer isn't authorized to access %resources."


@pytest.fixture
def magento() -> Iterator[SampleMagento]:
    with SampleMagento(generated_shop(30)) as running:
        yield running


@pytest.fixture
def reader(magento: SampleMagento) -> Iterator[Reader]:
    with Reader(magento) as reader:
        yield reader


def oauth(known: Credentials, method: str = "HMAC-SHA256") -> OAuth1:
    return OAuth1(
        known.consumer_key,
        known.consumer_secret,
        known.access_token,
        known.access_token_secret,
        signature_method=method,
    )


def orders(magento: SampleMagento, known: Credentials) -> requests.Response:
    """A request whose query needs encoding, signed with these credentials."""
    return requests.get(
        f"{magento.url}/rest/all/V1/orders",
        params={"searchCriteria[pageSize]": "1", "fields": "total_count,items[sku]"},
        auth=oauth(known),
        timeout=10,
    )


def test_signed_request_is_accepted(magento: SampleMagento) -> None:
    assert orders(magento, magento.credentials).status_code == 200


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("consumer_key", "A consumer having the specified key does not exist"),
        ("consumer_secret", "The signature is invalid. Verify and try again."),
        ("access_token", "Specified token does not exist"),
        ("access_token_secret", "The signature is invalid. Verify and try again."),
    ],
)
def test_wrongly_signed_request_is_refused(magento: SampleMagento, part: str, message: str) -> None:
    wrong = replace(magento.credentials, **{part: "f" * 32})
    response = orders(magento, wrong)
    assert (response.status_code, response.json()) == (401, {"message": message})


def test_signature_covers_the_query(magento: SampleMagento) -> None:
    url = f"{magento.url}/rest/V1/products?searchCriteria[pageSize]=1"
    signed = requests.Request("GET", url, auth=oauth(magento.credentials)).prepare()
    signed.url = url.replace("=1", "=2")
    with requests.Session() as session:
        assert session.send(signed, timeout=10).status_code == 401


def test_a_signed_request_is_good_for_once(magento: SampleMagento) -> None:
    url = f"{magento.url}/rest/V1/modules"
    signed = requests.Request("GET", url, auth=oauth(magento.credentials)).prepare()
    with requests.Session() as session:
        assert [session.send(signed, timeout=10).status_code for _ in range(2)] == [200, 401]


def test_missing_permission_names_the_resource(magento: SampleMagento) -> None:
    magento.settings.access = AccessRules(permissions=frozenset({"Magento_Catalog::products"}))
    body = orders(magento, magento.credentials).json()
    assert body == {
        "message": NOT_AUTHORIZED,
        "parameters": {"resources": "Magento_Sales::actions_view"},
    }


@pytest.mark.parametrize(("allowed", "status"), [(False, 401), (True, 200)])
def test_integration_token_as_bearer(magento: SampleMagento, allowed: bool, status: int) -> None:
    magento.settings.access = AccessRules(integration_as_bearer=allowed)
    headers = {"Authorization": f"Bearer {magento.credentials.access_token}"}
    response = requests.get(f"{magento.url}/rest/V1/modules", headers=headers, timeout=10)
    assert response.status_code == status


def test_admin_token_expires(magento: SampleMagento, reader: Reader) -> None:
    assert reader.get("modules").status_code == 200
    magento.settings.access = AccessRules(token_lifetime=timedelta(0))
    assert reader.get("modules").json()["message"] == NOT_AUTHORIZED


def test_wrong_password_gets_no_token(magento: SampleMagento) -> None:
    response = requests.post(
        f"{magento.url}/rest/V1/integration/admin/token",
        json={"username": "admin", "password": ""},
        timeout=10,
    )
    assert response.status_code == 401


def test_credentials_hide_their_secrets() -> None:
    known = Credentials.generate()
    shown = repr(known)
    secrets = (known.consumer_secret, known.access_token, known.access_token_secret)
    assert not any(secret in shown for secret in (*secrets, known.admin_password))


@pytest.mark.parametrize("name", ["DE-000005", "de-000005", "DE-000005 "])
def test_product_by_sku_in_the_path(reader: Reader, name: str) -> None:
    assert reader.json(f"products/{encoded(name)}", fields="sku") == {"sku": "DE-000005"}


def test_every_generated_sku_can_be_read_by_path(reader: Reader) -> None:
    for product in reader.everything("products"):
        found = reader.json(f"products/{encoded(product['sku'])}", fields="id,sku")
        assert found == {"id": product["id"], "sku": product["sku"]}


def test_scopes_show_their_own_names(magento: SampleMagento) -> None:
    sku = "PO-000001"
    names = {}
    for scope in ("all", "default", "de"):
        with Reader(magento, scope) as reader:
            names[scope] = reader.json(f"products/{sku}")["name"]
    assert names["all"] == names["default"]
    assert names["de"].startswith(f"{names['all']} (DE)")


def test_shop_without_msi_has_no_inventory_routes(magento: SampleMagento, reader: Reader) -> None:
    magento.shop.has_inventory = False
    response = reader.get("inventory/source-items", searchCriteria="")
    assert response.status_code == 404
    assert response.json() == {"message": "Request does not match any route."}
    low = reader.json("stockItems/lowStock", scopeId="0", qty="100000000", pageSize="5")
    assert [item["item_id"] for item in low["items"]] == [1, 2, 3, 4, 5]


def test_page_size_limit(magento: SampleMagento, reader: Reader) -> None:
    magento.settings.limits = InputLimits(max_page_size=5, default_page_size=2)
    refused = reader.get("products", **{"searchCriteria[pageSize]": "6"})
    assert (refused.status_code, refused.json()["parameters"]) == (400, {"max": 5})
    assert len(reader.json("products", searchCriteria="")["items"]) == 2


def test_long_url_is_refused_when_the_web_server_does(
    magento: SampleMagento, reader: Reader
) -> None:
    magento.settings.max_url_bytes = 8190
    response = reader.get("products", **where("sku", "in", "x" * 9000))
    assert response.status_code == 414
    assert "html" in response.headers["content-type"]


def test_keyset_windows_visit_every_product_once(reader: Reader) -> None:
    seen: list[int] = []
    while True:
        query = where("entity_id", "gt", str(seen[-1] if seen else 0))
        query |= {
            "searchCriteria[pageSize]": "7",
            "searchCriteria[sortOrders][0][field]": "entity_id",
            "searchCriteria[sortOrders][0][direction]": "ASC",
        }
        answer = reader.json("products", **query)
        assert answer["total_count"] == len(reader.everything("products")) - len(seen)
        if not answer["items"]:
            break
        seen += [item["id"] for item in answer["items"]]
    assert seen == sorted({item["id"] for item in reader.everything("products")})


def fail_once(request: Request) -> Response | None:
    return Response(503, b"<html>busy</html>", "text/html") if "modules" in request.path else None


def test_intercepted_requests_get_the_fault(magento: SampleMagento, reader: Reader) -> None:
    magento.intercept = fail_once
    assert reader.get("modules").status_code == 503
    assert reader.get("store/websites").status_code == 200
    magento.intercept = None
    assert reader.get("modules").status_code == 200


def test_a_response_can_be_cut_off(magento: SampleMagento, reader: Reader) -> None:
    magento.intercept = lambda request: replace(magento.application.answer(request), cut_after=10)
    with pytest.raises(requests.exceptions.RequestException):
        reader.get("modules")


def test_requests_are_logged(magento: SampleMagento, reader: Reader) -> None:
    reader.get("modules")
    reader.get("modules", fields="x")
    assert magento.count() == {("GET", "/rest/all/V1/modules"): 2}
    assert magento.requests[-1].query == "fields=x"


def test_idle_connections_do_not_hinder_the_stop() -> None:
    with SampleMagento(generated_shop(2)) as magento:
        idle = http.client.HTTPConnection(magento.url.removeprefix("http://"), timeout=10)
        idle.request("GET", "/rest/V1/directory/currency")
        assert idle.getresponse().read().startswith(b"{")
        kept = idle.sock
        assert kept is not None
    assert kept.recv(1) == b""
    idle.close()


def test_maintenance_is_html(magento: SampleMagento, reader: Reader) -> None:
    magento.settings.maintenance = True
    response = reader.get("modules")
    assert response.status_code == 503
    assert response.text.startswith("<!doctype html>")


def test_settings_can_be_given_at_the_start() -> None:
    settings = Settings(maintenance=True)
    with SampleMagento(generated_shop(2), settings=settings) as magento:
        assert requests.get(magento.url, timeout=10).status_code == 503
