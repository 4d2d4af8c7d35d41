"""Passwords of every kind of hash, from the shop's database to a login in a real Medusa.

The whole way by commands: `seal-hashes`, `snapshot`, `plan`, `approve`, `apply`, `verify`,
`send-reset`. Then the storefront's own requests, as a customer sends them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import requests
from click.testing import CliRunner
from companion_shop import CompanionShop, companion_shop
from magento_hashes import magento_hash
from sales_records import with_sales
from two_shops import TwoShops, two_shops

from reconcile.cli import main
from reconcile.plan import file
from reconcile.plan.document import Plan
from reconcile.reset_mails import RECORD
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

SALT = "EafILoJFuRPHwco7MUMETVGBbjRMMVnN"
PARAMETERS = "3_32_2_67108864"
PASSWORD = "Pässwort ☃ :1"
CHAINS = [
    ("0",),
    ("1",),
    ("0", "1"),
    ("2",),
    ("0", "2"),
    ("1", "2"),
    (PARAMETERS,),
    ("0", PARAMETERS),
    ("1", PARAMETERS),
    ("0", "1", PARAMETERS),
    ("1", "3"),  # as `customer:hash:upgrade` writes it
    ("3_16_1_65536",),
]
RECORDED = (
    "e71ea2626372a62c34b8655ddc9d20e33970c136fcc260222e9e51ca7492a2cb"
    ":EafILoJFuRPHwco7MUMETVGBbjRMMVnN:3_32_2_67108864"
)
"""What a Magento 2.4.7 made of the sample data's "roni_cost3@example.com"."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A customer who keeps the password."""

    number: int
    password: str
    hash: str = field(repr=False)

    @property
    def email(self) -> str:
        return f"zoe.{self.number}@example.com"


KEPT = {
    **{
        f"{':'.join(chain)} salt {len(salt)}": Kept(
            0, PASSWORD, magento_hash(PASSWORD, salt, *chain)
        )
        for salt in (SALT, "xy")
        for chain in (CHAINS if salt == SALT else [("0",), ("1", "2")])
    },
    "0 no salt": Kept(0, PASSWORD, magento_hash(PASSWORD, "", "0")),
    "recorded": Kept(0, "roni_cost3@example.com", RECORDED),
}
KEPT = {
    name: Kept(number, each.password, each.hash)
    for number, (name, each) in enumerate(KEPT.items(), start=1)
}
HASTY = Kept(len(KEPT) + 1, PASSWORD, magento_hash(PASSWORD, SALT, "1"))
"""Who logs in from several devices at once."""
FORGETFUL = Kept(len(KEPT) + 2, PASSWORD, magento_hash(PASSWORD, SALT, "1"))
"""Who asks for a new password before the first login."""
UNKNOWN_KIND, NO_HASH, NOT_EXPORTED = range(len(KEPT) + 3, len(KEPT) + 6)
"""Customers who have to choose a new one: another system's hash, none at all, not in the file."""
BCRYPT = "$2y$10$abcdefghijklmnopqrstuv"
RESET = [f"zoe.{number}@example.com" for number in (UNKNOWN_KIND, NO_HASH, NOT_EXPORTED)]


@dataclass(frozen=True)
class Moved:
    """Both shops after customers were carried with their passwords, and all that was printed."""

    shop: CompanionShop
    shops: TwoShops
    plan: Plan
    printed: list[str]
    publishable: str

    def run(self, *words: str) -> tuple[int, str]:
        return run(self.shops.workspace, self.printed, *words)

    def me(self, token: str) -> requests.Response:
        """What the storefront asks to greet who is logged in."""
        headers = {"Authorization": f"Bearer {token}", "x-publishable-api-key": self.publishable}
        return requests.get(
            f"{self.shop.medusa.url}/store/customers/me", headers=headers, timeout=60
        )

    def kept_with(self, email: str) -> dict[str, Any]:
        ((metadata,),) = self.shop.sql(
            "select provider_metadata from provider_identity where entity_id = %s", email
        )
        found: dict[str, Any] = metadata
        return found

    def reset_token(self, email: str) -> str:
        """Of the newest mail that a subscriber would send now."""
        asked = [event for event in self.shop.events() if event["name"] == "auth.password_reset"]
        return str(
            [each for each in asked if each["data"]["entity_id"] == email][-1]["data"]["token"]
        )

    def choose(self, token: str, password: str) -> int:
        url = f"{self.shop.medusa.url}/auth/customer/emailpass/update"
        headers = {"Authorization": f"Bearer {token}"}
        return requests.post(
            url, json={"password": password}, headers=headers, timeout=60
        ).status_code


