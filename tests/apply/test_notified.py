"""Who is told what plan, apply and verify find, and that this changes nothing about them."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from fake_shop import FakeShop, create
from plan_samples import plan_of, plan_on_disk
from scripted_server import Reply, ScriptedServer
from typed import fresh_workspace, typed

from reconcile.cli import plan as plan_command
from reconcile.cli.context import Context
from reconcile.errors import AuthenticationFailed, RequestRefused
from reconcile.model import Action, FieldChange
from reconcile.plan.document import Plan, Tally

Run = Callable[..., Result]
HOOK = """
notify:
  to:
    - {webhook: "${HOOK_URL}", when: always}
"""
CHANGES = [
    replace(create("product:a"), fields=(FieldChange("title", None, "A"),)),
    replace(create("customer:ada@shop.example"), fields=(FieldChange("email", None, "x"),)),
]


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer(lambda _, __: Reply()) as server:
        monkeypatch.setenv("HOOK_URL", f"{server.url}/top-secret-hook")
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan in a fresh workspace, which is the current folder."""
    fresh_workspace(tmp_path, monkeypatch)
    with (tmp_path / "reconcile.yml").open("a") as settings:
        settings.write(HOOK)
    return plan_on_disk(tmp_path / "plans", _plan())


def _plan() -> Plan:
    made = plan_of(CHANGES)
    tallies = (
        Tally("product", {Action.CREATE.value: 1}, unchanged=4),
        Tally("customer", {Action.CREATE.value: 1}),
    )
    return replace(made, header=replace(made.header, tallies=tallies))


@pytest.fixture
def run(folder: Path) -> Run:
    return typed


def _told(receiver: ScriptedServer) -> list[dict[str, Any]]:
    return [json.loads(asked.body) for asked in receiver.asked]


def test_a_run_that_went_well(run: Run, shop: FakeShop, receiver: ScriptedServer) -> None:
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    assert run("apply", "latest").exit_code == 0
    assert run("verify", "latest").exit_code == 0
    applied, verified = _told(receiver)
    assert (applied["command"], applied["state"]) == ("apply", "same")
    assert applied["headline"] == "1 approved change is applied."
    assert applied["counts"] == [
        {"name": "changes", "numbers": {"applied": 1, "open": 0, "excluded": 1}}
    ]
    assert applied["shops"] == ["http://shop.test", "http://shop.test"]
    assert (verified["command"], verified["state"]) == ("verify", "same")
    assert verified["headline"].startswith("Proven: 1 approved = 1 applied = 1 read back equal")


def test_changes_that_could_not_be_applied(
    run: Run, shop: FakeShop, receiver: ScriptedServer
) -> None:
    shop.before = lambda *_: RequestRefused("ada@shop.example is taken.", status=422)
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    assert run("apply", "latest").exit_code == 1
    [told] = _told(receiver)
    assert (told["state"], told["headline"]) == ("failed", "0 of 1 approved changes are applied.")
    assert told["dangers"] == ["product:a: failed, a***@s***.example is taken."]


def test_what_does_not_read_back_equal(run: Run, shop: FakeShop, receiver: ScriptedServer) -> None:
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    run("apply", "latest")
    shop.values["product:a"]["title"] = "Other"
    assert run("verify", "latest").exit_code == 2
    told = _told(receiver)[1]
    assert told["state"] == "drift"
    assert told["headline"].startswith("Not proven: ")
    assert told["dangers"] == ["product:a title: differs"]


def test_a_plan(
    run: Run, folder: Path, receiver: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = SimpleNamespace(system="magento", order_words=lambda _: ())
    monkeypatch.setattr(plan_command, "_chosen", lambda *_: words)
    monkeypatch.setattr(plan_command, "inputs_of", lambda *_: None)
    monkeypatch.setattr(plan_command, "SOURCES", {"magento": words})
    monkeypatch.setattr(plan_command.OrderFilters, "check", lambda *_: None)
    monkeypatch.setattr(plan_command.build, "build", lambda *_: folder)
    monkeypatch.setattr(plan_command, "after_plan", lambda *_: None)
    assert run("plan").exit_code == 2
    [told] = _told(receiver)
    assert (told["command"], told["state"], told["run"]) == ("plan", "drift", folder.name)
    assert told["headline"].startswith("This plan creates 1 product and 1 customer")
    assert told["counts"] == [
        {"name": "products", "numbers": {"create": 1, "unchanged": 4}},
        {"name": "customers", "numbers": {"create": 1}},
    ]
    assert "ada@shop" not in json.dumps(told)


def test_a_run_that_was_refused(run: Run, shop: FakeShop, receiver: ScriptedServer) -> None:
    result = run("apply", "latest")
    assert result.exit_code == 1
    [told] = _told(receiver)
    assert (told["command"], told["state"]) == ("apply", "failed")
    assert "is not approved" in told["headline"]


def test_a_shop_that_refuses_the_key(
    run: Run, receiver: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_: Context, **__: bool) -> None:
        raise AuthenticationFailed("medusa refused sk_live_123 of ada@shop.example", status=401)

    monkeypatch.setenv("MEDUSA_API_KEY", "sk_live_123")
    monkeypatch.setattr(Context, "open_target", refuses)
    run("approve", "latest", "--by", "ada")
    assert run("apply", "latest").exit_code == 1
    assert _told(receiver)[0]["headline"] == "medusa refused *** of a***@s***.example"


@pytest.mark.parametrize("reply", [Reply(status=404), Reply(silent=True)])
@pytest.mark.parametrize("fails", [False, True])
def test_a_receiver_that_fails_changes_nothing(
    run: Run, shop: FakeShop, monkeypatch: pytest.MonkeyPatch, reply: Reply, *, fails: bool
) -> None:
    if fails:
        shop.before = lambda *_: RequestRefused("no.", status=422)
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    with ScriptedServer(lambda _, __: reply) as server:
        monkeypatch.setenv("HOOK_URL", f"{server.url}/top-secret-hook")
        result = run("apply", "latest")
    assert result.exit_code == (1 if fails else 0)
    assert "Warning: webhook (reconcile.yml:" in result.stderr
    assert "was not told: " in result.stderr
    assert "top-secret" not in result.output + result.stderr


def test_a_variable_that_is_not_set_changes_nothing(
    run: Run, shop: FakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOOK_URL", raising=False)
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    result = run("apply", "latest")
    assert result.exit_code == 0
    assert "HOOK_URL is not set" in result.stderr


def test_a_bug_in_telling_changes_nothing(
    run: Run, shop: FakeShop, receiver: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("top-secret")

    monkeypatch.setattr("reconcile.notify.send.send", broken)
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    result = run("apply", "latest")
    assert result.exit_code == 0
    assert "an unforeseen RuntimeError" in result.stderr
    assert "top-secret" not in result.stderr


def test_ctrl_c_while_telling_changes_nothing(
    run: Run, shop: FakeShop, receiver: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.notify.send.send", lambda *_: signal.raise_signal(signal.SIGINT))
    run("approve", "latest", "--by", "ada", "--exclude", "customer:*")
    result = run("apply", "latest")
    assert (result.exit_code, "not everybody was told" in result.stderr) == (0, True)
