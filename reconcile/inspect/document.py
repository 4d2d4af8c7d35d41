"""What is known of one record: plain values, and the JSON document they make.

    format        1
    address, entity, key, source_id, target_id
    state         same | differs | new | gone | left_alone | not_carried
    others        addresses of other records that the same words fit
    source, target
                  {system, url, taken_at, complete, link, found, records, not_shown, labels}:
                  `records` are rows by table, `not_shown` counts values left out of them,
                  `labels` are {attribute: {raw, label}}
    match         {by, reason, words, remedy}: `by` is mark | key | members, else null and `reason`
                  is a code
    fields        [{field, where, policy, steps, unused, mapped, desired, base, base_at, existing,
                  verdict, why, notes}]; steps [{did, said, value, where, fallbacks, hit, note}]
    diagnostics   [{severity, code, message, remedy}] of this record alone
    change        what a plan made of these snapshots would do: {action, reason, fields: [{path,
                  before, after}]}, or null
    plan          the plan looked into: {id, action, fields, approval}, or null
    runs          [{plan, run, at, event, status, error}] of this record, oldest first
    deviations    [{plan, field, planned, found, flaw}] that verifications found
    damaged       what could not be read of plans and runs, in words
    quarantine    {code, stage, error, remedy, plan, run, attempts, last_at}, or null
    children      [{address, state}]

Times are UTC texts. A value that is not there is null, an empty text is "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from reconcile.canonical import moment_text
from reconcile.mapping.trace import Passed
from reconcile.model import Address, Diagnostic, FieldChange, Json, Status

FORMAT = 1


class State(StrEnum):
    """How a record stands."""

    SAME = "same"
    DIFFERS = "differs"
    NEW = "new"
    GONE = "gone"
    """Managed in the target, and its source is gone."""
    LEFT_ALONE = "left_alone"
    """In both shops, and not to be touched."""
    NOT_CARRIED = "not_carried"


class Verdict(StrEnum):
    """What becomes of one field."""

    SAME = "same"
    NEW = "new"
    TAKE_SOURCE = "take_source"
    KEPT = "kept"
    CONFLICT = "conflict"
    SET_ONCE = "set_once"
    FIXED = "fixed"
    UNMANAGED = "unmanaged"
    NOT_HELD = "not_held"
    """The target cannot hold it."""
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Side:
    """One shop. `found` says whether the record is in its snapshot."""

    system: str
    url: str
    taken_at: datetime
    complete: bool
    found: bool = False
    link: str | None = None
    records: Mapping[str, list[dict[str, Json]]] = field(default_factory=dict)
    not_shown: int = 0
    """Values of `records` that were left out for brevity."""
    labels: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """What tells that two records are the same, or why there is no pair."""

    by: str | None
    reason: str
    words: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class FieldStory:
    """Where the value of one field comes from, and what becomes of it. `notes` tell what happened
    to it between mapping and plan: references resolved, taken handles adjusted."""

    field: str
    where: str = ""
    policy: str = ""
    steps: tuple[Passed, ...] = ()
    unused: str = ""
    mapped: Json = None
    desired: Json = None
    base: Json = None
    base_at: str | None = None
    existing: Json = None
    verdict: Verdict = Verdict.NOT_COMPARED
    why: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """A change as a plan has it. `id` is "" for what these snapshots would give; `approval` says in
    words whether it is approved."""

    id: str
    action: str
    reason: str
    fields: tuple[FieldChange, ...]
    approval: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a journal about the record."""

    plan: str
    run: str
    at: str
    event: str
    status: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a verification found otherwise than planned."""

    plan: str
    flaw: str
    field: str = ""
    planned: Json = None
    found: Json = None


@dataclass(frozen=True, slots=True)
class Held:
    """What the quarantine says."""

    code: str
    stage: str
    error: str
    remedy: str
    plan: str
    run: str
    attempts: int
    last_at: str


@dataclass(frozen=True, slots=True)
class Child:
    """A record that lives in this one."""

    address: Address
    state: State


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything; see the top of this file."""

    address: Address
    state: State
    source: Side
    target: Side
    match: Match
    source_id: str | None = None
    target_id: str | None = None
    others: tuple[Address, ...] = ()
    fields: tuple[FieldStory, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    change: Planned | None = None
    plan: Planned | None = None
    runs: tuple[Happened, ...] = ()
    deviations: tuple[Found, ...] = ()
    damaged: tuple[str, ...] = ()
    quarantine: Held | None = None
    children: tuple[Child, ...] = ()

    @property
    def is_same(self) -> bool:
        """Nothing differs, and the plan looked into would not change it, or has done so."""
        return self.state is State.SAME and not self.is_pending

    @property
    def is_pending(self) -> bool:
        """The plan looked into has a change of it that is not applied."""
        if self.plan is None:
            return False
        told = [each for each in self.runs if each.plan == self.plan.id]
        return not told or told[-1].status != Status.APPLIED

    def narrowed(self, pattern: str) -> Inspection:
        """Only fields that fit a pattern (`metadata.*`), here and in changes."""

        def fits(name: str) -> bool:
            return name == pattern or fnmatchcase(name, pattern)

        def of(planned: Planned | None) -> Planned | None:
            if planned is None:
                return None
            return replace(planned, fields=tuple(x for x in planned.fields if fits(x.path)))

        return replace(
            self,
            fields=tuple(each for each in self.fields if fits(each.field)),
            change=of(self.change),
            plan=of(self.plan),
            deviations=tuple(x for x in self.deviations if not x.field or fits(x.field)),
        )


def to_json_document(inspection: Inspection) -> dict[str, Json]:
    """The document described at the top of this file."""
    address = inspection.address
    plain = {name: _plain(part) for name, part in _members(inspection).items()}
    plain.pop("address")
    head = {"format": FORMAT, "address": str(address), "entity": address.entity}
    diagnostics = [
        {name: each[name] for name in ("severity", "code", "message", "remedy")}
        for each in plain.pop("diagnostics")
    ]
    return {**head, "key": address.key, **plain, "diagnostics": diagnostics}


def _members(part: Any) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__dataclass_fields__}


def _plain(value: Any) -> Json:
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, FieldChange):
        return asdict(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(part) for name, part in _members(value).items()}
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value
