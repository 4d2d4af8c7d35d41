"""Websites, store views and what else the shop answers as plain documents."""

from __future__ import annotations

from typing import Any

from reconcile.sandbox.magento.sales.cart import Store

BASE_URL = "https://sample-shop.example/"
VIEWS = ("default", "de")
"""Views with products of their own words; the one of the second website has none."""

_MAIN = ("Main Website", "Main Website Store")
DEFAULT = Store(1, (*_MAIN, "Default Store View"), "USD", 1)
GERMAN = Store(2, (*_MAIN, "Deutsch"), "EUR", 0.92)
EUROPE = Store(3, ("Europe", "Europe Store", "Français"), "EUR", 0.92, with_tax=True)
"""The prices of the second website include tax."""

_LOCALES = {"default": ("en_US", "USD"), "de": ("de_DE", "EUR"), "fr": ("fr_FR", "EUR")}
_WEBSITES = {"default": 1, "de": 1, "fr": 2}
_SYMBOLS = {"USD": "$", "EUR": "€"}
_COUNTRIES = (
    ("AT", "AUT", "Austria"),
    ("CH", "CHE", "Switzerland"),
    ("DE", "DEU", "Germany"),
    ("FR", "FRA", "France"),
    ("GB", "GBR", "United Kingdom"),
    ("JP", "JPN", "Japan"),
    ("PT", "PRT", "Portugal"),
    ("US", "USA", "United States"),
)
_MODULES = (
    "Magento_Store",
    "Magento_Directory",
    "Magento_Eav",
    "Magento_Customer",
    "Magento_Catalog",
    "Magento_CatalogInventory",
    "Magento_ConfigurableProduct",
    "Magento_Bundle",
    "Magento_GroupedProduct",
    "Magento_Downloadable",
    "Magento_Sales",
    "Magento_Webapi",
)
_MSI_MODULES = ("Magento_Inventory", "Magento_InventoryApi", "Magento_InventorySalesApi")


def store_documents(*, has_inventory: bool) -> dict[str, Any]:
    """The answers of ``store/*``, ``directory/*`` and ``modules``, by document name."""
    return {
        "store_configs": [_config(number, code) for number, code in enumerate(_LOCALES, start=1)],
        "store_views": [
            _view(1, "default", "Default Store View", 1),
            _view(0, "admin", "Admin", 0),
            _view(2, "de", "Deutsch", 1),
            _view(3, "fr", "Français", 2),
        ],
        "websites": [
            {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
            {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
            {"id": 2, "code": "europe", "name": "Europe", "default_group_id": 2},
        ],
        "store_groups": [
            _group(0, "Default", "default", website=0, root=0, view=0),
            _group(1, "Main Website Store", "main_website_store", website=1, root=2, view=1),
            _group(2, "Europe Store", "europe_store", website=2, root=2, view=3),
        ],
        "currency": _currency("USD"),
        "currency_de": _currency("EUR"),
        "currency_fr": _currency("EUR"),
        "countries": [_country(*names) for names in _COUNTRIES],
        "modules": [*_MODULES, *(_MSI_MODULES if has_inventory else ())],
    }


def _config(number: int, code: str) -> dict[str, Any]:
    locale, currency = _LOCALES[code]
    parts = {"": "", "link_": "", "static_": "static/version1/", "media_": "media/"}
    urls = {
        f"{secure}base_{part}url": BASE_URL + path
        for secure in ("", "secure_")
        for part, path in parts.items()
    }
    return {
        "id": number,
        "code": code,
        "website_id": _WEBSITES[code],
        "locale": locale,
        "base_currency_code": "USD",
        "default_display_currency_code": currency,
        "timezone": "UTC",
        "weight_unit": "kgs",
        **urls,
    }


def _view(number: int, code: str, name: str, website: int) -> dict[str, Any]:
    return {
        "id": number,
        "code": code,
        "name": name,
        "website_id": website,
        "store_group_id": website,
        "is_active": 1,
    }


def _group(
    number: int, name: str, code: str, *, website: int, root: int, view: int
) -> dict[str, Any]:
    return {
        "id": number,
        "website_id": website,
        "root_category_id": root,
        "default_store_id": view,
        "name": name,
        "code": code,
    }


def _currency(shown: str) -> dict[str, Any]:
    return {
        "base_currency_code": "USD",
        "base_currency_symbol": "$",
        "default_display_currency_code": shown,
        "default_display_currency_symbol": _SYMBOLS[shown],
        "available_currency_codes": ["USD", "EUR"],
        "exchange_rates": [
            {"currency_to": "USD", "rate": 1},
            {"currency_to": "EUR", "rate": 0.92},
        ],
    }


def _country(two: str, three: str, name: str) -> dict[str, Any]:
    return {
        "id": two,
        "two_letter_abbreviation": two,
        "three_letter_abbreviation": three,
        "full_name_locale": name,
        "full_name_english": name,
    }
