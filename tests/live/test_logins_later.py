"""Accounts that came without any login, and get one by a later plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from companion_shop import CompanionShop, companion_shop
from sales_records import with_sales
from two_shops import TwoShops, two_shops

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

ONLY = ("--only", "customer_group", "--only", "customer")
EMAIL = "zoe.1@example.com"


@dataclass(frozen=True)
class Moved:
    shop: CompanionShop
    shops: TwoShops

    def set(self, old: str, new: str) -> None:
        path = self.shops.workspace / "reconcile.yml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def carry(self) -> list[str]:
        """Plan and carry out; the logins that the plan gives."""
        plan = self.shops.plan(*ONLY)
        self.shops.carry_out()
        return [each.after["login"] for each in plan.changes if "login" in each.paths]

    def asked(self) -> int:
        """How many mails the shop would have sent so far, after one more request."""
        body = {"identifier": EMAIL}
        assert self.shop.post("/auth/customer/emailpass/reset-password", body).status_code == 201
        names = [each["name"] for each in self.shop.events()]
        return names.count("auth.password_reset")


@pytest.fixture
def moved(live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    workspace = tmp_path_factory.mktemp("later")
    with (
        companion_shop(live_sandbox, tmp_path_factory.mktemp("companion")) as shop,
        two_shops(workspace, with_sales(generated_shop(2), 2), shop.medusa) as shops,
    ):
        made = Moved(shop, shops)
        made.set("mode: companion", "mode: skip")
        yield made


def test_none_first_and_reset_later(moved: Moved) -> None:
    assert moved.carry() == []
    assert moved.shop.login(EMAIL, "anything").status_code == 401
    assert moved.asked() == 0
    (customer,) = moved.shop.listed(**{"email[]": EMAIL})
    assert (customer["has_account"], customer["login"]) == (True, None)

    moved.set("passwords: none", "passwords: reset")
    assert moved.carry() == ["reset", "reset"]
    for password in ("", "anything", None):
        body = {"email": EMAIL, "password": password}
        url = f"{moved.shop.medusa.url}/auth/customer/emailpass"
        assert requests.post(url, json=body, timeout=60).status_code == 401
    assert moved.asked() == 1
    token = moved.shop.events()[-1]["data"]["token"]
    url = f"{moved.shop.medusa.url}/auth/customer/emailpass/update"
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.post(url, json={"password": "my own"}, headers=headers, timeout=60)
    assert answer.status_code == 200
    assert moved.shop.login(EMAIL, "my own").status_code == 200
    again = requests.post(url, json={"password": "stolen"}, headers=headers, timeout=60)
    assert again.status_code == 401
    assert moved.shop.login(EMAIL, "my own").status_code == 200
    assert moved.carry() == []
