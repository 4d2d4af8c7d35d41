"""What of the source nothing carries: columns no rule reads, values no rule can carry, records that
were skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import polars as pl

from reconcile.drift.document import UNMAPPED
from reconcile.model import Diagnostic, Severity
from reconcile.plan.wanted import Wanted

NO_RULE = "no rule reads it"
SKIPPED = "skipped: "
"""How the reason of a record that was skipped begins, before the diagnostic's code."""


def of(
    want: Wanted, diagnostics: Iterable[Diagnostic], chosen: Callable[[str], bool]
) -> pl.DataFrame:
    """Rows of UNMAPPED, sorted."""
    frames = [UNMAPPED.to_frame(), _unread(want), *_values(want), _skipped(diagnostics)]
    everything = pl.concat(frames)
    entities = [name for name in everything["entity"].unique() if not name or chosen(name)]
    return everything.filter(pl.col("entity").is_in(entities)).sort(
        "entity", "field", "why", "value"
    )


def _unread(want: Wanted) -> pl.DataFrame:
    rows = [
        (entity, column, "", count, NO_RULE)
        for entity, counts in want.unread.items()
        for column, count in counts.items()
    ]
    return pl.DataFrame(rows, schema=UNMAPPED, orient="row")


def _values(want: Wanted) -> Iterable[pl.DataFrame]:
    for entity, frame in want.unmapped.items():
        named = frame.with_columns(pl.lit(entity).alias("entity"), pl.col("value").fill_null(""))
        yield named.select(*UNMAPPED)


def _skipped(diagnostics: Iterable[Diagnostic]) -> pl.DataFrame:
    found = Counter(
        (each.address.entity if each.address else "", each.code)
        for each in diagnostics
        if each.severity is Severity.SKIPPED
    )
    rows = [(entity, "", "", count, f"{SKIPPED}{code}") for (entity, code), count in found.items()]
    return pl.DataFrame(rows, schema=UNMAPPED, orient="row")
