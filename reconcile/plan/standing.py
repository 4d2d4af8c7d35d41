"""How the records of one entity stand: which are new, which are paired, which are gone, and which
of them may be touched at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from reconcile import matching, unique
from reconcile.entities.spec import EntitySpec
from reconcile.identity import FOREIGN, Names, translate
from reconcile.mapping.document import EntityMapping, OnMissing, Scope
from reconcile.matching import Matched
from reconcile.model import Address, Diagnostic, Severity

UNTOUCHABLE = "untouchable"
"""Marks existing records that were changed on the target after they were written."""


@dataclass(slots=True)
class Known:
    """What is known of the entities done so far, for those that refer to them."""

    keys: dict[str, Names] = field(default_factory=dict)
    """entity -> target id -> key"""
    ids: dict[str, Names] = field(default_factory=dict)
    """entity -> key -> target id, of pairs"""
    owned: dict[str, pl.Series] = field(default_factory=dict)
    """entity -> keys of records that may be touched"""
    untouchable: dict[str, pl.Series] = field(default_factory=dict)
    """entity -> keys of records that were changed on the target, and of what lives in them"""

    def keys_of(self, entity: str) -> pl.Series:
        """All keys of an entity's records, on whichever side they are."""
        known = [self.keys[entity].frame["meant"].alias("key")]
        return pl.concat([*known, self.owned[entity]] if entity in self.owned else known)

    def forget(self, entity: str) -> None:
        """Of an entity that nothing refers to."""
        for names in (self.keys, self.ids):
            names.pop(entity, None)
        for keys in (self.owned, self.untouchable):
            keys.pop(entity, None)


NOBODY = pl.Series("key", dtype=pl.String)


@dataclass(frozen=True, slots=True)
class Standing:
    """`new` and `pairs` are desired rows; `held` (the partners of `pairs`, under their keys) and
    `missing` are existing rows. `matched` has `key`, `target_id` and `by` of everyone who has a
    partner; `unmanaged` has `target_id`, `key` and `paired` of existing rows that are not ours."""

    spec: EntitySpec
    new: pl.DataFrame
    pairs: pl.DataFrame
    held: pl.DataFrame
    missing: pl.DataFrame
    matched: pl.DataFrame
    unmanaged: pl.DataFrame
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
    named = named.with_columns(_is_untouchable(spec, named, known).alias(UNTOUCHABLE))
    owned = named.filter(~pl.col(UNTOUCHABLE) & _may_touch(spec, mapping, known))
    foreign = named.join(owned.filter("paired"), on="target_id", how="anti")
    desired, renamed = _settle_unique(spec, desired, foreign)
    new, orphans = _creatable(spec, matched, desired, known)
    held, moved = _at_home(spec, owned.filter("paired"), desired)
    changed = named.filter(pl.col(UNTOUCHABLE))
    known.keys[spec.name] = Names.from_pairs(named.select("target_id", "key"))
    known.ids[spec.name] = Names.from_pairs(matched.pairs.select("key", "target_id"))
    known.owned[spec.name] = pl.concat([owned["key"], new["key"]])
    known.untouchable[spec.name] = changed["key"]
    return Standing(
        spec=spec,
        new=new,
        pairs=desired.join(held.select("key"), on="key", how="semi"),
        held=held.drop("source_id", "managed", "paired", UNTOUCHABLE),
        missing=owned.filter(~pl.col("paired") & ~_is_one_of(lost)),
        matched=matched.pairs.select("key", "target_id", "by"),
        unmanaged=_unmanaged(named, owned),
        diagnostics=(
            *matched.diagnostics,
            *renamed,
            *orphans,
            *moved,
            *_changed(spec, changed, known),
            *_left_alone(spec, named.filter(~pl.col(UNTOUCHABLE)), owned),
        ),
    )


def _unmanaged(named: pl.DataFrame, owned: pl.DataFrame) -> pl.DataFrame:
    others = named.join(owned, on="target_id", how="anti", maintain_order="left")
    return others.filter(~(pl.col(UNTOUCHABLE) & pl.col("paired"))).select(
        "target_id", "key", "paired"
    )


def _is_untouchable(spec: EntitySpec, named: pl.DataFrame, known: Known) -> pl.Expr:
    """Records that were changed on the target, and those that live in one."""
    own = pl.col(UNTOUCHABLE) if UNTOUCHABLE in named.columns else pl.lit(value=False)
    changed = known.untouchable.get(_lives_in(spec), NOBODY)
    has_parent = changed.len() and spec.parent in named.columns
    inside = pl.col(spec.parent).is_in(changed.implode()) if has_parent else pl.lit(value=False)
    return own.fill_null(value=False) | inside.fill_null(value=False)


