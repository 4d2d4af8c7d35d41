"""Who is who on the two sides: target ids and the keys people read.

Existing frames refer to other records by target id, desired frames by key. `translate` turns the
first into the second, so that both sides can be compared, and plans never depend on ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

import polars as pl

from reconcile.columns import json_of, sorted_list, texts
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind


@dataclass(frozen=True, slots=True)
class Names:
    """What is meant by what is said: a mapping of texts as two columns, in a tenth of the memory
    of a dict. `frame` has `said`, each once, and `meant`."""

    frame: pl.DataFrame

    @classmethod
    def of(cls, known: Mapping[str, str]) -> Self:
        columns = {"said": list(known), "meant": list(known.values())}
        return cls(pl.DataFrame(columns, schema={"said": pl.String, "meant": pl.String}))

    @classmethod
    def from_pairs(cls, *frames: pl.DataFrame) -> Self:
        """From frames of two columns, said and meant. What is said twice means the first."""
        named = [frame.rename(dict(zip(frame.columns, _PAIR, strict=True))) for frame in frames]
        return cls(pl.concat(named).filter(pl.col("said").is_first_distinct()))

    def among(self, said: pl.Series) -> dict[str, str]:
        """Of these texts those that mean something."""
        asked = said.drop_nulls().unique().alias("said").to_frame()
        return dict(asked.join(self.frame, on="said").iter_rows())

    def saying(self, meant: Collection[str] | pl.Series) -> dict[str, str]:
        """The other way round: by what is meant, what is said."""
        asked = pl.Series("meant", list(meant), dtype=pl.String).unique().to_frame()
        return dict(asked.join(self.frame, on="meant").select("meant", "said").iter_rows())

    def meant_by(self, said: pl.Series) -> pl.Series:
        """Row by row; null where nothing is meant."""
        asked = said.alias("said").to_frame()
        return asked.join(self.frame, on="said", how="left", maintain_order="left")["meant"]


_PAIR = ("said", "meant")

Keys = Mapping[str, Mapping[str, str] | Names]
"""entity -> target id -> key."""

NO_VALUE = "any"
"""Stands in a composite key for a part that has no value (a price without minimum quantity)."""


FOREIGN = "~id:"
"""How the name of a record begins that no known key belongs to."""


def translate(frame: pl.DataFrame, spec: EntitySpec, keys: Keys) -> pl.DataFrame:
    """Replace target ids in REF and REFS columns by keys, and compose composite keys.

    Ids without a known key become foreign keys. Columns that refer to an entity of which nothing
    is known yet (a tree refers to itself) are left as they are.
    """
    for name in frame.columns:
        field = spec.field(name)
        if field is not None and field.refers in keys:
            frame = frame.with_columns(_keys_for(frame, field, keys[field.refers]))
    return with_composite_key(frame, spec)


def _keys_for(frame: pl.DataFrame, field: FieldSpec, keys: Mapping[str, str] | Names) -> pl.Series:
    known = keys if isinstance(keys, Names) else Names.of(keys)
    if field.kind is Kind.REF:
        return _named(frame[field.name], known)
    lists = frame.select(
        pl.int_range(pl.len()).alias("row"), texts(pl.col(field.name)).alias("member")
    )
    members = lists.explode("member", empty_as_null=True).drop_nulls("member")
    named = members.with_columns(_named(members["member"], known).alias("member"))
    grouped = named.group_by("row").agg("member").with_columns(sorted_list(pl.col("member")))
    encoded = grouped.select("row", json_of(pl.col("member")).alias("text"))
    joined = lists.join(encoded, on="row", how="left", maintain_order="left")
    text = pl.when(pl.col("member").is_null()).then(None).otherwise(pl.col("text").fill_null("[]"))
    return joined.select(text.alias(field.name)).to_series()


def _named(ids: pl.Series, known: Names) -> pl.Series:
    return known.meant_by(ids).fill_null(FOREIGN + ids).alias(ids.name)


def members(frame: pl.DataFrame, field: FieldSpec) -> pl.Series:
    """All that a REF or REFS column says, one after the other, without nulls."""
    column = pl.col(field.name)
    if field.kind is Kind.REFS:
        column = texts(column).explode(empty_as_null=True)
    return frame.select(column).to_series().drop_nulls()


def with_composite_key(frame: pl.DataFrame, spec: EntitySpec) -> pl.DataFrame:
    """Fill `key` from the key fields of entities that have no key of their own."""
    if not spec.key_fields:
        return frame
    parts = [pl.col(name).fill_null(NO_VALUE) for name in spec.key_fields]
    return frame.with_columns(pl.concat_str(parts, separator=spec.key_separator).alias("key"))
