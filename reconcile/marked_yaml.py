"""YAML with the line each value came from, so that an error can say where. Refuses double keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from reconcile.errors import ReconcileError

Path_ = tuple[str | int, ...]
_TEXT = "tag:yaml.org,2002:str"


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


def read(file: Path, error: type[ReconcileError], most: int | None = None) -> Document:
    """Parse a file of at most so many characters; problems are raised as `error` with file and
    line."""
    try:
        with file.open(encoding="utf-8") as content:
            text = content.read(-1 if most is None else most + 1)
    except (OSError, UnicodeDecodeError) as problem:
        raise error(f"Cannot be read: {problem}.", where=str(file)) from problem
    if most is not None and len(text) > most:
        raise error(f"It is too large: over {most:,} characters.", where=str(file))
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        tree = _Tree(file, error, len(text))
        value = tree.value(node, ()) if node is not None else None
    except yaml.reader.ReaderError as problem:
        line = text.count("\n", 0, problem.position) + 1
        raise error(f"Not valid YAML: {problem.reason}.", where=f"{file}:{line}") from problem
    except yaml.MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 1
        raise error(f"Not valid YAML: {problem.problem}.", where=f"{file}:{line}") from problem
    except RecursionError as problem:
        raise error("Lists in lists without end.", where=str(file)) from problem
    return Document(file, value, tree.lines)


class _Tree:
    """Turns nodes into values and remembers the lines.

    A text of so many characters has at most one value more; what holds more repeats itself, and
    a few lines could repeat themselves into more than any memory.
    """

    def __init__(self, file: Path, error: type[ReconcileError], characters: int) -> None:
        self._file, self._error = file, error
        self._left = characters + 1
        self._plain = yaml.SafeLoader("")
        self._open: list[yaml.Node] = []
        self.lines: dict[Path_, int] = {}

    def value(self, node: yaml.Node, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if any(node is each for each in self._open):
            raise self._wrong("A value stands inside itself", line)
        self._left -= 1
        if self._left < 0:
            raise self._wrong("Aliases repeat more than the file holds", line)
        self._open.append(node)
        try:
            return self._parsed(node, path)
        except (ValueError, LookupError, AttributeError, OverflowError) as problem:
            # such as the 45th of a month, or `!!bool maybe`
            raise self._wrong(str(problem), line) from problem
        finally:
            self._open.pop()

    def _parsed(self, node: yaml.Node, path: Path_) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(part, (*path, index)) for index, part in enumerate(node.value)]
        if node.tag == _TEXT:
            return node.value
        return self._plain.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                raise self._error(f"'{key}' stands twice.", where=f"{self._file}:{line}")
            self.lines[(*path, key)] = line
            result[key] = self.value(value_node, (*path, key))
        return result

    def _wrong(self, what: str, line: int) -> ReconcileError:
        return self._error(f"Not valid YAML: {what}.", where=f"{self._file}:{line}")
