"""What the programs we start are given, and what people are shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from reconcile.cli import main
from reconcile.errors import SandboxError
from reconcile.sandbox.addresses import with_database, with_port
from reconcile.sandbox.environment import cache_folder
from reconcile.sandbox.install import Installation
from reconcile.sandbox.node import Node
from reconcile.sandbox.project import Project, write_project
from reconcile.sandbox.steps import Steps

NODE = Node(Path("/opt/node/bin/node"), Path("/opt/node/bin/npm"), "20.0.0")


def test_medusa_sees_nothing_of_the_users_shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    monkeypatch.setenv("NODE_OPTIONS", "--inspect")
    environment = Project(tmp_path, NODE).environment({"DATABASE_URL": "postgres://x"})
    assert not {"REDIS_URL", "NODE_OPTIONS"} & environment.keys()
    assert environment["NODE_ENV"] == "production"
    assert environment["PATH"].startswith("/opt/node/bin:")


def test_a_companion_lies_over_the_project_until_it_is_left_out(tmp_path: Path) -> None:
    companion = tmp_path / "companion" / "src" / "api" / "hello"
    companion.mkdir(parents=True)
    (companion / "route.js").write_text("exports.GET = 1\n")
    project = Project(tmp_path / "project", NODE)
    installation = Installation(tmp_path / "installed")
    write_project(project, installation, tmp_path / "companion")
    assert (project.folder / "src" / "api" / "hello" / "route.js").exists()
    assert (project.folder / "medusa-config.js").exists()
    assert (project.folder / "node_modules").readlink() == installation.modules
    write_project(project, installation, None)
    assert not (project.folder / "src").exists()


@pytest.mark.parametrize(
    ("variables", "folder"),
    [
        ({"XDG_CACHE_HOME": "/c"}, Path("/c/reconcile")),
        ({"XDG_CACHE_HOME": ""}, Path.home() / ".cache/reconcile"),
        ({}, Path.home() / ".cache/reconcile"),
    ],
)
def test_the_cache_is_where_xdg_says(variables: dict[str, str], folder: Path) -> None:
    assert cache_folder(variables) == folder


def test_addresses_keep_what_is_not_changed() -> None:
    url = "postgres://me:p%40w@host:1/a?sslmode=require"
    assert with_port(url, 2) == "postgres://me:p%40w@host:2/a?sslmode=require"
    assert with_database(url, "b") == "postgres://me:p%40w@host:1/b?sslmode=require"
    assert with_port("http://127.0.0.1:1", 2) == "http://127.0.0.1:2"


def fail() -> None:
    raise SandboxError("no key")


@pytest.mark.parametrize("terminal", [False, True])
def test_steps_tell_what_is_done_and_what_failed(tmp_path: Path, terminal: bool) -> None:
    with (tmp_path / "out").open("w+") as output:
        steps = Steps(Console(file=output, force_terminal=terminal))
        with steps.step("Opening [the] shop"):
            pass
        with pytest.raises(SandboxError), steps.step("Closing it"):
            fail()
        output.seek(0)
        text = output.read()
    assert "done: Opening [the] shop (0.0 s)" in text
    assert "failed: Closing it" in text
    assert ("Opening [the] shop ...\n" in text) is not terminal


def test_commands_in_a_folder_without_a_sandbox(tmp_path: Path) -> None:
    def run(*words: str) -> str:
        return CliRunner().invoke(main, ["-w", str(tmp_path), "sandbox", *words]).output

    assert "start one with `reconcile sandbox up`" in run("status")
    assert run("status", "--json") == "[]\n"
    assert "Nothing was running." in run("down")
    assert list(tmp_path.iterdir()) == []
