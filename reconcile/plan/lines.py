"""The changes of a plan as lines of `changes.jsonl`.

A change that was read is light: what says which record it is about and what it needs is in memory,
the values of its fields stay in the file and are read again when they are looked at. As an
approval is of bytes, a line that is no longer what it was is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from sys import intern
from types import MappingProxyType

from reconcile.errors import PlanError
from reconcile.model import Action, Address, Change, FieldChange, Json, StoredFields

Fields = tuple[FieldChange, ...]
NO_CONFLICTS: Mapping[str, Json] = MappingProxyType({})
"""One for all changes: most have none."""


def change_to_json(change: Change) -> dict[str, Json]:
    """The change as it stands in `changes.jsonl`; absent parts are left out."""
    line: dict[str, Json] = {
        "address": str(change.address),
        "action": change.action.value,
        "fields": [_field_to_json(change.action, part) for part in change.fields],
    }
    optional = {
        "reason": change.reason or None,
        "source_id": change.source_id,
        "target_id": change.target_id,
        "refs": dict(change.refs) or None,
        "conflicts": dict(change.conflicts) or None,
    }
    return line | {name: value for name, value in optional.items() if value is not None}


def _field_to_json(action: Action, part: FieldChange) -> dict[str, Json]:
    line = {"path": part.path, "after": part.after}
    return line if action is Action.CREATE else {**line, "before": part.before}


def change_from_json(line: Mapping[str, Json]) -> Change:
    """The change with all its values in memory."""
    return _change(line, _fields(line))


def _fields(line: Mapping[str, Json]) -> Fields:
    return tuple(
        FieldChange(intern(part["path"]), part.get("before"), part["after"])
        for part in line["fields"]
    )


def _change(line: Mapping[str, Json], fields: Sequence[FieldChange]) -> Change:
    """Names that stand in many lines are the same object in all of them."""
    entity, _, key = line["address"].partition(":")
    return Change(
        address=Address(intern(entity), key),
        action=Action(line["action"]),
        fields=fields,
        reason=intern(line.get("reason", "")),
        source_id=line.get("source_id"),
        target_id=line.get("target_id"),
        refs={intern(name): target_id for name, target_id in line.get("refs", {}).items()},
        conflicts=line.get("conflicts", NO_CONFLICTS),
    )


def edited(path: Path) -> PlanError:
    """What to say of a file of a plan that is not what it was."""
    return PlanError(
        f"{path} is missing or was edited after the plan was made.",
        remedy="A plan is never edited. Make a new one with `reconcile plan`.",
    )


class StoredChanges(Collection[Change]):
    """The changes of a plan, read from its file anew each time they are gone through.

    A plan of any length can be counted, listed and reported in the memory of one change; a tuple
    of them holds all but the values. `digest` is that of the file. Raises PlanError at the end of
    a pass over other bytes, and when a field is looked at whose line has become another.
    """

    def __init__(self, path: Path, digest: str) -> None:
        self._path, self._digest = path, digest

    def __iter__(self) -> Iterator[Change]:
        whole = hashlib.sha256()
        lines = _Lines(self._path)
        with self._path.open("rb") as file:
            for line in file:
                whole.update(line)
                yield lines.take(line)
        if f"sha256:{whole.hexdigest()}" != self._digest:
            raise edited(self._path)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        with self._path.open("rb") as file:
            return sum(1 for _ in file)

    def __contains__(self, change: object) -> bool:
        return any(change == each for each in self)


class _Lines:
    """Lines of a file that went by once, each to be read again by itself. 16 bytes a line.

    The line looked at last is kept: whoever looks at a change mostly looks several times.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._starts = array("Q", [0])
        self._prints = array("Q")
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._last: tuple[int, Fields | Mapping[str, Json]] = (-1, ())

    def take(self, line: bytes) -> Change:
        """The change of the next line. Raises PlanError where it is none."""
        place = len(self._prints)
        self._starts.append(self._starts[place] + len(line))
        self._prints.append(_print(line))
        content = self._parsed(line, place)
        paths = tuple(part["path"] for part in content["fields"])
        self._last = (place, content)
        return _change(content, StoredFields(self._paths.setdefault(paths, paths), self, place))

    def fields_at(self, place: int) -> Fields:
        """Raises PlanError when the line is not the one that went by."""
        known, content = self._last
        if known != place:
            content = self._parsed(self._line(place), place)
        fields = content if isinstance(content, tuple) else _fields(content)
        self._last = (place, fields)
        return fields

    def _parsed(self, line: bytes, place: int) -> dict[str, Json]:
        try:
            content: dict[str, Json] = json.loads(line)
        except ValueError as error:
            raise PlanError(str(error), where=f"{self._path}:{place + 1}") from error
        return content

    def _line(self, place: int) -> bytes:
        """Opened for each line, so that threads do not meet and nothing needs closing."""
        start, end = self._starts[place], self._starts[place + 1]
        try:
            handle = os.open(self._path, os.O_RDONLY)
            try:
                line = os.pread(handle, end - start, start)
            finally:
                os.close(handle)
        except OSError as error:
            raise edited(self._path) from error
        if _print(line) != self._prints[place]:
            raise edited(self._path)
        return line


def _print(line: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(line, digest_size=8).digest())
