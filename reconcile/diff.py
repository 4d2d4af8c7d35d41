"""Matched records -> changes. polars finds the rows that differ; only those are looked at one
by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from reconcile.compare import NESTED, differs, equal, explain, value
from reconcile.entities.spec import EntitySpec, FieldSpec, Kind
from reconcile.identity import FOREIGN, Names, members
from reconcile.model import Action, Address, Change, Diagnostic, FieldChange, Json, Severity
from reconcile.systems import CHANGED_AT, SAMPLES
from reconcile.three_way import Past, Verdict

STOCK = "stocked_quantity"
LONG = 40
"""Characters of a value that a sentence shows."""
Ids = Mapping[str, Mapping[str, str]]
"""entity -> key -> target id, of the records that some rows refer to."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the differ needs to know of an entity: its spec and the fields it may change."""

    spec: EntitySpec
    synced: tuple[FieldSpec, ...]
    """Fields that follow the source."""
    initial: tuple[FieldSpec, ...]
    """All fields a new record gets: the synced ones and those set only once."""
    ids: Mapping[str, Names]
    """entity -> key -> target id, of all records that are known."""
    fixed: tuple[FieldSpec, ...] = ()
    """Fields that are compared, but never corrected."""
    held: Mapping[str, Names] | None = None
    """entity -> target id -> key, of all records of the target."""


def creates(side: Side, desired: pl.DataFrame) -> Iterator[Change]:
    """One create per row, sorted by key."""
    ids = _ids(side, desired)
    for row in desired.sort("key").iter_rows(named=True):
        values = ((field, value(field.kind, row[field.name])) for field in side.initial)
        yield Change(
            address=Address(side.spec.name, row["key"]),
            action=Action.CREATE,
            fields=tuple(
                FieldChange(field.name, None, after)
                for field, after in values
                if not _is_nothing(field, after)
            ),
            reason="not in the target",
            source_id=row["source_id"],
            refs=_refs(ids, row, side.initial),
        )


def _is_nothing(field: FieldSpec, after: Json) -> bool:
    """A new record has no value and no members anyway."""
    return after is None or (after == [] and field.kind is not Kind.JSON)


Heard = Callable[[str, Verdict], object]
"""Told of every pair that differs: its key, and who changed what."""


def updates(
    side: Side,
    desired: pl.DataFrame,
    existing: pl.DataFrame,
    past: Past | None = None,
    heard: Heard | None = None,
) -> Iterator[Change]:
    """One change per pair that differs, sorted by key.

    `existing` has `key`, `target_id` and the synced fields; both frames hold pairs only. By the
    `past`, fields that the target alone changed are kept, and conflicts are told apart.
    """
    ids = _ids(side, desired)
    rows = list(_differing(side, side.synced, desired, existing))
    held = _held_ids(side, rows)
    base = past.of({row["key"]: row["target_id"] for row in rows}) if past else {}
    for row in rows:
        fields = tuple(_field_changes(side.synced, row))
        verdict = Verdict(fields)
        if past and fields:
            verdict = past.judge(fields, base.get(row["key"]), _newer(row))
        if heard and fields:
            heard(row["key"], verdict)
        if written := tuple(part for part in fields if part not in verdict.kept):
            yield replace(_update(side, ids, held, row, written), conflicts=verdict.base)


def _newer(row: Mapping[str, Any]) -> str:
    """The side whose record was changed last; "" where nobody knows."""
    source, target = row.get(CHANGED_AT), row.get(f"{CHANGED_AT} (existing)")
    if source is None or target is None or source == target:
        return ""
    return "source" if source > target else "target"


def fixed_changes(
    side: Side, desired: pl.DataFrame, existing: pl.DataFrame
) -> Iterator[tuple[str, tuple[FieldChange, ...]]]:
    """Keys of pairs that differ where nothing is ever corrected, and where, of the same frames as
    `updates`."""
    for row in _differing(side, side.fixed, desired, existing):
        if fields := tuple(_field_changes(side.fixed, row)):
            yield row["key"], fields


