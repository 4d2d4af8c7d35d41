"""The manual names every command, setting, field and diagnostic, and its links lead somewhere."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest

from reconcile.cli import main
from reconcile.cli.docs import page, pages
from reconcile.drift.tables import SAMPLED, TABLES, Table
from reconcile.entities import ENTITIES
from reconcile.notify import webhook
from reconcile.notify.message import Message, Row, State
from reconcile.plan.limits import DEFAULTS

PACKAGE = Path(__file__).parents[1] / "reconcile"
SCHEMA: dict[str, Any] = json.loads(
    (files("reconcile.config") / "settings_schema.json").read_text()
)
SUMMARY: dict[str, Any] = json.loads((files("reconcile.drift") / "summary_schema.json").read_text())
PAGES = {name: page(name) for name in pages()}


def _commands(path: str, command: click.Command) -> Iterator[str]:
    if path:
        yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _commands(f"{path} {name}".strip(), below)


@pytest.mark.parametrize("command", [*_commands("", main)])
def test_every_command_is_in_the_manual(command: str) -> None:
    assert re.search(rf"`reconcile {command}[ `]", PAGES["commands"])


def _settings(node: Any, path: str = "") -> Iterator[str]:
    """Every setting that holds no others, by its dotted path; of lists that of their members."""
    parts = list(_parts(node))
    for name, part in parts:
        yield from _settings(part, f"{path}.{name}".strip("."))
    if not parts:
        yield path


def _parts(node: Any) -> Iterator[tuple[str, Any]]:
    """What stands one level below, under whichever condition."""
    if not isinstance(node, dict):
        return
    if "$ref" in node:
        yield from _parts(SCHEMA["$defs"][node["$ref"].rpartition("/")[2]])
    yield from node.get("properties", {}).items()
    for name in ("then", "else", "items"):
        yield from _parts(node.get(name))
    for each in node.get("allOf", ()):
        yield from _parts(each)


@pytest.mark.parametrize("setting", sorted(set(_settings(SCHEMA))))
def test_every_setting_is_in_the_manual(setting: str) -> None:
    assert f"`{setting}`" in PAGES["settings"]


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_every_limit_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGES["reviewing"]


@pytest.mark.parametrize("spec", ENTITIES, ids=lambda spec: spec.name)
def test_every_field_is_in_the_manual(spec: Any) -> None:
    rows = [line for line in PAGES["reconciled"].splitlines() if f"`{spec.name}`" in line]
    assert rows
    if not spec.reference:
        lacking = {each.name for each in spec.fields if f"`{each.name}`" not in " ".join(rows)}
        assert lacking == set()


def _codes() -> Iterator[str]:
    """The codes of diagnostics that stand in the program, but for those that are put together."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _codes_in(node)


def _codes_in(call: ast.Call) -> Iterator[str]:
    called = getattr(call.func, "id", "")
    for place, argument in enumerate(call.args[:-1]):
        if ast.unparse(argument).startswith("Severity."):
            yield from _texts(call.args[place + 1])
    if called == "Unsound":
        yield from _texts(call.args[0])
    if called in {"_whole", "_field"}:
        yield from (text for each in call.args[1:3] for text in _texts(each) if "_" in text)


def _texts(node: ast.expr) -> Iterator[str]:
    """A text, or both of a choice; sentences are no codes."""
    for each in ast.walk(node) if isinstance(node, ast.IfExp) else [node]:
        if isinstance(each, ast.Constant) and re.fullmatch(r"[a-z_0-9]{4,}", str(each.value)):
            yield str(each.value)


FIELDS = {field.name for spec in ENTITIES for field in spec.fields}
CODES = sorted(set(_codes()) - FIELDS)


def test_codes_are_found() -> None:
    assert {"missing_key", "missing_required", "loose_match", "no_items", "no_companion"} <= set(
        CODES
    )


@pytest.mark.parametrize("code", CODES)
def test_every_diagnostic_is_explained(code: str) -> None:
    assert f"`{code}`" in PAGES["diagnostics"]


@pytest.mark.parametrize("table", [*TABLES, SAMPLED], ids=lambda table: table.name)
def test_every_file_of_drift_is_explained(table: Table) -> None:
    """With its line of titles, a row of as many cells, and a word about each column."""
    _, heading, text = PAGES["drift"].partition(f"\n### `{table.name}`\n")
    assert heading
    titles, row, *_ = csv.reader(io.StringIO(text.partition("```\n")[2].partition("```")[0]))
    assert tuple(titles) == table.titles
    assert len(row) == len(titles)
    assert {title for title in titles if f"`{title}`" not in PAGES["drift"]} == set()


def _properties(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from node.get("properties", ())
        for each in node.values():
            yield from _properties(each)


@pytest.mark.parametrize("name", sorted(set(_properties(SUMMARY))))
def test_every_field_of_the_summary_is_explained(name: str) -> None:
    _, heading, text = PAGES["drift"].partition("\n## summary.json\n")
    assert heading
    assert f"`{name}`" in text.partition("\n## ")[0]


NOW = datetime(2026, 11, 21, tzinfo=UTC)
MESSAGE = Message("drift", State.DRIFT, "", NOW, NOW, counts=(Row("products", {"different": 1}),))
POSTED: dict[str, Any] = json.loads(webhook.payload(MESSAGE))


@pytest.mark.parametrize("name", [*POSTED, *POSTED["counts"][0]])
def test_every_field_of_the_webhook_is_explained(name: str) -> None:
    assert f"`{name}`" in PAGES["notifications"]


@pytest.mark.parametrize("header", sorted(webhook.headers(MESSAGE, b"", "secret", 0)))
def test_every_header_of_the_webhook_is_explained(header: str) -> None:
    assert f"`{header}`" in PAGES["notifications"]


def test_the_webhook_s_example_has_its_fields() -> None:
    example = json.loads(PAGES["notifications"].partition("```json\n")[2].partition("```")[0])
    assert [*example] == [*POSTED]
    assert {*example["counts"][0]} == {*POSTED["counts"][0]}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages_and_headings(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([\w-]*)(?:\.md)?(?:#([\w-]+))?\)", PAGES[name]):
        assert (target or name) in PAGES, target
        headings = re.findall(r"^#+ (.+)$", PAGES[target or name], re.MULTILINE)
        slugs = {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}
        assert not anchor or anchor in slugs


def test_every_page_is_in_the_table_of_contents() -> None:
    assert {name for name in PAGES if f"]({name}.md)" not in PAGES["index"]} == {"index"}
