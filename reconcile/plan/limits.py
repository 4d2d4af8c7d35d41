"""Safety limits: what a plan may do before a person has to say that it is meant.

A limit that is exceeded keeps the plan from being applied until the approval waives it by name.
Shares only count from `FEW` records on: one of three is no sign of trouble.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reconcile.compare import price_key
from reconcile.model import Action, Change, FieldChange, Json
from reconcile.plan.document import Limit, Tally

FEW = 10

PLAN_AGE = "plan_age_hours"

DEFAULTS: Mapping[str, float] = {
    "draft_share": 10.0,
    "delete_share": 10.0,
    "update_share": 100.0,
    "missing_share": 20.0,
    "price_jump_share": 5.0,
    "price_factor_100": 0.0,
    "stock_to_zero_share": 25.0,
    "empty_source": 0.0,
    PLAN_AGE: 168.0,
}
"""Name -> allowed value: shares in percent, the age in hours, the others in records."""

NEVER_EMPTY = frozenset({"category", "product", "variant", "inventory_level"})
"""No shop is without these; its last special price may well end."""

JUMP = Decimal("0.5")
"""A price that moves by more than this part of itself has jumped."""


@dataclass(slots=True)
class Counts:
    """What the limits need to know of the changes, collected while they pass by."""

    actions: Counter[tuple[str, Action]] = field(default_factory=Counter)
    prices: int = 0
    jumps: int = 0
    hundredfold: int = 0
    levels: int = 0
    to_zero: int = 0

    def see(self, change: Change) -> None:
        self.actions[change.address.entity, change.action] += 1
        for part in change.fields:
            if part.path == "prices":
                self._see_prices(_amounts(part.before), _amounts(part.after))
            elif part.path == "amount" and change.address.entity == "list_price":
                self._see_prices({"": part.before}, {"": part.after})
            elif part.path == "stocked_quantity":
                self._see_stock(part)

    def _see_prices(self, before: Mapping[str, Json], after: Mapping[str, Json]) -> None:
        for key in before.keys() & after.keys():
            if before[key] is None or after[key] is None or Decimal(before[key]) == 0:
                continue
            ratio = Decimal(after[key]) / Decimal(before[key])
            self.prices += 1
            self.jumps += abs(ratio - 1) > JUMP
            self.hundredfold += 90 <= ratio <= 110 or Decimal("0.009") <= ratio <= Decimal("0.011")

    def _see_stock(self, part: FieldChange) -> None:
        if part.before is not None and Decimal(part.before) > 0:
            self.levels += 1
            self.to_zero += part.after is not None and Decimal(part.after) == 0


def _amounts(prices: Json) -> dict[str, Json]:
    return {price_key(price): price["amount"] for price in prices or []}


def watched(changes: Iterable[Change], counts: Counts) -> Iterator[Change]:
    """The same changes, counted on their way."""
    for change in changes:
        counts.see(change)
        yield change


def judge(
    counts: Counts, tallies: Sequence[Tally], allowed: Mapping[str, float]
) -> tuple[Limit, ...]:
    """Every limit that has something to measure. `allowed` overrides the defaults by name."""
    permitted = {**DEFAULTS, **allowed}
    found: list[Limit] = []
    for tally in tallies:
        found.extend(_entity_limits(tally, permitted))
    found.extend(_value_limits(counts, tallies, permitted))
    return tuple(found)


def age(allowed: Mapping[str, float]) -> Limit:
    """How old the plan may be when it is applied, in hours. When it is made, it has no age."""
    hours = {**DEFAULTS, **allowed}[PLAN_AGE]
    return Limit(PLAN_AGE, f"It may be applied for {hours:g} hours after it was made.", 0.0, hours)


def _entity_limits(tally: Tally, permitted: Mapping[str, float]) -> Iterator[Limit]:
    kept = tally.unchanged + sum(
        tally.actions.get(action, 0) for action in Action if action is not Action.CREATE
    )
    held = kept + tally.missing
    gone = tally.missing + tally.cleared
    parts = {
        "draft_share": (tally.actions.get(Action.DRAFT, 0), "would be drafted"),
        "delete_share": (tally.actions.get(Action.DELETE, 0), "would be deleted"),
        "update_share": (tally.actions.get(Action.UPDATE, 0), "would be updated"),
        "missing_share": (gone, "are gone from the source"),
    }
    for name, (part, what) in parts.items():
        if part and held >= FEW:
            yield _share(name, tally.entity, part, held, what, permitted[name])
    carried = tally.unchanged + sum(tally.actions.values()) - tally.cleared
    if gone and not carried and tally.entity in NEVER_EMPTY:
        yield Limit(
            f"empty_source:{tally.entity}",
            f"The source has no {tally.entity} to show, the target has {gone}.",
            float(gone),
            permitted["empty_source"],
        )


def _value_limits(
    counts: Counts, tallies: Sequence[Tally], permitted: Mapping[str, float]
) -> Iterator[Limit]:
    unchanged = {tally.entity: tally.unchanged for tally in tallies}
    priced = counts.prices + unchanged.get("variant", 0)
    if counts.jumps and priced >= FEW:
        yield _share(
            "price_jump_share",
            "variant",
            counts.jumps,
            priced,
            f"would move their price by more than {JUMP:.0%}",
            permitted["price_jump_share"],
        )
    if counts.hundredfold:
        yield Limit(
            "price_factor_100:variant",
            f"{counts.hundredfold} prices would move by about 100 or 0.01 times: cents taken for "
            "whole units, or the other way round?",
            float(counts.hundredfold),
            permitted["price_factor_100"],
        )
    stocked = counts.levels + unchanged.get("inventory_level", 0)
    if counts.to_zero and stocked >= FEW:
        yield _share(
            "stock_to_zero_share",
            "inventory_level",
            counts.to_zero,
            stocked,
            "would go to zero",
            permitted["stock_to_zero_share"],
        )


def _share(name: str, entity: str, part: int, whole: int, what: str, allowed: float) -> Limit:
    actual = round(100 * part / whole, 2)
    verdict = "over" if actual > allowed else "within"
    return Limit(
        f"{name}:{entity}",
        f"{actual:.2f} % of {entity} records {what}, {verdict} {allowed:.2f} % "
        f"({part:,} of {whole:,}).",
        actual,
        allowed,
    )
