"""Text from shops made safe to open in a spreadsheet: it stays text, whatever it begins with."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

from reconcile.report.text import visible

_STARTS = tuple("=+-@\t\r\n＝＋－＠|%")
"""What programs take for the beginning of a formula or a command, after any blanks (OWASP, CSV
injection; the wide forms are those of Japanese input)."""


_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


class Figure(str):
    """A plain number in a column of numbers: it may begin with a minus."""

    __slots__ = ()


def figure(text: str) -> str:
    """A text of a column of numbers: a Figure if it is one."""
    return Figure(text) if _NUMBER.fullmatch(text) else text


def cell(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    if isinstance(text, Figure):
        return text
    shown = visible(text)
    return f"'{shown}" if shown.lstrip(" \u00a0\"'").startswith(_STARTS) else shown


def write_table(file: TextIO, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Rows as CSV (RFC 4180). Every cell is in quotes: no separator of another country splits it.

    `file` is opened with `newline=""`.
    """
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(titles)
    writer.writerows([cell(text) for text in row] for row in rows)
