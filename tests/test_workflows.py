"""The workflows of this repository and those that `reconcile init` writes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[1]
FOLDERS = (".github/workflows", "reconcile/workspace/github/workflows")
WORKFLOWS = [file for folder in FOLDERS for file in sorted((REPOSITORY / folder).glob("*.yml"))]

every_workflow = pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)


def _jobs(file: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load(file.read_text())["jobs"].values())


def test_there_are_workflows() -> None:
    assert {"ci.yml", "plan.yml"} <= {file.name for file in WORKFLOWS}


@every_workflow
def test_actions_are_pinned_to_a_commit(file: Path) -> None:
    used = [step["uses"] for job in _jobs(file) for step in job["steps"] if "uses" in step]
    assert used
    assert [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each)] == []


@every_workflow
def test_rights_and_time_are_limited(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert "concurrency" in workflow
    assert [job for job in _jobs(file) if "timeout-minutes" not in job] == []


@every_workflow
def test_no_expression_reaches_a_shell(file: Path) -> None:
    """Values go through the environment, where they cannot become commands."""
    runs = [step["run"] for job in _jobs(file) for step in job["steps"] if "run" in step]
    assert [run for run in runs if "${{" in run] == []
