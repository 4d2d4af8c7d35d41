"""`reconcile init`."""

from __future__ import annotations

import subprocess
from pathlib import Path

from shop_in_memory import Run

from reconcile.config import load, shipped_mappings


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_workspace_has_all_its_parts(run: Run, tmp_path: Path) -> None:
    result = run("init", str(tmp_path / "shop"))
    written = _files(tmp_path / "shop")
    assert result.exit_code == 0
    assert {
        "reconcile.yml",
        ".env.example",
        ".gitignore",
        "plans/README.md",
        "reports/README.md",
        ".github/workflows/plan.yml",
        ".github/workflows/apply.yml",
        ".github/workflows/drift.yml",
    } <= set(written)
    shipped = _files(shipped_mappings())
    assert {name: written[f"mappings/{name}"] for name in shipped} == shipped


def test_the_settings_written_are_valid(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path))
    assert load(tmp_path).plans == tmp_path / "plans"


def test_a_second_time_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path))
    before = _files(tmp_path)
    result = run("init", str(tmp_path))
    assert _files(tmp_path) == before
    assert "Written" not in result.stdout
    assert "Kept as it was:\n  reconcile.yml" in result.stdout


def test_what_exists_is_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reconcile.yml").write_text("mine\n")
    (tmp_path / ".gitignore").write_text("mine\n.env")
    run("init", str(tmp_path))
    assert (tmp_path / "reconcile.yml").read_text() == "mine\n"
    lines = (tmp_path / ".gitignore").read_text().splitlines()
    assert lines[:2] == ["mine", ".env"]
    assert lines.count(".env") == 1
    assert ".reconcile/" in lines


def test_secrets_and_shop_data_are_ignored_by_git(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path))
    ignored = (tmp_path / ".gitignore").read_text().splitlines()
    assert {".env", ".reconcile/", "plans/*", "reports/*"} <= set(ignored)


def test_git_takes_approvals_and_nothing_else_of_a_plan(run: Run, tmp_path: Path) -> None:
    run("init", str(tmp_path))
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    plan = tmp_path / "plans" / "20261121T020000Z-1a2b3c4d"
    (plan / "existing").mkdir(parents=True)
    names = ("plan.json", "plan.md", "changes.jsonl", "approval.yml", "existing/approval.yml")
    for path in (*(plan / name for name in names), tmp_path / "plans" / f"{plan.name}.sealed"):
        path.touch()
    listed = subprocess.run(
        ["git", "-C", str(tmp_path), "ls-files", "--others", "--exclude-standard", "plans"],
        capture_output=True,
        text=True,
        check=True,
    )
    approval = f"plans/{plan.name}/approval.yml"
    assert listed.stdout.split() == [approval, "plans/README.md"]


def test_the_repository_is_a_workspace_too() -> None:
    repository = Path(__file__).parents[2]
    templates = repository / "reconcile" / "workspace"
    for name in ("plans/README.md", "reports/README.md"):
        assert (repository / name).read_text() == (templates / name).read_text()
    ignored = (repository / ".gitignore").read_text().splitlines()
    assert set((templates / "gitignore").read_text().splitlines()) <= set(ignored)
