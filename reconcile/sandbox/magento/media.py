"""The shop's images below ``/media/catalog/product``, and the addresses that lead there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from reconcile.sandbox.magento import html
from reconcile.sandbox.magento.pictures import swatch
from reconcile.sandbox.magento.product_record import FILE, attribute
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.shop import ALL_STORES, Shop
from reconcile.sandbox.magento.table import Record

_PLACE = re.compile(r"(?:/.*)?/catalog/product(?P<file>/.+)")
_ROLES = ("image", "small_image", "thumbnail", "swatch_image")


def image(shop: Shop, request: Request) -> Response:
    """The image a product names, drawn on the spot; 404 for whatever else."""
    matched = _PLACE.fullmatch(request.path)
    if not matched or request.method != "GET":
        return html.not_found()
    file = unquote(matched["file"])
    sku = _owner(shop, file)
    return html.not_found() if sku is None else Response(200, swatch(sku, file), "image/png")


def lead_here(shop: Shop, url: str) -> None:
    """Let the addresses of all store views begin with ``url``, whatever they were recorded with."""
    configs: list[Record] = shop.document("store_configs")
    shop.set_document("store_configs", [_moved(config, url) for config in configs])


def _moved(config: Record, url: str) -> Record:
    moved = {
        name: url + urlsplit(value).path
        for name, value in config.items()
        if name.endswith("_url") and isinstance(value, str)
    }
    return {**config, **moved}


def _owner(shop: Shop, file: str) -> str | None:
    """The SKU of a product that names this file."""
    for scope in (ALL_STORES, *shop.store_codes):
        table = shop.table("products", scope)
        candidates = table.find(FILE, file)
        for row_id in list(table.ids if candidates is None else candidates):
            record = table.record(row_id)
            if file in _files(record):
                return str(record["sku"])
    return None


def _files(record: Record) -> Iterator[Any]:
    yield from (entry.get("file") for entry in record.get("media_gallery_entries") or ())
    yield from (attribute(record, role) for role in _ROLES)
