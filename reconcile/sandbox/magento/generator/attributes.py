"""Product attributes, their options, and the attribute sets.

Ids and settings of the first block are those of every Magento 2 shop; the shop's own attributes
start at 135.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconcile.sandbox.magento.generator.assortment import LETTER_SIZES, SHOE_SIZES

SETS = {"Default": 4, "Clothing": 9, "Home": 10, "Digital": 11}
_PRODUCT_ENTITY = 4
_OTHER_ENTITIES = (1, 2, 3, 5, 6, 7, 8)
_TABLE_SOURCE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Table"
_BOOLEAN_SOURCE = "Magento\\Eav\\Model\\Entity\\Attribute\\Source\\Boolean"
_ARRAY_BACKEND = "Magento\\Eav\\Model\\Entity\\Attribute\\Backend\\ArrayBackend"

COLOURS = (
    ("Black", "Schwarz"),
    ("Blue", "Blau"),
    ("Charcoal", "Anthrazit"),
    ("Forest Green", "Waldgrün"),
    ("Gray", "Grau"),
    ("Mustard", "Senf"),
    ("Navy", "Marine"),
    ("Olive", "Oliv"),
    ("Red", "Rot"),
    ("Rosé", "Rosé"),
    ("Sand", "Sand"),
    ("White", "Weiß"),
)
MATERIALS = (
    ("Cotton", "Baumwolle"),
    ("Linen", "Leinen"),
    ("Merino Wool", "Merinowolle"),
    ("Nylon&reg;", "Nylon&reg;"),
    ("Oak", "Eiche"),
    ("Porcelain", "Porzellan"),
    ("Recycled Polyester", "Recyceltes Polyester"),
    ("Stainless Steel", "Edelstahl"),
    ("Stoneware", "Steinzeug"),
)
MAKERS = ("Aldgate & Sons", "Björk Studio", "Casa Nova", "Delta Goods", "Élan", "Fjordline")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select; ``id`` is unique over all attributes of the shop."""

    id: int
    label: str
    german: str


def _numbered(first: int, labels: tuple[tuple[str, str], ...]) -> tuple[Option, ...]:
    return tuple(Option(first + n, *pair) for n, pair in enumerate(labels))


COLOUR_OPTIONS = _numbered(4, COLOURS)
SIZE_OPTIONS = _numbered(20, tuple((size, size) for size in LETTER_SIZES + SHOE_SIZES))
MATERIAL_OPTIONS = _numbered(40, MATERIALS)
MAKER_OPTIONS = _numbered(60, tuple((maker, maker) for maker in MAKERS))
_FORMAT_OPTIONS = _numbered(80, (("Download", "Download"), ("Stream", "Stream")))

SIZES = {option.label: option for option in SIZE_OPTIONS}
COLOUR_ATTRIBUTE, SIZE_ATTRIBUTE = 93, 142


@dataclass(frozen=True, slots=True)
class Attribute:
    """``frontend`` is the input type, None for attributes without a form field."""

    id: int
    code: str
    label: str
    backend: str
    frontend: str | None
    scope: str = "global"
    options: tuple[Option, ...] = ()
    own: bool = False
    listed: bool = True
    source: str | None = None


