"""What a plan is: plain values. file.py writes and reads them, build.py makes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from reconcile.model import Change, Diagnostic

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How the records of one entity fell out. The numbers add up to all that was looked at.

    `actions` counts changes per action, `cleared` those among them for records whose source is
    gone; `unchanged` pairs that need nothing; `skipped` source
    records that are not carried (each has a diagnostic); `missing` managed target records whose
    source is gone and that are left alone; `unmanaged` target records that are not ours. `kept`
    are records with fields that only the target changed, `undecided` changes with fields that both
    sides changed: these are among the others already.
    """

    entity: str
    actions: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    cleared: int = 0
    skipped: int = 0
    missing: int = 0
    unmanaged: int = 0
    kept: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """One safety limit with its actual value. Shares and ratios are in percent.

    `name` is what a waiver names, e.g. `draft_share:product`.
    """

    name: str
    sentence: str
    actual: float
    allowed: float

    @property
    def exceeded(self) -> bool:
        return self.actual > self.allowed


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """Which snapshot a plan was made from."""

    system: str
    url: str
    taken_at: datetime
    digest: str
    complete: bool


@dataclass(frozen=True, slots=True)
class PlanHeader:
    """Everything of a plan but its changes and diagnostics."""

    id: str
    created_at: datetime
    tool_version: str
    source: SnapshotFacts
    target: SnapshotFacts
    mapping_digest: str
    scope: Mapping[str, str]
    """What the plan was narrowed to (`only`, `key`, `pilot`); empty for everything."""
    tallies: tuple[Tally, ...]
    limits: tuple[Limit, ...]
    changes_digest: str
    diagnostics_digest: str
    format_version: int = FORMAT_VERSION

    @property
    def change_count(self) -> int:
        return sum(sum(tally.actions.values()) for tally in self.tallies)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as read from its folder. `digest` covers every byte of its three files."""

    header: PlanHeader
    changes: Collection[Change]
    diagnostics: tuple[Diagnostic, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Lifts one named limit, for a reason."""

    limit: str
    reason: str


class Take(StrEnum):
    """Whose values stand where both sides changed a record."""

    SOURCE = "source"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Decision:
    """Settles the conflicts of all changes that a pattern names; see `Approval.excludes`."""

    take: Take
    key: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who allowed exactly which bytes, what they took out, and how they settled conflicts.

    `excludes` are patterns of addresses (`product:24-*`), matched with fnmatch, with or without an
    action before them (`draft product:*`); records with personal keys may go by their pseudonyms.
    Of `decisions` the first that fits counts; a conflict without one is not written. `note` is
    what the approver had to say.
    """

    plan_digest: str
    approved_by: str
    approved_at: datetime
    excludes: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    decisions: tuple[Decision, ...] = ()
    note: str = ""
