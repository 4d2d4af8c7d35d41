"""Changes to a product's record, done the way Magento would show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reconcile.sandbox.magento.table import Record, Table

_CENT = Decimal("0.01")
CHILD = "child_id"  # the name under which rows may index configurables by their children
FILE = "image_file"  # and products by the images they name
_MEMBERS = frozenset(
    {
        "id",
        "sku",
        "name",
        "attribute_set_id",
        "price",
        "status",
        "visibility",
        "type_id",
        "created_at",
        "updated_at",
        "weight",
        "extension_attributes",
        "product_links",
        "options",
        "media_gallery_entries",
        "tier_prices",
        "custom_attributes",
    }
)


def attribute(record: Record, code: str) -> Any:
    """The value of a custom attribute; None when the product has none."""
    for one in record["custom_attributes"]:
        if one["attribute_code"] == code:
            return one["value"]
    return None


def changed(record: Record, changes: Mapping[str, Any]) -> Record:
    """A copy with members or custom attributes replaced; None takes a name out."""
    result = dict(record)
    for name, value in changes.items():
        if name not in _MEMBERS:
            result["custom_attributes"] = _with_attribute(result, name, value)
        elif value is None:
            result.pop(name, None)
        else:
            result[name] = value
    if "price" in changes:
        result["tier_prices"] = [
            _recomputed(tier, result.get("price")) for tier in record["tier_prices"]
        ]
    return result


def _with_attribute(record: Record, code: str, value: Any) -> list[Record]:
    attributes = list(record["custom_attributes"])
    position = next(
        (n for n, one in enumerate(attributes) if one["attribute_code"] == code), len(attributes)
    )
    replacement = [] if value is None else [{"attribute_code": code, "value": value}]
    return [*attributes[:position], *replacement, *attributes[position + 1 :]]


def _recomputed(tier: Record, price: Decimal | float | None) -> Record:
    """A percentage tier price shows the amount it comes to at the price of the moment."""
    percentage = tier["extension_attributes"].get("percentage_value")
    if percentage is None or price is None:
        return tier
    share = (100 - Decimal(str(percentage))) / 100
    return {**tier, "value": (Decimal(str(price)) * share).quantize(_CENT)}


def parents_of(table: Table, child_id: int) -> Iterator[int]:
    """Ids of configurables that have this child; asks every product of a table without index."""
    candidates = table.find(CHILD, str(child_id))
    for row_id in list(table.ids if candidates is None else candidates):
        links = table.record(row_id)["extension_attributes"].get("configurable_product_links")
        if links and child_id in links:
            yield row_id


def without_child(record: Record, child_id: int) -> Record:
    """A configurable that lost a child, as when the child was deleted."""
    extension = record["extension_attributes"]
    links = [one for one in extension["configurable_product_links"] if one != child_id]
    return {**record, "extension_attributes": {**extension, "configurable_product_links": links}}