def _fixed(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    """Options of a built-in list: their values are small numbers, not option ids."""
    return tuple(Option(int(value), label, label) for value, label in pairs)


_STATUS = _fixed(("1", "Enabled"), ("2", "Disabled"))
_VISIBILITY = _fixed(
    ("1", "Not Visible Individually"), ("2", "Catalog"), ("3", "Search"), ("4", "Catalog, Search")
)
_TAX = _fixed(("0", "None"), ("2", "Taxable Goods"))
_YES_NO = _fixed(("1", "Yes"), ("0", "No"))

ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(73, "name", "Product Name", "varchar", "text", "store"),
    Attribute(74, "sku", "SKU", "static", "text"),
    Attribute(75, "description", "Description", "text", "textarea", "store"),
    Attribute(76, "short_description", "Short Description", "text", "textarea", "store"),
    Attribute(77, "price", "Price", "decimal", "price"),
    Attribute(78, "special_price", "Special Price", "decimal", "price"),
    Attribute(79, "special_from_date", "Special Price From Date", "datetime", "date", "website"),
    Attribute(80, "special_to_date", "Special Price To Date", "datetime", "date", "website"),
    Attribute(81, "cost", "Cost", "decimal", "price", own=True, listed=False),
    Attribute(82, "weight", "Weight", "decimal", "weight", listed=False),
    Attribute(83, "manufacturer", "Manufacturer", "int", "select", options=MAKER_OPTIONS, own=True),
    Attribute(84, "meta_title", "Meta Title", "varchar", "text", "store", listed=False),
    Attribute(85, "meta_keyword", "Meta Keywords", "text", "textarea", "store", listed=False),
    Attribute(86, "meta_description", "Meta Description", "varchar", "textarea", "store"),
    Attribute(87, "image", "Base", "varchar", "media_image", "store"),
    Attribute(88, "small_image", "Small", "varchar", "media_image", "store"),
    Attribute(89, "thumbnail", "Thumbnail", "varchar", "media_image", "store"),
    Attribute(90, "media_gallery", "Media Gallery", "static", "gallery", listed=False),
    Attribute(92, "tier_price", "Tier Price", "decimal", "text", "website", listed=False),
    Attribute(93, "color", "Color", "int", "select", options=COLOUR_OPTIONS, own=True),
    Attribute(97, "status", "Enable Product", "int", "select", "website", _STATUS, source="Status"),
    Attribute(
        99, "visibility", "Visibility", "int", "select", "store", _VISIBILITY, source="Visibility"
    ),
    Attribute(105, "category_ids", "Categories", "static", "text", listed=False),
    Attribute(106, "options_container", "Display Product Options In", "varchar", "text", "store"),
    Attribute(107, "required_options", "", "static", "text"),
    Attribute(108, "has_options", "", "static", "text"),
    Attribute(112, "created_at", "", "static", "date", listed=False),
    Attribute(113, "updated_at", "", "static", "date", listed=False),
    Attribute(121, "url_key", "URL Key", "varchar", "text", "store"),
    Attribute(123, "msrp", "Manufacturer's Suggested Retail Price", "decimal", "price"),
    Attribute(124, "msrp_display_actual_price_type", "", "varchar", "text", "website"),
    Attribute(125, "price_type", "Dynamic Price", "int", "boolean"),
    Attribute(126, "sku_type", "Dynamic SKU", "int", "boolean", listed=False),
    Attribute(127, "weight_type", "Dynamic Weight", "int", "boolean"),
    Attribute(128, "price_view", "Price View", "int", "text"),
    Attribute(129, "shipment_type", "Ship Bundle Items", "int", "text"),
    Attribute(130, "links_purchased_separately", "", "int", None),
    Attribute(131, "samples_title", "", "varchar", None, "store", listed=False),
    Attribute(132, "links_title", "", "varchar", None, "store", listed=False),
    Attribute(134, "tax_class_id", "Tax Class", "int", "select", "website", _TAX, source="Tax"),
    Attribute(
        137,
        "material",
        "Material",
        "text",
        "multiselect",
        options=MATERIAL_OPTIONS,
        own=True,
        listed=False,
    ),
    Attribute(142, "size", "Size", "int", "select", options=SIZE_OPTIONS, own=True),
    Attribute(143, "ean", "EAN", "varchar", "text", own=True, listed=False),
    Attribute(144, "care", "Care Instructions", "text", "textarea", "store", own=True),
    Attribute(145, "eco_friendly", "Eco Friendly", "int", "boolean", options=_YES_NO, own=True),
    Attribute(146, "format", "Format", "int", "select", options=_FORMAT_OPTIONS, own=True),
    Attribute(147, "length_cm", "Length (cm)", "decimal", "text", own=True, listed=False),
)

