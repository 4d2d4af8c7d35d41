"""Runs the jobs of our workflows on this machine, with git and a forge in a folder.

Every job gets a clone of its own, an empty home and nothing but the variables a runner has. The
steps' scripts run as they are, in bash; the actions we use are done here in a few lines. `gh` is
tests/forge_gh.py.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

TESTS = Path(__file__).parent
WORKFLOWS = TESTS.parent / ".github" / "workflows"
REPOSITORY = "ada/shop"
GIT = ("git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com")
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
NAME = re.compile(r"(?<![\w.'])([a-z_]+(?:\.[\w-]+)+)")

Context = dict[str, Any]


@dataclass(frozen=True)
class Forge:
    """A repository with its artifacts and pull requests, in a folder."""

    root: Path

    @property
    def remote(self) -> str:
        return f"file://{self.root / 'remote.git'}"

    @property
    def pulls(self) -> list[dict[str, Any]]:
        path = self.root / "pulls.json"
        return json.loads(path.read_text()) if path.exists() else []

    @property
    def artifacts(self) -> dict[str, Path]:
        """Name -> the newest artifact of that name, a zip."""
        return {
            json.loads(each.read_text())["name"]: each.with_suffix(".zip") for each in self._all()
        }

    def _all(self) -> list[Path]:
        return sorted((self.root / "artifacts").glob("*.json"))

    def clone(self, folder: Path, branch: str = "main") -> Path:
        git(self.root, "clone", "-q", "--branch", branch, self.remote, str(folder))
        return folder

    def keep(
        self, name: str, files: Mapping[str, bytes], branch: str = "main", fork: int = 0
    ) -> None:
        """What `upload-artifact` does; `fork` as if a run for somebody's fork had done it."""
        number = len(self._all()) + 1
        path = self.root / "artifacts" / f"{number:04}.zip"
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as out:
            for file, content in files.items():
                out.writestr(file, content)
        run = {"head_branch": branch, "repository_id": 1, "head_repository_id": 1 + fork}
        facts = {"id": number, "name": name, "expired": False, "workflow_run": run}
        facts["created_at"] = f"2026-11-21T{number // 60:02}:{number % 60:02}:00Z"
        path.with_suffix(".json").write_text(json.dumps(facts))

    def content(self, name: str) -> dict[str, bytes]:
        with zipfile.ZipFile(self.artifacts[name]) as held:
            return {each: held.read(each) for each in held.namelist()}


def forge(root: Path, workspace: Path) -> Forge:
    """A new repository whose branch `main` holds a workspace."""
    git(root, "init", "-q", "--bare", "--initial-branch=main", "remote.git")
    made = Forge(root)
    git(workspace, "init", "-q", "--initial-branch=main")
    git(workspace, "remote", "add", "origin", made.remote)
    commit(workspace, "Workspace")
    git(workspace, "push", "-q", "origin", "main")
    return made


