"""What `apply` cannot write goes into quarantine, and leaves it once it is written."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from fake_shop import FakeShop, create
from plan_samples import plan_of, plan_on_disk
from typed import fresh_workspace, typed

from reconcile.model import FieldChange

Run = Callable[..., Result]
CHANGES = [
    replace(create("product:a"), fields=(FieldChange("title", None, "A"),)),
    create("product:b"),
    create("variant:a-s", "product:a"),
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A fresh workspace with an approved plan."""
    fresh_workspace(tmp_path, monkeypatch)
    monkeypatch.setenv("GITHUB_ACTOR", "ada")
    plan_on_disk(tmp_path / "plans", plan_of(CHANGES))
    assert typed("approve", "latest").exit_code == 0
    return typed


def test_what_is_refused_is_kept_until_it_is_written(run: Run, shop: FakeShop) -> None:
    shop.poison = {"product:a"}
    refused = run("apply", "latest")
    assert refused.exit_code == 1
    assert "2 records are in quarantine: see `reconcile quarantine list`" in refused.stderr
    found = json.loads(run("quarantine", "list", "--json").stdout)
    assert [(each["address"], each["code"], each["attempts"]) for each in found] == [
        ("product:a", "failed", 1),
        ("variant:a-s", "skipped", 1),
    ]
    shown = json.loads(run("quarantine", "show", "product:a").stdout)
    assert (shown["mapped"], shown["source"], shown["stage"]) == ({"title": "A"}, None, "apply")
    assert "no product:a" in shown["error"]
    [journal] = Path("plans").glob("*/journal.ndjson")
    assert shown["run"] == json.loads(journal.read_text().splitlines()[0])["run"]
    listed = run("quarantine", "list", "--run", shown["run"], "--json")
    assert len(json.loads(listed.stdout)) == 2
    assert run("apply", "latest").exit_code == 1
    again = json.loads(run("quarantine", "show", "product:a").stdout)
    assert (again["attempts"], again["first_at"]) == (2, shown["first_at"])
    shop.poison = set()
    done = run("apply", "latest")
    assert (done.exit_code, "2 records left quarantine" in done.stderr) == (0, True)
    assert json.loads(run("quarantine", "list", "--json").stdout) == []


def test_a_disk_that_refuses_does_not_hide_what_was_applied(run: Run, shop: FakeShop) -> None:
    shop.poison = {"product:b"}
    Path(".reconcile").mkdir(exist_ok=True)
    Path(".reconcile", "quarantine").write_text("no folder")
    result = run("apply", "latest", "--json")
    assert json.loads(result.stdout)["counts"]["applied"] == 2
    assert (result.exit_code, "cannot be kept" in result.stderr) == (1, True)
