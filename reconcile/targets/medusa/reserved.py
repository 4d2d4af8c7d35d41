"""What this tool keeps of its own in metadata: the ownership mark, and keys with a prefix.

They hold what Medusa has no field for. Each is a key of its own, for metadata is merged key by key.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reconcile.entities.spec import OWNERSHIP_KEY
from reconcile.model import Json

PREFIX = "reconcile_"


def reserved(record: Mapping[str, Any], name: str) -> Any:
    """One thing this tool keeps in a record's metadata; None when it does not."""
    return (record.get("metadata") or {}).get(PREFIX + name)


def with_reserved(metadata: Mapping[str, Json], **parts: Json) -> dict[str, Json]:
    """The metadata and those parts that have a value, under keys of ours."""
    kept = {PREFIX + name: part for name, part in parts.items() if part is not None}
    return {**metadata, **kept}


def open_metadata(record: Mapping[str, Any]) -> dict[str, Json]:
    """A record's metadata without what this tool keeps there."""
    metadata = record.get("metadata") or {}
    ours = (key for key in metadata if key == OWNERSHIP_KEY or key.startswith(PREFIX))
    return {key: metadata[key] for key in metadata.keys() - set(ours)}