def git(folder: Path, *words: str) -> str:
    done = subprocess.run([*GIT, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@dataclass
class Result:
    """How a job went: steps that ran, by name, and whether each did well."""

    steps: dict[str, bool] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    text: str = ""
    summary: str = ""
    folder: Path = Path()

    @property
    def ok(self) -> bool:
        return all(self.steps.values())


@dataclass
class Runner:
    """`settings` are the repository's `vars` and `secrets`. `interrupt` is a step that gets SIGINT
    as soon as there is a file that fits the pattern and has so many lines, as a cancelled job."""

    forge: Forge
    machines: Path
    settings: Mapping[str, Mapping[str, str]]
    interrupt: tuple[str, str, int] | None = None
    number: int = 0

    def workflow(self, name: str, event: Context | None = None, **inputs: str) -> dict[str, Result]:
        """Run a workflow on main. Jobs whose condition does not hold are left out."""
        document = yaml.safe_load((WORKFLOWS / name).read_text())
        needs: Context = {}
        results = {}
        for job, text in document["jobs"].items():
            context = self._context(event or {}, inputs, needs, document.get("env", {}))
            if _holds(text.get("if", "true"), context, ok=True):
                results[job] = self._job(text, context)
                needs[job] = {"outputs": results[job].outputs}
        return results

    def job(self, name: str, job: str, needs: Context) -> Result:
        """One job alone."""
        document = yaml.safe_load((WORKFLOWS / name).read_text())
        context = self._context({}, {}, needs, document.get("env", {}))
        return self._job(document["jobs"][job], context)

    def _context(self, event: Context, inputs: Context, needs: Context, env: Context) -> Context:
        self.number += 1
        head = git(self.forge.root / "remote.git", "rev-parse", "main")
        github = {
            "event": event,
            "ref": "refs/heads/main",
            "repository": REPOSITORY,
            "run_attempt": "1",
            "run_id": str(self.number),
            "server_url": "https://forge.example",
            "sha": head,
            "token": "token",
        }
        return {
            "github": github,
            "inputs": inputs,
            "needs": needs,
            "env": dict(env),
            "steps": {},
            **self.settings,
        }

    def _job(self, job: Context, context: Context) -> Result:
        machine = self.machines / f"{len(list(self.machines.iterdir()))}"
        for name in ("home", "bin"):
            (machine / name).mkdir(parents=True)
        gh = machine / "bin" / "gh"
        gh.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{TESTS / "forge_gh.py"}" "$@"\n')
        gh.chmod(0o755)
        result = Result(folder=machine / "work")
        context["env"] |= _filled(job.get("env", {}), context)
        for step in job["steps"]:
            self._step(step, context, result, machine)
        result.outputs = _filled(job.get("outputs", {}), context)
        summary = machine / "summary"
        result.summary = summary.read_text() if summary.exists() else ""
        return result

    def _step(self, step: Context, context: Context, result: Result, machine: Path) -> None:
        known = context["steps"].setdefault(step.get("id", ""), {"outputs": {}})
        known["outcome"] = "skipped"
        if not _holds(step.get("if", "success()"), context, ok=result.ok):
            return
        if "uses" in step:
            done = self._action(step, _filled(step.get("with", {}), context), result.folder)
        else:
            done = self._script(step, context, result, machine)
        known["outcome"] = "success" if done else "failure"
        result.steps[step["name"]] = done

    def _action(self, step: Context, given: Mapping[str, str], folder: Path) -> bool:
        action = step["uses"].partition("@")[0]
        if action == "actions/checkout":
            self.forge.clone(folder)
        elif action == "actions/upload-artifact":
            self._upload(given, folder)
        elif action == "actions/download-artifact":
            with zipfile.ZipFile(self.forge.artifacts[given["name"]]) as held:
                held.extractall(folder / given["path"])
        elif action == "actions/cache/restore":
            _copy(self.forge.root / "cache", folder / given["path"])
        elif action == "actions/cache/save":
            _copy(folder / given["path"], self.forge.root / "cache")
        else:
            assert action == "actions/setup-python"
        return True

    def _upload(self, given: Mapping[str, str], folder: Path) -> None:
        path = folder / given["path"]
        files = {path.name: path.read_bytes()} if path.is_file() else dict(_below(path))
        assert files or given["if-no-files-found"] == "ignore"
        if files:
            self.forge.keep(given["name"], files)

    def _script(self, step: Context, context: Context, result: Result, machine: Path) -> bool:
        output = machine / "output"
        output.write_text("")
        log = (machine / "log").open("ab+")
        process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=result.folder,
            env=self._variables(step, context, machine),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        if self.interrupt and self.interrupt[0] == step["name"]:
            self._interrupt(process, result.folder)
        code = process.wait(timeout=600)
        log.close()
        result.text = (machine / "log").read_text()
        lines = (line.partition("=") for line in output.read_text().splitlines())
        context["steps"][step.get("id", "")]["outputs"] |= {name: value for name, _, value in lines}
        return code == 0

    def _interrupt(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        _, pattern, lines = self.interrupt or ("", "", 0)
        self.interrupt = None
        while process.poll() is None:
            found = [
                path for path in folder.glob(pattern) if len(path.read_bytes().splitlines()) > lines
            ]
            if found:
                process.send_signal(signal.SIGINT)
                return
            time.sleep(0.005)

    def _variables(self, step: Context, context: Context, machine: Path) -> dict[str, str]:
        found = [str(machine / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]]
        github = context["github"]
        return {
            "PATH": os.pathsep.join(found),
            "HOME": str(machine / "home"),
            "LANG": "C.UTF-8",
            "FORGE": str(self.forge.root),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTOR": "ada",
            "GITHUB_OUTPUT": str(machine / "output"),
            "GITHUB_REF_NAME": "main",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_REPOSITORY_OWNER": REPOSITORY.partition("/")[0],
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_SHA": github["sha"],
            "GITHUB_STEP_SUMMARY": str(machine / "summary"),
            **context["env"],
            **_filled(step.get("env", {}), context),
        }


def _below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _copy(source: Path, target: Path) -> None:
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


def _filled(values: Context, context: Context) -> dict[str, str]:
    return {name: _text(value, context) for name, value in values.items()}


def _text(value: object, context: Context) -> str:
    return EXPRESSION.sub(lambda found: str(_value(found[1], context)), str(value))


def _value(name: str, context: Context) -> Any:
    """`steps.plan.outputs.changes`; what is not there is an empty text."""
    value: Any = context
    for part in name.split("."):
        value = value.get(part, "") if isinstance(value, Mapping) else ""
    return value


def _holds(condition: object, context: Context, *, ok: bool) -> bool:
    """The few operators that our conditions use mean the same in Python, but for their names."""
    text = str(condition).replace("&&", " and ").replace("||", " or ")
    text = NAME.sub(lambda found: repr(_value(found[1], context)), text)
    words = {"success": lambda: ok, "failure": lambda: not ok, "always": lambda: True, "true": True}
    holds = eval(text, {"__builtins__": {}}, words)
    return bool(holds) and (ok or "()" in text)
