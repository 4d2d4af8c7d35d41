"""`reconcile locks` and `unlock`, and two applies that meet: exactly one writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_shop import create
from plan_samples import approval_of, plan_of
from scripted_server import Asked, Reply, ScriptedServer
from typed import fresh_workspace
from typed import typed as run

from reconcile.apply.lock import Claim, lock_name, this_host, written
from reconcile.apply.state_lock import StateLock
from reconcile.cli import main
from reconcile.journal import read
from reconcile.model import Change, FieldChange
from reconcile.plan import approval_file, file
from reconcile.plan.document import Plan
from reconcile.state import State

NOW = datetime.now(UTC)
SHOP = "https://backend.example.com"
NAME = lock_name(SHOP)
ELSEWHERE = Claim(SHOP, "20261101T110000Z-bbbbbbbb", NOW, 4711, "other.example.com")
LONG = 60.0
SECRETS = {"MEDUSA_API_KEY": "sk_test", "MAGENTO_URL": "http://magento.test"}

Run = Callable[..., Result]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    fresh_workspace(tmp_path, monkeypatch)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    share(tmp_path, tmp_path / "shared")
    return tmp_path


def share(workspace: Path, state: Path) -> None:
    settings = workspace / "reconcile.yml"
    settings.write_text(f"{settings.read_text()}\nstate: {state}\n")


@contextmanager
def held_elsewhere(workspace: Path) -> Iterator[None]:
    """Another machine holds the shared lock."""
    with StateLock(State(str(workspace / "shared")), print).held(ELSEWHERE, pytest.fail):
        yield


def left_behind(workspace: Path) -> None:
    """A process of this machine was killed."""
    folder = workspace / "home" / "reconcile" / "locks"
    folder.mkdir(parents=True)
    (folder / f"{NAME}.lock").write_bytes(written(replace(ELSEWHERE, host=this_host())))


def test_no_locks(workspace: Path) -> None:
    assert "nobody is writing" in run("locks").stderr
    assert json.loads(run("locks", "--json").stdout) == []


def test_locks_are_listed_with_their_holders(workspace: Path) -> None:
    left_behind(workspace)
    with held_elsewhere(workspace):
        listed = run("locks").stdout
        mine, other = json.loads(run("locks", "--json").stdout)
    assert re.search(rf"^{NAME}  left behind: process 4711 on {this_host()}, plan ", listed, re.M)
    assert re.search(rf"^{NAME}  held: process 4711 on other\.example\.com, plan ", listed, re.M)
    assert (mine["alive"], mine["expires"], mine["host"]) == (False, None, this_host())
    assert (other["alive"], other["plan"], other["target"]) == (True, ELSEWHERE.plan, SHOP)


def test_what_was_left_behind_is_cleared_by_name(workspace: Path) -> None:
    left_behind(workspace)
    cleared = run("unlock", NAME)
    assert (cleared.exit_code, "Cleared" in cleared.stderr) == (0, True)
    assert json.loads(run("locks", "--json").stdout) == []
    again = run("unlock", NAME)
    assert (again.exit_code, f"There is no lock '{NAME}'" in again.stderr) == (1, True)


def test_a_lock_that_is_renewed_needs_force(workspace: Path) -> None:
    with held_elsewhere(workspace):
        refused = run("unlock", NAME)
        assert (refused.exit_code, "seems to be at work" in refused.stderr) == (1, True)
        assert run("unlock", NAME, "--force").exit_code == 0
        assert json.loads(run("locks", "--json").stdout) == []


CATEGORY = FieldChange("name", None, "Bags")


def plan_for(url: str, title: str) -> Plan:
    changes: list[Change] = [
        replace(
            create(f"category:{title}"),
            fields=(CATEGORY, FieldChange("handle", None, title)),
            source_id=f"magento:category/{title}",
        )
    ]
    plan = plan_of(changes)
    target = replace(plan.header.target, url=url, system="medusa", taken_at=NOW)
    return replace(plan, header=replace(plan.header, created_at=NOW, target=target))


def workspace_with_plan(root: Path, url: str, title: str) -> Path:
    """A workspace of its own with an approved plan of its own. Its environment is in .env."""
    root.mkdir()
    CliRunner().invoke(main, ["init", str(root)])
    (root / ".env").write_text("".join(f"{name}={value}\n" for name, value in SECRETS.items()))
    plan = plan_for(url, title)
    folder = file.write(
        root / "plans", NOW, plan.changes, lambda: plan.diagnostics, lambda: plan.header
    )
    approval_file.write(folder, approval_of(file.read(folder)))
    return root


class Medusa:
    """Answers as an empty Medusa; holds back the first write until `release` is set."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.writes: list[str] = []

    def __call__(self, asked: Asked, _: int) -> Reply:
        noun = asked.path.partition("?")[0].rpartition("/")[2].replace("-", "_")
        if noun == "reconcile":
            return Reply(404, b'{"type":"not_found","message":"none"}')
        if asked.method == "GET":
            return said({noun: [], "count": 0, "offset": 0, "limit": 1})
        self.writes.append(asked.path)
        self.release.wait(LONG)
        return said({"product_category": {"id": f"pcat_{len(self.writes)}"}})


def said(body: Mapping[str, object]) -> Reply:
    return Reply(body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def start(workspace: Path, url: str, home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "reconcile", "-w", str(workspace), "apply", "latest", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "MEDUSA_URL": url, "XDG_STATE_HOME": str(home)},
    )


@pytest.mark.parametrize("shared", [False, True], ids=["one machine", "two machines"])
def test_of_two_applies_that_race_one_writes(tmp_path: Path, shared: bool) -> None:
    """Two workspaces, two plans, one shop. Two state folders stand for two machines: then only
    the shared state tells them of each other."""
    medusa = Medusa()
    with ScriptedServer(medusa) as server:
        processes = []
        for title in ("bags", "shirts"):
            root = workspace_with_plan(tmp_path / title, server.url, title)
            if shared:
                share(root, tmp_path / "shared")
            home = tmp_path / (f"home-{title}" if shared else "home")
            processes.append((root, start(root, server.url, home)))
        loser, winner = ended_first(processes)
        out, words = loser[1].communicate(timeout=LONG)
        medusa.release.set()
        report, _ = winner[1].communicate(timeout=LONG)
    assert loser[1].returncode == 1
    holder = rf"process {winner[1].pid} on {re.escape(this_host())}, plan \S+, since \S+ \S+ UTC"
    assert re.search(rf"Another apply is writing to {re.escape(server.url)}: {holder}", words)
    assert "Remedy: Wait for it to end" in words
    assert out == ""
    assert winner[1].returncode == 0, report
    assert json.loads(report)["counts"] == {"applied": 1, "open": 0}
    assert len(medusa.writes) == 1
    (plan,) = (loser[0] / "plans").glob("*/plan.json")
    assert read(plan.parent / "journal.ndjson").outcomes == {}


Process = tuple[Path, "subprocess.Popen[str]"]


def ended_first(processes: list[Process]) -> tuple[Process, Process]:
    """The one that ends while the other is held back, and the other."""
    one, two = processes
    ended: list[Process] = []
    noticed = threading.Event()

    def watch(each: Process) -> None:
        each[1].wait()
        ended.append(each)
        noticed.set()

    for each in processes:
        threading.Thread(target=watch, args=(each,), daemon=True).start()
    assert noticed.wait(LONG), "both are still running"
    return (one, two) if ended[0] is one else (two, one)
