from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.errors import SandboxError
from reconcile.sandbox.dotenv_file import connection_settings, write_block
from reconcile.sandbox.down import down
from reconcile.sandbox.install import Installation
from reconcile.sandbox.places import Places
from reconcile.sandbox.prepare import Request, prepare
from reconcile.sandbox.state import save

NODE = """#!/bin/sh
if [ "$1" = -p ]; then echo '["22.0.0", "'$0'"]'; exit; fi
echo "connect ECONNREFUSED" >&2
exit 1
"""


def brought_up(folder: Path, request: Request) -> Places:
    """What a sandbox leaves in its workspace while it is stopped."""
    places = Places.of(folder)
    places.make()
    places.project.mkdir()
    state = prepare(places, Installation(Path("/cache/medusa-1")), request)
    save(state, places.state)
    write_block(places.dotenv, connection_settings(state))
    return places


def test_down_keeps_the_files_and_purge_deletes_them(tmp_path: Path) -> None:
    places = brought_up(tmp_path, Request())
    assert down(tmp_path) == []
    assert places.state.exists()
    assert down(tmp_path, purge=True) == []
    assert list(tmp_path.iterdir()) == []


def test_purge_leaves_what_is_not_the_sandboxs(tmp_path: Path) -> None:
    brought_up(tmp_path, Request())
    snapshots = tmp_path / ".reconcile" / "snapshots"
    snapshots.mkdir()
    down(tmp_path, purge=True)
    assert list(tmp_path.rglob("*")) == [tmp_path / ".reconcile", snapshots]


def test_purge_deletes_a_damaged_sandbox(tmp_path: Path) -> None:
    places = brought_up(tmp_path, Request())
    places.state.write_text("{")
    down(tmp_path, purge=True)
    assert not places.root.exists()


def test_purge_tells_of_a_server_that_keeps_our_databases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, workspace = tmp_path / "programs", tmp_path / "workspace"
    programs.mkdir()
    workspace.mkdir()
    for name in ("node", "npm"):
        (programs / name).write_text(NODE)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    brought_up(workspace, Request(database_url="postgres://me:pw@127.0.0.1:1/mine"))
    with pytest.raises(SandboxError, match="ECONNREFUSED"):
        down(workspace, purge=True)
    assert list(workspace.iterdir()) == []
