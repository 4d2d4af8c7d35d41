"""Failures of commands are told to whom the settings name, once and in one place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from scripted_server import Reply, ScriptedServer
from shop_in_memory import Run, Shop

from reconcile.cli import main
from reconcile.cli.boundary import Program
from reconcile.cli.context import Context
from reconcile.errors import Unreachable
from reconcile.model import Finding

NOTIFY = """
notify:
  link: https://ci.example/7
  to:
    - {slack: "${SLACK_WEBHOOK_URL}", when: failure}
    - {webhook: "${HOOK_URL}", when: always}
    - {github_summary: true, when: always}
"""
DOWN = Unreachable("The shop of ada@shop.example is down.", remedy="Wait.")


@pytest.fixture
def receiver(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """Whom this workspace tells: one server for Slack (/slack) and the webhook (/hook)."""
    with (workspace / "reconcile.yml").open("a") as settings:
        settings.write(NOTIFY)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    with ScriptedServer(lambda _, __: Reply()) as server:
        monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{server.url}/slack/top-secret")
        monkeypatch.setenv("HOOK_URL", f"{server.url}/hook/top-secret")
        yield server


def _hooked(receiver: ScriptedServer) -> list[dict[str, Any]]:
    return [json.loads(asked.body) for asked in receiver.asked if asked.path.startswith("/hook")]


def test_a_snapshot_that_failed(
    run: Run, magento: Shop, medusa: Shop, receiver: ScriptedServer
) -> None:
    magento.broken_when, magento.broken = "read", DOWN
    result = run("snapshot")
    assert result.exit_code == 1
    assert "The shop of ada@shop.example is down." in result.stderr
    [told] = _hooked(receiver)
    assert (told["command"], told["state"]) == ("snapshot", "failed")
    assert told["headline"] == "The shop of a***@s***.example is down. Remedy: Wait."
    assert told["link"] == "https://ci.example/7"
    assert len(receiver.asked) == 2


def test_two_shops_that_failed_are_one_message(
    run: Run, magento: Shop, medusa: Shop, receiver: ScriptedServer
) -> None:
    for shop in (magento, medusa):
        shop.broken_when, shop.broken = "opened", DOWN
    assert run("snapshot").exit_code == 1
    [told] = _hooked(receiver)
    assert len(told["dangers"]) == 1


@pytest.mark.parametrize("command", [("verify", "latest"), ("apply", "latest"), ("plan",)])
def test_commands_whose_failure_is_told(
    run: Run, receiver: ScriptedServer, command: tuple[str, ...]
) -> None:
    assert run(*command).exit_code == 1
    assert [told["command"] for told in _hooked(receiver)] == [command[0]]


@pytest.mark.parametrize(
    "command",
    [("show", "latest"), ("plan", "--pilot", "none"), ("aply",), ("snapshots",), ("--help",)],
)
def test_what_nobody_is_told_of(
    run: Run, receiver: ScriptedServer, command: tuple[str, ...]
) -> None:
    run(*command)
    assert receiver.asked == []


def test_ctrl_c_is_not_told(
    run: Run, magento: Shop, medusa: Shop, receiver: ScriptedServer
) -> None:
    magento.interrupts_at = 1
    assert run("snapshot").exit_code == 130
    assert receiver.asked == []


def test_settings_that_cannot_be_read_are_told_to_nobody(
    run: Run, workspace: Path, receiver: ScriptedServer
) -> None:
    with (workspace / "reconcile.yml").open("a") as settings:
        settings.write("unknown: 1\n")
    result = run("plan")
    assert (result.exit_code, receiver.asked) == (1, [])
    assert result.stderr.count("is not a setting") == 1


def test_a_full_disk_is_told(
    receiver: ScriptedServer, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Program, __: object) -> None:
        raise OSError(28, "No space left on device", "/data/part-00000.parquet")

    monkeypatch.setattr("reconcile.cli.snapshot._taken", full)
    assert CliRunner().invoke(main, ["snapshot"]).exit_code == 1
    [told] = _hooked(receiver)
    assert told["headline"] == "/data/part-00000.parquet: No space left on device."


@pytest.fixture
def _mapped(monkeypatch: pytest.MonkeyPatch, magento: Shop, medusa: Shop) -> None:
    monkeypatch.setattr(Context, "mappings", lambda _: (None, {"product": None}))


def _findings(run: Run, *words: str) -> dict[str, dict[str, Any]]:
    found = json.loads(run("check", "--json", *words).stdout)
    return {each["subject"]: each for each in found if each["system"] == "notify"}


@pytest.mark.usefixtures("_mapped")
def test_check_names_who_is_told_and_sends_nothing(run: Run, receiver: ScriptedServer) -> None:
    found = _findings(run)
    assert found.keys() == {"slack", "webhook", "github_summary"}
    assert found["slack"]["message"].endswith(": told of failures")
    assert found["webhook"]["message"].endswith(": told of every run")
    assert found["github_summary"]["message"].endswith("no job of GitHub's")
    assert all(each["ok"] for each in found.values())
    assert receiver.asked == []


@pytest.mark.usefixtures("_mapped")
def test_check_sends_a_test_to_all(
    run: Run, receiver: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    found = _findings(run, "--notify")
    assert all(each["message"].endswith(": the test was sent") for each in found.values())
    assert sorted(asked.path for asked in receiver.asked) == [
        "/hook/top-secret",
        "/slack/top-secret",
    ]
    assert "This is a test" in summary.read_text()


@pytest.mark.usefixtures("_mapped")
def test_check_says_which_test_was_not_sent(
    run: Run, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (workspace / "reconcile.yml").open("a") as settings:
        settings.write(NOTIFY)
    monkeypatch.delenv("HOOK_URL", raising=False)
    with ScriptedServer(lambda _, __: Reply(status=404, body=b"no_service")) as server:
        monkeypatch.setenv("SLACK_WEBHOOK_URL", f"{server.url}/top-secret")
        result = run("check", "--notify", "--json")
    found = {each["subject"]: each for each in json.loads(result.stdout)}
    assert result.exit_code == 1
    assert found["slack"]["message"].endswith("it answered with status 404 (no_service)")
    assert found["webhook"]["message"].endswith("The environment variable HOOK_URL is not set")
    assert "top-secret" not in result.stdout + result.stderr


@pytest.mark.usefixtures("_mapped")
def test_who_sends_in_clear_is_warned(
    run: Run, receiver: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_URL", "http://10.0.0.7/top-secret")
    result = run("check")
    assert "Warning: webhook (reconcile.yml:" in result.stderr
    assert "is not encrypted" in result.stderr
    assert "top-secret" not in result.stderr


def test_nobody_to_tell(run: Run, magento: Shop, medusa: Shop, workspace: Path) -> None:
    magento.findings = [Finding("magento", "a", ok=True, message="b")]
    assert _findings(run) == {}
    assert list(_findings(run, "--notify")) == ["nobody"]