def run(workspace: Path, printed: list[str], *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["-w", str(workspace), *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    printed.append(result.output)
    return result.exit_code, result.output


def export(path: Path) -> None:
    """As the shop's database gives it."""
    kept = (*KEPT.values(), HASTY, FORGETFUL)
    rows = [(each.number, "anyone@example.com", each.hash) for each in kept]
    with path.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(["customer_id", "email", "password_hash"])
        writer.writerows([*rows, (UNKNOWN_KIND, "x@example.com", BCRYPT), (NO_HASH, "", "NULL")])


def settings(workspace: Path, passwords: str) -> None:
    path = workspace / "reconcile.yml"
    text = path.read_text().replace("mode: companion", "mode: skip")
    text = text.replace("passwords: none", f"passwords: {passwords}")
    path.write_text(text.replace("  # hash_key:", "  hash_key:"))


def publishable_key(shop: CompanionShop) -> str:
    key = shop.post("/admin/api-keys", {"title": "Storefront", "type": "publishable"}).json()[
        "api_key"
    ]
    channel = shop.get("/admin/sales-channels").json()["sales_channels"][0]["id"]
    shop.post(f"/admin/api-keys/{key['id']}/sales-channels", {"add": [channel]})
    return str(key["token"])


@pytest.fixture(scope="module")
def moved(live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    workspace, elsewhere = tmp_path_factory.mktemp("logins"), tmp_path_factory.mktemp("elsewhere")
    magento = with_sales(generated_shop(2), NOT_EXPORTED)
    with (
        companion_shop(live_sandbox, elsewhere / "companion") as shop,
        two_shops(workspace, magento, shop.medusa) as shops,
    ):
        printed: list[str] = []
        settings(workspace, "carry")
        _, key = run(workspace, [], "-q", "customers", "new-key")
        with (workspace / ".env").open("a") as env:
            env.write(f"RECONCILE_HASH_KEY={key}")
        export(elsewhere / "customer_hashes.csv")
        words = [
            (2, ["customers", "seal-hashes", str(elsewhere / "customer_hashes.csv")]),
            (0, ["check"]),
            (0, ["snapshot"]),
            (2, ["plan", "--only", "customer_group", "--only", "customer"]),
            (0, ["approve", "latest", "--by", "test"]),
            (0, ["apply", "latest"]),
            (0, ["verify", "latest"]),
        ]
        for code, command in words:
            assert run(workspace, printed, *command)[0] == code, printed[-1]
        plan = file.read(shops.newest_plan)
        yield Moved(shop, shops, plan, printed, publishable_key(shop))


@pytest.mark.parametrize("name", KEPT)
def test_the_former_password_lets_in_and_no_other(moved: Moved, name: str) -> None:
    who = KEPT[name]
    before = moved.kept_with(who.email)
    assert before["magento_hash"] == who.hash
    stored = who.hash.partition(":")[0]
    for wrong in ("", who.password + " ", stored):
        assert moved.shop.login(who.email, wrong).status_code == 401, wrong
    assert moved.kept_with(who.email) == before
    for written in (who.email, f"Zoe.{who.number}@Example.com"):
        answer = moved.shop.login(written, who.password)
        assert answer.status_code == 200, answer.text
        assert moved.me(answer.json()["token"]).json()["customer"]["email"] == who.email
    after = moved.kept_with(who.email)
    assert after.keys() == {"password", "reconcile_login"}
    assert after["reconcile_login"] == before["reconcile_login"]
    assert before.keys() == {"magento_hash", "reconcile_login"}


def test_first_logins_at_once_all_let_in(moved: Moved) -> None:
    with ThreadPoolExecutor(6) as pool:
        logins = [pool.submit(moved.shop.login, HASTY.email, HASTY.password) for _ in range(6)]
    assert [each.result().status_code for each in logins] == [200] * 6
    assert moved.kept_with(HASTY.email).keys() == {"password", "reconcile_login"}


@pytest.mark.parametrize("password", [None, 1, ["x"], {"x": "y"}, True])
def test_what_is_no_password_lets_nobody_in(moved: Moved, password: object) -> None:
    body = {"email": FORGETFUL.email, "password": password}
    url = f"{moved.shop.medusa.url}/auth/customer/emailpass"
    assert requests.post(url, json=body, timeout=60).status_code == 401


def test_a_new_password_before_the_first_login_takes_the_place_of_the_old(moved: Moved) -> None:
    asked = {"identifier": FORGETFUL.email}
    assert moved.shop.post("/auth/customer/emailpass/reset-password", asked).status_code == 201
    assert moved.choose(moved.reset_token(FORGETFUL.email), "chosen anew") == 200
    assert moved.shop.login(FORGETFUL.email, FORGETFUL.password).status_code == 401
    assert moved.shop.login(FORGETFUL.email, "chosen anew").status_code == 200
    assert "magento_hash" not in moved.kept_with(FORGETFUL.email)


def test_a_login_that_changed_is_not_planned_again(moved: Moved) -> None:
    """Runs after logins: Medusa's own hash is no difference."""
    who = next(iter(KEPT.values()))
    assert moved.shop.login(who.email, who.password).status_code == 200
    code, said = moved.run("snapshot")
    assert code == 0, said
    assert moved.run("plan", "--only", "customer_group", "--only", "customer")[0] == 0


def test_the_plan_names_whose_password_is_lost(moved: Moved) -> None:
    (sealing,) = [each for each in moved.printed if "Sealed" in each]
    assert f"customer {UNKNOWN_KIND}: an unknown kind of hash" in sealing
    assert f"customer {NO_HASH}: no password hash" in sealing
    said = [each.message for each in moved.plan.diagnostics if each.code == "password_not_carried"]
    assert len(said) == 3
    for number in (UNKNOWN_KIND, NO_HASH, NOT_EXPORTED):
        assert sum(str(number) in each for each in said) == 1, said


def test_no_hash_stands_in_any_file_or_output(moved: Moved) -> None:
    secrets = {*(each.hash for each in (*KEPT.values(), HASTY, FORGETFUL)), SALT, BCRYPT}
    secrets |= {each.hash.partition(":")[0] for each in KEPT.values()}
    texts = {
        str(path): path_text(path) for path in moved.shops.workspace.rglob("*") if path.is_file()
    }
    texts |= {f"output {number}": text for number, text in enumerate(moved.printed)}
    assert {Path(name).suffix for name in texts} >= {".parquet", ".ndjson", ".sealed", ".md"}
    assert any("password_not_carried" in text for text in texts.values())
    leaks = [name for name, text in texts.items() for secret in secrets if secret in text]
    assert leaks == []


def test_medusa_writes_no_hash_into_its_log(moved: Moved, live_sandbox: SandboxState) -> None:
    logs = list(Path(live_sandbox.workspace).rglob("*.log"))
    text = "".join(log.read_text(errors="replace") for log in logs)
    assert text
    assert SALT not in text


def path_text(path: Path) -> str:
    """What a file says, unpacked."""
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_ndjson()
    content = path.read_bytes()
    assert not content.startswith((b"\x1f\x8b", b"PK", b"\x28\xb5\x2f\xfd")), f"{path} is packed"
    return content.decode()


def test_mails_go_out_once_and_let_customers_choose(moved: Moved) -> None:
    """Apply sent nothing; the number is told first; who is asked, is asked once."""
    heard = [each["data"].get("entity_id") for each in moved.shop.events()]
    assert set(RESET).isdisjoint(heard)
    plan = moved.plan.header.id
    code, said = moved.run("customers", "send-reset", "--plan", plan)
    assert (code, "3 mails to 1 domain would go out" in " ".join(said.split())) == (2, True)
    assert moved.run("customers", "send-reset", "--plan", plan, "--send", "3")[0] == 1
    allowed = ("--send", "3", "--by", "Ana", "--per-minute", "600")
    code, said = moved.run("customers", "send-reset", "--plan", plan, *allowed)
    assert (code, "Asked the shop for 3 mails" in said) == (0, True)
    for email in RESET:
        assert moved.shop.login(email, PASSWORD).status_code == 401
        assert moved.choose(moved.reset_token(email), f"new of {email}") == 200
        token = moved.shop.login(email, f"new of {email}").json()["token"]
        assert moved.me(token).json()["customer"]["email"] == email
    before = len(moved.shop.events())
    code, said = moved.run("customers", "send-reset", "--plan", plan)
    assert (code, "0 mails" in said, "3 customers are asked already" in said) == (0, True, True)
    assert moved.run("customers", "send-reset", "--plan", plan, *allowed)[0] == 1
    assert len(moved.shop.events()) == before
    record = (moved.shops.workspace / "plans" / plan / RECORD).read_text()
    assert "zoe." not in record
    assert [json.loads(line)["event"] for line in record.splitlines()].count("intent") == 3
