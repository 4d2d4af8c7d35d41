"""Websites, store groups and store views, and which view shoppers see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reconcile.errors import BadAnswer, SettingsError
from reconcile.model import Json
from reconcile.sources.magento_rest import tables
from reconcile.sources.magento_rest.client import SCOPE_ALL, MagentoClient
from reconcile.sources.magento_rest.faults import NotOffered
from reconcile.sources.magento_rest.loading import Loading
from reconcile.sources.magento_rest.wire import Record, flag, identity, picked, records, text
from reconcile.systems import Row

_CONFIGURED = (
    "base_currency_code",
    "default_display_currency_code",
    "timezone",
    "locale",
    "weight_unit",
    "base_media_url",
    "secure_base_media_url",
)


@dataclass(frozen=True, slots=True)
class Stores:
    """The shop's structure, as Magento answers it."""

    websites: list[Record]
    groups: list[Record]
    views: list[Record]
    configs: list[Record]

    def storefront(self, wanted: str = "") -> Record:
        """The view called `wanted`, or the default view of the default website.

        Magento does not say over REST which website is the default one; it is the one with the
        smallest id above 0, as on every shop that was not rebuilt by hand. Raises SettingsError
        for a view that does not exist, BadAnswer when the shop has none.
        """
        if wanted:
            self.require(wanted)
            return next(view for view in self.views if text(view.get("code")) == wanted)
        for website in sorted(self.websites, key=_number):
            group = _by_id(self.groups, website.get("default_group_id"))
            view = _by_id(self.views, group.get("default_store_id") if group else None)
            if view and _number(view) > 0:
                return view
        raise BadAnswer(
            "Magento shows no default store view.",
            remedy="Name the view that shoppers see in reconcile.yml (`source.view`).",
        )

    def require(self, code: str) -> None:
        """Raises SettingsError when there is no such view."""
        known = sorted(text(view.get("code")) or "" for view in self.views if _number(view) > 0)
        if code not in known:
            raise SettingsError(
                f"Magento has no store view '{code}'; it has {', '.join(known) or 'none'}.",
                remedy="Correct `source.view` or `source.views` in reconcile.yml.",
            )

    def scopes(self, wanted: str, others: Sequence[str]) -> list[str]:
        """The scopes to read, the storefront's first. Raises SettingsError for an unknown one."""
        for code in others:
            if code != SCOPE_ALL:
                self.require(code)
        return list(dict.fromkeys([identity(self.storefront(wanted), "code"), *others]))


def _number(record: Record) -> int:
    known = text(record.get("id")) or ""
    return int(known) if known.isdigit() else 0


def _by_id(candidates: Sequence[Record], wanted: Json) -> Record | None:
    matching = (each for each in candidates if text(each.get("id")) == text(wanted) is not None)
    return next(matching, None)


def read_stores(client: MagentoClient) -> Stores:
    """Needs the permission Magento_Backend::store. Raises SystemFault.

    Every Magento 2 has these routes, so an address without them is not one.
    """
    try:
        websites, groups, views, configs = (
            list(records(client.get(f"store/{name}")))
            for name in ("websites", "storeGroups", "storeViews", "storeConfigs")
        )
    except NotOffered as fault:
        raise BadAnswer(
            f"There is no Magento 2 REST API at this address: {fault.message}",
            status=fault.status,
            remedy="Check the url in reconcile.yml: it is what precedes /rest/V1.",
        ) from fault
    return Stores(websites, groups, views, configs)


def load_stores(loading: Loading, stores: Stores, storefront: str) -> None:
    """The tables websites, store_groups and store_views."""

    def view_row(view: Record) -> Row:
        return _view_row(view, stores.configs, storefront)

    loading.listed("websites", tables.WEBSITES, stores.websites, _website_row)
    loading.listed("store_groups", tables.STORE_GROUPS, stores.groups, _group_row)
    loading.listed("store_views", tables.STORE_VIEWS, stores.views, view_row)


def _website_row(website: Record) -> Row:
    named = picked(website, texts=("code", "name", "default_group_id"))
    return {"id": identity(website, "id"), **named}


def _group_row(group: Record) -> Row:
    texts = ("website_id", "root_category_id", "default_store_id", "name")
    return {"id": identity(group, "id"), **picked(group, texts=texts)}


def _view_row(view: Record, configs: Sequence[Record], storefront: str) -> Row:
    code = identity(view, "code")
    configured: dict[str, Any] = next(
        (config for config in configs if text(config.get("code")) == code), {}
    )
    return {
        "id": identity(view, "id"),
        "code": code,
        **picked(view, texts=("name", "website_id", "store_group_id")),
        "is_active": flag(view.get("is_active")),
        "is_storefront": code == storefront,
        **picked(configured, texts=_CONFIGURED),
    }
