"""A disk that refuses to take more while a snapshot or a plan is written.

The operating system's limit on the size of a file stands in for a full disk: the write itself
fails half-way, in a process of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable

import pytest
from bad_shops import Desk


def _at_most(size: int) -> Callable[[], None]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def _run(desk: Desk, size: int, *words: str) -> subprocess.CompletedProcess[str]:
    """One command that can write no file beyond so many bytes."""
    command = [sys.executable, "-m", "reconcile", "-w", str(desk.folder), *words]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=_at_most(size)
    )


@pytest.mark.parametrize("size", [0, 2_000, 5_000])
def test_while_a_snapshot_is_written(sound: Desk, size: int) -> None:
    assert sound.run("snapshot").exit_code == 0
    before = sound.snapshots("magento")
    result = _run(sound, size, "snapshot", "--only", "magento")
    assert result.returncode == 1
    assert "Cannot write the snapshot of magento" in result.stderr
    assert "Free space" in result.stderr
    assert "Traceback" not in result.stderr
    assert sound.snapshots("magento") == before
    assert sound.run("plan").exit_code == 2


@pytest.mark.parametrize("size", [0, 2_000, 40_000])
def test_while_a_plan_is_written(sound: Desk, size: int) -> None:
    assert sound.run("snapshot").exit_code == 0
    result = _run(sound, size, "plan")
    assert result.returncode == 1
    assert "Cannot write the plan" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((sound.folder / "plans").glob("[.2]*"))
