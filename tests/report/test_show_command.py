"""`reconcile show`."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import MADE_AT, change, hostile_changes, many_changes, small_changes, write_plan

from reconcile.cli.context import Context
from reconcile.cli.show import show
from reconcile.model import Action
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval


def run(folder: Path, *options: str) -> Result:
    result = CliRunner().invoke(show, [str(folder), *options], obj=Context())
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_plan(tmp_path, small_changes())


def test_summary(folder: Path) -> None:
    assert run(folder).stdout.startswith("This plan creates 1 category")


@pytest.mark.parametrize(
    ("options", "headings"),
    [
        (("--entity", "category"), ["create category gear/bags"]),
        (("--key", "24-WB0*", "--field", "weight"), ["update variant 24-WB03"]),
        (("--action", "draft"), ["draft product 24-UG99"]),
        (("--action", "update", "--entity", "product"), ["update product 24-WB02"]),
        (("--action", "draft", "--entity", "variant"), []),
        (("--field", "metadata"), ["create product", "create product", "update product"]),
        (("--entity", "product", "--field", "prices"), []),
    ],
)
def test_filters(folder: Path, options: tuple[str, ...], headings: list[str]) -> None:
    result = run(folder, *options)
    found = [line for line in result.stdout.splitlines() if line and line[0] != " "]
    assert len(found) == len(headings)
    assert all(line.startswith(heading) for line, heading in zip(found, headings, strict=True))
    assert f"{len(headings)} of 12 changes" in result.stderr


def test_json_holds_the_chosen_changes(folder: Path) -> None:
    document = json.loads(run(folder, "--json", "--entity", "variant", "--field", "prices").stdout)
    assert document["digest"].startswith("sha256:")
    assert document["plan"]["id"] == folder.name
    assert [change["address"] for change in document["changes"]] == [
        "variant:24-MB01",
        "variant:24-WB02",
        "variant:24-WB03",
    ]
    assert {part["path"] for each in document["changes"] for part in each["fields"]} == {"prices"}


def test_json_steers_no_terminal(tmp_path: Path) -> None:
    assert run(write_plan(tmp_path, hostile_changes()), "--json").stdout.isascii()


def test_json_holds_conflicts_and_the_approval(tmp_path: Path) -> None:
    product = change("product", "A", Action.UPDATE, ("title", "T", "S"), ("weight", 1, 2))
    person = change("customer", "ann@shop.test", Action.UPDATE, ("first_name", "T", "S"))
    folder = write_plan(
        tmp_path,
        [
            replace(product, conflicts={"title": "B", "weight": 0}),
            replace(person, conflicts={"first_name": "Ann"}),
        ],
    )
    assert json.loads(run(folder, "--json").stdout)["approval"] is None
    approve(folder, "customer:ann@shop.test", note="Seen.")
    said = run(folder, "--json", "--field", "title").stdout
    [narrowed] = json.loads(said)["changes"]
    assert narrowed["conflicts"] == {"title": "B"}
    whole = json.loads(run(folder, "--json").stdout)
    assert [each["conflicts"] for each in whole["changes"]] == [
        {"title": "B", "weight": 0},
        {"first_name": "***"},
    ]
    approval = whole["approval"]
    assert (approval["note"], approval["excludes"]) == ("Seen.", ["customer:a***@s***.test"])


def test_the_approval_is_said(folder: Path) -> None:
    approve(folder, "product:24-UG99", note="For the season.")
    text = run(folder).stdout
    assert "Approved  by Ada" in text
    assert "note: For the season." in text
    assert "without product:24-UG99" in text


def approve(folder: Path, *excludes: str, note: str) -> None:
    digest = file.plan_digest(folder)
    approval_file.write(folder, Approval(digest, "Ada", MADE_AT, excludes, note=note))


def on_a_terminal(
    folder: Path, *options: str, rows: int = 24, pager: str = "cat"
) -> tuple[int, str]:
    """Exit code and screen of `show` in a terminal of a process of its own."""
    command = [sys.executable, "-m", "reconcile", "show", str(folder), *options]
    screen, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
    settings = {"PAGER": pager, "TERM": "xterm", "LESS": "", "LINES": "", "COLUMNS": ""}
    started = subprocess.Popen(
        command, stdin=inside, stdout=inside, stderr=inside, env={**os.environ, **settings}
    )
    os.close(inside)
    shown = b"".join(iter(partial(_some, screen), b""))
    os.close(screen)
    return started.wait(), shown.decode().replace("\r\n", "\n")


def _some(screen: int) -> bytes:
    """Linux ends the other side of a terminal with EIO."""
    try:
        return os.read(screen, 65536)
    except OSError:
        return b""


PAGER = "sed s/^/P:/"


@pytest.mark.parametrize(
    ("options", "rows", "paged"),
    [
        ((), 12, True),
        ((), 60, False),
        (("--no-pager",), 12, False),
        (("--json",), 12, False),
        (("--entity", "product"), 12, True),
        (("--entity", "category"), 12, False),
    ],
)
def test_what_is_longer_than_the_screen_is_paged(
    folder: Path, options: tuple[str, ...], rows: int, paged: bool
) -> None:
    code, screen = on_a_terminal(folder, *options, rows=rows, pager=PAGER)
    lines = [line for line in screen.splitlines() if "of 12 changes" not in line]
    assert code == 0
    assert {line.startswith("P:") for line in lines} == {paged}


def test_leaving_the_pager_early_is_no_error(tmp_path: Path) -> None:
    folder = write_plan(tmp_path, list(many_changes(3000)))
    code, screen = on_a_terminal(folder, "--key", "SKU-*", pager="head -n 1")
    assert (code, "SKU-000000" in screen) == (0, True)
    assert "SKU-000400" not in screen
    assert "Traceback" not in screen
    assert "rror" not in screen


def test_a_pager_that_is_not_there_is_none_needed(folder: Path) -> None:
    code, screen = on_a_terminal(folder, rows=12, pager="no-such-pager --at-all")
    assert (code, "This plan creates 1 category" in screen) == (0, True)


def test_html_to_a_path(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "out" / "plan.html"
    assert run(folder, "--html", str(page)).stdout.strip() == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
