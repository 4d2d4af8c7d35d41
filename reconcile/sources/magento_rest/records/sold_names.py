"""Names that orders leave to the catalogue: they hold only ids of products, options and links.

What the catalogue does not know any more keeps its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile.canonical import from_json
from reconcile.model import Json
from reconcile.sources.magento_rest import wire
from reconcile.sources.magento_rest.records import attributes
from reconcile.sources.magento_rest.records.attributes import Attribute
from reconcile.sources.magento_rest.records.values import filled, word
from reconcile.sources.magento_rest.wire import Record
from reconcile.systems import Tables

Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CustomOption:
    """An option shoppers fill in; `choices` by id, none where they write a text."""

    title: str
    choices: Titles


@dataclass(frozen=True, slots=True)
class SoldNames:
    """Everything by the ids that orders hold. `catalogue` are those SKUs of orders that products
    have; None where the snapshot holds no catalogue."""

    catalogue: frozenset[str] | None = None
    skus: Titles = field(default_factory=dict)
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    custom_options: Mapping[str, CustomOption] = field(default_factory=dict)
    links: Titles = field(default_factory=dict)

    def product_sku(self, item: Record) -> str | None:
        return self.skus.get(word(item.get("product_id")) or "")

    def options(self, chosen: Record) -> list[Json]:
        """`[{title, value}]`: what a configurable was chosen by, and what shoppers filled in."""
        by_attribute = [self._attribute(*each) for each in _given(chosen, CHOSEN)]
        filled_in = [self._custom(*each) for each in _given(chosen, FILLED_IN)]
        return [option for option in by_attribute + filled_in if option]

    def _attribute(self, id_: str, value: str) -> dict[str, Json]:
        known = self.attributes.get(id_)
        if known is None:
            return filled({"title": id_, "value": value})
        return filled({"title": known.label, "value": known.labels.get(value, value)})

    def _custom(self, id_: str, value: str) -> dict[str, Json]:
        known = self.custom_options.get(id_, CustomOption(id_, {}))
        parts = [known.choices.get(part, part) for part in value.split(",")]
        return filled({"title": known.title, "value": ", ".join(parts) if known.choices else value})

    def downloads(self, chosen: Record) -> list[str]:
        """Titles of the links that were sold."""
        links = wire.members(chosen.get("downloadable_option")).get("downloadable_links")
        ids = [word(link) or "" for link in links] if isinstance(links, list) else []
        return [self.links.get(id_, id_) for id_ in ids]


CHOSEN, FILLED_IN = "configurable_item_options", "custom_options"


def chosen(item: Record) -> Record:
    """What was chosen of an item's product."""
    option = wire.members(item.get("product_option"))
    return wire.members(option.get("extension_attributes"))


def _given(options: Record, kind: str) -> Iterator[tuple[str, str]]:
    for option in wire.records(options.get(kind)):
        yield word(option.get("option_id")) or "", word(option.get("option_value")) or ""


def read(tables: Tables, product_ids: Iterable[str], skus: Iterable[str]) -> SoldNames:
    """Names of these products; none from a snapshot without a catalogue."""
    if not tables.has("products"):
        return SoldNames()
    wanted = pl.col("id").is_in(list(product_ids)) | pl.col("sku").is_in(list(skus))
    columns = tables.scan("products").filter(wanted)
    products = columns.select("id", "sku", "custom_options", "downloads").unique("id").collect()
    return SoldNames(
        catalogue=frozenset(products["sku"].drop_nulls()),
        skus=dict(products.select("id", "sku").drop_nulls().iter_rows()),
        attributes={each.id: each for each in attributes.read(tables).values()},
        custom_options=dict(_custom_options(products["custom_options"])),
        links=dict(_links(products["downloads"])),
    )


def _custom_options(documents: pl.Series) -> Iterator[tuple[str, CustomOption]]:
    for document in documents.drop_nulls():
        for option in wire.records(from_json(document)):
            id_ = word(option.get("option_id")) or ""
            choices = {
                word(value.get("option_type_id")) or "": word(value.get("title")) or ""
                for value in wire.records(option.get("values"))
            }
            yield id_, CustomOption(word(option.get("title")) or id_, choices)


def _links(documents: pl.Series) -> Iterator[tuple[str, str]]:
    for document in documents.drop_nulls():
        for link in wire.records(from_json(document)):
            yield word(link.get("id")) or "", word(link.get("title")) or ""
