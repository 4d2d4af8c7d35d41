"""What the shop holds now, as frames that can be laid beside what is wanted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.systems import CHANGED_AT, Tables
from reconcile.targets.medusa.existing.category import categories
from reconcile.targets.medusa.existing.columns import METADATA_PREFIX, with_metadata
from reconcile.targets.medusa.existing.customer import customers
from reconcile.targets.medusa.existing.inventory import inventory_levels, stock_locations
from reconcile.targets.medusa.existing.lookup import (
    collections,
    customer_groups,
    product_tags,
    product_types,
    sales_channels,
    shipping_profiles,
)
from reconcile.targets.medusa.existing.order import orders
from reconcile.targets.medusa.existing.price_list import list_prices, price_lists
from reconcile.targets.medusa.existing.product import products
from reconcile.targets.medusa.existing.sales_document import credit_memos, invoices, shipments
from reconcile.targets.medusa.existing.variant import variants

IDENTITY = ("target_id", "key", "source_id", "managed")
UNTOUCHABLE = "untouchable"
"""The further column of identity that records of sales have."""

READERS: Mapping[str, Callable[[Tables], pl.LazyFrame]] = {
    "sales_channel": sales_channels,
    "shipping_profile": shipping_profiles,
    "collection": collections,
    "customer_group": customer_groups,
    "stock_location": stock_locations,
    "product_type": product_types,
    "product_tag": product_tags,
    "category": categories,
    "product": products,
    "variant": variants,
    "inventory_level": inventory_levels,
    "price_list": price_lists,
    "list_price": list_prices,
}

PEOPLE_READERS: Mapping[str, Callable[[Tables, Sequence[str]], pl.LazyFrame]] = {
    "customer": customers,
    "order": orders,
    "invoice": invoices,
    "shipment": shipments,
    "credit_memo": credit_memos,
}
"""Readers of records with much nested in them, which work out only the fields they are told."""
SALES = PEOPLE_READERS.keys() - {"customer"}


def existing(tables: Tables, spec: EntitySpec, fields: Sequence[str]) -> pl.LazyFrame:
    """The records of one entity: `target_id`, `key`, `source_id`, `managed` and the wanted fields.

    Fields come in the form their Kind describes, REF and REFS as target ids. Relations without
    members are empty lists, never null. Numbers of weight and size are what Medusa's four-byte
    columns kept of them. Records of sales have `untouchable` as well.
    """
    metadata = [name for name in fields if name.startswith(METADATA_PREFIX)]
    frame = with_metadata(_read(tables, spec.name, fields), metadata)
    if CHANGED_AT in fields:
        frame = frame.with_columns(pl.col("updated_at").alias(CHANGED_AT))
    identity = IDENTITY if spec.name not in SALES else (*IDENTITY, UNTOUCHABLE)
    return frame.rename({"id": "target_id"}).select(*identity, *fields).sort("target_id")


def _read(tables: Tables, entity: str, fields: Sequence[str]) -> pl.LazyFrame:
    if entity in PEOPLE_READERS:
        return PEOPLE_READERS[entity](tables, fields)
    return READERS[entity](tables)
