"""The mark that says which record of the source a record of the shop belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.canonical import to_json
from reconcile.entities.spec import OWNERSHIP_KEY


def mark_of(record: Mapping[str, Any]) -> str | None:
    """The source id in a record's metadata; None for records nobody marked."""
    mark = (record.get("metadata") or {}).get(OWNERSHIP_KEY)
    return mark if mark is None or isinstance(mark, str) else to_json(mark)
