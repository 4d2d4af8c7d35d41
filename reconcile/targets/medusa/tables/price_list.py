"""Price lists, and the prices of one list. Variants never show these prices themselves."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import TEXT, Listing, Record, Table, as_text, flat

PRICE_LISTS = Listing(
    path="price-lists",
    plural="price_lists",
    fields=(
        "id",
        "title",
        "description",
        "type",
        "status",
        "starts_at",
        "ends_at",
        "metadata",
        "price_list_rules.attribute",
        "price_list_rules.value",
    ),
    tables=(
        flat(
            "price_lists",
            id=TEXT,
            title=TEXT,
            description=TEXT,
            type=TEXT,
            status=TEXT,
            starts_at=TEXT,
            ends_at=TEXT,
            rules=TEXT,
            metadata=TEXT,
        ),
    ),
)

PRICE_SCHEMA = pl.Schema(
    {
        "id": TEXT,
        "price_list_id": TEXT,
        "variant_id": TEXT,
        "currency_code": TEXT,
        "amount": TEXT,
        "min_quantity": TEXT,
        "max_quantity": TEXT,
        "rules": TEXT,
    }
)


def list_prices(price_list_id: str) -> Listing:
    """The prices of one list. A price whose variant is gone keeps a null variant."""

    def rows(record: Record) -> Iterable[Row]:
        variant = (record.get("price_set") or {}).get("variant") or {}
        rules = {rule["attribute"]: rule["value"] for rule in record.get("price_rules") or ()}
        yield {
            **{column: as_text(record.get(column)) for column in PRICE_SCHEMA},
            "price_list_id": price_list_id,
            "variant_id": variant.get("id"),
            "rules": as_text(rules),
        }

    return Listing(
        path=f"price-lists/{price_list_id}/prices",
        plural="prices",
        fields=(
            "id",
            "amount",
            "currency_code",
            "min_quantity",
            "max_quantity",
            "price_set.variant.id",
            "price_rules.attribute",
            "price_rules.value",
        ),
        tables=(Table("list_prices", PRICE_SCHEMA, rows),),
    )
