"""Imports point one way, and each heavy library lives in its rooms."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

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
    "reconcile.notify": NOUNS
    | {
        "reconcile.http",
        "reconcile.masking",
        "reconcile.report.text",
        "reconcile.report.words",
        "reconcile.settings",
    },
    "reconcile.sources": SYSTEM,
    "reconcile.sources.magento_rest": SYSTEM | {"reconcile.sealed_hashes"},
    "reconcile.targets": SYSTEM,
    "reconcile.targets.medusa": SYSTEM
    | {"reconcile.sealed_hashes", "reconcile.masking", "reconcile.identity"},
}
"""Room -> the rooms it may import, beside itself and what lies in it."""

SYSTEMS_AND_SETTINGS = (
    "reconcile.cli",
    "reconcile.config",
    "reconcile.sources",
    "reconcile.targets",
)
"""What no stage may import: they see the protocols only."""

NO_STAGES = ("reconcile.sandbox", "reconcile.__main__")

ROOMS_OF = {
    "click": ("reconcile.cli",),
    "rich": (
        "reconcile.cli",
        "reconcile.progress",
        "reconcile.report",
        "reconcile.sandbox.steps",
    ),
    "requests": (
        "reconcile.http",
        "reconcile.notify.post",
        "reconcile.sources",
        "reconcile.targets",
        "reconcile.thumbnails",
    ),
    "requests_oauthlib": ("reconcile.sources",),
    "urllib3": ("reconcile.http", "reconcile.notify.post", "reconcile.thumbnails"),
    "PIL": ("reconcile.thumbnails.picture",),
    "tenacity": ("reconcile.http",),
    "yaml": ("reconcile.marked_yaml",),
    "jsonschema": ("reconcile.config",),
    "dotenv": ("reconcile.config", "reconcile.sandbox"),
    "cryptography": ("reconcile.sealed_hashes", "reconcile.packing"),
    "deepdiff": ("reconcile.compare",),
    "fsspec": ("reconcile.state",),
    "jinja2": ("reconcile.report",),
    "nh3": ("reconcile.mapping",),
}
"""Heavy library -> the rooms that may know it."""


Edge = tuple[str, str]
"""A module, and what it imports."""


def _module(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {_module(file): ast.parse(file.read_text(encoding="utf-8")) for file in FILES}


def _imports(tree: ast.Module) -> Iterator[str]:
    """Every module that is imported, also inside functions and for type checkers only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = node.module or "."
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


EDGES: list[Edge] = [(module, name) for module, tree in TREES.items() for name in _imports(tree)]
OWN: list[Edge] = [edge for edge in EDGES if edge[1] in TREES]


def _in_any(module: str, rooms: Iterable[str]) -> bool:
    """`reconcile` itself, the package with the version, is not every module in it."""
    return any(
        module == room or (room != "reconcile" and module.startswith(f"{room}.")) for room in rooms
    )


def _may_import(module: str) -> set[str] | None:
    """The rooms a module may import; None when only the rules for stages apply to it."""
    rooms = [room for room in MAY_IMPORT if _in_any(module, [room])]
    room = max(rooms, key=len, default=None)
    return MAY_IMPORT[room] | {room, "reconcile"} if room else None


def test_imports_are_absolute() -> None:
    assert [edge for edge in EDGES if edge[1].startswith(".")] == []


def test_rooms_import_what_they_may() -> None:
    limited = [(module, name, _may_import(module)) for module, name in OWN]
    wrong = [
        (module, name)
        for module, name, rooms in limited
        if rooms is not None and not _in_any(name, rooms)
    ]
    assert wrong == []


def test_only_the_command_line_knows_the_systems() -> None:
    stages = [edge for edge in OWN if not _in_any(edge[0], {*SYSTEMS_AND_SETTINGS, *NO_STAGES})]
    assert [edge for edge in stages if _in_any(edge[1], SYSTEMS_AND_SETTINGS)] == []


def test_heavy_libraries_stay_in_their_rooms() -> None:
    heavy = [(module, name.partition(".")[0]) for module, name in EDGES]
    wrong = {
        (module, library)
        for module, library in heavy
        if library in ROOMS_OF and not _in_any(module, ROOMS_OF[library])
    }
    assert sorted(wrong) == []


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        module
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    outside = {module for module in readers if not _in_any(module, ["reconcile.sandbox"])}
    assert outside == {"reconcile.config.environment"}


def test_every_room_named_here_exists() -> None:
    assert {room for room in MAY_IMPORT if room not in TREES} == set()
