"""What shoppers choose between: the options of a product, and what each variant answers.

Medusa wants at least one option on every product; one that is sold as it is gets the pair that
Medusa's own admin gives it.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from reconcile.canonical import to_json
from reconcile.columns import json_of
from reconcile.sources.magento_rest.records import attributes as eav
from reconcile.sources.magento_rest.records.attributes import Attribute
from reconcile.sources.magento_rest.records.catalogue import Catalogue

ONLY_OPTION = "Default option"
ONLY_VALUE = "Default option value"
ONLY_VARIANT = "Default variant"

_VALUE = ("parent_id", "axis", "title", "value", "place")
_AXIS = pl.Struct(
    {
        "attribute_id": pl.String,
        "label": pl.String,
        "position": pl.Int64,
        "values": pl.List(pl.String),
    }
)


def axes(found: Catalogue, known: Mapping[str, Attribute]) -> pl.LazyFrame:
    """One row per parent and attribute: `parent_id`, `axis`, `code`, `title`, `value_ids`."""
    ids = eav.by_id(known)
    codes = {id_: attribute.code for id_, attribute in ids.items()}
    labels = {id_: attribute.label for id_, attribute in ids.items()}
    attribute_id = pl.col("o").struct.field("attribute_id")
    parsed = (
        found.products.filter(pl.col("role") == "parent")
        .select(
            pl.col("id").alias("parent_id"),
            pl.col("configurable_options").str.json_decode(pl.List(_AXIS)).alias("o"),
        )
        .explode("o", empty_as_null=True)
        .drop_nulls("o")
        .select(
            "parent_id",
            pl.col("o").struct.field("position").fill_null(0).alias("axis"),
            attribute_id.replace_strict(codes, default=None, return_dtype=pl.String).alias("code"),
            pl.col("o").struct.field("label")
            .fill_null(attribute_id.replace_strict(labels, default=None, return_dtype=pl.String))
            .alias("title"),
            pl.col("o").struct.field("values")
            .alias("value_ids"),
        )
        .drop_nulls("code")
    )  # fmt: skip
    twice = pl.col("code").rank("ordinal").over("parent_id", "title") > 1
    told_apart = pl.when(twice).then(pl.format("{} ({})", "title", "code")).otherwise("title")
    return parsed.with_columns(told_apart.alias("title")).sort("parent_id", "axis", "code")


def choices(
    found: Catalogue, known: Mapping[str, Attribute], children: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per child and attribute: `id`, `parent_id`, `axis`, `title`, `raw`, `value`, `place`.

    `value` is null where the child has no answer or one that does not exist; `place` is the
    option's place in the shop's own order.
    """
    lines = axes(found, known)
    codes = lines.select("code").unique().collect().to_series().sort().to_list()
    columns = [f"attributes.{code}" for code in codes]
    present = [name for name in columns if name in children.collect_schema().names()]
    answers = (
        children.select("id", "parent_id", *present)
        .unpivot(present, index=["id", "parent_id"], variable_name="code", value_name="raw")
        .with_columns(pl.col("code").str.strip_prefix("attributes."), pl.col("raw").cast(pl.String))
    )
    joined = (
        children.select("id", "parent_id")
        .join(lines.drop("value_ids"), on="parent_id")
        .join(answers, on=["id", "parent_id", "code"], how="left")
    )
    return joined.join(_places(known, codes), on=["code", "raw"], how="left")


def _places(known: Mapping[str, Attribute], codes: list[str]) -> pl.LazyFrame:
    rows = [
        (code, option, label, place)
        for code in codes
        for place, (option, label) in enumerate(known[code].choices().items())
    ]
    schema = {"code": pl.String, "raw": pl.String, "value": pl.String, "place": pl.Int64}
    return pl.LazyFrame(rows, schema=schema, orient="row")


