"""What one drift run found, as frames and plain values. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

import polars as pl

from reconcile.canonical import to_json
from reconcile.drift.runs import EntityRun, RunSummary, as_json
from reconcile.model import Json
from reconcile.personal_keys import shown


class Kind(StrEnum):
    """How the shops differ in one place."""

    MISSING = "missing_in_medusa"
    """The source has the record, it would be carried, the target has it not."""
    EXTRA = "medusa_only"
    """The target has the record, it is managed, and its source is gone."""
    FIELD = "field"
    STOCK = "stock"
    PRICE = "price"


class ChangedBy(StrEnum):
    """Who moved since the field was last applied; no value where that is not known."""

    MAGENTO = "magento"
    MEDUSA = "medusa"
    BOTH = "both"


UNKNOWN = "unknown"
"""How rows without a value in `changed_by` are counted."""

MISMATCHES = pl.Schema(
    dict.fromkeys(
        (
            "entity",
            "key",
            "kind",
            "field",
            "magento",
            "medusa",
            "changed_by",
            "source_id",
            "target_id",
        ),
        pl.String,
    )
)
"""One row per differing field, or per missing or extra record (field ""). Values are texts as
people read them, nested ones canonical JSON, null for no value. Sorted by entity (in the order of
ENTITIES), key, field. The history adds `since`, UTC text."""


def text_of(value: Json) -> str | None:
    """A value as one text: texts as they are, all others as canonical JSON."""
    return value if value is None or isinstance(value, str) else to_json(value)


UNMANAGED = pl.Schema(dict.fromkeys(("entity", "key", "target_id", "reason"), pl.String))
LOOSE = pl.Schema(dict.fromkeys(("entity", "key", "other", "target_id", "reason"), pl.String))
UNMAPPED = pl.Schema(
    {
        "entity": pl.String,
        "field": pl.String,
        "value": pl.String,
        "count": pl.Int64,
        "why": pl.String,
    }
)
TWINS = pl.Schema(dict.fromkeys(("kind", "key", "other", "shop", "ids"), pl.String))
REDIRECTS = pl.Schema(
    dict.fromkeys(("old_path", "new_path", "entity", "key", "source_id", "remark"), pl.String)
)
SAMPLED = pl.Schema(
    dict.fromkeys(("entity", "key", "field", "magento", "medusa", "same"), pl.String)
)


@dataclass(frozen=True, slots=True)
class Rate:
    """How often drawn records differ, in percent as decimal text, and the ends of its 95 %
    confidence interval."""

    rate_percent: str
    low_percent: str
    high_percent: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """The spot check of one entity; of all together where `entity` is ""."""

    entity: str
    population: int
    drawn: int
    wrong: int
    rate: Rate

    def to_json(self) -> dict[str, Json]:
        numbers = {"population": self.population, "drawn": self.drawn, "wrong": self.wrong}
        named = {"entity": self.entity} if self.entity else {}
        return {**named, **numbers, **asdict(self.rate)}


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """`size` records of each entity were to be drawn. `disagreements` are addresses of records
    about which the spot check and the full comparison disagree: there should be none."""

    size: int
    seed: int
    entities: tuple[Drawn, ...]
    together: Drawn
    disagreements: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Json]:
        return {
            "size": self.size,
            "seed": self.seed,
            "entities": [each.to_json() for each in self.entities],
            "all": self.together.to_json(),
            "disagreements": list(self.disagreements),
        }


SAME, DRIFT = "same", "drift"


def state_of(entities: Iterable[EntityRun]) -> str:
    return DRIFT if any(each.apart for each in entities) else SAME


@dataclass(frozen=True, slots=True)
class Summary(RunSummary):
    """summary.json: the run, how many rows each file has, and the spot check."""

    files: Mapping[str, int] = field(default_factory=dict)
    sample: SampleSummary | None = None

    @property
    def tolerated(self) -> bool:
        """Whether nothing differs, or no entity by more than was allowed."""
        return self.state == SAME or (self.max_percent is not None and not self.exceeded)

    def masked(self) -> Summary:
        """The same; records with personal keys are named by the ends of these."""
        if self.sample is None:
            return self
        named = tuple(shown(address) for address in self.sample.disagreements)
        return replace(self, sample=replace(self.sample, disagreements=named))

    def to_json(self) -> dict[str, Json]:
        return {
            **as_json(self),
            "files": dict(self.files),
            "sample": self.sample.to_json() if self.sample else None,
        }
