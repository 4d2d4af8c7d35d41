"""One way to write a value, so that equal values are equal bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any


def decimal_text(value: Decimal | int | str) -> str:
    """A number as text without exponent or trailing zeros: `12.50` -> `12.5`, `-0` -> `0`."""
    number = Decimal(value)
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def moment_text(value: datetime) -> str:
    """A UTC-aware time as `2026-11-01T00:00:00.000Z`."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return moment_text(value)
    raise TypeError(f"{type(value).__name__} has no canonical form")


def to_json(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, decimals as text. Raises TypeError on floats' kin."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        default=_plain,
        allow_nan=False,
    )


def sorted_rows(rows: Iterable[Any]) -> list[Any]:
    """Rows (objects with an `id`) in the order of their ids: shorter ones first, so that numbers
    stand as people count."""
    return sorted(rows, key=_place)


def _place(row: Any) -> tuple[int, str]:
    id_ = str(row.get("id", "")) if isinstance(row, dict) else ""
    return len(id_), id_


def rows_text(rows: Iterable[Any]) -> str:
    """A field of `Kind.ROWS` as canonical JSON: equal rows are equal text."""
    return to_json(sorted_rows(rows))


def from_json(text: str | None) -> Any:
    """The value of canonical JSON; None stays None. Fractions come back as Decimal."""
    return None if text is None else json.loads(text, parse_float=Decimal)


def file_digest(*paths: Path) -> str:
    """`sha256:<hex>` over the bytes of files, one after the other. Raises OSError."""
    return digest(_chunks(paths))


def _chunks(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk


def digest(chunks: Iterable[bytes]) -> str:
    """`sha256:<hex>` over the chunks."""
    state = hashlib.sha256()
    for chunk in chunks:
        state.update(chunk)
    return f"sha256:{state.hexdigest()}"
