"""What all commands share: exit codes, errors in words, a quick start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from reconcile.cli.boundary import Program
from reconcile.cli.context import Context, pass_context
from reconcile.errors import SettingsError

HEAVY = {"polars", "rich", "requests", "yaml", "jsonschema", "jinja2", "deepdiff"}


def _program(command: click.Command) -> Program:
    """A program with one command."""

    @click.group(cls=Program)
    @click.option("--debug", is_flag=True)
    @pass_context
    def program(context: Context, *, debug: bool) -> None:
        context.debug = debug

    program.add_command(command, "go")
    return program


def _raising(error: BaseException) -> Program:
    @click.command()
    def go() -> None:
        raise error

    return _program(go)


@pytest.mark.parametrize(("returned", "code"), [(None, 0), (0, 0), (2, 2), (1, 1)])
def test_a_command_returns_its_exit_code(returned: int | None, code: int) -> None:
    program = _program(click.Command("go", callback=lambda: returned))
    assert CliRunner().invoke(program, ["go"]).exit_code == code


def test_an_error_is_one_block_with_its_remedy() -> None:
    error = SettingsError("It is wrong.", where="reconcile.yml:3", remedy="Correct it.")
    result = CliRunner().invoke(_raising(error), ["go"])
    assert result.exit_code == 1
    assert result.stderr == "Error: reconcile.yml:3: It is wrong.\nRemedy: Correct it.\n"
    assert result.stdout == ""


def test_debug_shows_where_it_arose() -> None:
    result = CliRunner().invoke(_raising(SettingsError("It is wrong.")), ["--debug", "go"])
    assert "Traceback" in result.stderr
    assert "Error: It is wrong." in result.stderr


def test_text_from_a_shop_cannot_steer_the_terminal() -> None:
    error = SettingsError("[bold]name[/bold] \x1b[2J\u202e")
    result = CliRunner().invoke(_raising(error), ["go"])
    assert result.stderr == "Error: [bold]name[/bold] \\x1b[2J\\u{202e}\n"


def test_a_full_disk_is_said_without_a_traceback() -> None:
    error = OSError(28, "No space left on device", "/data/part-00000.parquet")
    result = CliRunner().invoke(_raising(error), ["go"])
    assert result.exit_code == 1
    assert result.stderr == "Error: /data/part-00000.parquet: No space left on device.\n"


def test_ctrl_c() -> None:
    result = CliRunner().invoke(_raising(KeyboardInterrupt()), ["go"])
    assert result.exit_code == 130
    assert result.stderr.strip() == "Stopped."


def test_a_closed_pipe_is_quiet() -> None:
    result = CliRunner().invoke(_raising(BrokenPipeError(32, "Broken pipe")), ["go"])
    assert (result.exit_code, result.stderr) == (1, "")


def test_a_bug_is_not_hidden() -> None:
    result = CliRunner().invoke(_raising(ZeroDivisionError("a bug")), ["go"])
    assert isinstance(result.exception, ZeroDivisionError)


def _reconcile(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reconcile", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_wrong_word_is_a_failure_not_a_difference(tmp_path: Path) -> None:
    result = _reconcile("snapshto", folder=tmp_path)
    assert result.returncode == 1
    assert "There is no command 'snapshto'. Did you mean 'snapshot'?" in result.stderr
    assert _reconcile("snapshot", "--onyl", folder=tmp_path).returncode == 1


def test_outside_a_workspace(tmp_path: Path) -> None:
    result = _reconcile("snapshots", folder=tmp_path)
    assert result.returncode == 1
    assert f"There is no reconcile.yml in {tmp_path} or above it." in result.stderr
    assert "`reconcile init` writes one here" in result.stderr


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom reconcile.cli import main\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print('loaded:', sorted({HEAVY} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "snapshot" in result.stdout
    assert result.stdout.endswith("loaded: []\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_output_that_knows_few_letters_is_no_error(encoding: str) -> None:
    code = """
import click
from reconcile.cli import main

main.add_command(click.Command("go", callback=lambda: print("3 \\u2192 4")))
main(["go"])
"""
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout.strip()) == (0, "3 \\u2192 4"), ended.stderr
