"""Options and their values; from the side of the value Medusa also tells the variants cheaply."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from reconcile.systems import Row
from reconcile.targets.medusa.tables.listing import (
    FLAG,
    TEXT,
    WHOLE,
    Listing,
    Record,
    Table,
    flat,
    nested,
)


def _values(record: Record) -> Iterable[Row]:
    for value in nested(record, "values"):
        yield {
            "id": value["id"],
            "option_id": record["id"],
            "value": value["value"],
            "rank": value.get("rank"),
        }


def _variants(record: Record) -> Iterable[Row]:
    for value in nested(record, "values"):
        for variant in nested(value, "variants"):
            yield {"variant_id": variant["id"], "value_id": value["id"]}


PRODUCT_OPTIONS = Listing(
    path="product-options",
    plural="product_options",
    fields=(
        "id",
        "title",
        "is_exclusive",
        "values.id",
        "values.value",
        "values.rank",
        "values.variants.id",
    ),
    tables=(
        flat("product_options", id=TEXT, title=TEXT, is_exclusive=FLAG),
        Table(
            "product_option_values",
            pl.Schema({"id": TEXT, "option_id": TEXT, "value": TEXT, "rank": WHOLE}),
            _values,
        ),
        Table("variant_options", pl.Schema({"variant_id": TEXT, "value_id": TEXT}), _variants),
    ),
)
