"""Customer groups: who may have prices of their own. Columns: `name`, `id`.

Medusa has no newsletter; where the mapping of customers says so, its subscribers are a group.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from reconcile.sources.magento_rest.records import shop
from reconcile.systems import Options, Records, Tables

NOT_LOGGED_IN = "0"
"""Magento's group for visitors without an account; Medusa has no such group."""


AS_METADATA, AS_GROUP = "metadata", "group"
"""What becomes of a customer's subscription."""
NEWSLETTER = "magento:newsletter"
_NEWSLETTER_NAMES = ("Newsletter", "Newsletter subscribers")


def _groups(tables: Tables) -> pl.LazyFrame:
    return tables.scan("customer_groups").filter(pl.col("id") != NOT_LOGGED_IN)


def names(tables: Tables) -> dict[str, str]:
    """Name by id, of the groups that can be carried."""
    return dict(_groups(tables).select("id", "code").collect().iter_rows())


def records(tables: Tables, chosen: Options) -> Records:
    frame = _groups(tables).select(
        pl.col("code").alias("key"),
        shop.source_id(kind="group/"),
        "id",
        pl.col("code").alias("name"),
    )
    if chosen["customer"]["newsletter"] == AS_GROUP and tables.has("customers"):
        frame = pl.concat([frame, _newsletter(names(tables).values())])
    return Records(frame, complete=tables.complete("customer_groups"))


def _newsletter(taken: Collection[str]) -> pl.LazyFrame:
    """The group of subscribers, under a name that no group of the shop has."""
    name = next((each for each in _NEWSLETTER_NAMES if each not in taken), _NEWSLETTER_NAMES[-1])
    row = {"key": name, "source_id": NEWSLETTER, "id": "newsletter", "name": name}
    return pl.LazyFrame([row])
