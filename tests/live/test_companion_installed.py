"""A shop that got the companion by the command, as its owner would do it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from medusa_writing import settings_of

from reconcile.cli import main
from reconcile.model import Finding
from reconcile.sandbox.install import PINS, PROJECT
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState
from reconcile.settings import Passwords, PeopleSettings
from reconcile.targets.medusa import Medusa
from reconcile.targets.medusa.companion_install import shipped_version

pytestmark = pytest.mark.live

WHOLE = PeopleSettings(passwords=Passwords.CARRY)
OWN = """
const companion = join(__dirname, "reconcile-companion")
module.exports = existsSync(companion) ? require(companion).withReconcile(config) : config
"""
"""The end of the sandbox's own configuration, which looks for the companion by itself."""
PLAIN = "\nmodule.exports = config\n"
BY_HAND = """
const { withReconcile } = require("./reconcile-companion")
module.exports = withReconcile(config)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The sandbox's Medusa project as if nobody had ever heard of a companion."""
    folder = tmp_path / "backend"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(PINS[1]))
    rewrite(folder, OWN, PLAIN)
    return folder


def rewrite(project: Path, old: str, new: str) -> None:
    config = project / "medusa-config.js"
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new))


def command(*words: str) -> int:
    return CliRunner().invoke(main, ["companion", *words]).exit_code


@contextmanager
def findings(state: SandboxState, project: Path) -> Iterator[dict[str, Finding]]:
    """What `check` says of a shop that runs this project."""
    with second_shop(state, Layout(companion=False, extension=project)) as shop:
        medusa = Medusa(settings_of(shop), WHOLE)
        yield {each.subject: each for each in medusa.probe()}
        medusa.close()


@pytest.mark.parametrize("way", ["appended", "by hand"])
def test_a_shop_answers_after_install_and_no_more_after_remove(
    live_sandbox: SandboxState, project: Path, way: str
) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    write = ["--write"] if way == "appended" else []
    assert command("install", str(project), *write) == 0
    if way == "by hand":
        rewrite(project, PLAIN, BY_HAND)
    assert command("status", str(project)) == 0
    with findings(live_sandbox, project) as told:
        assert told["companion"].message == f"{shipped_version()} on Medusa 2.21.2"
        assert (told["companion"].ok, told["passwords"].ok) == (True, True)
        assert "order numbers" not in told
    if way == "by hand":
        rewrite(project, BY_HAND, PLAIN)
    assert command("remove", str(project)) == 0
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before
    with findings(live_sandbox, project) as told:
        assert not told["companion"].ok
        assert "Medusa has none: orders are not carried" in told["companion"].message


def test_a_companion_of_another_protocol_is_told(live_sandbox: SandboxState, project: Path) -> None:
    assert command("install", str(project), "--write") == 0
    protocol = project / "reconcile-companion" / "http" / "protocol.js"
    protocol.write_text(protocol.read_text().replace("const PROTOCOL = 1", "const PROTOCOL = 2"))
    package = project / "reconcile-companion" / "package.json"
    package.write_text(json.dumps({**json.loads(package.read_text()), "version": "2.0.0"}))
    assert command("status", str(project)) == 2
    with findings(live_sandbox, project) as told:
        assert not told["companion"].ok
        assert "version 2.0.0 and speaks protocol 2" in told["companion"].message
        assert "reconcile companion install" in told["companion"].remedy


def test_calling_it_in_twice_is_as_once(live_sandbox: SandboxState, project: Path) -> None:
    """As in a project whose configuration looks for the folder by itself."""
    rewrite(project, PLAIN, OWN)
    assert command("install", str(project), "--write") == 0
    with findings(live_sandbox, project) as told:
        assert (told["companion"].ok, told["passwords"].ok) == (True, True)
