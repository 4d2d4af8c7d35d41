"""Changes of customers and orders, made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.model import Action, Address, Change, FieldChange, Json


def create(address: str, source_id: str, refs: Sequence[str] = (), **fields: Json) -> Change:
    where = Address.parse(address)
    written = tuple(FieldChange(name.replace("__", "."), None, fields[name]) for name in fields)
    return Change(
        where, Action.CREATE, written, source_id=f"magento:{source_id}", refs=dict.fromkeys(refs)
    )


def update(
    address: str,
    source_id: str,
    target_id: str,
    refs: Mapping[str, str | None] | None = None,
    **fields: tuple[Json, Json],
) -> Change:
    """`fields` are (before, after) each."""
    written = tuple(FieldChange(name.replace("__", "."), *fields[name]) for name in fields)
    return Change(
        Address.parse(address),
        Action.UPDATE,
        written,
        source_id=f"magento:{source_id}",
        target_id=target_id,
        refs=refs or {},
    )
