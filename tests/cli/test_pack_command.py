"""`reconcile pack` and `reconcile unpack` as they are typed, and the key they use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shop_in_memory import Run

from reconcile.config import load
from reconcile.errors import SettingsError
from reconcile.plan import file
from reconcile.plan.document import PlanHeader, SnapshotFacts
from reconcile.settings import PersonalData

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEY = "dO4jhbgYjXeYT3v6RBzE5Yxtm81bb4aP9liSKKnCZNw="
SHIPPED = "artifacts:\n  personal_data: encrypted\n  key: ${RECONCILE_ARTIFACT_KEY}\n"
FACTS = SnapshotFacts("magento", "http://shop.test", NOON, "sha256:1", complete=True)


def header() -> PlanHeader:
    return PlanHeader("", NOON, "0", FACTS, FACTS, "sha256:2", {}, (), (), "", "")


@pytest.fixture
def plan(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RECONCILE_ARTIFACT_KEY", KEY)
    return file.write(workspace / "plans", NOON, [], list, header)


def settings(workspace: Path, before: str, after: str) -> None:
    path = workspace / "reconcile.yml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_there_and_back(run: Run, plan: Path, tmp_path: Path) -> None:
    packed = run("pack", "latest")
    assert packed.exit_code == 0
    path = Path(packed.stdout.strip())
    assert path == tmp_path / "plans" / f"{plan.name}.sealed"
    before = {each.name: each.read_bytes() for each in plan.iterdir()}
    digest = file.plan_digest(plan)
    plan.rename(tmp_path / "away")
    opened = run("unpack", str(path), "--digest", digest)
    assert (opened.exit_code, opened.stdout.strip()) == (0, str(plan))
    assert {each.name: each.read_bytes() for each in plan.iterdir()} == before
    assert run("show", "latest").exit_code == 0


def test_what_scripts_get(run: Run, plan: Path, tmp_path: Path) -> None:
    packed = json.loads(run("pack", plan.name, "--out", "new/plan.sealed", "--json").stdout)
    digest = file.plan_digest(plan)
    assert (packed["plan"], packed["digest"], packed["encrypted"]) == (plan.name, digest, True)
    assert packed["bytes"] == (tmp_path / "new" / "plan.sealed").stat().st_size
    done = run("unpack", "new/plan.sealed", "--digest", digest, "--json")
    assert json.loads(done.stdout)["written"] == []


def test_without_a_key_it_says_which_variable_and_how_to_make_one(
    run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECONCILE_ARTIFACT_KEY")
    for section in (SHIPPED, "# nothing\n"):
        settings(tmp_path, SHIPPED, section)
        result = run("pack", "latest")
        assert result.exit_code == 1
        assert "The environment variable RECONCILE_ARTIFACT_KEY is not set" in result.stderr
        assert "openssl rand -base64 32" in result.stderr
    assert list((tmp_path / "plans").glob("*.sealed")) == []


SECTIONS = {
    "": (PersonalData.ENCRYPTED, KEY),
    "artifacts: {personal_data: plain}": (PersonalData.PLAIN, ""),
    "artifacts: {personal_data: encrypted}": (PersonalData.ENCRYPTED, KEY),
    'artifacts: {key: "${MINE}"}': (PersonalData.ENCRYPTED, "mine"),
    'artifacts: {personal_data: plain, key: "${NOT_SET}"}': (PersonalData.PLAIN, ""),
}


@pytest.mark.parametrize("section", SECTIONS)
def test_how_plans_are_packed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, section: str
) -> None:
    settings(workspace, SHIPPED, section + "\n")
    monkeypatch.setenv("RECONCILE_ARTIFACT_KEY", KEY)
    monkeypatch.setenv("MINE", "mine")
    found = load(workspace).artifacts
    assert (found.personal_data, found.key) == SECTIONS[section]
    assert KEY not in repr(found)


def test_a_key_in_the_file_is_refused(workspace: Path) -> None:
    settings(workspace, "key: ${RECONCILE_ARTIFACT_KEY}", f"key: {KEY}")
    with pytest.raises(SettingsError, match="must not be written into this file") as caught:
        load(workspace)
    assert KEY not in str(caught.value)


def test_a_private_place_does_without(
    run: Run, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(tmp_path, "personal_data: encrypted", "personal_data: plain")
    result = run("pack", "latest")
    assert result.stdout.strip().endswith(f"{plan.name}.tar.gz")
    assert "NOT encrypted" in result.stderr
    monkeypatch.delenv("RECONCILE_ARTIFACT_KEY")
    digest = file.plan_digest(plan)
    assert run("unpack", result.stdout.strip(), "--digest", digest).exit_code == 0
