"""Look-up tables: a CSV with the columns `source,target` that turns one word into another."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconcile.errors import MappingError

MISSING = ("report", "keep", "null")
"""What happens to a value the table does not hold: named in the plan and left out (`report`),
passed on as it is (`keep`), or left out without a word (`null`)."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A table, and what to do with values it does not hold. `content` is the file's bytes."""

    file: Path
    table: Mapping[str, str]
    missing: str
    content: bytes


def read(file: Path, missing: str) -> Lookup:
    """Raises MappingError with file and line."""
    if missing not in MISSING:
        raise MappingError(f"'{missing}' is not one of: {', '.join(MISSING)}.")
    try:
        content = file.read_bytes()
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise MappingError(f"The look-up table {file} cannot be read: {error}.") from error
    if not rows or rows[0][1] != ["source", "target"]:
        raise MappingError(f"{file}:1: the first line must be `source,target`.")
    return Lookup(file, _table(file, rows[1:]), missing, content)


def _table(file: Path, rows: list[tuple[int, list[str]]]) -> dict[str, str]:
    table: dict[str, str] = {}
    for number, row in rows:
        if not row:
            continue
        if len(row) != 2:
            raise MappingError(f"{file}:{number}: two values are expected, not {len(row)}.")
        if row[0] in table:
            raise MappingError(f"{file}:{number}: '{row[0]}' stands twice.")
        table[row[0]] = row[1]
    return table
