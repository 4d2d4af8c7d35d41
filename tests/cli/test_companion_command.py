"""`reconcile companion`: what it says of a Medusa project, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shop_in_memory import Run

from reconcile.targets.medusa.companion_install import shipped_version
from reconcile.targets.medusa.project import LINE

CONFIG = "module.exports = defineConfig({})\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Nobody needs a workspace for this."""
    folder = tmp_path / "shop"
    folder.mkdir()
    package = {"dependencies": {"@medusajs/medusa": "2.21.2"}}
    (folder / "package.json").write_text(json.dumps(package))
    (folder / "medusa-config.ts").write_text(CONFIG)
    return folder


def test_what_belongs_into_the_configuration_is_shown(run: Run, shop: Path) -> None:
    result = run("companion", "install", str(shop))
    assert result.exit_code == 0
    assert f"The companion {shipped_version()} lies in" in result.stdout
    assert LINE in result.stdout
    assert "--write does it" in result.stdout
    assert "cp -R reconcile-companion .medusa/server/" in " ".join(result.stderr.split())
    assert (shop / "medusa-config.ts").read_text() == CONFIG


def test_and_how_to_write_it_by_hand_where_it_is_of_another_form(run: Run, shop: Path) -> None:
    (shop / "medusa-config.ts").write_text("export default defineConfig({})\n")
    result = run("companion", "install", str(shop))
    assert "withReconcile(defineConfig({ ... }))" in result.stdout
    refused = run("companion", "install", str(shop), "--write")
    assert refused.exit_code == 1
    assert "is not of a form that this tool changes" in " ".join(refused.stderr.split())


def test_it_is_written_when_asked_for(run: Run, shop: Path) -> None:
    result = run("companion", "install", str(shop), "--write")
    assert result.exit_code == 0
    assert "medusa-config.ts.before-reconcile" in " ".join(result.stdout.split())
    assert (shop / "medusa-config.ts").read_text().endswith(f"{LINE}\n")
    again = run("companion", "install", str(shop), "--write")
    assert again.exit_code == 0
    assert "calls it in already" in " ".join(again.stdout.split())
    assert run("companion", "status", str(shop)).exit_code == 0
    assert run("companion", "remove", str(shop)).exit_code == 0
    assert {path.name for path in shop.iterdir()} == {"package.json", "medusa-config.ts"}
    assert "There is no companion." in run("companion", "remove", str(shop)).stdout


def test_status_says_what_is_not_right(run: Run, shop: Path) -> None:
    none = run("companion", "status", str(shop))
    assert (none.exit_code, "There is no companion" in none.stdout) == (2, True)
    run("companion", "install", str(shop))
    unwired = run("companion", "status", str(shop))
    assert (unwired.exit_code, "does not call it in" in unwired.stdout) == (2, True)
    (shop / "reconcile-companion" / "index.js").write_text("// mine\n")
    (shop / "reconcile-companion" / "http" / "body.js").unlink()
    told = " ".join(run("companion", "status", str(shop)).stdout.split())
    assert "Changed since it was installed: index.js." in told
    assert "Missing: http/body.js." in told


def test_status_as_json(run: Run, shop: Path) -> None:
    run("companion", "install", str(shop), "--write", "--json")
    told = json.loads(run("companion", "status", str(shop), "--json").stdout)
    assert told == {
        "project": str(shop),
        "medusa": "2.21.2",
        "config": str(shop / "medusa-config.ts"),
        "installed": shipped_version(),
        "shipped": shipped_version(),
        "changed": [],
        "missing": [],
        "outdated": False,
        "wired": True,
    }
    removed = json.loads(run("companion", "remove", str(shop), "--json").stdout)
    assert (removed["removed"], removed["installed"], removed["wired"]) == (True, None, False)


@pytest.mark.parametrize("command", ["install", "remove"])
def test_changed_files_are_told_and_kept(run: Run, shop: Path, command: str) -> None:
    run("companion", "install", str(shop))
    (shop / "reconcile-companion" / "index.js").write_text("// mine\n")
    refused = run("companion", command, str(shop))
    assert refused.exit_code == 1
    assert "index.js" in refused.stderr
    assert "--discard-changes" in refused.stderr
    assert (shop / "reconcile-companion" / "index.js").read_text() == "// mine\n"
    assert run("companion", command, str(shop), "--discard-changes").exit_code == 0


@pytest.mark.parametrize("command", ["install", "remove", "status"])
def test_a_folder_that_is_no_project(run: Run, tmp_path: Path, command: str) -> None:
    result = run("companion", command, str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "is no Medusa v2 project: it has no package.json" in " ".join(result.stderr.split())
