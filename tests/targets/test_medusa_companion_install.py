"""The companion in a Medusa project: put there, brought up to date, taken out without a trace."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from reconcile.errors import CompanionError
from reconcile.targets.medusa import companion_install
from reconcile.targets.medusa.companion_install import (
    MANIFEST,
    SHIPPED,
    install,
    remove,
    shipped_version,
    status,
    unwire,
    wire,
)
from reconcile.targets.medusa.project import COMMENT, LINE, MedusaProject, read_project

JS = """\
const { defineConfig } = require("@medusajs/framework/utils")
module.exports = defineConfig({ projectConfig: {} })
"""
TS = """\
import { loadEnv, defineConfig } from '@medusajs/framework/utils'
loadEnv(process.env.NODE_ENV || 'development', process.cwd())
module.exports = defineConfig({ projectConfig: {} })
"""
PACKAGE = {"name": "shop", "dependencies": {"@medusajs/medusa": "2.21.2"}}
THIN = ".medusa/server/src/api/middlewares.js"
"""One of the files that Medusa itself looks for, in a folder that hides."""


def made(folder: Path, config: str = JS, name: str = "medusa-config.js") -> MedusaProject:
    folder.mkdir(exist_ok=True)
    (folder / "package.json").write_text(json.dumps(PACKAGE))
    (folder / "src").mkdir()
    (folder / "src" / "own.ts").write_text("export {}\n")
    (folder / name).write_bytes(config.encode())
    return read_project(folder)


@pytest.fixture
def project(tmp_path: Path) -> MedusaProject:
    return made(tmp_path / "shop")


def files(folder: Path) -> Mapping[str, bytes]:
    """Everything below a folder, empty folders too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b"<folder>"
        for path in folder.rglob("*")
    }


def test_all_that_is_shipped_comes_in_and_nothing_else_changes(project: MedusaProject) -> None:
    before = files(project.folder)
    install(project)
    after = files(project.folder)
    assert {name: after[name] for name in before} == before
    laid = files(project.companion)
    assert laid.keys() - {MANIFEST} == files(SHIPPED).keys()
    assert {name: laid[name] for name in files(SHIPPED)} == files(SHIPPED)
    assert {THIN, ".gitignore", "package.json", "index.js"} <= laid.keys()
    now = status(project)
    assert (now.installed, now.shipped) == (shipped_version(), shipped_version())
    assert (now.changed, now.missing, now.outdated, now.wired) == ([], [], False, False)
    assert not now.is_fine


def test_installing_twice_is_as_once(project: MedusaProject) -> None:
    install(project)
    wire(project)
    once = files(project.folder)
    install(project)
    assert wire(project) is None
    assert files(project.folder) == once
    assert project.config.read_text().count(LINE) == 1
    assert status(project).is_fine


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (JS, "medusa-config.js"),
        (TS, "medusa-config.ts"),
        (JS.rstrip("\n"), "medusa-config.js"),
        (JS.replace("\n", "\r\n"), "medusa-config.js"),
        (JS + "// Grüße ☃\n", "medusa-config.js"),
    ],
    ids=["javascript", "typescript", "no end of line", "windows", "letters"],
)
def test_taking_it_out_leaves_no_trace(tmp_path: Path, config: str, name: str) -> None:
    project = made(tmp_path / "shop", config, name)
    before = files(project.folder)
    install(project)
    copy = wire(project)
    assert copy is not None
    assert copy.read_bytes() == config.encode()
    assert project.is_wired
    assert project.config.read_text().splitlines()[-2:] == [COMMENT, LINE]
    assert remove(project) is True
    assert files(project.folder) == before
    assert remove(project) is False


def test_what_was_written_into_the_configuration_meanwhile_stays(project: MedusaProject) -> None:
    install(project)
    copy = wire(project)
    text = project.config.read_text()
    project.config.write_text(f"// mine\n{text}// mine as well\n")
    remove(project)
    assert project.config.read_text() == f"// mine\n{JS}// mine as well\n"
    assert copy is not None
    assert copy.read_text() == JS


