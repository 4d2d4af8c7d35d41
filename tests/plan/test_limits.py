"""Safety limits: what they say, and where exactly each begins."""

from __future__ import annotations

import pytest
from planning import price

from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.plan.document import Limit, Tally
from reconcile.plan.limits import Counts, judge, watched


def seen(entity: str, path: str, *moves: tuple[Json, Json]) -> Counts:
    """Counts after updates of one field, each a (before, after)."""
    counts = Counts()
    for number, (before, after) in enumerate(moves):
        change = FieldChange(path, before, after)
        counts.see(Change(Address(entity, str(number)), Action.UPDATE, (change,)))
    return counts


def priced(before: str, after: str) -> tuple[Json, Json]:
    return [price(before)], [price(after)]


def judged(counts: Counts, *tallies: Tally, **allowed: float) -> dict[str, Limit]:
    return {each.name: each for each in judge(counts, tallies, allowed)}


def test_a_share_is_said_with_its_actual_value() -> None:
    tally = Tally("product", {"draft": 312, "create": 5}, unchanged=600, missing=88)
    limit = judged(Counts(), tally, draft_share=30.0)["draft_share:product"]
    assert limit.sentence == (
        "31.20 % of product records would be drafted, over 30.00 % (312 of 1,000)."
    )
    assert (limit.actual, limit.exceeded) == (31.2, True)


@pytest.mark.parametrize(
    ("name", "tally"),
    [
        ("draft_share", Tally("product", {"draft": 2}, unchanged=18)),
        ("delete_share", Tally("product", {"delete": 2}, unchanged=18)),
        ("update_share", Tally("product", {"update": 2}, unchanged=18)),
        ("missing_share", Tally("product", unchanged=18, missing=2)),
    ],
)
@pytest.mark.parametrize(("allowed", "exceeded"), [(9.99, True), (10.0, False), (10.01, False)])
def test_a_share_may_be_reached_but_not_passed(
    name: str, tally: Tally, allowed: float, *, exceeded: bool
) -> None:
    limit = judged(Counts(), tally, **{name: allowed})[f"{name}:product"]
    assert (limit.actual, limit.exceeded) == (10.0, exceeded)
    assert ("over" in limit.sentence) is exceeded


def test_records_that_are_only_created_do_not_dilute_a_share() -> None:
    tally = Tally("product", {"create": 1000, "draft": 5}, unchanged=5)
    assert judged(Counts(), tally)["draft_share:product"].actual == 50.0


@pytest.mark.parametrize(("unchanged", "counts"), [(7, False), (8, True)])
def test_shares_of_a_few_records_mean_nothing(unchanged: int, *, counts: bool) -> None:
    tally = Tally("product", {"draft": 2}, unchanged=unchanged)
    assert ("draft_share:product" in judged(Counts(), tally)) is counts


@pytest.mark.parametrize(
    ("before", "after", "jumps"),
    [
        ("10", "15", 0),
        ("10", "15.01", 1),
        ("10", "5", 0),
        ("10", "4.99", 1),
        ("0", "10", 0),
        ("10", "0", 1),
    ],
)
def test_a_price_jumps_when_it_moves_by_more_than_half(before: str, after: str, jumps: int) -> None:
    assert seen("variant", "prices", priced(before, after)).jumps == jumps


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        ("10", "1000", 1),
        ("1000", "10", 1),
        ("10", "1101", 0),
        ("10", "899", 0),
        ("19.9", "1990", 1),
    ],
)
def test_cents_taken_for_whole_units_are_noticed(before: str, after: str, counted: int) -> None:
    counts = seen("variant", "prices", priced(before, after))
    assert counts.hundredfold == counted
    assert ("price_factor_100:variant" in judged(counts)) is bool(counted)


def test_one_hundredfold_price_is_one_too_many() -> None:
    limit = judged(seen("variant", "prices", priced("10", "1000")))["price_factor_100:variant"]
    assert limit.exceeded
    assert limit.sentence.startswith("1 prices would move by about 100 or 0.01 times")


def test_only_prices_on_both_sides_are_compared() -> None:
    counts = seen(
        "variant",
        "prices",
        ([price("10", "usd")], [price("1000", "eur")]),
        ([price("10", low="5")], [price("1000")]),
        (None, [price("1")]),
        ([price("1")], []),
    )
    assert counts.prices == 0


def test_prices_of_lists_count_too() -> None:
    counts = seen("list_price", "amount", ("8", "800"), (None, "3"), ("3", None))
    assert (counts.prices, counts.hundredfold) == (1, 1)


def test_price_jumps_are_a_share_of_all_prices() -> None:
    counts = seen("variant", "prices", priced("10", "20"), priced("10", "11"))
    tally = Tally("variant", {"update": 2}, unchanged=8)
    limit = judged(counts, tally)["price_jump_share:variant"]
    assert limit.sentence == (
        "10.00 % of variant records would move their price by more than 50%, over 5.00 % (1 of 10)."
    )


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [("5", "0", (1, 1)), ("5", "1", (1, 0)), ("0", "0", (0, 0)), (None, "0", (0, 0)),
     ("5", None, (1, 0))],
)  # fmt: skip
def test_stock_that_goes_to_zero(
    before: str | None, after: str | None, expected: tuple[int, int]
) -> None:
    counts = seen("inventory_level", "stocked_quantity", (before, after))
    assert (counts.levels, counts.to_zero) == expected


def test_stock_to_zero_is_a_share_of_all_levels() -> None:
    counts = seen("inventory_level", "stocked_quantity", *[("5", "0")] * 3)
    limit = judged(counts, Tally("inventory_level", unchanged=7))[
        "stock_to_zero_share:inventory_level"
    ]
    assert limit.sentence == (
        "30.00 % of inventory_level records would go to zero, over 25.00 % (3 of 10)."
    )


@pytest.mark.parametrize(
    ("tally", "empty"),
    [
        (Tally("product", missing=1), True),
        (Tally("product", {"draft": 3}, cleared=3), True),
        (Tally("product", {"delete": 3}, cleared=3), True),
        (Tally("product", unchanged=1, missing=99), False),
        (Tally("product", {"create": 1}, missing=99), False),
        (Tally("product"), False),
        (Tally("product", {"draft": 3}), False),
        (Tally("product", unmanaged=5), False),
    ],
)
def test_an_empty_source_is_never_taken_for_the_truth(tally: Tally, *, empty: bool) -> None:
    found = judged(Counts(), tally).get("empty_source:product")
    assert (found is not None) is empty
    assert found is None or found.exceeded


def test_a_limit_may_be_raised_by_name() -> None:
    tally = Tally("product", {"draft": 5}, unchanged=5)
    assert not judged(Counts(), tally, draft_share=50.0)["draft_share:product"].exceeded


def test_counting_passes_every_change_on() -> None:
    counts = Counts()
    changes = [Change(Address("product", key), Action.CREATE, ()) for key in "ab"]
    assert list(watched(changes, counts)) == changes
    assert counts.actions == {("product", Action.CREATE): 2}


@pytest.mark.parametrize("entity", ["price_list", "list_price", "customer_group"])
def test_the_last_special_price_may_end(entity: str) -> None:
    assert f"empty_source:{entity}" not in judged(Counts(), Tally(entity, {"delete": 3}, cleared=3))
