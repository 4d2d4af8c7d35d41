"""Medusa's Admin API as this tool uses it: bounded lists, exact numbers, small answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reconcile.errors import BadAnswer
from reconcile.model import Json
from reconcile.targets.medusa.tables.listing import Listing, Record

QUERY_BYTES = 8_000
"""Medusa answers 431 when URL and headers pass about 16 KB; half of that leaves room."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some records of a list, and how many the server says there are in all.

    `shifted`: the record that should link this page to the one before was not where it was.
    """

    records: Sequence[Record]
    count: int
    shifted: bool = False
