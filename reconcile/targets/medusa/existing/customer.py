"""Customers of the shop, accounts and guests.

Their key is the lower-cased e-mail. Guests that nobody marked go by `guest/<email>`: Medusa lets a
guest and an account have the same e-mail, and the guest is not the one the source has an account
of. A shop without the companion can only hold guests, so there they go by the e-mail itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reconcile.canonical import rows_text
from reconcile.columns import json_of, texts
from reconcile.systems import Tables
from reconcile.targets.medusa.addresses import address_rows
from reconcile.targets.medusa.existing.columns import MARK, marked
from reconcile.targets.medusa.existing.nested import Nested, with_nested
from reconcile.targets.medusa.tables.listing import Record

GUEST = "guest/"


def customers(tables: Tables, fields: Sequence[str]) -> pl.LazyFrame:
    email = pl.col("email").str.strip_chars().str.to_lowercase()
    stranger = ~pl.col("has_account") & pl.col(MARK).is_null() & pl.lit(_companion(tables))
    key = pl.when(stranger).then(pl.lit(GUEST) + email).otherwise(email)
    frame = marked(tables.scan("customers")).with_columns(key.alias("key"))
    if "groups" in fields:
        frame = frame.with_columns(_own_groups(tables).alias("groups"))
    return with_nested(frame, fields, NESTED)


def _companion(tables: Tables) -> bool:
    return tables.has("companion") and not tables.scan("companion").head(1).collect().is_empty()


def _own_groups(tables: Tables) -> pl.Expr:
    """Memberships in groups that this tool made; in others, people are put by hand."""
    groups = marked(tables.scan("customer_groups")).filter("managed").select("id").collect()
    own = pl.lit(pl.Series([groups["id"].to_list()], dtype=pl.List(pl.String)))
    members = texts(pl.col("groups").fill_null("[]"))
    return json_of(members.list.set_intersection(own).list.sort())


def _addresses(record: Record) -> str:
    return rows_text(address_rows(record["addresses"] or ()))


NESTED = {"addresses": Nested(_addresses, json=("addresses",))}
