"""``python -m reconcile.sandbox.magento`` as a process of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from reconcile.sandbox.magento.auth import Credentials

COMMAND = (sys.executable, "-m", "reconcile.sandbox.magento", "--size", "5")


@contextmanager
def started(*options: str, **environment: str) -> Iterator[dict[str, str]]:
    """The line that the command prints once it answers; it is told to end afterwards."""
    with subprocess.Popen(
        [*COMMAND, *options], stdout=subprocess.PIPE, text=True, env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_random_credentials_are_printed_and_work() -> None:
    with started() as ready:
        answer = requests.post(
            f"{ready['url']}/rest/V1/integration/admin/token",
            json={"username": ready["admin_user"], "password": ready["admin_password"]},
            timeout=10,
        )
    assert answer.status_code == 200


def test_given_credentials_are_not_printed() -> None:
    known = dataclasses.asdict(Credentials.generate())
    environment = {f"SAMPLE_MAGENTO_{name.upper()}": value for name, value in known.items()}
    with started("--integration-as-bearer", **environment) as ready:
        answer = requests.get(
            f"{ready['url']}/rest/V1/modules",
            headers={"Authorization": f"Bearer {known['access_token']}"},
            timeout=10,
        )
    assert list(ready) == ["url"]
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--size", "0"], "size must be 1 to 100000, not 0"),
        (["--drift", "99"], "drift must be at most"),
        (["--data", "/nonexistent"], "/nonexistent holds no recorded answers"),
    ],
)
def test_impossible_options_are_explained(option: list[str], message: str) -> None:
    done = subprocess.run([*COMMAND, *option], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
