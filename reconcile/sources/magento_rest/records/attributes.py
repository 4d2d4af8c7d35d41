"""Product attributes as people read them: option ids become labels.

Offers, for every attribute: `attributes.<code>` (label, list of labels, or the text itself) and
`raw.<code>` (as Magento stores it); and `attributes`, one JSON object of all attributes that the
merchant has added, so that none is lost for want of a field.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from reconcile.columns import json_of
from reconcile.model import Diagnostic, Severity
from reconcile.sources.magento_rest.records import directives
from reconcile.systems import Tables

LIST_INPUTS = frozenset({"multiselect"})
PRIVATE_INPUTS = frozenset({"price", "media_image", "gallery", "weee", "hidden"})
"""Not shown to shoppers as attributes: amounts such as `cost`, and pictures."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One EAV attribute; `labels` maps option id to label in the shop's order."""

    code: str
    id: str
    label: str
    frontend_input: str
    user_defined: bool
    labels: Mapping[str, str]

    def choices(self) -> dict[str, str]:
        """Option id -> label, told apart by the id where a label was there before.

        Two variants must differ in what shoppers read, even if two options read the same.
        """
        seen: set[str] = set()
        result = {}
        for option, label in self.labels.items():
            result[option] = f"{label} ({option})" if label in seen else label
            seen.add(label)
        return result


def read(tables: Tables) -> dict[str, Attribute]:
    """All product attributes by code."""
    options = tables.scan("attribute_options").collect()
    labels: dict[str, dict[str, str]] = {}
    for code, value, label in options.select("attribute_code", "value", "label").iter_rows():
        labels.setdefault(code, {})[value] = html.unescape(label or "").strip() or value
    return {
        row["code"]: Attribute(
            code=row["code"],
            id=row["attribute_id"],
            label=row["label"] or row["code"],
            frontend_input=row["frontend_input"] or "",
            user_defined=bool(row["is_user_defined"]),
            labels=labels.get(row["code"], {}),
        )
        for row in tables.scan("attributes").collect().iter_rows(named=True)
    }


def with_labels(
    frame: pl.LazyFrame, attributes: Mapping[str, Attribute], media_url: str
) -> pl.LazyFrame:
    """Replace the raw `attributes.*` columns by labels and keep the raw ones as `raw.*`."""
    codes = [
        name.removeprefix("attributes.")
        for name in frame.collect_schema().names()
        if name.startswith("attributes.")
    ]
    raw = [pl.col(f"attributes.{code}").alias(f"raw.{code}") for code in codes]
    labelled = [_label(code, attributes.get(code), media_url) for code in codes]
    added = [code for code in codes if _is_public(attributes.get(code))]
    return frame.with_columns(*raw, *labelled).with_columns(_as_object(added).alias("attributes"))


def _is_public(attribute: Attribute | None) -> bool:
    return (
        attribute is not None
        and attribute.user_defined
        and attribute.frontend_input not in PRIVATE_INPUTS
    )


def _label(code: str, attribute: Attribute | None, media_url: str) -> pl.Expr:
    column = pl.col(f"attributes.{code}")
    stored = pl.when(column != "").then(column)
    if attribute is None or not attribute.labels:
        return directives.resolved(column, media_url).alias(f"attributes.{code}")
    if attribute.frontend_input in LIST_INPUTS:
        ids = stored.str.split(",")
        return (
            ids.list.eval(_named(pl.element(), attribute))
            .list.drop_nulls()
            .alias(f"attributes.{code}")
        )
    return _named(stored, attribute).alias(f"attributes.{code}")


def _named(expr: pl.Expr, attribute: Attribute) -> pl.Expr:
    return expr.replace_strict(attribute.labels, default=None, return_dtype=pl.String)


def _as_object(codes: list[str]) -> pl.Expr:
    """A JSON object of the attributes that have a value, keys sorted."""
    members = [
        pl.lit(json.dumps(code) + ":") + json_of(pl.col(f"attributes.{code}"))
        for code in sorted(codes)
    ]
    if not members:
        return pl.lit(None, dtype=pl.String)
    joined = pl.concat_str(members, separator=",", ignore_nulls=True)
    return pl.when(joined != "").then(pl.lit("{") + joined + pl.lit("}"))


def unknown_options(
    products: pl.LazyFrame, attributes: Mapping[str, Attribute]
) -> Iterator[Diagnostic]:
    """Stored option ids that the attribute does not have (any more), of merchants' attributes."""
    selects = [a for a in attributes.values() if a.labels and a.user_defined]
    names = products.collect_schema().names()
    selects = [a for a in selects if f"attributes.{a.code}" in names]
    if not selects:
        return
    ids = {a.code: pl.col(f"attributes.{a.code}").str.split(",").explode() for a in selects}
    unknown = products.select(
        [
            ids[a.code]
            .filter((ids[a.code] != "") & ~ids[a.code].is_in(list(a.labels)))
            .implode()
            .alias(a.code)
            for a in selects
        ]
    ).collect()
    for attribute in selects:
        lost = unknown[attribute.code].explode(empty_as_null=True).drop_nulls()
        if lost.len():
            yield Diagnostic(
                Severity.WARNING,
                "unknown_option",
                f"{lost.len()} products have an option of '{attribute.code}' that does not exist: "
                f"{', '.join(lost.unique().sort().head(3))}. The value is left out.",
                remedy="Choose an existing option for these products in Magento.",
            )


_ELSEWHERE = """
    category_ids created_at gallery has_options image image_label links_exist
    links_purchased_separately links_title media_gallery minimal_price name old_id
    options_container price price_type price_view quantity_and_stock_status required_options
    samples_title shipment_type sku sku_type small_image small_image_label special_from_date
    special_price special_to_date status swatch_image thumbnail thumbnail_label tier_price
    updated_at url_path visibility weight weight_type
"""
CARRIED_ELSEWHERE = frozenset(_ELSEWHERE.split())
"""Attributes that other columns say better, or that only Magento's own pages use."""


def offered(names: Iterable[str], attributes: Mapping[str, Attribute]) -> dict[str, frozenset[str]]:
    """The attribute columns that are lost unless they are mapped, and what else carries them."""
    codes = [name.removeprefix("attributes.") for name in names if name.startswith("attributes.")]
    bundled = frozenset({"attributes"})
    return {
        f"attributes.{code}": (
            frozenset({f"raw.{code}"}) | (bundled if _is_public(attributes.get(code)) else set())
        )
        for code in codes
        if code not in CARRIED_ELSEWHERE
    }


def by_id(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {attribute.id: attribute for attribute in attributes.values()}
