"""Which names a filter or sort may use on a table, and where their values are in a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reconcile.sandbox.magento.conditions import Kind
from reconcile.sandbox.magento.entity import Entity
from reconcile.sandbox.magento.table import Record

_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_SAMPLE = 1000  # enough to meet every column of a recorded table; generated ones may be huge
_BACKEND_KINDS = {"int": Kind.NUMBER, "decimal": Kind.NUMBER, "datetime": Kind.DATE_TIME}


@dataclass(frozen=True, slots=True)
class Column:
    """A filterable name: how to compare it and how to read it from ``(id, record)``."""

    kind: Kind
    read: Callable[[int, Record], Any]


def columns_of(
    entity: Entity, records: Iterable[Record], attributes: Iterable[Record]
) -> dict[str, Column]:
    """All columns of a table.

    Products take theirs from their ``attributes``; other entities show them in their ``records``,
    unless all are known beforehand.
    """
    found = {name: Column(kind, member(name)) for name, kind in entity.columns.items()}
    if entity.table == "products":
        found = {**_attribute_columns(attributes), **found, **_product_extras()}
    elif not entity.has_all_columns:
        found = {**_shown_columns(records), **found}
    for name, shown in entity.renamed.items():
        found[name] = Column(Kind.NUMBER if shown == "active" else Kind.TEXT, member(shown))
    if entity.shown_as != entity.key and entity.shown_as is not None:
        found.pop(entity.shown_as, None)
    if entity.key:
        found[entity.key] = Column(Kind.NUMBER, lambda row_id, _: row_id)
    return found


def member(name: str) -> Callable[[int, Record], Any]:
    """Reads a top-level member, else the custom attribute of that name; None when absent."""

    def read(_: int, record: Record) -> Any:
        if name in record:
            return record[name]
        for attribute in record.get("custom_attributes", ()):
            if attribute["attribute_code"] == name:
                return attribute["value"]
        return None

    return read


def _attribute_columns(attributes: Iterable[Record]) -> dict[str, Column]:
    return {
        one["attribute_code"]: Column(
            _BACKEND_KINDS.get(one["backend_type"], Kind.TEXT), member(one["attribute_code"])
        )
        for one in attributes
    }


def _product_extras() -> dict[str, Column]:
    return {
        "category_id": Column(Kind.LINKS, lambda _, record: _category_ids(record)),
        "website_id": Column(Kind.LINKS, lambda _, record: _website_ids(record)),
    }


def _category_ids(record: Record) -> list[str]:
    links = record["extension_attributes"].get("category_links", ())
    return [str(link["category_id"]) for link in links]


def _website_ids(record: Record) -> list[str]:
    return [str(one) for one in record["extension_attributes"].get("website_ids", ())]


def _shown_columns(records: Iterable[Record]) -> dict[str, Column]:
    kinds: dict[str, Kind] = {}
    for record in islice(records, _SAMPLE):
        for name, value in _scalars(record):
            kinds.setdefault(name, _kind(value))
    return {name: Column(kind, member(name)) for name, kind in kinds.items()}


def _scalars(record: Record) -> Iterable[tuple[str, Any]]:
    for attribute in record.get("custom_attributes", ()):
        yield attribute["attribute_code"], attribute["value"]
    for name, value in record.items():
        if value is not None and not isinstance(value, (dict, list)):
            yield name, value


def _kind(value: Any) -> Kind:
    if isinstance(value, str):
        return Kind.DATE_TIME if _DATE_TIME.fullmatch(value) else Kind.TEXT
    return Kind.NUMBER
