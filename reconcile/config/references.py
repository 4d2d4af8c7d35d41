"""`${NAME}` in reconcile.yml stands for a variable of the environment."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

Path_ = tuple[str | int, ...]


def filled(
    document: Document, section: str, variables: Mapping[str, str], *, without: Collection[str] = ()
) -> dict[str, Any]:
    """A section with every reference replaced by its value, white space at the ends cut off.

    Keys in `without` are left out, their references too. Raises SettingsError that names all
    variables without a value, each with its line.
    """
    whole: dict[str, Any] = document.value[section]
    value = {name: part for name, part in whole.items() if name not in without}
    lacking = [use for use in _uses(value, (section,)) if not variables.get(use[1], "").strip()]
    if lacking:
        raise _lacking(document, lacking, variables)
    return {name: _replaced(part, variables) for name, part in value.items()}


def filled_text(document: Document, name: str, variables: Mapping[str, str]) -> str:
    """A setting that is a text right in the document, filled in as `filled` does; "" if absent."""
    if name not in document.value:
        return ""
    value = document.value[name]
    lacking = [use for use in _uses(value, (name,)) if not variables.get(use[1], "").strip()]
    if lacking:
        raise _lacking(document, lacking, variables)
    return str(_replaced(value, variables)).strip()


def filled_at(document: Document, path: Path_, variables: Mapping[str, str]) -> Any:
    """The value at a place of the document, filled in as `filled` does."""
    value = document.value
    for step in path:
        value = value[step]
    lacking = [use for use in _uses(value, path) if not variables.get(use[1], "").strip()]
    if lacking:
        raise _lacking(document, lacking, variables)
    return _replaced(value, variables)


def _uses(value: Any, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Where which variable is named."""
    if isinstance(value, str):
        yield from ((path, name) for name in REFERENCE.findall(value))
        return
    if isinstance(value, dict | list):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for step, part in parts:
            yield from _uses(part, (*path, step))


def _replaced(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return REFERENCE.sub(lambda match: variables[match[1]].strip(), value)
    if isinstance(value, dict):
        return {name: _replaced(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [_replaced(part, variables) for part in value]
    return value


def _lacking(
    document: Document, uses: list[tuple[Path_, str]], variables: Mapping[str, str]
) -> SettingsError:
    first, name = uses[0]
    others = [f"{each} (line {document.lines[path]})" for path, each in uses[1:]]
    state = "is empty" if name in variables else "is not set"
    also = f"; nor has {', '.join(others)} a value" if others else ""
    return SettingsError(
        f"The environment variable {name} {state}{also}.",
        where=document.where(*first),
        remedy=f"Write `{name}=...` into the file .env beside reconcile.yml, or export it.",
    )
