"""Who on the target is who in the source: the ownership link first, then the natural key.

Look-alikes are named, never merged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from reconcile.entities.spec import EntitySpec
from reconcile.model import Address, Diagnostic, Severity


class By(StrEnum):
    """What tells that two records are the same."""

    MARK = "mark"
    """The ownership mark: the target's record holds the source's id."""
    KEY = "key"
    MEMBERS = "members"
    """What lives in both has the same keys (products by their SKUs)."""


@dataclass(frozen=True, slots=True)
class Matched:
    """`pairs` has `key`, `target_id`, `managed` and `by`, which says what told them; the rest are
    desired rows without a partner."""

    pairs: pl.DataFrame
    only_desired: pl.DataFrame
    diagnostics: tuple[Diagnostic, ...]


def match(
    spec: EntitySpec, desired: pl.DataFrame, existing: pl.DataFrame, hints: pl.DataFrame
) -> Matched:
    """Pair the records of one entity, each at most once.

    `hints` has `key` and `target_id`: pairs that the records' children suggest, used last.
    """
    twice = list(_twice(spec, existing))
    pairs = pl.DataFrame(schema={"key": pl.String, "target_id": pl.String, "by": pl.String})
    for by, found in (
        (By.MARK, _by(desired, existing, "source_id")),
        (By.KEY, _by(desired, existing, "key")),
        (By.MEMBERS, hints.select("key", "target_id")),
    ):
        fresh = found.join(pairs, on="key", how="anti").join(pairs, on="target_id", how="anti")
        once = fresh.sort("key", "target_id").unique("key", keep="first", maintain_order=True)
        once = once.unique("target_id", keep="first", maintain_order=True)
        pairs = pl.concat([pairs, once.select("key", "target_id", pl.lit(by.value).alias("by"))])
    with_marks = pairs.join(existing.select("target_id", "managed"), on="target_id")
    only_desired = desired.join(pairs, on="key", how="anti")
    alike = list(_loose(spec, only_desired, existing))
    return Matched(with_marks, only_desired, (*twice, *alike))


def _by(desired: pl.DataFrame, existing: pl.DataFrame, column: str) -> pl.DataFrame:
    wanted = desired.select("key", pl.col(column).alias("on"))
    held = existing.select("target_id", pl.col(column).alias("on")).drop_nulls("on")
    return wanted.join(held, on="on").select("key", "target_id")


def _twice(spec: EntitySpec, existing: pl.DataFrame) -> Iterator[Diagnostic]:
    several = existing.drop_nulls("key").filter(pl.col("key").is_duplicated())
    counted = several.group_by("key").agg(pl.len().alias("n"), "target_id")
    for key, n, ids in counted.sort("key").iter_rows():
        yield Diagnostic(
            Severity.WARNING,
            "duplicate_on_target",
            f"{n} {spec.plural} of the target are called "
            f"{_quoted(spec, key, 'the same')}: {', '.join(sorted(ids)[:3])}. "
            "Only one of them can be the partner of the source's record.",
            address=Address(spec.name, key),
            remedy="Remove or rename the others in the target.",
        )


def _loose(
    spec: EntitySpec, only_desired: pl.DataFrame, existing: pl.DataFrame
) -> Iterator[Diagnostic]:
    """Keys that differ only in case or white space."""
    plain = pl.col("key").str.strip_chars().str.to_lowercase().alias("plain")
    wanted = only_desired.select("key", plain)
    held = existing.drop_nulls("key").select(plain, pl.col("key").alias("other"))
    alike = wanted.join(held, on="plain").filter(pl.col("key") != pl.col("other"))
    for key, other in alike.select("key", "other").sort("key").iter_rows():
        yield Diagnostic(
            Severity.WARNING,
            "loose_match",
            f"The {_called(spec, key)} would be created beside "
            f"{_quoted(spec, other, 'another one')}, which differs only in case or white space.",
            address=Address(spec.name, key),
            remedy="If both are the same thing, correct one of the two keys.",
        )


def _called(spec: EntitySpec, key: str) -> str:
    return spec.called(f"'{key}'")


def _quoted(spec: EntitySpec, key: str, instead: str) -> str:
    """A key in a sentence; personal ones stand in no sentence."""
    return instead if spec.personal_key else f"'{key}'"


def without_twins(spec: EntitySpec, desired: pl.DataFrame) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """Each key once: of several records with one key the first is carried. Twins are named."""
    first = desired["key"].is_first_distinct()
    copies = desired.filter(~first)
    found = [
        Diagnostic(
            Severity.SKIPPED,
            "duplicate_key",
            f"The source has the {_called(spec, key)} more than once; the record with source id "
            f"{source_id} is not carried.",
            address=Address(spec.name, key),
            remedy="Give each record a key of its own in the source.",
        )
        for key, source_id in copies.select("key", "source_id").iter_rows()
    ]
    kept = desired.filter(first)
    plain = pl.col("key").str.strip_chars().str.to_lowercase()
    twins = kept.filter(plain.is_duplicated()).sort(plain, "key")
    found.extend(
        Diagnostic(
            Severity.WARNING,
            "twin_key",
            f"The {_called(spec, key)} differs from another one only in case or white space.",
            address=Address(spec.name, key),
            remedy="If both are the same thing, remove one of them in the source.",
        )
        for key in twins["key"]
    )
    return kept, found
