"""Diagnostics about the whole: snapshots cut short, prices nobody will see, filters without fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import polars as pl

from reconcile.model import Diagnostic, Severity
from reconcile.snapshot import Snapshot


def incomplete(source: Snapshot, target: Snapshot) -> Iterator[Diagnostic]:
    """An incomplete source only keeps records from being hidden; an incomplete target would have
    what it did not show created a second time."""
    for snapshot, severity, then in (
        (source, Severity.WARNING, "Nothing is drafted or deleted for want of a record"),
        (target, Severity.BLOCKING, "What it did not show would be created once more"),
    ):
        for table, facts in sorted(snapshot.tables.items()):
            if not facts.complete:
                yield Diagnostic(
                    severity,
                    "incomplete_snapshot",
                    f"The table '{table}' of {snapshot.system} is not complete: "
                    f"{facts.incomplete}. {then}.",
                    remedy="Take a new snapshot when the shop is quiet.",
                )


def unsold(
    frames: Mapping[str, pl.DataFrame], currencies: frozenset[str] | None
) -> Iterator[Diagnostic]:
    """Prices in a currency that the target does not sell in."""
    if currencies is None:
        return
    found: Counter[str] = Counter()
    for name, column, codes in (
        ("variant", "prices", pl.col("prices").str.extract_all(r'"currency_code":"[^"]*"')),
        ("list_price", "currency_code", pl.concat_list("currency_code")),
    ):
        if name in frames and column in frames[name].columns:
            words = frames[name].select(codes.explode(empty_as_null=True)).to_series().drop_nulls()
            found.update(word.split(":")[-1].strip('"') for word in words)
    for code in sorted(found.keys() - currencies):
        yield Diagnostic(
            Severity.WARNING,
            "currency_not_sold",
            f"{found[code]} prices are in {code}, which the target does not sell in; nobody will "
            "see them.",
            remedy=f"Add {code} to the store's currencies in the target.",
        )


def nothing_fits(
    orders: pl.DataFrame | None, left_out: pl.DataFrame | None, filters: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Filters that leave out every order there is: perhaps a slip of the keyboard."""
    if orders is None or left_out is None or orders.height or not left_out.height:
        return
    said = ", ".join(f"{name} {text}" for name, text in filters.items())
    yield Diagnostic(
        Severity.WARNING,
        "nothing_fits_filters",
        f"None of the source's {left_out.height:,} orders fits the filters: {said}.",
        remedy="Statuses and store views are the source's own words; days are UTC days.",
    )
