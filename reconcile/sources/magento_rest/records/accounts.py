"""Who among the customers is carried: Magento keeps accounts by website and letter case, the
target one per e-mail."""

from __future__ import annotations

import re

import polars as pl

from reconcile.systems import Tables

NEWEST, REVIEW = "newest", "review"
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+$")
"""What Medusa takes for an e-mail address at least."""


def email(column: str) -> pl.Expr:
    """Trimmed and in lower case: Medusa compares letter by letter."""
    return pl.col(column).str.strip_chars().str.to_lowercase()


def is_email(expr: pl.Expr) -> pl.Expr:
    return expr.str.contains(EMAIL.pattern).fill_null(value=False)


def identities(tables: Tables, twins: str) -> pl.DataFrame:
    """Of every customer: `id`, `email` (null when it is none), `twins` (how many have that e-mail)
    and `carried`: the id of the one who stands for all of them.

    With `review` twins stand for themselves; nobody is carried until a person has decided.
    """
    if not tables.has("customers"):
        return pl.DataFrame(schema=_SCHEMA)
    valid = pl.when(is_email(email("email"))).then(email("email"))
    customers = tables.whole("customers").select("id", valid.alias("email"), "created_at").collect()
    number = pl.col("id").cast(pl.Int64, strict=False)
    newest = pl.col("id").sort_by("created_at", number).last().over("email")
    alone = pl.col("email").is_null() | pl.lit(twins == REVIEW)
    return customers.select(
        "id",
        "email",
        pl.len().over("email").alias("twins"),
        pl.when(alone).then("id").otherwise(newest).alias("carried"),
    ).cast(_SCHEMA)


_SCHEMA = pl.Schema(
    {"id": pl.String(), "email": pl.String(), "twins": pl.Int64(), "carried": pl.String()}
)
