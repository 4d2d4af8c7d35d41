"""Products made of others: configurable, bundle, grouped; and downloads and links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reconcile.sandbox.magento.generator.attributes import (
    COLOUR_ATTRIBUTE,
    SIZE_ATTRIBUTE,
    Option,
)
from reconcile.sandbox.magento.generator.family import Kind, Variant, components_of, kind_of
from reconcile.sandbox.magento.generator.item import Catalogue, Item

_FIRST_CHOICES = 3
_LINKS = ("related", "upsell")
_LINKING = 6  # of ten products in a row, the one that links to those before it


def extension(catalogue: Catalogue, item: Item) -> dict[str, Any]:
    """What ``extension_attributes`` holds for this type of product alone."""
    if item.kind is Kind.CONFIGURABLE:
        return _configurable(catalogue, item)
    if item.kind is Kind.BUNDLE:
        return {"bundle_product_options": bundle_options(catalogue, item)}
    return _download(item) if item.kind is Kind.DOWNLOADABLE else {}


def _configurable(catalogue: Catalogue, item: Item) -> dict[str, Any]:
    variants = item.family.variants
    colours = _distinct(variant.colour for variant in variants)
    sizes = _distinct(variant.size for variant in variants)
    axes = ((SIZE_ATTRIBUTE, "Size", sizes), (COLOUR_ATTRIBUTE, "Color", colours))
    options = [
        {
            "id": item.id * 2 + position,
            "attribute_id": str(attribute),
            "label": label,
            "position": position,
            "values": [{"value_index": one.id} for one in values],
            "product_id": item.id,
        }
        for position, (attribute, label, values) in enumerate(axes)
        if values
    ]
    return {
        "configurable_product_options": options,
        "configurable_product_links": list(catalogue.layout.child_ids(item.family.index)),
    }


def _distinct(options: Iterator[Option | None]) -> list[Option]:
    return list(dict.fromkeys(option for option in options if option is not None))


def bundle_options(catalogue: Catalogue, item: Item) -> list[dict[str, Any]]:
    """A required choice among three products, and an optional extra."""
    parts = [catalogue.parent(index) for index in components_of(item.family.index)]
    head, tail = parts[:_FIRST_CHOICES], parts[_FIRST_CHOICES:]
    return [
        _bundle_option(item, 1, "Main piece", head, required=True),
        _bundle_option(item, 2, "Extra", tail, required=False),
    ]


def _bundle_option(
    item: Item, position: int, title: str, parts: list[Item], *, required: bool
) -> dict[str, Any]:
    option_id = item.id * 2 + position
    links = [
        _bundle_link(item, option_id, place, part) for place, part in enumerate(parts, start=1)
    ]
    return {
        "option_id": option_id,
        "title": title,
        "required": required,
        "type": "radio" if required else "checkbox",
        "position": position,
        "sku": item.sku,
        "product_links": links,
    }


def _bundle_link(item: Item, option_id: int, place: int, part: Item) -> dict[str, Any]:
    dynamic = item.has_dynamic_price
    return {
        "id": str(option_id * 10 + place),
        "sku": part.sku,
        "option_id": option_id,
        "qty": 1,
        "position": place,
        "is_default": place == 1,
        "price": part.price if dynamic else place - 1,
        "price_type": None if dynamic else 0,
        "can_change_quantity": int(dynamic),
    }


def _download(item: Item) -> dict[str, Any]:
    link = {
        "id": item.id,
        "title": item.family.name,
        "sort_order": 1,
        "is_shareable": 2,
        "price": item.price,
        "number_of_downloads": 0,
        "link_type": "file",
        "link_file": f"/s/a/sample-{item.id}.zip",
        "sample_type": None,
    }
    sample = {
        "id": item.id,
        "title": "Preview",
        "sort_order": 1,
        "sample_type": "file",
        "sample_file": f"/s/a/preview-{item.id}.pdf",
    }
    return {"downloadable_product_links": [link], "downloadable_product_samples": [sample]}


def product_links(catalogue: Catalogue, item: Item) -> list[dict[str, Any]]:
    """Members of a grouped product; related and up-sell products of some others."""
    if item.child is not None:
        return []
    index = item.family.index
    if item.kind is Kind.GROUPED:
        parts = [catalogue.parent(part) for part in components_of(index)]
        return [
            {**_link(item, "associated", part, place), "extension_attributes": {"qty": 1}}
            for place, part in enumerate(parts)
        ]
    if index % 10 == _LINKING:
        return [
            _link(item, kind, catalogue.parent(index - back), back)
            for back, kind in enumerate(_LINKS, start=1)
        ]
    return []


def is_linked_to(index: int) -> bool:
    """Whether another product names this one as related or up-sell."""
    return _LINKING - len(_LINKS) <= index % 10 < _LINKING


def _link(item: Item, kind: str, linked: Item, position: int) -> dict[str, Any]:
    return {
        "sku": item.sku,
        "link_type": kind,
        "linked_product_sku": linked.sku,
        "linked_product_type": kind_of(linked.family.index).value,
        "position": position,
    }


def custom_options(item: Item) -> list[dict[str, Any]]:
    """An engraving that the customer types in, on a few simple products."""
    if item.child is not None or item.kind is not Kind.SIMPLE or item.family.index % 45 != 3:
        return []
    return [
        {
            "product_sku": item.sku,
            "option_id": item.id,
            "title": "Engraving",
            "type": "field",
            "sort_order": 1,
            "is_require": False,
            "price": 4.5,
            "price_type": "fixed",
            "sku": "engraving",
            "max_characters": 20,
        }
    ]


def varies_in(variant: Variant) -> dict[str, str]:
    """The custom attributes that tell a child from its siblings."""
    pairs = (("size", variant.size), ("color", variant.colour))
    return {code: str(option.id) for code, option in pairs if option is not None}
