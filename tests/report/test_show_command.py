"""`reconcile show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from samples import hostile_changes, small_changes, write_plan

from reconcile.cli.context import Context
from reconcile.cli.show import show


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


def test_html_to_a_path(folder: Path, tmp_path: Path) -> None:
    page = tmp_path / "out" / "plan.html"
    assert run(folder, "--html", str(page)).stdout.strip() == str(page)
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