def fixed_notes(side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> Iterator[Diagnostic]:
    """What `fixed_changes` finds, in sentences."""
    for key, fields in fixed_changes(side, desired, existing):
        parts = [_words(side.spec, change) for change in fields]
        yield Diagnostic(
            Severity.WARNING,
            "fixed_field_differs",
            f"The {side.spec.called(key)} differs where it is written once and never "
            f"corrected: {'; '.join(parts)}.",
            address=Address(side.spec.name, key),
            remedy="See which side is right; the target can only be corrected by hand.",
        )


def _differing(
    side: Side, fields: Sequence[FieldSpec], desired: pl.DataFrame, existing: pl.DataFrame
) -> Iterator[dict[str, Any]]:
    """Pairs, sorted by key, that may differ in one of the fields: `<name> differs` says which."""
    if not fields:
        return
    both = desired.join(existing, on="key", suffix=" (existing)").sort("key")
    masks = {f"{field.name} differs": _differs(side, field, both) for field in fields}
    marked = both.with_columns(**masks)
    yield from marked.filter(pl.any_horizontal(*masks)).iter_rows(named=True)


def _words(spec: EntitySpec, change: FieldChange) -> str:
    """One field that differs, with its values, unless they say something about a person."""
    field = spec.field(change.path)
    if field is None or field.personal:
        return change.path
    parts = explain(field.kind, change)
    said = [f"{each.path} {_plain(each.before)}, not {_plain(each.after)}" for each in parts]
    more = f" and {len(said) - SAMPLES} more" if len(said) > SAMPLES else ""
    return ", ".join(said[:SAMPLES]) + more


def _plain(value: Json) -> str:
    """A value in a sentence: nested ones would fill the page."""
    if value is None:
        return "nothing"
    text = "a record" if isinstance(value, dict | list) else str(value)
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def _differs(side: Side, field: FieldSpec, both: pl.DataFrame) -> pl.Series:
    if field.kind is Kind.RANK:
        return _out_of_order(side.spec, field, both)
    expr = differs(field, field.name, f"{field.name} (existing)")
    return both.select(expr).to_series()


def _out_of_order(spec: EntitySpec, field: FieldSpec, both: pl.DataFrame) -> pl.Series:
    """Only the order among paired siblings counts: new and foreign ones shift the numbers."""
    known = spec.siblings in both.columns
    parent = pl.col(spec.siblings).fill_null("") if known else pl.lit("")
    existing_parent = pl.col(f"{spec.siblings} (existing)").fill_null("") if known else pl.lit("")
    wanted = pl.col(field.name).rank("ordinal").over(parent, existing_parent)
    held = pl.col(f"{field.name} (existing)").rank("ordinal").over(parent, existing_parent)
    renumbered = pl.col(field.name).ne_missing(pl.col(f"{field.name} (existing)"))
    misplaced = wanted.ne_missing(held) & renumbered
    return both.select((misplaced | (parent != existing_parent)).alias(field.name)).to_series()


def _field_changes(fields: Sequence[FieldSpec], row: Mapping[str, Any]) -> Iterator[FieldChange]:
    for field in fields:
        if not row[f"{field.name} differs"]:
            continue
        after = value(field.kind, row[field.name])
        before = value(field.kind, row[f"{field.name} (existing)"])
        # Equal text is equal, but nested values may be the same in other words.
        if not (field.kind in NESTED and equal(field, after, before)):
            yield FieldChange(field.name, before, after)


def _update(
    side: Side, ids: Ids, held: Ids, row: Mapping[str, Any], fields: tuple[FieldChange, ...]
) -> Change:
    changed = {change.path for change in fields}
    pointing = [field for field in side.initial if field.name in changed or field.required]
    return Change(
        address=Address(side.spec.name, row["key"]),
        action=_action(side.spec, fields),
        fields=fields,
        reason=f"{', '.join(sorted(changed))} differ" + ("s" if len(changed) == 1 else ""),
        source_id=row["source_id"],
        target_id=row["target_id"],
        refs=_held_refs(side.spec, held, fields) | _refs(ids, row, pointing),
    )


def _action(spec: EntitySpec, fields: Sequence[FieldChange]) -> Action:
    if any((change.path, change.after) == spec.draft for change in fields):
        return Action.DRAFT
    return Action.SET_STOCK if fields[0].path == STOCK else Action.UPDATE


def drafts(
    side: Side, missing: pl.DataFrame, past: Past | None = None, heard: Heard | None = None
) -> Iterator[Change]:
    """Take records out of sight whose source is gone; those hidden already need nothing.

    By the `past`, those that were hidden here before, and are shown since, are kept.
    """
    assert side.spec.draft is not None  # noqa: S101  (the mapping reader refuses this)
    name, hidden = side.spec.draft
    gone = _named_in(side, missing)
    shown = missing.filter(pl.col(name).ne_missing(hidden)).sort("key")
    base = past.of(dict(shown.select("key", "target_id").iter_rows())) if past else {}
    for row in shown.iter_rows(named=True):
        part = FieldChange(name, row[name], hidden)
        if base.get(row["key"], {}).get(name) != hidden:
            yield _gone(side, gone, row, Action.DRAFT, (part,))
        elif heard:
            heard(row["key"], Verdict(kept=(part,)))


def deletes(side: Side, missing: pl.DataFrame) -> Iterator[Change]:
    """Remove records whose source is gone. `before` keeps what they held."""
    gone = _named_in(side, missing)
    for row in missing.sort("key").iter_rows(named=True):
        fields = tuple(
            FieldChange(field.name, before, None)
            for field in side.initial
            if (before := value(field.kind, row[field.name])) is not None
        )
        yield _gone(side, gone, row, Action.DELETE, fields)


def _gone(
    side: Side, held: Ids, row: Mapping[str, Any], action: Action, fields: tuple[FieldChange, ...]
) -> Change:
    """A change of what has no source any more: it needs nothing that is yet to be created."""
    home = [
        FieldChange(each.name, value(each.kind, row[each.name]), None)
        for each in side.initial
        if each.required and each.refers
    ]
    return Change(
        address=Address(side.spec.name, row["key"]),
        action=action,
        fields=fields,
        reason="gone from the source",
        target_id=row["target_id"],
        refs=_held_refs(side.spec, held, (*home, *fields)),
    )


def _held_ids(side: Side, rows: Sequence[Mapping[str, Any]]) -> Ids:
    """The target ids of what these rows refer to on the target, where that differs."""
    held, wanted = side.held or {}, dict[str, set[str]]()
    for each in side.synced:
        if each.refers in held:
            cells = (row[f"{each.name} (existing)"] for row in rows if row[f"{each.name} differs"])
            keys = (key for cell in cells for key in _keys(value(each.kind, cell)))
            wanted.setdefault(each.refers, set()).update(keys)
    return {entity: held[entity].saying(keys) for entity, keys in wanted.items()}


def _named_in(side: Side, missing: pl.DataFrame) -> Ids:
    """The target ids of what records of the target refer to."""
    held, found = side.held or {}, dict[str, dict[str, str]]()
    for each in side.initial:
        if each.refers in held and each.name in missing.columns:
            known = held[each.refers].saying(members(missing, each))
            found[each.refers] = {**found.get(each.refers, {}), **known}
    return found


def _held_refs(spec: EntitySpec, held: Ids, fields: Sequence[FieldChange]) -> dict[str, str | None]:
    """What a record refers to before it is changed: so that its ids can be told apart later."""
    refs: dict[str, str | None] = {}
    for part in fields:
        known = spec.field(part.path)
        if known is not None and known.refers:
            ids = held.get(known.refers, {})
            keys = (key for key in _keys(part.before) if key in ids)
            refs |= {f"{known.refers}:{key}": ids[key] for key in keys}
    return refs


def _ids(side: Side, rows: pl.DataFrame) -> Ids:
    """The target ids of all that these rows refer to. A dict is quick to ask, but large."""
    found: dict[str, dict[str, str]] = {}
    for field in side.initial:
        if field.refers in side.ids and field.name in rows.columns:
            known = side.ids[field.refers].among(members(rows, field))
            found[field.refers] = {**found.get(field.refers, {}), **known}
    return found


def _refs(ids: Ids, row: Mapping[str, Any], fields: Sequence[FieldSpec]) -> dict[str, str | None]:
    """The records a change points to, with their target ids where they exist."""
    refs: dict[str, str | None] = {}
    for field in fields:
        if not field.refers:
            continue
        for key in _keys(value(field.kind, row[field.name])):
            known = ids.get(field.refers, {}).get(key)
            foreign = key.removeprefix(FOREIGN) if key.startswith(FOREIGN) else None
            refs[f"{field.refers}:{key}"] = known or foreign
    return refs


def _keys(reference: Json) -> list[str]:
    if reference is None:
        return []
    return reference if isinstance(reference, list) else [reference]
