"""The nested parts of a product, each in the shape `tables` describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from reconcile.model import Json
from reconcile.sources.magento_rest.wire import (
    Record,
    flag,
    integer,
    members,
    picked,
    records,
    text,
)

_LINK_TEXTS = ("id", "title", "price", "link_type", "link_file", "link_url")


def _by_position(entries: Iterable[Record]) -> list[Record]:
    """In the shop's order; ties keep the order of the answer."""
    return sorted(entries, key=lambda entry: integer(entry.get("position")) or 0)


def _texts(values: Json) -> list[str] | None:
    listed = list(values.values()) if isinstance(values, dict) else values
    if not isinstance(listed, list):
        return None
    return [text(value) or "" for value in listed if value is not None]


def website_ids(extension: Record) -> list[str] | None:
    return _texts(extension.get("website_ids"))


def child_ids(extension: Record) -> list[str] | None:
    return _texts(extension.get("configurable_product_links"))


def category_links(extension: Record, attributes: Record) -> list[Record]:
    """From `category_links`, or on a shop without them from the attribute `category_ids`."""
    if "category_links" in extension:
        links = records(extension["category_links"])
        return [picked(link, texts=("category_id",), counts=("position",)) for link in links]
    ids = _texts(attributes.get("category_ids")) or []
    return [{"category_id": each, "position": None} for each in ids]


def images(product: Record) -> list[Record]:
    """Everything in the gallery, disabled entries and videos included."""
    return _by_position(_image(entry) for entry in records(product.get("media_gallery_entries")))


def _image(entry: Record) -> Record:
    video = members(entry.get("extension_attributes")).get("video_content")
    image = {
        **picked(entry, texts=("id", "file", "media_type", "label"), counts=("position",)),
        "disabled": flag(entry.get("disabled")) or False,
        "types": _texts(entry.get("types")) or [],
    }
    return {**image, "video": video} if video else image


def tier_prices(product: Record) -> list[Record]:
    """Quantity and group prices; a percentage counts, the value beside it is a moment's result."""
    return [_tier_price(entry) for entry in records(product.get("tier_prices"))]


def _tier_price(entry: Record) -> Record:
    extension = members(entry.get("extension_attributes"))
    return {
        **picked(entry, texts=("customer_group_id", "qty", "value")),
        **picked(extension, texts=("website_id", "percentage_value")),
    }


def links(product: Record) -> list[Record]:
    """Related, up-sell and cross-sell products, and the members of a grouped one."""
    texts = ("link_type", "linked_product_sku", "linked_product_type")
    return [
        {
            **picked(link, texts=texts, counts=("position",)),
            "qty": text(members(link.get("extension_attributes")).get("qty")),
        }
        for link in records(product.get("product_links"))
    ]


def configurable_options(extension: Record) -> list[Record] | None:
    """The attributes a configurable varies by."""
    if "configurable_product_options" not in extension:
        return None
    return _by_position(
        {
            **picked(option, texts=("attribute_id", "label"), counts=("position",)),
            "values": [
                text(value.get("value_index")) or "" for value in records(option.get("values"))
            ],
        }
        for option in records(extension["configurable_product_options"])
    )


def bundle_options(extension: Record) -> list[Record] | None:
    """The choices of a bundle and what can be chosen."""
    if "bundle_product_options" not in extension:
        return None
    return _by_position(
        {
            **picked(
                option,
                texts=("option_id", "title", "type"),
                counts=("position",),
                flags=("required",),
            ),
            "product_links": _by_position(_selections(option)),
        }
        for option in records(extension["bundle_product_options"])
    )


def _selections(option: Record) -> Iterator[Record]:
    for link in records(option.get("product_links")):
        yield picked(
            link,
            texts=("id", "sku", "qty", "price", "price_type"),
            counts=("position",),
            flags=("is_default", "can_change_quantity"),
        )


def downloads(extension: Record) -> list[Record] | None:
    """The files sold with a downloadable product."""
    if "downloadable_product_links" not in extension:
        return None
    counts = ("sort_order", "number_of_downloads", "is_shareable")
    return [
        picked(link, texts=_LINK_TEXTS, counts=counts)
        for link in records(extension["downloadable_product_links"])
    ]


def custom_options(product: Record) -> list[dict[str, Any]]:
    """What a shopper can enter or choose, as Magento has it."""
    return list(records(product.get("options")))
