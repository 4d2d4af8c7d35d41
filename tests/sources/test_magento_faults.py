"""What a user is told when the shop, the address or the credentials are not right."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from magento_shop import (
    Auth,
    Waits,
    access_token,
    administrator,
    integration,
    page_size,
    products_page,
    pulled,
    running,
)
from sales_records import with_sales

from reconcile.errors import (
    AuthenticationFailed,
    BadAnswer,
    PermissionMissing,
    SystemFault,
    Unreachable,
)
from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.auth import AccessRules, Credentials
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.server import Intercept
from reconcile.settings import (
    BearerToken,
    Login,
    MagentoSettings,
    OAuthKeys,
    OrdersMode,
    PeopleSettings,
    Secret,
)
from reconcile.sources.magento_rest.faults import words_of
from reconcile.sources.magento_rest.reader import MagentoReader

CATALOGUE = frozenset(
    {
        "Magento_Backend::store",
        "Magento_Customer::group",
        "Magento_Catalog::sets",
        "Magento_Catalog::attributes_attributes",
        "Magento_Catalog::categories",
        "Magento_Catalog::products",
        "Magento_CatalogInventory::cataloginventory",
        "Magento_InventoryApi::source",
        "Magento_InventoryApi::stock",
        "Magento_InventoryApi::stock_source_link",
    }
)
"""What an integration must be allowed for a snapshot of the catalogue."""

PEOPLE = {
    "customers": "Magento_Customer::customer",
    "orders": "Magento_Sales::actions_view",
    "invoices": "Magento_Sales::sales_invoice",
    "shipments": "Magento_Sales::shipment",
    "credit_memos": "Magento_Sales::sales_creditmemo",
}
"""Table -> what an integration must be allowed for it as well."""

ALL = CATALOGUE | set(PEOPLE.values())


def wrong_password(credentials: Credentials) -> Login:
    return Login(credentials.admin_user, Secret("not the password"))


def wrong_token(_: Credentials) -> BearerToken:
    return BearerToken(Secret("0123456789abcdef0123456789abcdef"))


def wrong_secret(credentials: Credentials) -> OAuthKeys:
    return replace(integration(credentials), access_token_secret=Secret("wrong-secret-here"))


def wrong_consumer(credentials: Credentials) -> OAuthKeys:
    return replace(integration(credentials), consumer_key=Secret("unknown-consumer"))


@pytest.mark.parametrize("auth", [wrong_password, wrong_token, wrong_secret, wrong_consumer])
def test_wrong_credentials_are_told_apart_from_permissions(auth: Auth) -> None:
    with running(auth=auth) as (reader, _):
        with pytest.raises(AuthenticationFailed) as caught:
            pulled(reader)
        findings = list(reader.probe())
    assert caught.value.remedy
    assert [finding.ok for finding in findings] == [False]


def test_an_access_token_as_bearer_is_explained() -> None:
    with running(auth=access_token) as (reader, _), pytest.raises(AuthenticationFailed) as caught:
        pulled(reader)
    assert "standalone Bearer tokens" in caught.value.remedy
    assert "OAuth keys" in caught.value.remedy


def _bearer_allowed() -> Settings:
    return Settings(access=AccessRules(integration_as_bearer=True))


@pytest.mark.parametrize(
    ("auth", "settings"),
    [(integration, None), (administrator, None), (access_token, _bearer_allowed())],
)
def test_all_three_ways_to_sign_in_work(auth: Auth, settings: Settings | None) -> None:
    with running(auth=auth, settings=settings) as (reader, _):
        tables, _ = pulled(reader)
    assert tables["products"].complete


def test_an_admin_token_is_renewed_when_it_has_expired() -> None:
    rules = AccessRules(token_lifetime=timedelta(hours=1))
    with running(auth=administrator, settings=Settings(access=rules)) as (reader, magento):
        list(reader.probe())
        magento.gate.revoke_tokens()
        tables, _ = pulled(reader)
        signed_in = magento.count()["POST", "/rest/V1/integration/admin/token"]
    assert tables["products"].complete
    assert signed_in == 2


def test_exactly_these_permissions_are_needed() -> None:
    rules = AccessRules(permissions=ALL)
    with running(settings=Settings(access=rules)) as (reader, _):
        assert all(finding.ok for finding in reader.probe())
        tables, _ = pulled(reader)
    assert all(kept.complete for kept in tables.values())


@pytest.mark.parametrize("resource", sorted(CATALOGUE))
def test_a_missing_permission_is_named(resource: str) -> None:
    rules = AccessRules(permissions=ALL - {resource})
    with running(settings=Settings(access=rules)) as (reader, _):
        with pytest.raises(PermissionMissing) as caught:
            pulled(reader)
        failed = [finding for finding in reader.probe() if not finding.ok]
    assert resource in str(caught.value)
    assert failed
    assert all(resource in finding.message and finding.remedy for finding in failed)


@pytest.mark.parametrize("table", PEOPLE)
def test_a_missing_permission_for_people_leaves_the_rest_whole(table: str) -> None:
    rules = AccessRules(permissions=ALL - {PEOPLE[table]})
    shop = with_sales(generated_shop(5), 3)
    with running(shop, settings=Settings(access=rules)) as (reader, _):
        tables, _ = pulled(reader)
        failed = [finding for finding in reader.probe() if not finding.ok]
    assert [name for name, kept in tables.items() if not kept.complete] == [table]
    assert PEOPLE[table] in tables[table].incomplete
    assert tables[table].rows == []
    assert [finding.subject for finding in failed] == [table.replace("_", " ")]
    assert PEOPLE[table] in failed[0].message
    assert failed[0].remedy


def test_a_catalogue_can_be_read_without_any_permission_for_people() -> None:
    rules = AccessRules(permissions=CATALOGUE)
    with running(settings=Settings(access=rules)) as (reader, _):
        tables, _ = pulled(reader)
    assert {name for name, kept in tables.items() if not kept.complete} == set(PEOPLE)
    assert tables["products"].rows


def test_orders_that_are_to_be_skipped_need_no_permission() -> None:
    rules = AccessRules(permissions=CATALOGUE | {PEOPLE["customers"]})
    skipped = PeopleSettings(orders=OrdersMode.SKIP)
    with running(settings=Settings(access=rules), people=skipped) as (reader, magento):
        findings = list(reader.probe())
        tables, _ = pulled(reader)
        asked = {path.rpartition("/")[2] for _, path in magento.count()}
    assert all(finding.ok for finding in findings)
    assert all(kept.complete for kept in tables.values())
    assert set(PEOPLE) & set(tables) == {"customers"}
    assert asked.isdisjoint({"orders", "invoices", "shipments", "creditmemos"})


def test_maintenance_mode_is_told() -> None:
    with running(settings=Settings(maintenance=True)) as (reader, _):
        with pytest.raises(Unreachable, match="maintenance") as caught:
            pulled(reader)
        findings = list(reader.probe())
    assert caught.value.status == 503
    assert [finding.ok for finding in findings] == [False]


def test_an_address_without_magento_is_told() -> None:
    with running() as (_, magento):
        settings = MagentoSettings(f"{magento.url}/blog", integration(magento.credentials))
        with (
            closing(MagentoReader(settings, sleep=Waits())) as reader,
            pytest.raises(BadAnswer) as caught,
        ):
            pulled(reader)
    assert "url in reconcile.yml" in caught.value.remedy


def _other_api(_: Request) -> Response:
    return Response(404, b'{"message":"Not Found"}')


def test_an_address_with_some_other_api_is_told() -> None:
    with running(intercept=_other_api) as (reader, _):
        with pytest.raises(BadAnswer, match="no Magento 2"):
            pulled(reader)
        assert [finding.ok for finding in reader.probe()] == [False]


def test_a_shop_that_is_not_there_is_one_finding() -> None:
    settings = MagentoSettings("http://127.0.0.1:1", wrong_token(Credentials.generate()))
    with closing(MagentoReader(settings, sleep=Waits())) as reader:
        findings = list(reader.probe())
    assert [(finding.ok, bool(finding.remedy)) for finding in findings] == [(False, True)]


LOGIN_PAGE = Response(200, b"<!doctype html><html>Log in</html>", "text/html")
LISTED = Response(200, b'[{"sku":"A"}]')
SCALAR = Response(200, b"42")
REDIRECT = Response(302, b"", headers={"Location": "https://www.shop.example/"})


@pytest.mark.parametrize("answer", [LOGIN_PAGE, LISTED, SCALAR, REDIRECT])
def test_answers_that_are_no_list_of_products_end_the_snapshot(answer: Response) -> None:
    def intercept(request: Request) -> Response | None:
        return answer if request.path.endswith("/V1/products") else None

    with running(intercept=intercept) as (reader, _), pytest.raises(BadAnswer):
        pulled(reader)


def _failing(times: int, answer: Response) -> Intercept:
    """Products fail so many times before they are answered."""
    left = [times]

    def intercept(request: Request) -> Response | None:
        if not request.path.endswith("/V1/products") or not left[0]:
            return None
        left[0] -= 1
        return answer

    return intercept


TOO_MANY = Response(429, b'{"message":"slow down"}', headers={"Retry-After": "3"})
CRASHED = Response(500, b'{"messages":{"error":[{"code":500,"message":"Server internal error."}]}}')
CUT = Response(200, b'{"items":[{"id":1,"sku":"A"}],"total_count":9}', cut_after=20)
GATEWAY = Response(502, b"<html>Bad Gateway</html>", "text/html")


@pytest.mark.parametrize("answer", [TOO_MANY, CRASHED, CUT, GATEWAY])
def test_a_passing_fault_does_not_harm(answer: Response) -> None:
    with running(intercept=_failing(1, answer)) as (reader, _):
        tables, _ = pulled(reader)
        assert reader.traffic.retries == 1
    assert tables["products"].complete


@pytest.mark.parametrize("answer", [TOO_MANY, CRASHED, CUT, GATEWAY])
def test_a_lasting_fault_is_an_error(answer: Response) -> None:
    with (
        running(intercept=_failing(1_000_000, answer)) as (reader, _),
        pytest.raises(SystemFault) as caught,
    ):
        pulled(reader)
    assert "/rest/" in str(caught.value)


def test_pages_that_are_too_heavy_are_asked_for_in_smaller_parts() -> None:
    def intercept(request: Request) -> Response | None:
        return CRASHED if products_page(request) and page_size(request) > 15 else None

    with running(intercept=intercept, page_size=100) as (reader, magento):
        for number in range(60):
            record = next(iter(magento.shop.table("products").records()))
            magento.shop.add_product({**record, "sku": f"more-{number}"})
        tables, _ = pulled(reader)
        count = len(magento.shop.table("products"))
    assert tables["products"].complete
    assert len(tables["products"].rows) == count


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": 'No "%1" here', "parameters": ["sku"]}, 'No "sku" here'),
        ({"message": "%a = %b", "parameters": {"a": "id", "b": 7}}, "id = 7"),
        ({"message": "50 %off %unknown", "parameters": []}, "50 %off %unknown"),
        ({"message": "Bad", "errors": [{"message": "x %1", "parameters": ["y"]}]}, "Bad x y"),
        (
            {"messages": {"error": [{"message": "Server internal error."}]}},
            "Server internal error.",
        ),
        ([], ""),
        ({"message": None}, ""),
    ],
)
def test_placeholders_in_messages_are_filled_in(body: Any, words: str) -> None:
    assert words_of(json.loads(json.dumps(body))) == words
