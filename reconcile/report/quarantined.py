"""Quarantined records as they may be shown to everybody: what tells something about a person is
masked, as in plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from reconcile.entities import ENTITY_BY_NAME
from reconcile.masking import masked
from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.quarantine import Document, Entry
from reconcile.report.private import HIDDEN, masked_address, masked_change

_TELLING_NOBODY = frozenset({"id", "number", "order_id"})
"""Columns of the source that are shown as they are."""


def masked_entry(entry: Entry) -> Entry:
    """The same entry; a key that is a source id tells nothing."""
    address = entry.address
    if address.key != entry.source_id:
        address = masked_address(address)
    return replace(entry, address=address, error=masked(entry.error))


def masked_document(document: Document) -> Document:
    """The same with all values of the source hidden where the record is about a person."""
    entry = masked_entry(document.entry)
    if not ENTITY_BY_NAME[entry.address.entity].personal:
        return replace(document, entry=entry)
    mapped = document.mapped
    return Document(
        entry,
        _hidden(document.source),
        None if mapped is None else _masked(document.entry.address, mapped),
    )


def _hidden(source: Json) -> Json:
    if source is None:
        return None
    return {table: [_row(row) for row in rows] for table, rows in source.items()}


def _row(row: Mapping[str, Json]) -> dict[str, Json]:
    return {name: part if name in _TELLING_NOBODY else HIDDEN for name, part in row.items()}


def _masked(address: Address, mapped: Mapping[str, Json]) -> dict[str, Json]:
    fields = tuple(FieldChange(path, None, after) for path, after in mapped.items())
    return masked_change(Change(address, Action.CREATE, fields)).after
