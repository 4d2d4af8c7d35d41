"""A change's canonical values as Medusa wants them in a request body."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from reconcile.canonical import decimal_text
from reconcile.entities.spec import NUMBERS, OWNERSHIP_KEY, EntitySpec, Kind
from reconcile.model import Action, Change, Json
from reconcile.systems import Resolve

METADATA = "metadata"
_METADATA_PREFIX = "metadata."
_AS_IS = frozenset({Kind.TEXT, Kind.BOOLEAN, Kind.INTEGER, Kind.MOMENT, Kind.RANK, Kind.MAP})


def number(text: str | int | Decimal) -> int | float | str:
    """A decimal as the JSON number that says exactly this.

    Medusa's JavaScript holds numbers as doubles, as Python's float does, and both print the
    shortest text that gives the same double back. So a decimal arrives unchanged exactly when
    that text is the decimal itself. Any other is left a text: Medusa refuses it, and the change
    fails by itself, where a rounded number would have been written unseen.
    """
    exact = Decimal(text)
    double = float(exact)
    if Decimal(repr(double)) != exact:
        return decimal_text(exact)
    return int(exact) if exact == exact.to_integral_value() else double


def scalars(change: Change, spec: EntitySpec) -> dict[str, Json]:
    """The plain fields of a change: texts, flags, moments as they are, decimals as numbers.

    On a create, what has no value is left out; on an update it is null, which clears.
    """
    written: dict[str, Json] = {}
    for path, after in change.after.items():
        field = spec.by_name.get(path)
        if field is None or (after is None and change.action is Action.CREATE):
            continue
        if field.kind in _AS_IS:
            written[path] = after
        elif field.kind in NUMBERS:
            written[path] = None if after is None else number(after)
    return written


def metadata(change: Change) -> dict[str, Json]:
    """The metadata keys a change writes; on a create with the ownership mark.

    No value is "" on an update, which deletes the key in everything that merges metadata. Neither
    null nor "" is ever stored: on a create such keys are left out.
    """
    creates = change.action is Action.CREATE
    written = {
        path.removeprefix(_METADATA_PREFIX): "" if after is None else jsonable(after)
        for path, after in change.after.items()
        if path.startswith(_METADATA_PREFIX)
    }
    if creates and change.source_id is not None:
        written.setdefault(OWNERSHIP_KEY, change.source_id)
    return {key: value for key, value in written.items() if not (creates and value == "")}


def with_metadata(change: Change, body: dict[str, Json]) -> dict[str, Json]:
    """The body with the metadata the change writes, if any."""
    written = metadata(change)
    return {**body, METADATA: written} if written else body


def replaced_metadata(held: Mapping[str, Json] | None, written: Mapping[str, Json]) -> Json:
    """The complete metadata of an entity whose metadata is replaced as a whole."""
    merged = {**(held or {}), **written}
    return {key: jsonable(value) for key, value in merged.items() if value != ""}


def jsonable(value: Any) -> Json:
    """A JSON value with its decimals as numbers, at any depth."""
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, Mapping):
        return {key: jsonable(member) for key, member in value.items()}
    return [jsonable(member) for member in value] if isinstance(value, (list, tuple)) else value


def ref(key: str | None, entity: str, resolve: Resolve) -> str | None:
    """The target id of a referenced record; None stays None. Raises KeyError when unknown."""
    return None if key is None else resolve(f"{entity}:{key}")


def refs(keys: Iterable[str] | None, entity: str, resolve: Resolve) -> list[str]:
    """The target ids of referenced records. Raises KeyError for one that is unknown."""
    return [resolve(f"{entity}:{key}") for key in keys or ()]


def as_links(ids: Iterable[str]) -> list[Json]:
    """Ids in the form of Medusa's whole-list relations: `[{"id": ..}]`."""
    return [{"id": identity} for identity in ids]