def of_variants(found: Catalogue, known: Mapping[str, Attribute]) -> pl.LazyFrame:
    """Per child that is sold: `id`, `parent_id`, `options` (JSON map of title to value), `title`,
    `place`, and `why` it cannot be a variant, null where it can.

    `place` orders siblings as the shop orders its options. It is made from the options' own
    places, so that a new sibling does not move the others.
    """
    children = found.products.filter((pl.col("role") == "child") & pl.col("sold"))
    chosen = choices(found, known, children).sort("id", "axis", "title")
    numbered = chosen.with_columns(
        pl.int_range(pl.len()).over("id").alias("index"), pl.len().over("id").alias("axes")
    )
    pair = json_of(pl.col("title")) + pl.lit(":") + json_of(pl.col("value"))
    unanswered = pl.when(pl.col("value").is_null()).then(
        pl.format("{} = {}", "title", pl.col("raw").fill_null("nothing"))
    )
    answered = numbered.group_by("id", "parent_id").agg(
        (pl.lit("{") + pair.sort_by("title").str.join(",") + pl.lit("}")).alias("options"),
        pl.col("value").str.join(" / ").alias("title"),
        _place().sum().alias("place"),
        unanswered.drop_nulls().sort().str.join(", ").alias("unanswered"),
    )
    return answered.sort(pl.col("id").cast(pl.Int64, strict=False), "id").with_columns(
        _why().alias("why")
    )


def _why() -> pl.Expr:
    """A choice without an answer, or the same answers as a sibling that was made before."""
    sound = pl.col("unanswered").fill_null("") == ""
    twin = pl.int_range(pl.len()).over("parent_id", "options", sound) > 0
    return (
        pl.when(~sound)
        .then(pl.lit("it has no valid value for ") + pl.col("unanswered"))
        .when(twin)
        .then(pl.lit("a sibling has the same options ") + pl.col("options"))
    )


_STEPS = {1: 10**6, 2: 1000, 3: 1000, 4: 100}
"""Places an option may have so that all axes together fit a 32-bit integer."""


def _place() -> pl.Expr:
    steps = pl.col("axes").replace_strict(_STEPS, default=10, return_dtype=pl.Int64)
    known = pl.col("place").fill_null(0).clip(0, steps - 1)
    return known * steps.pow(pl.col("axes").cast(pl.Int64) - 1 - pl.col("index")).cast(pl.Int64)


def of_products(found: Catalogue, known: Mapping[str, Attribute]) -> pl.LazyFrame:
    """Per product: `id`, `options` (JSON list), `variant_count` of those that can be bought."""
    sound = of_variants(found, known).filter(pl.col("why").is_null()).select("id", "parent_id")
    children = found.products.join(sound.select("id"), on="id", how="semi")
    held = choices(found, known, children).select(*_VALUE)
    childless = _offered(found, known).join(held, on="parent_id", how="anti")
    counts = sound.group_by("parent_id").agg(pl.len().alias("variant_count"))
    parents = _as_json(pl.concat([held, childless])).join(
        counts, left_on="id", right_on="parent_id", how="left"
    )
    only = to_json([{"title": ONLY_OPTION, "values": [ONLY_VALUE]}])
    own = found.products.filter(pl.col("role") == "own").select(
        "id",
        pl.lit(only).alias("options"),
        pl.lit(1, dtype=pl.get_index_type()).alias("variant_count"),
    )
    both = pl.concat([parents.select("id", "options", "variant_count"), own])
    return both.with_columns(pl.col("variant_count").fill_null(0))


def _offered(found: Catalogue, known: Mapping[str, Attribute]) -> pl.LazyFrame:
    """The values a parent itself lists: all that a parent without children has."""
    lines = axes(found, known)
    codes = lines.select("code").unique().collect().to_series().sort().to_list()
    listed = lines.explode("value_ids", empty_as_null=True).rename({"value_ids": "raw"})
    named = listed.join(_places(known, codes), on=["code", "raw"])
    return named.select(*_VALUE)


def _as_json(offered: pl.LazyFrame) -> pl.LazyFrame:
    """`id`, `options`: a JSON list of {title, values}; values in the shop's own order."""
    distinct = offered.group_by("parent_id", "title", "value").agg(pl.col("place").min())
    per_title = distinct.group_by("parent_id", "title").agg(
        pl.col("value").sort_by("place", "value").alias("values")
    )
    option = per_title.with_columns(pl.struct("title", "values").struct.json_encode().alias("o"))
    joined = pl.lit("[") + pl.col("o").sort_by("title").str.join(",") + pl.lit("]")
    return option.group_by("parent_id").agg(joined.alias("options")).rename({"parent_id": "id"})