def test_a_line_without_its_folder_is_taken_out(project: MedusaProject) -> None:
    """As after deleting the folder by hand, when Medusa no longer starts."""
    wire(project)
    assert remove(project) is True
    assert project.config.read_text() == JS


def test_what_was_called_in_by_hand_has_to_go_by_hand(project: MedusaProject) -> None:
    by_hand = JS.replace("defineConfig({ p", 'require("./reconcile-companion").withReconcile({ p')
    project.config.write_text(by_hand)
    install(project)
    assert status(project).is_fine
    with pytest.raises(CompanionError, match="still calls the companion in"):
        remove(project)
    assert project.config.read_text() == by_hand
    assert status(project).is_fine


@pytest.mark.parametrize(
    "config",
    [
        'export default defineConfig({ plugins: ["module.exports"] })\n',
        "const config = defineConfig({})\n",
        f"// {LINE}\nexport default defineConfig({{}})\n",
    ],
)
def test_a_configuration_of_another_form_is_not_written(tmp_path: Path, config: str) -> None:
    project = made(tmp_path / "shop", config)
    with pytest.raises(CompanionError, match="not of a form"):
        wire(project)
    assert project.config.read_text() == config
    assert not list(project.folder.glob("*.before-reconcile"))


@pytest.mark.parametrize("comment", [f"// {LINE}\n", f"/*\n{LINE}\n*/\n"])
def test_a_line_in_a_comment_calls_nothing_in(tmp_path: Path, comment: str) -> None:
    project = made(tmp_path / "shop", JS + comment)
    assert wire(project) is not None
    assert status(project).wired
    unwire(project)
    assert project.config.read_text() == JS + comment


class TestChangedFiles:
    NAME = "http/handshake.js"

    @pytest.fixture
    def changed(self, project: MedusaProject) -> MedusaProject:
        install(project)
        (project.companion / self.NAME).write_text("// mine\n")
        return project

    def test_they_are_told(self, changed: MedusaProject) -> None:
        assert status(changed).changed == [self.NAME]

    @pytest.mark.parametrize("step", [install, remove])
    def test_they_are_not_lost(self, changed: MedusaProject, step: object) -> None:
        before = files(changed.folder)
        with pytest.raises(CompanionError, match=self.NAME) as raised:
            step(changed)  # type: ignore[operator]
        assert "--discard-changes" in raised.value.remedy
        assert files(changed.folder) == before

    def test_unless_it_is_asked_for(self, changed: MedusaProject) -> None:
        install(changed, discard_changes=True)
        assert status(changed).changed == []
        (changed.companion / self.NAME).write_text("// mine\n")
        assert remove(changed, discard_changes=True) is True
        assert not changed.companion.exists()

    def test_files_that_are_gone_are_told_and_come_again(self, project: MedusaProject) -> None:
        install(project)
        wire(project)
        (project.companion / THIN).unlink()
        assert status(project).missing == [THIN]
        assert not status(project).is_fine
        install(project)
        assert status(project).is_fine

    def test_files_of_somebody_else_stay(self, project: MedusaProject) -> None:
        install(project)
        (project.companion / "http" / "notes.md").write_text("mine\n")
        assert status(project).changed == []
        assert remove(project) is True
        assert files(project.companion) == {"http": b"<folder>", "http/notes.md": b"mine\n"}