_ONLY_IN = {
    "size": ("Clothing",),
    "care": ("Clothing", "Home"),
    "format": ("Digital",),
    "length_cm": ("Home",),
}


def attribute_records(language: str) -> Iterator[dict[str, Any]]:
    """The items of ``products/attributes``, with option labels in a language."""
    return (_record(attribute, language) for attribute in ATTRIBUTES)


def _record(one: Attribute, language: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "is_wysiwyg_enabled": one.frontend == "textarea" and not one.own,
        "is_html_allowed_on_front": one.frontend == "textarea",
        "used_for_sort_by": one.code in ("name", "price"),
        "is_filterable": one.code in ("color", "size", "material", "price"),
        "is_filterable_in_search": False,
        "is_used_in_grid": one.own,
        "is_visible_in_grid": False,
        "is_filterable_in_grid": one.own,
        "position": 0,
        "apply_to": [],
        "is_searchable": "1" if one.code in ("name", "sku", "description") else "0",
        "is_visible_in_advanced_search": "0",
        "is_comparable": "0",
        "is_used_for_promo_rules": "0",
        "is_visible_on_front": "1" if one.code == "material" else "0",
        "used_in_product_listing": "1" if one.listed else "0",
        "is_visible": bool(one.label),
        "scope": one.scope,
        "attribute_id": one.id,
        "attribute_code": one.code,
        "frontend_input": one.frontend,
        "entity_type_id": str(_PRODUCT_ENTITY),
        "is_required": one.code in ("name", "sku", "price"),
        "options": _options(one, language),
        "is_user_defined": one.own,
    }
    return record | _models(one)


def _models(one: Attribute) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if one.label:
        rest["default_frontend_label"] = one.label
    rest |= {"frontend_labels": [], "backend_type": one.backend}
    if one.frontend == "multiselect":
        rest["backend_model"] = _ARRAY_BACKEND
    if one.frontend == "boolean":
        rest["source_model"] = _BOOLEAN_SOURCE
    elif one.options and one.source is None and one.frontend == "select":
        rest["source_model"] = _TABLE_SOURCE
    return rest | {"is_unique": "1" if one.code == "sku" else "0", "validation_rules": []}


def _options(one: Attribute, language: str) -> list[dict[str, str]]:
    """Choices with their labels; a select with options of its own starts with a blank one."""
    shown = [
        {"label": option.german if language == "de" else option.label, "value": str(option.id)}
        for option in one.options
    ]
    has_blank = bool(shown) and one.source is None and one.frontend != "boolean"
    return [{"label": " ", "value": ""}, *shown] if has_blank else shown


def set_records() -> list[dict[str, Any]]:
    """The items of ``eav/attribute-sets/list``: one per entity type, then the product sets."""
    others = [_set(number, "Default", number) for number in _OTHER_ENTITIES]
    products = [_set(number, name, _PRODUCT_ENTITY) for name, number in SETS.items()]
    return sorted(others + products, key=lambda one: one["attribute_set_id"])


def _set(number: int, name: str, entity: int) -> dict[str, Any]:
    return {
        "attribute_set_id": number,
        "attribute_set_name": name,
        "sort_order": 1 if name == "Default" else 0,
        "entity_type_id": entity,
    }


def group_records() -> list[dict[str, Any]]:
    """The items of ``products/attribute-sets/groups/list``; here one group per set."""
    return [
        {
            "attribute_group_id": str(one["attribute_set_id"]),
            "attribute_group_name": "Product Details" if one["entity_type_id"] == 4 else "General",
            "attribute_set_id": one["attribute_set_id"],
        }
        for one in set_records()
    ]


def set_contents() -> Iterator[dict[str, Any]]:
    """Which attributes belong to each product set."""
    for name, number in SETS.items():
        attributes = [
            {"attribute_id": one.id, "attribute_code": one.code, "frontend_input": one.frontend}
            for one in ATTRIBUTES
            if name in _ONLY_IN.get(one.code, SETS)
        ]
        yield {"attribute_set_id": number, "attributes": attributes}