def _changed(spec: EntitySpec, changed: pl.DataFrame, known: Known) -> Iterator[Diagnostic]:
    """Pairs that are left alone because somebody worked on them on the target."""
    home = _lives_in(spec)
    homes = frozenset(known.untouchable.get(home, NOBODY))
    has_parent = spec.parent in changed.columns
    parents = changed[spec.parent] if has_parent else [None] * changed.height
    for key, paired, parent in zip(changed["key"], changed["paired"], parents, strict=True):
        if paired:
            whose = f"{home} {parent} it lives in" if parent in homes else "record"
            yield Diagnostic(
                Severity.SKIPPED,
                "changed_on_target",
                f"The {spec.called(key)} is left alone: the {whose} was changed on the target "
                "after it was written there.",
                address=Address(spec.name, key),
                remedy="What the source says since then must be done on the target by hand.",
            )


def _is_one_of(records: pl.DataFrame | None) -> pl.Expr:
    if records is None:
        return pl.lit(value=False)
    by_key = pl.col("key").is_in(records["key"].implode())
    by_mark = pl.col("source_id").is_in(records["source_id"].implode())
    return by_key | by_mark.fill_null(value=False)


def _named(spec: EntitySpec, existing: pl.DataFrame, matched: Matched) -> pl.DataFrame:
    """Existing records under the key of their partner, else their own, else a foreign one.

    Only now can a tree's references to itself be named.
    """
    partners = matched.pairs.select("target_id", pl.col("key").alias("partner"))
    both = existing.join(partners, on="target_id", how="left", maintain_order="left")
    # A copy of a paired record, or a second copy of any, goes by its id: addresses are unique.
    own = pl.when(pl.col("key").is_first_distinct()).then("key")
    free = pl.when(~pl.col("key").is_in(partners["partner"].implode())).then(own)
    named = both.with_columns(
        pl.col("partner").is_not_null().alias("paired"),
        pl.coalesce("partner", free, FOREIGN + pl.col("target_id")).alias("key"),
        pl.col("managed").fill_null(value=False),
    ).drop("partner")
    if not any(field.refers == spec.name for field in spec.fields):
        return named
    tree = Names.from_pairs(named.select("target_id", "key"))
    return translate(named, spec, {spec.name: tree})


def _lives_in(spec: EntitySpec) -> str:
    """The entity a record without a mark of its own belongs to."""
    return spec.by_name[spec.parent].refers if spec.parent else ""


def _may_touch(spec: EntitySpec, mapping: EntityMapping | None, known: Known) -> pl.Expr:
    """Marked records; every pair where the mapping says so; what lives in a record of ours."""
    if spec.key_fields and spec.parent:
        return pl.col(spec.parent).is_in(known.owned.get(_lives_in(spec), NOBODY).implode())
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
    welcome = pl.col(spec.parent).is_in(known.owned.get(home, NOBODY).implode())
    refused = new.filter(~welcome).select("key", spec.parent).sort("key")
    changed = frozenset(known.untouchable.get(home, NOBODY))
    notes = [_refused(spec, home, key, parent, changed) for key, parent in refused.iter_rows()]
    return new.filter(welcome), notes


def _refused(
    spec: EntitySpec, home: str, key: str, parent: str, changed: frozenset[str]
) -> Diagnostic:
    """A new record that is not put where it belongs."""
    place = f"The {spec.called(key)} belongs to the {home} {parent}, which"
    if parent in changed:
        return Diagnostic(
            Severity.SKIPPED,
            "changed_on_target",
            f"{place} was changed on the target after it was written there; it is not created.",
            address=Address(spec.name, key),
            remedy="What the source says since then must be done on the target by hand.",
        )
    return Diagnostic(
        Severity.SKIPPED,
        "unmanaged_parent",
        f"{place} is not managed here.",
        address=Address(spec.name, key),
        remedy=f"Set `scope: all` in the mapping of {home} to take it over.",
    )


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
            f"The {spec.called(key)} stands in {there} on the target, but belongs to "
            f"{wanted_home}; it cannot be moved and is left alone.",
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
            f"The {spec.called(key)} exists on the target, but was not made by this tool; it is "
            "left alone.",
            address=Address(spec.name, key),
            remedy=f"Set `scope: all` in the mapping of {spec.name} to take it over.",
        )


def gone_notes(standing: Standing, chosen: OnMissing, *, whole: bool) -> Iterator[Diagnostic]:
    """Managed records without a source that nothing is done about."""
    why = "" if chosen is OnMissing.REPORT or whole else " (the snapshots are not complete)"
    spec = standing.spec
    instead = "" if spec.personal else ", or choose `on_missing_in_source` in its mapping"
    for key in standing.missing["key"].sort():
        yield Diagnostic(
            Severity.WARNING,
            "missing_in_source",
            f"The {spec.called(key)} is gone from the source and stays on the target{why}.",
            address=Address(spec.name, key),
            remedy=f"Remove it by hand{instead}.",
        )