class TestAnotherVersion:
    @pytest.fixture
    def older(self, project: MedusaProject) -> MedusaProject:
        """A companion 0.9.0 with a file that no longer is, and one that differs now."""
        install(project)
        manifest = json.loads((project.companion / MANIFEST).read_text())
        for name, text in {"old/gone.js": "// gone\n", "index.js": "// as it was\n"}.items():
            (project.companion / name).parent.mkdir(exist_ok=True)
            (project.companion / name).write_text(text)
        digests = companion_install._digests(project.companion)
        manifest |= {"version": "0.9.0", "files": digests}
        (project.companion / MANIFEST).write_text(json.dumps(manifest))
        return project

    def test_it_is_told(self, older: MedusaProject) -> None:
        now = status(older)
        assert (now.installed, now.outdated, now.changed) == ("0.9.0", True, [])

    def test_it_is_replaced_with_all_its_files(self, older: MedusaProject) -> None:
        install(older)
        assert files(older.companion).keys() - {MANIFEST} == files(SHIPPED).keys()
        assert status(older).installed == shipped_version()

    def test_it_can_be_taken_out(self, older: MedusaProject) -> None:
        assert remove(older) is True
        assert not older.companion.exists()

    @pytest.mark.parametrize("done", [0, 1, 7])
    def test_an_upgrade_cut_short_goes_on(self, older: MedusaProject, done: int) -> None:
        for name in sorted(companion_install._digests(SHIPPED))[:done]:
            (older.companion / name).write_bytes((SHIPPED / name).read_bytes())
        install(older)
        assert status(older).changed == []
        assert files(older.companion).keys() - {MANIFEST} == files(SHIPPED).keys()


@pytest.mark.parametrize("kept", [0, 1, 5])
def test_an_installation_cut_short_goes_on(project: MedusaProject, kept: int) -> None:
    install(project)
    for file in [each for each in project.companion.rglob("*") if each.is_file()][kept:]:
        file.unlink()
    (project.companion / MANIFEST).unlink(missing_ok=True)
    assert status(project).installed == "incomplete"
    install(project)
    assert files(project.companion).keys() - {MANIFEST} == files(SHIPPED).keys()


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "no json",
        "[]",
        '{"version": "1.0.0"}',
        '{"version": "1.0.0", "files": {"../src/own.ts": "0"}}',
        '{"version": "1.0.0", "files": {"/etc/hostname": "0"}}',
    ],
)
def test_a_folder_of_somebody_else_is_left_alone(
    project: MedusaProject, manifest: str | None
) -> None:
    project.companion.mkdir()
    (project.companion / "index.js").write_text("// mine\n")
    if manifest is not None:
        (project.companion / MANIFEST).write_text(manifest)
    before = files(project.folder)
    for step in (install, remove, status):
        with pytest.raises(CompanionError, match="did not put it there"):
            step(project)
    assert files(project.folder) == before


def test_a_link_is_left_alone(project: MedusaProject, tmp_path: Path) -> None:
    elsewhere = made(tmp_path / "other")
    install(elsewhere)
    project.companion.symlink_to(elsewhere.companion)
    for step in (install, remove):
        with pytest.raises(CompanionError, match="did not put it there"):
            step(project)
    assert status(elsewhere).installed == shipped_version()


class TestProjects:
    def test_the_installed_version_counts(self, tmp_path: Path) -> None:
        package = tmp_path / "node_modules" / "@medusajs" / "medusa" / "package.json"
        package.parent.mkdir(parents=True)
        package.write_text('{"version": "2.22.0"}')
        assert made(tmp_path / "shop").medusa == "2.22.0"

    @pytest.mark.parametrize("version", ["2.21.1", "1.20.0", "3.0.0", "latest"])
    def test_one_the_companion_does_not_fit_is_refused(self, tmp_path: Path, version: str) -> None:
        package = {"devDependencies": {"@medusajs/medusa": version}}
        (tmp_path / "package.json").write_text(json.dumps(package))
        (tmp_path / "medusa-config.ts").write_text(TS)
        with pytest.raises(CompanionError, match="Medusa") as raised:
            read_project(tmp_path)
        assert version in raised.value.message

    @pytest.mark.parametrize(
        ("package", "config", "reason"),
        [
            (None, None, "no package.json"),
            ("{", None, "not JSON"),
            ('{"dependencies": {}}', None, "does not depend on"),
            (json.dumps(PACKAGE), None, "neither medusa-config.ts nor medusa-config.js"),
        ],
    )
    def test_what_is_none_says_why(
        self, tmp_path: Path, package: str | None, config: str | None, reason: str
    ) -> None:
        if package is not None:
            (tmp_path / "package.json").write_text(package)
        with pytest.raises(CompanionError, match=reason):
            read_project(tmp_path)
