"""How the records of one entity stand: which are new, which are paired, which are gone, and which
of them may be touched at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import polars as pl

from reconcile import matching, unique
from reconcile.entities.spec import EntitySpec
from reconcile.identity import translate
from reconcile.mapping.document import EntityMapping, OnMissing, Scope
from reconcile.matching import Matched
from reconcile.model import Address, Diagnostic, Severity


@dataclass(slots=True)
class Known:
    """What is known of the entities done so far, for those that refer to them."""

    keys: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """entity -> target id -> key"""
    ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    """entity -> key -> target id, of pairs"""
    owned: dict[str, frozenset[str]] = field(default_factory=dict)
    """entity -> keys of records that may be touched"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`new` and `pairs` are desired rows; `held` (the partners of `pairs`, under their keys) and
    `missing` are existing rows. `unmanaged` counts existing rows that are left alone."""

    spec: EntitySpec
    new: pl.DataFrame
    pairs: pl.DataFrame
    held: pl.DataFrame
    missing: pl.DataFrame
    unmanaged: int
    diagnostics: tuple[Diagnostic, ...]


def find(
    spec: EntitySpec,
    mapping: EntityMapping | None,
    desired: pl.DataFrame,
    existing: pl.DataFrame,
    hints: pl.DataFrame,
    known: Known,
    lost: pl.DataFrame | None = None,
) -> Standing:
    """Match one entity and add what is learned to `known`.

    `lost` names records that the source has, but that are not carried: they are not gone.
    """
    matched = matching.match(spec, desired, existing, hints)
    named = _named(spec, existing, matched)
    owned = named.filter(_may_touch(spec, mapping, known))
    foreign = named.join(owned.filter("paired"), on="target_id", how="anti")
    desired, renamed = _settle_unique(spec, desired, foreign)
    new, orphans = _creatable(spec, matched, desired, known)
    held, moved = _at_home(spec, owned.filter("paired"), desired)
    known.keys[spec.name] = dict(named.select("target_id", "key").iter_rows())
    known.ids[spec.name] = matched.ids
    known.owned[spec.name] = frozenset(owned["key"]) | frozenset(new["key"])
    return Standing(
        spec=spec,
        new=new,
        pairs=desired.join(held.select("key"), on="key", how="semi"),
        held=held.drop("source_id", "managed", "paired"),
        missing=owned.filter(~pl.col("paired") & ~_is_one_of(lost)),
        unmanaged=named.height - owned.height,
        diagnostics=(
            *matched.diagnostics,
            *renamed,
            *orphans,
            *moved,
            *_left_alone(spec, named, owned),
        ),
    )


def _is_one_of(records: pl.DataFrame | None) -> pl.Expr:
    if records is None:
        return pl.lit(value=False)
    by_key = pl.col("key").is_in(records["key"].to_list())
    by_mark = pl.col("source_id").is_in(records["source_id"].to_list())
    return by_key | by_mark.fill_null(value=False)


def _named(spec: EntitySpec, existing: pl.DataFrame, matched: Matched) -> pl.DataFrame:
    """Existing records under the key of their partner, else their own, else a foreign one.

    Only now can a tree's references to itself be named.
    """
    keys = pl.col("target_id").replace_strict(matched.keys, return_dtype=pl.String)
    paired = pl.col("target_id").is_in(matched.pairs["target_id"].to_list())
    # A copy of a paired record, or a second copy of any, goes by its id: addresses are unique.
    own = pl.when(pl.col("key").is_first_distinct()).then("key")
    free = pl.when(~pl.col("key").is_in(matched.pairs["key"].to_list())).then(own)
    named = existing.with_columns(
        paired.alias("paired"),
        pl.when(paired).then(keys).otherwise(pl.coalesce(free, keys)).alias("key"),
        pl.col("managed").fill_null(value=False),
    )
    if not any(field.refers == spec.name for field in spec.fields):
        return named
    tree = dict(named.select("target_id", "key").iter_rows())
    return translate(named, spec, {spec.name: tree})


def _lives_in(spec: EntitySpec) -> str:
    """The entity a record without a mark of its own belongs to."""
    return spec.by_name[spec.parent].refers if spec.parent else ""


def _may_touch(spec: EntitySpec, mapping: EntityMapping | None, known: Known) -> pl.Expr:
    """Marked records; every pair where the mapping says so; what lives in a record of ours."""
    if spec.key_fields and spec.parent:
        return pl.col(spec.parent).is_in(list(known.owned.get(_lives_in(spec), frozenset())))
    everything = mapping is None or mapping.scope is Scope.ALL
    return pl.col("managed") | (pl.col("paired") & pl.lit(everything))


def _settle_unique(
    spec: EntitySpec, desired: pl.DataFrame, foreign: pl.DataFrame
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """`foreign` are the existing records that keep what they have."""
    notes: list[Diagnostic] = []
    for each in spec.fields:
        if each.unique and each.name in desired.columns:
            taken = foreign[each.name].drop_nulls()
            desired, found = unique.settle(spec, each.name, desired, taken)
            notes.extend(found)
    return desired, notes


def _creatable(
    spec: EntitySpec, matched: Matched, desired: pl.DataFrame, known: Known
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """New records, but for those that would be put into a record that is not ours."""
    new = desired.join(matched.pairs, on="key", how="anti")
    home = _lives_in(spec)
    if not home:
        return new, []
    welcome = pl.col(spec.parent).is_in(list(known.owned.get(home, frozenset())))
    refused = new.filter(~welcome).select("key", spec.parent).sort("key")
    notes = [
        Diagnostic(
            Severity.SKIPPED,
            "unmanaged_parent",
            f"The {spec.name} {key} belongs to the {home} {parent}, which is not managed here.",
            address=Address(spec.name, key),
            remedy=f"Set `scope: all` in the mapping of {home} to take it over.",
        )
        for key, parent in refused.iter_rows()
    ]
    return new.filter(welcome), notes


def _at_home(
    spec: EntitySpec, held: pl.DataFrame, desired: pl.DataFrame
) -> tuple[pl.DataFrame, list[Diagnostic]]:
    """Paired records that live where they should; none is moved from one parent to another."""
    if not spec.parent or spec.parent not in held.columns:
        return held, []
    wanted = desired.select("key", pl.col(spec.parent).alias("wanted"))
    placed = held.join(wanted, on="key", how="left", maintain_order="left")
    elsewhere = pl.col("wanted").ne_missing(pl.col(spec.parent))
    strays = placed.filter(elsewhere).select("key", "wanted", spec.parent).sort("key")
    notes = [
        Diagnostic(
            Severity.SKIPPED,
            "lives_elsewhere",
            f"The {spec.name} {key} stands in {there} on the target, but belongs to {wanted_home}; "
            "it cannot be moved and is left alone.",
            address=Address(spec.name, key),
            remedy=f"Delete it in {there} on the target; the next plan creates it anew.",
        )
        for key, wanted_home, there in strays.iter_rows()
    ]
    return placed.filter(~elsewhere).drop("wanted"), notes


def _left_alone(spec: EntitySpec, named: pl.DataFrame, owned: pl.DataFrame) -> Iterator[Diagnostic]:
    """Pairs that are not ours: their partner in the source is not carried."""
    if spec.key_fields:
        return
    foreign = named.filter("paired").join(owned, on="target_id", how="anti")
    for key in foreign["key"].sort():
        yield Diagnostic(
            Severity.SKIPPED,
            "unmanaged_match",
            f"The {spec.name} {key} exists on the target, but was not made by this tool; it is "
            "left alone.",
            address=Address(spec.name, key),
            remedy=f"Set `scope: all` in the mapping of {spec.name} to take it over.",
        )


def gone_notes(standing: Standing, chosen: OnMissing, *, whole: bool) -> Iterator[Diagnostic]:
    """Managed records without a source that nothing is done about."""
    why = "" if chosen is OnMissing.REPORT or whole else " (the snapshots are not complete)"
    for key in standing.missing["key"].sort():
        yield Diagnostic(
            Severity.WARNING,
            "missing_in_source",
            f"The {standing.spec.name} {key} is gone from the source and stays on the target{why}.",
            address=Address(standing.spec.name, key),
            remedy="Remove it by hand, or choose `on_missing_in_source` in its mapping.",
        )
