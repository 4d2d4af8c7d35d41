"""Product attributes with their options, and attribute sets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from reconcile.model import Json
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import Record, flag, identity, picked, records, text
from reconcile.systems import Row

ATTRIBUTES = Listing("products/attributes", order="attribute_id", key=("attribute_id",))
ATTRIBUTE_SETS = Listing(
    "eav/attribute-sets/list", order="attribute_set_id", key=("attribute_set_id",)
)


def load_attributes(
    loading: Loading, pages: Pages, storefront: str, storefront_id: str | None
) -> list[str]:
    """The tables attributes and attribute_options; returns the codes of all attributes.

    Both hold the labels of the storefront's view.
    """
    found: list[Any] = []

    def row(attribute: Record) -> Row:
        made = _attribute_row(attribute, storefront_id)
        found.append(attribute)
        return made

    loading.walked("attributes", tables.ATTRIBUTES, walk(pages, ATTRIBUTES, storefront), row)
    options = [option for attribute in found for option in _options(attribute)]
    loading.listed("attribute_options", tables.ATTRIBUTE_OPTIONS, options, lambda option: option)
    return list(dict.fromkeys(identity(attribute, "attribute_code") for attribute in found))


def _attribute_row(attribute: Record, storefront_id: str | None) -> Row:
    code = identity(attribute, "attribute_code")
    return {
        "attribute_id": identity(attribute, "attribute_id"),
        "code": code,
        "label": _label(attribute, storefront_id),
        **picked(
            attribute,
            texts=("frontend_input", "backend_type", "scope"),
            flags=("is_user_defined",),
        ),
        "is_visible": flag(attribute.get("is_visible")),
    }


def _label(attribute: Record, storefront_id: str | None) -> str | None:
    for label in records(attribute.get("frontend_labels")):
        if text(label.get("store_id")) == storefront_id and label.get("label"):
            return text(label["label"])
    return text(attribute.get("default_frontend_label"))


def _options(attribute: Record) -> Iterator[Row]:
    code = identity(attribute, "attribute_code")
    for value, label in _choices(attribute.get("options")):
        yield {"attribute_code": code, "value": value, "label": label}


def _choices(options: Json) -> Iterator[tuple[str, str | None]]:
    """Value and label of each option; the blank first one is none, and groups hold options."""
    for option in records(options):
        value = option.get("value")
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from _choices(value)
        elif text(value):
            yield text(value) or "", text(option.get("label"))


def load_attribute_sets(loading: Loading, pages: Pages) -> None:
    """The table attribute_sets, those of customers and categories included."""
    loading.walked(
        "attribute_sets", tables.ATTRIBUTE_SETS, walk(pages, ATTRIBUTE_SETS), _attribute_set_row
    )


def _attribute_set_row(attribute_set: Record) -> Row:
    return {
        "id": identity(attribute_set, "attribute_set_id"),
        "name": text(attribute_set.get("attribute_set_name")),
    }
