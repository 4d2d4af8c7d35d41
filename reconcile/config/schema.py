"""reconcile.yml against settings_schema.json. Every error says where, what and what to do.

No message repeats a value that could be a secret: only words from short closed lists are quoted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from reconcile.errors import SettingsError
from reconcile.marked_yaml import Document
from reconcile.nearest import nearest

Path_ = tuple[str | int, ...]

_KINDS = {
    "object": "a section of names and values",
    "string": "a text",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
_GIVEN = {
    "NoneType": "nothing",
    "str": "a text",
    "dict": "a section",
    "list": "a list",
    "int": "a number",
    "float": "a number",
    "bool": "yes or no",
}


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule of the schema that a value breaks: `rule` is its name, `wanted` its argument."""

    path: Path_
    rule: str
    wanted: Any
    given: Any
    schema: Mapping[str, Any]
    example: str

    @property
    def name(self) -> str:
        return f"`{dotted(self.path)}`"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the document, in words."""

    path: Path_
    message: str
    remedy: str = ""


@cache
def settings_schema() -> Mapping[str, Any]:
    """The JSON Schema of reconcile.yml."""
    text = files("reconcile.config").joinpath("settings_schema.json").read_text()
    schema: Mapping[str, Any] = json.loads(text)
    return schema


def check(document: Document) -> None:
    """Raises SettingsError for the problem that stands first in the file.

    What is missing comes last: it is often only misspelt, and then the wrong word says more.
    """
    errors = Draft202012Validator(settings_schema()).iter_errors(document.value)
    breaches = [_breach(error) for error in errors]
    if not breaches:
        return
    problems = [(breach.rule == "required", _explained(breach)) for breach in breaches]
    _, first = min(problems, key=lambda each: (each[0], _line(document, each[1].path)))
    more = len(problems) - 1
    rest = f" ({more} more {'problem' if more == 1 else 'problems'} in this file.)" if more else ""
    where = document.where(*first.path)
    raise SettingsError(first.message + rest, where=where, remedy=first.remedy)


def _line(document: Document, path: Path_) -> int:
    while path and path not in document.lines:
        path = path[:-1]
    return document.lines.get(path, 1)


def _breach(error: ValidationError) -> Breach:
    schema: Any = error.schema
    return Breach(
        path=tuple(error.absolute_path),
        rule=str(error.validator),
        wanted=error.validator_value,
        given=error.instance,
        schema=schema,
        example=_example(error),
    )


def _example(error: ValidationError) -> str:
    """The example that stands where the schema speaks of this value.

    An error knows only the schema a reference leads to, so the way from the root is walked again;
    jsonschema leaves the references themselves out of that way.
    """
    node: Any = settings_schema()
    found = ""
    for step in error.absolute_schema_path:
        while isinstance(node, dict) and "$ref" in node and step not in node:
            node = _referred(node["$ref"])
        node = node[step]
        if isinstance(node, dict) and "examples" in node:
            found = str(node["examples"][0])
    return found


def _referred(reference: str) -> Any:
    return settings_schema()["$defs"][reference.rpartition("/")[2]]


def _explained(breach: Breach) -> Problem:
    return _EXPLAIN.get(breach.rule, _other)(breach)


def _unknown_key(breach: Breach) -> Problem:
    known = breach.schema["properties"]
    key = next(key for key in breach.given if key not in known)
    where = f" in {breach.name}" if breach.path else ""
    return Problem(
        (*breach.path, key),
        f"'{key}' is not a setting{where}.{nearest(key, known)}",
        f"Known here: {', '.join(known)}.",
    )


def _missing_key(breach: Breach) -> Problem:
    key = next(key for key in breach.wanted if key not in breach.given)
    below = breach.schema["properties"][key]
    remedy = f"Add `{key}: {below['examples'][0]}`." if "examples" in below else ""
    return Problem(breach.path, f"`{dotted((*breach.path, key))}` is missing.", remedy)


def _wrong_kind(breach: Breach) -> Problem:
    if not breach.path:
        return Problem((), "The file holds no settings.", "`reconcile init` writes a whole one.")
    given = _GIVEN.get(type(breach.given).__name__, "that")
    remedy = "Give a value, or remove the line." if breach.given is None else ""
    message = f"{breach.name} must be {_KINDS[breach.wanted]}, not {given}."
    return Problem(breach.path, message, remedy)


def _not_listed(breach: Breach) -> Problem:
    known, given = [str(each) for each in breach.wanted], str(breach.given)[:40]
    advice = nearest(given, known)
    message = f"{breach.name} must be {' or '.join(known)}, not '{given}'.{advice}"
    return Problem(breach.path, message)


def _literal_secret(breach: Breach) -> Problem:
    return Problem(
        breach.path,
        f"{breach.name} is a secret and must not be written into this file.",
        f"Write `{breach.path[-1]}: {breach.example}` and put the value into .env; replace the "
        "secret if this file was ever shared.",
    )


def _too_small(breach: Breach) -> Problem:
    return Problem(breach.path, f"{breach.name} must be at least {breach.wanted}.")


def _too_large(breach: Breach) -> Problem:
    return Problem(breach.path, f"{breach.name} must be at most {breach.wanted}.")


def _empty(breach: Breach) -> Problem:
    remedy = f"Give a value such as `{breach.example}`."
    return Problem(breach.path, f"{breach.name} is empty.", remedy)


def _none_of(breach: Breach) -> Problem:
    kinds = " or ".join(f"`{key}`" for part in breach.wanted for key in part["required"])
    return Problem(breach.path, f"{breach.name} must have {kinds}.")


def _other(breach: Breach) -> Problem:
    return Problem(breach.path, f"{breach.name} breaks the rule '{breach.rule}' of the schema.")


_EXPLAIN: Mapping[str, Callable[[Breach], Problem]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_kind,
    "enum": _not_listed,
    "pattern": _literal_secret,
    "minimum": _too_small,
    "maximum": _too_large,
    "minLength": _empty,
    "minItems": _empty,
    "anyOf": _none_of,
}


def dotted(path: Path_) -> str:
    """`source.auth.token`."""
    return ".".join(map(str, path))
