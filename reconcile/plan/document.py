"""What a plan is: plain values. file.py writes and reads them, build.py makes them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reconcile.model import Change, Diagnostic

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """How the records of one entity fell out. The numbers add up to all that was looked at.

    `actions` counts changes per action, `cleared` those among them for records whose source is
    gone; `unchanged` pairs that need nothing; `skipped` source
    records that are not carried (each has a diagnostic); `missing` managed target records whose
    source is gone and that are left alone; `unmanaged` target records that are not ours.
    """

    entity: str
    actions: Mapping[str, int] = field(default_factory=dict)
    unchanged: int = 0
    cleared: int = 0
    skipped: int = 0
    missing: int = 0
    unmanaged: int = 0


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


@dataclass(frozen=True, slots=True)
class Approval:
    """Who allowed exactly which bytes, and what they took out.

    `excludes` are address patterns (`product:24-*`), matched with fnmatch.
    """

    plan_digest: str
    approved_by: str
    approved_at: datetime
    excludes: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
