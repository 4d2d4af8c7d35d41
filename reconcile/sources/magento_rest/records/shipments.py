"""Shipments: what was sent, from where, and how it can be followed. Key: the increment id.

Columns beside those of sales_documents.py: `location` (source id), `source_code`, `tracking` (JSON
rows), `packages` (JSON).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from reconcile.canonical import rows_text, to_json
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import sales_documents, stock
from reconcile.sources.magento_rest.records.sales_documents import Kind
from reconcile.sources.magento_rest.records.values import filled, word
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Options, Records, Row, Tables


def records(tables: Tables, _: Options) -> Records:
    """One record per shipment, also those of orders that are not carried."""
    return sales_documents.records(tables, _kind("" if stock.has_sources(tables) else "default"))


def _kind(only_source: str) -> Kind:
    """`only_source` is where a shop without multi-source inventory sends from."""
    return Kind(
        entity="shipment",
        table="shipments",
        mark="shipment",
        texts="location source_code",
        json=frozenset({"tracking", "packages"}),
        columns=partial(_columns, only_source),
        offered={"packages": frozenset(), "source_code": frozenset({"location"})},
    )


def _columns(only_source: str, _: Row, document: Record) -> dict[str, Any]:
    extension = wire.members(document.get("extension_attributes"))
    source = word(extension.get("source_code")) or only_source
    packages = document.get("packages")
    return {
        "location": f"magento:source/{source}" if source else None,
        "source_code": source or None,
        "tracking": rows_text(_tracking(document)),
        "packages": to_json(packages) if packages else None,
    }


def _tracking(document: Record) -> Iterator[Json]:
    """Each parcel, also one without a number. Carrier and title need not agree."""
    for track in wire.records(document.get("tracks")):
        id_ = word(track.get("entity_id"))
        if id_:
            yield {"id": id_} | filled(
                {
                    "carrier": word(track.get("carrier_code")),
                    "title": word(track.get("title")),
                    "number": word(track.get("track_number")),
                }
            )
