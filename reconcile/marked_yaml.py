"""YAML with the line each value came from, so that an error can say where. Refuses double keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reconcile.errors import ReconcileError

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value and the 1-based line of every key and list item, by path."""

    file: Path
    value: Any
    lines: Mapping[Path_, int]

    def where(self, *path: str | int) -> str:
        """`file:line` of a path; of its nearest known ancestor when it is not in the file."""
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"


def read(file: Path, error: type[ReconcileError]) -> Document:
    """Parse a file; problems are raised as `error` with file and line."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise error(f"Cannot be read: {problem}.", where=str(file)) from problem
    lines: dict[Path_, int] = {}
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = _value(node, (), lines, file, error) if node is not None else None
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise error(f"Not valid YAML: {problem.problem}.", where=f"{file}:{line}") from problem
    except yaml.YAMLError as problem:
        raise error(f"Not valid YAML: {problem}.", where=str(file)) from problem
    return Document(file, value, lines)


def _value(
    node: yaml.Node,
    path: Path_,
    lines: dict[Path_, int],
    file: Path,
    error: type[ReconcileError],
) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                raise error(f"'{key}' stands twice.", where=f"{file}:{line}")
            lines[(*path, key)] = line
            result[key] = _value(value_node, (*path, key), lines, file, error)
        return result
    if isinstance(node, yaml.SequenceNode):
        parts = enumerate(node.value)
        return [_value(part, (*path, index), lines, file, error) for index, part in parts]
    return yaml.SafeLoader("").construct_object(node)
