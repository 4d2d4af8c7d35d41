"""The category tree, as each wanted view has it."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.listing import Listing
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.pages import Pages
from reconcile.sources.magento_rest.paging import walk
from reconcile.sources.magento_rest.wire import (
    Record,
    custom_attributes,
    identity,
    json_text,
    picked,
    text,
)
from reconcile.systems import Row

CATEGORIES = Listing("categories/list", order="entity_id", key=("id",), id_windows=True)


def load_categories(loading: Loading, pages: Pages, scopes: Sequence[str]) -> None:
    """The table categories: one row per view and category, roots included."""
    walks = {scope: walk(pages, CATEGORIES, scope) for scope in scopes}
    loading.per_view("categories", tables.CATEGORIES, walks, _category_row)


def _category_row(view: str, category: Record) -> Row:
    category_id = identity(category, "id")
    own = custom_attributes(category)
    return {
        "view": view,
        "id": category_id,
        **picked(
            category,
            texts=("parent_id", "name"),
            counts=("position", "level"),
            flags=("is_active", "include_in_menu"),
        ),
        "path": text(category.get("path", own.get("path"))),
        "attributes": json_text(own),
    }
