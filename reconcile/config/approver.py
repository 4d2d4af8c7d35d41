"""Who approves when nobody is named: the person a CI job runs for, or git's user."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

_CI_PEOPLE = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "BUILDKITE_BUILD_CREATOR", "BUILD_REQUESTEDFOR")
"""Variables in which GitHub, GitLab, Buildkite and Azure Pipelines name the person."""


def approver(variables: Mapping[str, str]) -> str:
    """`name` of the CI job's person, or `Name <mail>` as git has it; "" when nobody is known."""
    for variable in _CI_PEOPLE:
        if variables.get(variable):
            return variables[variable]
    name, mail = _git("user.name"), _git("user.email")
    return f"{name} <{mail}>".strip() if mail else name


def _git(setting: str) -> str:
    try:
        answer = subprocess.run(
            ["git", "config", setting], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()
