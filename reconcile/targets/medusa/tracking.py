"""Tracking numbers of a parcel: Medusa's labels, with what it has no field for beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconcile.model import Json


def labels_of(rows: Sequence[Mapping[str, Any]]) -> list[Json]:
    """A label per tracking number. Its links are none that the source knows."""
    return [
        {"id": row["id"], "tracking_number": row["number"], "tracking_url": "", "label_url": ""}
        for row in rows
        if row.get("number")
    ]


def tracking_rows(kept: Any, labels: Iterable[Mapping[str, Any]]) -> list[Json]:
    """What was written, as far as the labels still say so, and labels that came by other ways."""
    rows = [row for row in kept if isinstance(row, dict)] if isinstance(kept, list) else []
    numbers = [label.get("tracking_number") for label in labels]
    there = [row for row in rows if not row.get("number") or row["number"] in numbers]
    known = {row.get("number") for row in rows}
    others = [number for number in numbers if number and number not in known]
    return [*there, *({"id": number, "number": number} for number in others)]
