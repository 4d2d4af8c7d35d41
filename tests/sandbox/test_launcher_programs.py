"""What the programs we start are given, and what people are shown."""

from __future__ import annotations

import json
from collections.abc import Callable
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
from reconcile.sandbox.project import Layout, Project, write_project
from reconcile.sandbox.steps import Steps
from reconcile.targets.medusa.companion_install import MANIFEST, shipped_version
from reconcile.targets.medusa.project import NAME as COMPANION

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


@pytest.fixture
def laid_out(tmp_path: Path) -> Callable[[Layout], Path]:
    """Lays out one and the same project; its folder."""
    project = Project(tmp_path / "project", NODE)

    def lay_out(layout: Layout) -> Path:
        write_project(project, Installation(tmp_path / "installed"), layout)
        return project.folder

    return lay_out


def installed(companion: Path) -> bool:
    version = json.loads((companion / MANIFEST).read_text())["version"]
    return bool(version == shipped_version()) and (companion / "index.js").is_file()


def test_a_project_is_a_bare_shop_with_the_shared_packages(
    tmp_path: Path, laid_out: Callable[[Layout], Path]
) -> None:
    folder = laid_out(Layout(companion=False))
    assert (folder / "medusa-config.js").exists()
    assert (folder / "node_modules").readlink() == tmp_path / "installed" / "node_modules"
    assert not (folder / COMPANION).exists()


def test_the_companion_is_there_until_it_is_left_out(
    laid_out: Callable[[Layout], Path],
) -> None:
    folder = laid_out(Layout())
    assert installed(folder / COMPANION)
    laid_out(Layout(companion=False))
    assert not (folder / COMPANION).exists()
    laid_out(Layout())
    assert installed(folder / COMPANION)


def test_an_extension_lies_over_the_project_until_it_is_left_out(
    tmp_path: Path, laid_out: Callable[[Layout], Path]
) -> None:
    route = tmp_path / "extension" / "src" / "api" / "hello" / "route.js"
    route.parent.mkdir(parents=True)
    route.write_text("exports.GET = 1\n")
    folder = laid_out(Layout(extension=tmp_path / "extension"))
    assert (folder / "src" / "api" / "hello" / "route.js").exists()
    assert installed(folder / COMPANION)
    laid_out(Layout())
    assert not (folder / "src").exists()


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
