"""What a verification found: plain values, and how they are written to `verify.json`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from reconcile.canonical import moment_text
from reconcile.model import Address, Json, Outcome


class Flaw(StrEnum):
    """How a record differs from what the plan promised."""

    DIFFERS = "differs"
    MISSING = "missing"
    STILL_THERE = "still there"
    TWICE = "more than once"


@dataclass(frozen=True, slots=True)
class Difference:
    """An applied change that does not read back as planned; `field` is "" for whole records."""

    address: Address
    flaw: Flaw
    field: str = ""
    planned: Json = None
    found: Json = None


class Surprise(StrEnum):
    """What happened to a record that no change of the plan names."""

    CHANGED = "changed"
    VANISHED = "vanished"
    APPEARED = "appeared"


@dataclass(frozen=True, slots=True)
class Unexpected:
    """A record that should have stayed as it was. `fields` are those that changed."""

    entity: str
    target_id: str
    key: str
    surprise: Surprise
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """Changes of the plan: planned = excluded + applied + failed + skipped + stale + unknown +
    open, and applied = equal + differing."""

    planned: int
    excluded: int
    applied: int
    failed: int
    skipped: int
    stale: int
    unknown: int
    open: int
    equal: int
    differing: int

    @property
    def approved(self) -> int:
        return self.planned - self.excluded


@dataclass(frozen=True, slots=True)
class Digests:
    """Exactly which bytes were compared."""

    plan: str
    journal: str
    snapshot: str
    snapshot_before: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """The proof of a plan, or what stands against it.

    `unfinished` are the last outcomes of approved changes that are not applied. `untouched_checked`
    counts records no change names that were compared; None when the earlier snapshot is gone.
    """

    plan_id: str
    target_url: str
    read_at: datetime
    verified_at: datetime
    approved_by: str
    counts: Counts
    digests: Digests
    differences: tuple[Difference, ...]
    unfinished: tuple[Outcome, ...]
    unexpected: tuple[Unexpected, ...]
    untouched_checked: int | None
    approval_note: str = ""
    """What the approver had to say."""

    @property
    def proven(self) -> bool:
        """Approved = applied = read back equal. What others changed meanwhile does not count."""
        return self.counts.approved == self.counts.applied == self.counts.equal

    @property
    def clean(self) -> bool:
        """Proven, and no other record changed."""
        return self.proven and not self.unexpected


def to_document(verification: Verification) -> dict[str, Json]:
    """The content of `verify.json`: the verdicts and counts first, then the evidence."""

    def plain(value: Json) -> Json:
        if isinstance(value, datetime):
            return moment_text(value)
        if isinstance(value, Mapping):
            if value.keys() == {"entity", "key"}:
                return f"{value['entity']}:{value['key']}"
            return {name: plain(part) for name, part in value.items()}
        return [plain(part) for part in value] if isinstance(value, list | tuple) else value

    document: dict[str, Json] = plain(asdict(verification))
    counts = document.pop("counts")
    return {"verified": verification.clean, "proven": verification.proven, **counts, **document}
