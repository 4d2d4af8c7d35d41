"""Product records in the shape of Magento's list answer, per store view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reconcile.sandbox.magento.generator import composite, texts
from reconcile.sandbox.magento.generator.attributes import (
    COLOUR_OPTIONS,
    MAKER_OPTIONS,
    MATERIAL_OPTIONS,
    SETS,
)
from reconcile.sandbox.magento.generator.family import Kind
from reconcile.sandbox.magento.generator.gallery import gallery, owner_ids, roles
from reconcile.sandbox.magento.generator.item import DISABLED, Catalogue, Item
from reconcile.sandbox.magento.generator.prices import special_price, tier_prices
from reconcile.sandbox.magento.generator.slug import slug
from reconcile.sandbox.magento.generator.words import german_name
from reconcile.sandbox.magento.product_record import CHILD, FILE
from reconcile.sandbox.magento.table import Record

_OPENED = datetime(2024, 1, 2, 8, 0, tzinfo=UTC)
_NEW_IN_CATEGORY = 3
_SHIPPED = (Kind.SIMPLE, Kind.CONFIGURABLE, Kind.BUNDLE)


class ProductRows:
    """All products as one view sees them: ``all``, ``default`` or ``de``."""

    def __init__(self, catalogue: Catalogue, view: str) -> None:
        self._catalogue = catalogue
        self._view = view
        self.ids: Sequence[int] = catalogue.layout.ids

    def record(self, row_id: int) -> Record:
        return product_record(self._catalogue, self._catalogue.item(row_id), self._view)

    def find(self, field: str, text: str) -> Sequence[int] | None:
        """By SKU the family that its serial number names, by child the parent, by image the
        product; else no index."""
        layout = self._catalogue.layout
        if field == FILE:
            return [row_id for row_id in owner_ids(text) if row_id in layout.ids]
        if field == CHILD:
            return [layout.parent_id(layout.place(int(text)).index)]
        return layout.family_ids(text) if field == "sku" else None


def product_record(catalogue: Catalogue, item: Item, view: str) -> Record:
    """One item of ``/rest/<view>/V1/products``."""
    entries = gallery(item)
    created = _OPENED + timedelta(minutes=item.family.index)
    record: Record = {
        "id": item.id,
        "sku": item.sku,
        "name": _name(item, view),
        "attribute_set_id": SETS[item.family.leaf.attribute_set],
        "price": item.price,
        "status": _status(item, view),
        "visibility": item.visibility,
        "type_id": item.kind.value,
        "created_at": f"{created:%Y-%m-%d %H:%M:%S}",
        "updated_at": f"{created + timedelta(days=item.dice(3).below(300)):%Y-%m-%d %H:%M:%S}",
        "weight": weight(item),
        "extension_attributes": {
            "website_ids": [] if item.family.index % 70 == 50 else [1],
            "category_links": _category_links(catalogue, item),
            **composite.extension(catalogue, item),
        },
        "product_links": composite.product_links(catalogue, item),
        "options": composite.custom_options(item),
        "media_gallery_entries": entries,
        "tier_prices": tier_prices(item),
        "custom_attributes": _listed(_attributes(catalogue, item, roles(entries))),
    }
    return {name: value for name, value in record.items() if value is not None}


def _listed(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"attribute_code": code, "value": value}
        for code, value in values.items()
        if value is not None
    ]


def _name(item: Item, view: str) -> str:
    if view == "de":
        return german_name(item.name, item.family.index)
    if view == "default" and item.child is None and item.family.index % 90 == 13:
        return f"{item.name} – Web Edition"  # a value of the view's own
    return item.name


def _status(item: Item, view: str) -> int:
    """A few products are enabled in scope ``all`` but switched off in the storefront's view."""
    if view == "default" and item.child is None and item.family.index % 90 == 31:
        return DISABLED
    return item.status


def weight(item: Item) -> int | float | None:
    """Kilograms; None for what is not shipped."""
    if item.kind not in _SHIPPED:
        return None
    return item.family.index % 9 + (0.5 if item.family.index % 4 == 0 else 1)


def _category_links(catalogue: Catalogue, item: Item) -> list[dict[str, Any]]:
    """The leaf, now and then its group, and "New In" with positions below zero."""
    index = item.family.index
    leaf = catalogue.leaf_category(index)
    links = [{"position": index % 7, "category_id": str(leaf.id)}]
    if index % 5 == 2:
        links.append({"position": 0, "category_id": str(leaf.parent_id)})
    if index % 12 == 6:
        links.append({"position": -(index % 50) - 1, "category_id": str(_NEW_IN_CATEGORY)})
    return links if index % 110 != 60 else []


def _attributes(catalogue: Catalogue, item: Item, images: dict[str, str]) -> dict[str, Any]:
    """Custom attributes by code; None stands for no value."""
    links = _category_links(catalogue, item)
    is_physical = item.kind in (Kind.SIMPLE, Kind.CONFIGURABLE)
    return {
        **images,
        "options_container": "container2",
        "msrp_display_actual_price_type": "0",
        "url_key": slug(f"{item.name}-{item.family.serial}"),
        "required_options": "0",
        "has_options": "1" if item.kind in (Kind.CONFIGURABLE, Kind.BUNDLE) else "0",
        "tax_class_id": None if item.kind is Kind.GROUPED else "2",
        "category_ids": [link["category_id"] for link in links],
        "description": texts.description(item),
        "short_description": texts.short_description(item),
        **texts.meta(item),
        **special_price(item),
        **_bundle_settings(item),
        **(_physical(item) if is_physical else {}),
    }


def _physical(item: Item) -> dict[str, Any]:
    dice = item.dice(6)
    index = item.family.index
    materials = dice.sample(MATERIAL_OPTIONS, dice.below(3))
    variant = item.variant
    own = {"color": str(dice.pick(COLOUR_OPTIONS).id)} if item.kind is Kind.SIMPLE else {}
    return {
        "manufacturer": str(MAKER_OPTIONS[index % len(MAKER_OPTIONS)].id),
        "material": ",".join(str(one.id) for one in materials) or None,
        "ean": _ean(item.id) if item.kind is Kind.SIMPLE and index % 4 else None,
        "eco_friendly": str(index % 2),
        "cost": f"{item.family.price / 2:.6f}" if index % 6 == 0 else None,
        **(own if variant is None else composite.varies_in(variant)),
    }


def _ean(number: int) -> str:
    """A valid EAN-13 of the range for use within a shop."""
    digits = f"20{number:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _bundle_settings(item: Item) -> dict[str, str]:
    if item.kind is Kind.DOWNLOADABLE:
        return {"links_purchased_separately": "0", "links_title": "Downloads", "format": "80"}
    if item.kind is not Kind.BUNDLE:
        return {}
    fixed = "0" if item.has_dynamic_price else "1"
    kinds = ("price_type", "sku_type", "weight_type")
    return {"shipment_type": "0", "price_view": "0", **dict.fromkeys(kinds, fixed)}
