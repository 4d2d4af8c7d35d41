"""Who looks on while a plan is made, to tell more about it than the plan itself does.

What is seen are frames as the planner has them: look, copy what is needed, keep nothing else.
Entities come one after another in dependency order, each: `stood`, `new`, then for each range of
keys `paired` and what was `judged` of it, then what was judged of records that are gone.
"""

from __future__ import annotations

from typing import Protocol

import polars as pl

from reconcile.diff import Side
from reconcile.entities.spec import EntitySpec
from reconcile.plan.standing import Standing
from reconcile.plan.wanted import Wanted
from reconcile.three_way import Verdict


class Witness(Protocol):
    """Is told what the planner finds, and has no say in it."""

    def wanted(self, want: Wanted) -> None:
        """What the target should hold, all entities at once, before anything is matched."""
        ...

    def stood(self, found: Standing) -> None:
        """Who is who of one entity: of those read in windows the columns of identity alone."""
        ...

    def new(self, side: Side, desired: pl.DataFrame) -> None:
        """Whole desired rows without a partner."""
        ...

    def paired(self, side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> None:
        """Whole rows of pairs, both under `key`, whether they differ or not.

        `existing` has the fields in `side.synced` and `side.fixed` and `target_id`; of entities
        that are not read in windows it has every field.
        """
        ...

    def judged(self, spec: EntitySpec, key: str, verdict: Verdict) -> None:
        """Who changed the fields in which one pair differs."""
        ...


class Unwatched:
    """Nobody looks on."""

    def wanted(self, want: Wanted) -> None: ...
    def stood(self, found: Standing) -> None: ...
    def new(self, side: Side, desired: pl.DataFrame) -> None: ...
    def paired(self, side: Side, desired: pl.DataFrame, existing: pl.DataFrame) -> None: ...
    def judged(self, spec: EntitySpec, key: str, verdict: Verdict) -> None: ...
