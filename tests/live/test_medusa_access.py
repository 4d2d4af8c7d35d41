"""Getting in, being refused, and what `reconcile check` says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from medusa_writing import settings_of

from reconcile.errors import AuthenticationFailed
from reconcile.http import Bearer
from reconcile.sandbox.state import MedusaShop
from reconcile.settings import ApiKey, Login, MedusaSettings, Secret
from reconcile.targets import open_target
from reconcile.targets.medusa.auth import open_session

pytestmark = pytest.mark.live


@pytest.fixture(params=["login", "key"])
def settings(request: pytest.FixtureRequest, medusa: MedusaShop) -> MedusaSettings:
    by_login = settings_of(medusa)
    key = ApiKey(Secret(medusa.api_key))
    return by_login if request.param == "login" else replace(by_login, auth=key)


def failures(settings: MedusaSettings) -> dict[str, str]:
    target = open_target(settings)
    try:
        return {found.subject: found.message for found in target.probe() if not found.ok}
    finally:
        target.close()


def test_a_sandbox_shop_is_ready(settings: MedusaSettings) -> None:
    assert failures(settings) == {}


def test_what_is_missing_is_named(medusa: MedusaShop) -> None:
    settings = replace(settings_of(medusa), sales_channel="None such", shipping_profile="Nor this")
    found = failures(settings)
    assert set(found) == {"sales channel", "shipping profile"}
    assert "None such" in found["sales channel"]


@pytest.mark.parametrize(
    "auth", [Login("nobody@example.com", Secret("wrong-pass")), ApiKey(Secret("sk_wrong-key"))]
)
def test_wrong_credentials_are_named_and_not_shown(
    medusa: MedusaShop, auth: Login | ApiKey
) -> None:
    found = failures(replace(settings_of(medusa), auth=auth))
    assert set(found) == {"credentials"}
    assert "wrong" not in found["credentials"]


def test_nobody_there() -> None:
    auth = ApiKey(Secret("sk_x"))
    assert set(failures(MedusaSettings("http://127.0.0.1:9", auth))) == {"connection"}


def test_a_token_that_is_refused_is_renewed(medusa: MedusaShop) -> None:
    session = open_session(settings_of(medusa))
    try:
        session.get("/admin/stores")
        assert isinstance(session._auth, Bearer)
        session._auth._header = "Bearer expired"
        assert session.get("/admin/stores")["count"] == 1
    finally:
        session.close()


def test_without_credentials_nothing_is_answered(medusa: MedusaShop) -> None:
    session = open_session(settings_of(medusa))
    try:
        with pytest.raises(AuthenticationFailed):
            session.request("GET", "/admin/stores", anonymous=True)
    finally:
        session.close()
