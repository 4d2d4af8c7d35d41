"""Reading single values as Magento writes them.

Numbers come as numbers or as texts, flags as booleans, 0/1 or "0"/"1", an empty object as `[]`,
an absent list as null (measured on 2.4.7 and said of older releases). Each function takes what is
there and answers None for what is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from reconcile.canonical import to_json
from reconcile.model import Json

Record = dict[str, Any]

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_AMOUNT = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,400})?(E[+-]?[0-9]{1,3})?", re.IGNORECASE)
_FLAGS = {"1": True, "true": True, "0": False, "false": False, "": False}


class Unreadable(ValueError):
    """A record without what identifies it, or that cannot be written down."""


def text(value: Json) -> str | None:
    """A value as text: numbers with the digits they came with, lists and objects as JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, int) else json_text(value)


def _sound(value: str) -> str:
    """Text that can be written as UTF-8: halves of surrogate pairs become U+FFFD."""
    if value.isascii():
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def json_text(value: Json) -> str | None:
    """A nested value as canonical JSON; None stays None. Raises Unreadable for one too deep."""
    if value is None:
        return None
    try:
        return _sound(to_json(value))
    except RecursionError:
        raise Unreadable("a record that is nested too deeply") from None


def identity(record: Json, *names: str) -> str:
    """The first of these members that is there, as text. Raises Unreadable when none is."""
    if isinstance(record, dict):
        for name in names:
            found = text(record.get(name))
            if found:
                return found
    raise Unreadable(f"a record without {' or '.join(names)}")


def integer(value: Json) -> int | None:
    """A whole number, or None for anything that is none."""
    try:
        return int(value)
    except (TypeError, ValueError, ArithmeticError):
        return None


def flag(value: Json) -> bool | None:
    """A yes or no, or None for anything that is neither."""
    if isinstance(value, bool):
        return value
    return _FLAGS.get(str(value).strip().lower()) if value is not None else None


def moment(value: Json) -> str | None:
    """`2026-11-21 00:49:27`, which Magento means as UTC, as `2026-11-21T00:49:27Z`.

    None for one that no calendar has, such as `0000-00-00` or the 31st of February: MySQL keeps
    those, too.
    """
    found = _MOMENT.match(value) if isinstance(value, str) else None
    if not found or not _exists(f"{found[1]}T{found[2]}"):
        return None
    return f"{found[1]}T{found[2]}Z"


def calendar_date(value: Json) -> str | None:
    """`1973-12-15`, also of a time at its start; None for `0000-00-00`, which is no date."""
    found = _DATE.match(value) if isinstance(value, str) else None
    return found[0] if found and _exists(found[0]) else None


def _exists(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return False
    return True


def amount(value: Json) -> str | None:
    """A number as decimal text with the digits it came with; None for anything that is none."""
    written = "" if isinstance(value, bool) else (text(value) or "").strip()
    return format(Decimal(written), "f") if _AMOUNT.fullmatch(written) else None


def members(value: Json) -> Record:
    """An object; anything else, such as PHP's `[]` for an empty one, has no members."""
    return value if isinstance(value, dict) else {}


def records(value: Json) -> Iterator[Record]:
    """The objects of a list. PHP turns a list with gaps into an object: its values count."""
    entries = value.values() if isinstance(value, dict) else value
    if isinstance(entries, str) or not hasattr(entries, "__iter__"):
        return
    yield from (entry for entry in entries if isinstance(entry, dict))


def picked(
    entry: Record,
    texts: tuple[str, ...] = (),
    counts: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
) -> Record:
    """Some members of an object, each in one form whatever form it came in."""
    forms: tuple[tuple[tuple[str, ...], Callable[[Json], Json]], ...] = (
        (texts, text),
        (counts, integer),
        (flags, flag),
    )
    return {name: form(entry.get(name)) for names, form in forms for name in names}


def custom_attributes(record: Record) -> dict[str, Json]:
    """`custom_attributes` by code: a list of pairs, or an object of pairs or of plain values."""
    attributes = record.get("custom_attributes")
    found: dict[str, Json] = {}
    if isinstance(attributes, dict):
        found = {code: value for code, value in attributes.items() if not isinstance(value, dict)}
    for pair in records(attributes):
        code = pair.get("attribute_code")
        if code:
            found[str(code)] = pair.get("value")
    return found
