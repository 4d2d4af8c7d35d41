"""E-mail addresses and SKUs that one shop has in several spellings: people do not tell them apart,
databases do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

import polars as pl

from reconcile.columns import sorted_list
from reconcile.drift.document import TWINS
from reconcile.drift.loose import folded
from reconcile.entities import ENTITY_BY_NAME
from reconcile.systems import ExistingReader, Origin, Tables

TOLD_APART = {"customer": ("email", "email"), "variant": ("sku", "sku")}
"""Entity -> what its twins are called, and the field of the target that is looked at."""
_COLUMN = re.compile(r"\{(\w+)\}")


def of_source(
    tables: Tables,
    origins: Mapping[str, Sequence[Origin]],
    chosen: Callable[[str], bool],
    shop: str,
) -> Iterator[pl.DataFrame]:
    """Rows of TWINS of a source: all its rows, whether they are carried or not."""
    for entity, (kind, _) in TOLD_APART.items():
        for origin in origins.get(entity, ()):
            if chosen(entity) and tables.has(origin.table):
                named = tables.scan(origin.table).select(
                    _filled(origin.key).alias("key"), _filled(origin.source_id).alias("id")
                )
                yield among(kind, shop, named.unique().collect())


def of_target(
    tables: Tables, existing: ExistingReader, chosen: Callable[[str], bool], shop: str
) -> Iterator[pl.DataFrame]:
    """Rows of TWINS of a target."""
    for entity, (kind, name) in TOLD_APART.items():
        if chosen(entity):
            frame = existing(tables, ENTITY_BY_NAME[entity], [name])
            named = frame.select(pl.col(name).alias("key"), pl.col("target_id").alias("id"))
            yield among(kind, shop, named.collect())


def _filled(pattern: str) -> pl.Expr:
    """`magento:{id}` with each row's values; null where one has none."""
    return pl.format(_COLUMN.sub("{}", pattern), *map(pl.col, _COLUMN.findall(pattern)))


def among(kind: str, shop: str, records: pl.DataFrame) -> pl.DataFrame:
    """Rows of TWINS: the first spelling in order beside each other one. `records` has `key` and
    `id`."""
    spelled = records.drop_nulls("key").group_by("key").agg("id")
    marked = spelled.with_columns(folded(pl.col("key")).alias("plain")).sort("plain", "key")
    alike = marked.filter(pl.col("plain").is_duplicated())
    first = alike.unique("plain", keep="first", maintain_order=True)
    both = alike.join(first, on="plain", suffix=" (first)", maintain_order="left")
    others = both.filter(pl.col("key") != pl.col("key (first)"))
    ids = pl.col("id (first)").list.concat("id")
    return others.select(
        pl.lit(kind).alias("kind"),
        pl.col("key (first)").alias("key"),
        pl.col("key").alias("other"),
        pl.lit(shop).alias("shop"),
        sorted_list(ids).list.join(", ").alias("ids"),
    ).select(*TWINS)
