"""The pull request that asks for approval, opened and updated by plan.yml's own script."""

from __future__ import annotations

from pathlib import Path

import pytest
from workflow_runner import Forge, Result, Runner, commit, forge, git

PLAN, OTHER = "20261121T033000Z-1a2b3c4d", "20261122T033000Z-5e6f7a8b"
BRANCH = "reconcile/plan"
BRIEF = "# Plan\n\n- **create products** × 3\n"
DIGEST = "sha256:" + "0" * 64 + "\n"


@pytest.fixture
def hub(tmp_path: Path) -> Forge:
    """A repository whose workspace ignores plans, as `reconcile init` writes it."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / ".gitignore").write_text("plans/*\n!plans/*/\nplans/*/*\n!plans/*/approval.yml\n")
    (tmp_path / "machines").mkdir()
    return forge(tmp_path, workspace)


def ask(hub: Forge, plan: str = PLAN, brief: str = BRIEF) -> Result:
    files = {"plan.md": brief, "plan.digest": DIGEST, "index.html": "<html>"}
    hub.keep(f"review-{plan}", {name: text.encode() for name, text in files.items()})
    settings = {"vars": {}, "secrets": {}}
    runner = Runner(hub, hub.root / "machines", settings)
    result = runner.job("plan.yml", "pull-request", {"plan": {"outputs": {"plan": plan}}})
    assert result.ok, result.text
    return result


def files(hub: Forge, branch: str = BRANCH) -> list[str]:
    listed = git(hub.root / "remote.git", "ls-tree", "-r", "--name-only", branch)
    return [name for name in listed.splitlines() if name != ".gitignore"]


def test_it_says_what_is_planned_and_how_to_approve(hub: Forge) -> None:
    ask(hub)
    (pull,) = hub.pulls
    assert (pull["head"], pull["base"], pull["title"]) == (BRANCH, "main", f"Plan {PLAN}")
    assert pull["body"].endswith(f"\n\n{BRIEF}")
    assert f"`plans/{PLAN}/approval.yml`" in pull["body"]
    assert "https://forge.example/ada/shop/actions/runs/1" in pull["body"]
    assert files(hub) == [f"plans/{PLAN}/plan.digest", f"plans/{PLAN}/plan.md"]
    assert files(hub, "main") == []


def test_there_is_one_for_the_newest_plan(hub: Forge) -> None:
    ask(hub)
    ask(hub, OTHER, "# Other\n")
    (pull,) = hub.pulls
    assert (pull["title"], pull["number"]) == (f"Plan {OTHER}", 1)
    assert pull["body"].endswith("# Other\n")
    assert files(hub) == [f"plans/{OTHER}/plan.digest", f"plans/{OTHER}/plan.md"]


def approve(hub: Forge, plan: str = PLAN) -> Path:
    """By a reviewer, on the branch."""
    clone = hub.clone(hub.root / "reviewer", BRANCH)
    (clone / "plans" / plan / "approval.yml").write_text("plan_digest: ...\n")
    commit(clone, "Approve")
    git(clone, "push", "-q", "origin", BRANCH)
    return clone


def test_an_approval_that_waits_to_be_merged_is_left_alone(hub: Forge) -> None:
    ask(hub)
    approve(hub)
    before = git(hub.root / "remote.git", "rev-parse", BRANCH)
    result = ask(hub, OTHER)
    assert f"plans/{PLAN}/approval.yml waits to be merged" in result.text
    assert git(hub.root / "remote.git", "rev-parse", BRANCH) == before
    assert [pull["title"] for pull in hub.pulls] == [f"Plan {PLAN}"]


def test_after_the_merge_the_next_plan_is_asked_for(hub: Forge) -> None:
    ask(hub)
    clone = approve(hub)
    git(clone, "push", "-q", "origin", f"{BRANCH}:main")
    ask(hub, OTHER)
    assert f"plans/{OTHER}/plan.md" in files(hub)
    assert [pull["title"] for pull in hub.pulls] == [f"Plan {OTHER}"]


@pytest.mark.parametrize("line", ["x" * 99, "ä" * 99, "𝄞" * 99])
def test_a_long_plan_is_cut_where_a_line_ends(hub: Forge, line: str) -> None:
    ask(hub, brief=f"# Plan\n{line}\n" + f"{line}\n" * 2000)
    body = hub.pulls[0]["body"]
    assert len(body) < 65_536
    assert f"This text is cut; `plans/{PLAN}/plan.md` has all of it." in body
    assert body.count(f"{line}\n") > 100
    assert body.endswith(f"\n{line}\n")
