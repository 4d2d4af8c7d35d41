"""Imports point one way, and each heavy library lives in its rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "reconcile"
FILES = sorted(PACKAGE.rglob("*.py"))

NOUNS = {
    "reconcile.errors",
    "reconcile.model",
    "reconcile.money",
    "reconcile.canonical",
    "reconcile.columns",
    "reconcile.entities",
    "reconcile.systems",
    "reconcile.nearest",
    "reconcile.unique",
    "reconcile.references",
    "reconcile",
}
"""What every room may import."""

SYSTEM = NOUNS | {"reconcile.http", "reconcile.settings"}

MAY_IMPORT = {
    "reconcile.errors": set(),
    "reconcile.nearest": set(),
    "reconcile.settings": set(),
    "reconcile.model": {"reconcile.errors"},
    "reconcile.canonical": {"reconcile.errors"},
    "reconcile.entities": {"reconcile.errors", "reconcile.model"},
    "reconcile.systems": {"reconcile.errors", "reconcile.model", "reconcile.entities"},
    "reconcile.http": {"reconcile.errors", "reconcile.model", "reconcile.canonical"},
    "reconcile.config": {
        "reconcile.errors",
        "reconcile.marked_yaml",
        "reconcile.nearest",
        "reconcile.settings",
    },
    "reconcile.sources": {"reconcile.settings"},
    "reconcile.sources.magento_rest": SYSTEM,
    "reconcile.targets": {"reconcile.settings"},
    "reconcile.targets.medusa": SYSTEM,
}
"""Room -> the rooms it may import, beside itself and what lies in it."""

FORBIDDEN = ("reconcile.cli", "reconcile.config", "reconcile.sources", "reconcile.targets")
"""What no stage may import: they see the protocols only."""

NOT_STAGES = ("reconcile.cli", "reconcile.config", "reconcile.sandbox", "reconcile.__main__")

ROOMS_OF = {
    "click": ("reconcile.cli",),
    "rich": ("reconcile.cli", "reconcile.progress", "reconcile.sandbox.steps"),
    "requests": ("reconcile.http", "reconcile.sources", "reconcile.targets"),
    "requests_oauthlib": ("reconcile.sources",),
    "urllib3": ("reconcile.http",),
    "tenacity": ("reconcile.http",),
    "yaml": ("reconcile.marked_yaml", "reconcile.plan.approval_file"),
    "jsonschema": ("reconcile.config",),
    "dotenv": ("reconcile.config", "reconcile.sandbox"),
    "deepdiff": ("reconcile.compare",),
    "jinja2": ("reconcile.report",),
    "nh3": ("reconcile.mapping",),
    "slugify": ("reconcile.mapping",),
}
"""Heavy library -> the rooms that may know it."""


def _module(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(file: Path) -> Iterator[str]:
    """Every module a file imports, also inside functions and for type checkers only."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file} has a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _lies_in(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def _own(file: Path) -> set[str]:
    """The modules of this package that a file imports."""
    known = {_module(each) for each in FILES}
    return {name for name in _imports(file) if name in known}


def _room(module: str) -> str | None:
    rooms = [room for room in MAY_IMPORT if _lies_in(module, room)]
    return max(rooms, key=len, default=None)


def _allowed(module: str, room: str) -> bool:
    """`reconcile` itself, the package with the version, is not every module in it."""
    return module == room if room == "reconcile" else _lies_in(module, room)


@pytest.mark.parametrize("file", FILES, ids=_module)
def test_rooms_import_what_they_may(file: Path) -> None:
    room = _room(_module(file))
    if room is None:
        return
    allowed = {room, "reconcile"} | MAY_IMPORT[room]
    wrong = [each for each in _own(file) if not any(_allowed(each, one) for one in allowed)]
    assert wrong == []


@pytest.mark.parametrize("file", FILES, ids=_module)
def test_only_the_command_line_knows_the_systems(file: Path) -> None:
    module = _module(file)
    exempt = [room for room in FORBIDDEN if _lies_in(module, room)]
    if exempt or any(_lies_in(module, room) for room in NOT_STAGES):
        return
    wrong = [each for each in _own(file) if any(_lies_in(each, room) for room in FORBIDDEN)]
    assert wrong == []


@pytest.mark.parametrize("file", FILES, ids=_module)
def test_heavy_libraries_stay_in_their_rooms(file: Path) -> None:
    libraries = {name.partition(".")[0] for name in _imports(file)}
    module = _module(file)
    wrong = [
        library
        for library in libraries & ROOMS_OF.keys()
        if not any(_lies_in(module, room) for room in ROOMS_OF[library])
    ]
    assert wrong == []


@pytest.mark.parametrize("file", FILES, ids=_module)
def test_the_environment_is_read_in_one_place(file: Path) -> None:
    module = _module(file)
    if module == "reconcile.config.environment" or _lies_in(module, "reconcile.sandbox"):
        return
    reads = [
        node.lineno
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert reads == []


def test_every_room_named_here_exists() -> None:
    known = {_module(each) for each in FILES}
    assert {room for room in MAY_IMPORT if room not in known} == set()
