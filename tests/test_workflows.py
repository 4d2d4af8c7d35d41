"""The workflows of this repository and those that `reconcile init` writes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
OURS = REPOSITORY / ".github" / "workflows"
TEMPLATES = REPOSITORY / "reconcile" / "workspace" / "github" / "workflows"
WORKFLOWS = [file for folder in (OURS, TEMPLATES) for file in sorted(folder.glob("*.yml"))]
SHIPPED = ("plan.yml", "apply.yml", "drift.yml")

READ = {"contents": "read"}
RIGHTS = {
    ("plan.yml", "pull-request"): {"contents": "write", "pull-requests": "write"},
    ("apply.yml", "apply"): {"contents": "read", "actions": "read"},
}
"""What a job may ask for; every other one may read the repository, no more."""

every_workflow = pytest.mark.parametrize(
    "file", WORKFLOWS, ids=lambda file: file.relative_to(REPOSITORY).as_posix()
)
every_shipped = pytest.mark.parametrize("name", SHIPPED)


def _workflow(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(file.read_text())
    return document


def _jobs(file: Path) -> list[dict[str, Any]]:
    return list(_workflow(file)["jobs"].values())


def _steps(file: Path) -> list[dict[str, Any]]:
    return [step for job in _jobs(file) for step in job["steps"]]


def test_there_are_workflows() -> None:
    assert {file.name for file in OURS.glob("*.yml")} == {"ci.yml", *SHIPPED}
    assert {file.name for file in TEMPLATES.glob("*.yml")} == set(SHIPPED)


@every_shipped
def test_this_repository_runs_what_it_ships(name: str) -> None:
    assert (OURS / name).read_bytes() == (TEMPLATES / name).read_bytes()


@every_workflow
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    used = [step["uses"] for step in _steps(file) if "uses" in step]
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each)] == []
    commented = re.findall(r"uses: (\S+) # v\d+\.\d+\.\d+$", file.read_text(), re.MULTILINE)
    assert commented == used


def test_an_action_has_one_version_everywhere() -> None:
    used = {step["uses"] for file in WORKFLOWS for step in _steps(file) if "uses" in step}
    assert len(used) == len({each.partition("@")[0] for each in used})


@every_workflow
def test_rights_and_time_are_limited(file: Path) -> None:
    workflow = _workflow(file)
    assert workflow["permissions"] in ({}, READ)
    assert "concurrency" in workflow
    for name, job in workflow["jobs"].items():
        allowed = RIGHTS.get((file.name, name), READ)
        assert job.get("permissions", {}).items() <= allowed.items()
        assert 0 < job["timeout-minutes"] <= 360


@every_workflow
def test_no_expression_reaches_a_shell(file: Path) -> None:
    """Values go through the environment, where they cannot become commands."""
    runs = [step["run"] for step in _steps(file) if "run" in step]
    assert [run for run in runs if "${{" in run] == []


@every_workflow
def test_no_checkout_leaves_its_token_behind(file: Path) -> None:
    given = [step["with"] for step in _steps(file) if "actions/checkout" in step.get("uses", "")]
    assert given
    assert [each for each in given if each["persist-credentials"] is not False] == []


@every_shipped
def test_secrets_are_given_to_the_steps_that_need_them(name: str) -> None:
    """And to none in a job that others than an environment's branches could run."""
    for job in _jobs(OURS / name):
        others = {key: value for key, value in job.items() if key != "steps"}
        assert "secrets." not in str(others)
        assert "secrets." not in str([step for step in job["steps"] if "uses" in step])
        assert "environment" in job or "secrets." not in str(job)


@every_shipped
def test_a_repository_without_a_shop_runs_nothing(name: str) -> None:
    for job in _jobs(OURS / name):
        assert "vars.MEDUSA_URL != ''" in job["if"] or "needs" in job


def test_applies_never_overlap_and_none_is_dropped() -> None:
    groups = {file.name: _workflow(file)["concurrency"]["group"] for file in OURS.glob("*.yml")}
    assert len(set(groups.values())) == len(groups)
    concurrency = _workflow(OURS / "apply.yml")["concurrency"]
    assert concurrency == {
        "group": "reconcile-apply",
        "cancel-in-progress": False,
        "queue": "max",
    }


def test_only_the_protected_environment_writes_to_a_shop() -> None:
    environments = {
        file.name: [job.get("environment") for job in _jobs(file)]
        for file in OURS.glob("*.yml")
        if "reconcile apply" in file.read_text().replace("`reconcile apply`", "")
    }
    assert environments == {"apply.yml": ["production"]}


CHECKS = {
    "check-jsonschema": ("--builtin-schema", "vendor.github-workflows"),
    "zizmor": ("--offline", "--no-config", "--no-progress", "--persona=auditor"),
}
"""As in .ci/run."""


@pytest.mark.parametrize("program", CHECKS)
def test_checkers_find_nothing(program: str) -> None:
    path = Path(sys.executable).with_name(program)
    if not path.exists() and not os.environ.get("CI"):
        pytest.skip(f"{program} is not installed")
    command = [path, *CHECKS[program], *WORKFLOWS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ci_runs_the_same_checks() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text()
    for program, options in CHECKS.items():
        assert f".venv/bin/{program} {' '.join(options)} " in script
