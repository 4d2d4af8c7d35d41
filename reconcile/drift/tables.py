"""The files of a run for spreadsheets: which rows and columns each has."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from reconcile.drift import prices
from reconcile.drift.collect import GONE
from reconcile.drift.comparison import Comparison
from reconcile.drift.document import Kind
from reconcile.drift.private import masked_frame, masked_twins
from reconcile.entities import ENTITIES
from reconcile.report.spreadsheet import figure

Rows = Iterator[tuple[str, ...]]
SAMPLE = "sample.csv"


@dataclass(frozen=True, slots=True)
class Table:
    """One file. `about` says in a few words what stands in it."""

    name: str
    about: str
    titles: tuple[str, ...]
    rows: Callable[[Comparison], Rows]


def shown(found: Comparison, *, mask: bool) -> Comparison:
    """What the files are made of. `found.mismatches` has `since`."""
    if not mask:
        return found
    return replace(
        found,
        mismatches=masked_frame(found.mismatches),
        unmanaged=masked_frame(found.unmanaged),
        loose=masked_frame(found.loose),
        unmapped=masked_frame(found.unmapped),
        twins=masked_twins(found.twins),
        sampled=None if found.sampled is None else masked_frame(found.sampled),
    )


def _texts(frame: pl.DataFrame, *columns: str) -> Rows:
    """Every value as text; no value is an empty one."""
    texts = frame.select(pl.col(name).cast(pl.String).fill_null("") for name in columns)
    yield from texts.iter_rows()


def _of(kind: Kind, *columns: str) -> Callable[[Comparison], Rows]:
    def rows(found: Comparison) -> Rows:
        return _texts(found.mismatches.filter(pl.col("kind") == kind.value), *columns)

    return rows


_PLACES: Mapping[str, int] = {spec.name: place for place, spec in enumerate(ENTITIES)}
_MEDUSA_ONLY = ("key", "entity", "target_id", "reason", "since")


def _medusa_only(found: Comparison) -> Rows:
    gone = found.mismatches.filter(pl.col("kind") == Kind.EXTRA.value)
    nobodys = found.unmanaged.with_columns(pl.lit("").alias("since"))
    both = pl.concat(
        [
            gone.with_columns(pl.lit(GONE).alias("reason")).select(_MEDUSA_ONLY),
            nobodys.select(_MEDUSA_ONLY),
        ]
    )
    place = pl.col("entity").replace_strict(_PLACES, return_dtype=pl.Int64)
    return _texts(both.sort(place, "reason", "key", "target_id"), *_MEDUSA_ONLY)


def _stock(found: Comparison) -> Rows:
    """The parts of a key, as SKUs and names of places may hold the sign between them."""
    differing = found.mismatches.filter(pl.col("kind") == Kind.STOCK.value)
    parts = found.parts.get("inventory_level")
    if parts is None:
        return
    named = differing.join(parts, on="key", how="left", maintain_order="left")
    columns = ("variant", "location", "magento", "medusa", "since")
    for sku, location, magento, medusa, since in named.select(columns).iter_rows():
        numbers = magento or "", medusa or "", prices.difference(magento, medusa)
        yield sku, location, *map(figure, numbers), since


def _prices(found: Comparison) -> Rows:
    return prices.rows(found.mismatches, found.parts.get("list_price"))


TABLES: tuple[Table, ...] = (
    Table(
        "missing-in-medusa.csv",
        "would be carried, and is not there",
        ("key", "entity", "source_id", "since"),
        _of(Kind.MISSING, "key", "entity", "source_id", "since"),
    ),
    Table(
        "medusa-only.csv",
        "its source is gone, or it is not ours",
        ("key", "entity", "medusa_id", "reason", "since"),
        _medusa_only,
    ),
    Table(
        "field-mismatches.csv",
        "fields that differ, but for prices and stock",
        ("key", "field", "magento", "medusa", "since", "entity", "changed_by"),
        _of(Kind.FIELD, "key", "field", "magento", "medusa", "since", "entity", "changed_by"),
    ),
    Table(
        "stock-mismatches.csv",
        "quantities that differ",
        ("sku", "location", "magento", "medusa", "difference", "since"),
        _stock,
    ),
    Table(
        "price-mismatches.csv",
        "prices that differ",
        (
            "sku",
            "currency",
            "min_quantity",
            "max_quantity",
            "price_list",
            "magento",
            "medusa",
            "percent",
            "since",
        ),
        _prices,
    ),
    Table(
        "loose-matches.csv",
        "records that may be the same",
        ("entity", "key", "other", "medusa_id", "reason"),
        lambda found: _texts(found.loose, "entity", "key", "other", "target_id", "reason"),
    ),
    Table(
        "unmapped.csv",
        "what nothing carries",
        ("entity", "field", "value", "count", "why"),
        lambda found: _texts(found.unmapped, "entity", "field", "value", "count", "why"),
    ),
    Table(
        "twins.csv",
        "e-mails and SKUs in several spellings within one shop",
        ("kind", "key", "other", "shop", "ids"),
        lambda found: _texts(found.twins, "kind", "key", "other", "shop", "ids"),
    ),
    Table(
        "redirects.csv",
        "old addresses of pages, and where they are now",
        ("old_path", "new_path", "entity", "key", "source_id", "remark"),
        lambda found: _texts(
            found.redirects, "old_path", "new_path", "entity", "key", "source_id", "remark"
        ),
    ),
)
"""In every report; a file without rows has its titles."""

SAMPLED = Table(
    SAMPLE,
    "every field of the records that were drawn",
    ("entity", "key", "field", "magento", "medusa", "same"),
    lambda found: (
        iter(())
        if found.sampled is None
        else _texts(found.sampled, "entity", "key", "field", "magento", "medusa", "same")
    ),
)


def of(found: Comparison) -> Iterable[Table]:
    return TABLES if found.sampled is None else (*TABLES, SAMPLED)
