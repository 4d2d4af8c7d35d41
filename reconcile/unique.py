"""Values that only one record may have, such as handles: who keeps one, and what others get.

The record made first keeps the value; every other gets one with its key in it, so the result is
the same every time. Values held by target records that are not part of the plan are taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, count

import polars as pl
from slugify import slugify

from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Diagnostic, Severity


def settle(
    spec: EntitySpec, field: str, desired: pl.DataFrame, taken: pl.Series
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """Make the values of one column unique. `taken` are values nobody may use."""
    number = pl.col("source_id").str.extract(r"(\d+)$").cast(pl.Int64, strict=False)
    order = pl.struct(number.fill_null(2**62).alias("number"), "source_id").rank("ordinal")
    first = order.over(field) == 1
    yields = pl.col(field).is_not_null() & (~first | pl.col(field).is_in(taken.to_list()))
    losers = desired.filter(yields).select("key", "source_id", field)
    if losers.is_empty():
        return desired, []
    used = set(taken) | set(desired.filter(~yields)[field])
    given: dict[str, str] = {}
    for key, source_id, value in losers.sort("key").iter_rows():
        given[key] = next(name for name in _names(value, key, source_id) if name not in used)
        used.add(given[key])
    replaced = pl.col("key").replace_strict(given, default=pl.col(field), return_dtype=pl.String)
    notes = [
        Diagnostic(
            Severity.INFO,
            f"{field}_taken",
            f"The {field} '{value}' of {spec.name} {key} is taken; it becomes '{given[key]}'.",
            address=Address(spec.name, key),
        )
        for key, _, value in losers.sort("key").iter_rows()
    ]
    return desired.with_columns(replaced.alias(field)), notes


def _names(value: str, key: str, source_id: str) -> Iterator[str]:
    """What to call the record instead, best first; there is always one more."""
    own = slugify(key)
    number = slugify(source_id)
    longer = own if own.endswith(value) and own != value else f"{value}-{own}"
    first = [longer] if own else []
    numbered = (f"{value}-{number}-{n}" for n in count(2))
    return chain(first, [f"{value}-{number}"], numbered)
