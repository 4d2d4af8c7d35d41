"""What the shop sells in and falls back to: regions, currencies, defaults of the store."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import FLAG, TEXT, Listing, Record, Table, flat, nested


def _currencies(record: Record) -> Iterable[Row]:
    for currency in nested(record, "supported_currencies"):
        yield {
            "store_id": record["id"],
            "currency_code": currency["currency_code"],
            "is_default": currency["is_default"],
        }


REGIONS = Listing(
    path="regions",
    plural="regions",
    fields=("id", "name", "currency_code", "automatic_taxes"),
    tables=(flat("regions", id=TEXT, name=TEXT, currency_code=TEXT, automatic_taxes=FLAG),),
)

STORES = Listing(
    path="stores",
    plural="stores",
    fields=(
        "id",
        "name",
        "default_sales_channel_id",
        "default_region_id",
        "default_location_id",
        "supported_currencies.currency_code",
        "supported_currencies.is_default",
    ),
    tables=(
        flat(
            "stores",
            id=TEXT,
            name=TEXT,
            default_sales_channel_id=TEXT,
            default_region_id=TEXT,
            default_location_id=TEXT,
        ),
        Table(
            "store_currencies",
            pl.Schema({"store_id": TEXT, "currency_code": TEXT, "is_default": FLAG}),
            _currencies,
        ),
    ),
)
