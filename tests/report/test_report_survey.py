"""What one pass over the changes finds out: places, causes, categories, how far prices move."""

from __future__ import annotations

from dataclasses import replace

import pytest
from samples import change, create, price, small_changes

from reconcile.model import Action, Address, Change, Diagnostic, Json, Severity
from reconcile.report.causes import MOST, OTHER, CauseCounter, cause
from reconcile.report.places import Places
from reconcile.report.prices import price_percent
from reconcile.report.survey import survey

UPDATE = Action.UPDATE


def touching(*paths: str) -> Change:
    return change("product", "A", UPDATE, *((path, "1", "2") for path in paths))


def stock(before: Json, after: Json) -> Change:
    return change("inventory_level", "A@x", Action.SET_STOCK, ("stocked_quantity", before, after))


def prices(*amounts: tuple[str, str | None]) -> Change:
    """Each a price before and after, in a currency of its own."""
    sides = [
        [price(each[side], f"c{place}") for place, each in enumerate(amounts) if each[side]]
        for side in (0, 1)
    ]
    return change("variant", "A", UPDATE, ("prices", *sides))


def test_every_address_has_its_place() -> None:
    addresses = [f"product:{number}" for number in range(3000)]
    places = Places(addresses)
    places.settle()
    assert [places.of(address) for address in addresses] == list(range(3000))
    assert places.of("product:3000") is None
    assert Places().of("product:1") is None


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (create("product", "A", title="T"), ""),
        (touching("title"), "title"),
        (touching("title", "description"), "title, description"),
        (touching(*"abcdef"), "a, b, c, d, 2 more"),
        (stock(None, "4"), "first count"),
        (stock("4", "0"), "goes to zero"),
        (stock("4", "9"), "rises"),
        (stock("10", "9"), "falls"),
        (stock("many", "9"), "first count"),
        (stock("NaN", "9"), "first count"),
        (change("product", "A", Action.DRAFT, ("status", "published", "draft")), "status"),
        (
            replace(change("variant", "A", Action.DELETE, ("sku", "A", None)), reason="gone\naway"),
            "gone away",
        ),
        (replace(touching("title"), reason="title differs"), "title"),
    ],
)
def test_cause(given: Change, expected: str) -> None:
    assert cause(given) == expected


def test_most_frequent_causes_come_first_and_the_rest_is_one() -> None:
    changes = [touching(path) for number, path in enumerate("hgfedcba") for _ in range(number + 1)]
    counter = CauseCounter()
    for each in changes:
        counter.see(each)
    causes = counter.causes()
    assert causes.labels == (*"abcdef", OTHER)
    assert len(causes.labels) == MOST + 1
    assert causes.place(touching("h")) == causes.place(touching("g")) == MOST
    assert causes.place(touching("a")) == 0


@pytest.mark.parametrize(
    ("given", "percent"),
    [
        (prices(("10", "11")), 10.0),
        (prices(("10", "11"), ("10", "8")), -20.0),
        (prices(("3", "4")), 33.333),
        (prices(("10", "0")), -100.0),
        (prices(("0", "5")), None),
        (prices(("10", None)), None),
        (prices(("1", "9e30")), 1e9),
        (create("variant", "A", prices=[price("9")]), None),
        (touching("title"), None),
    ],
)
def test_price_percent(given: Change, percent: float | None) -> None:
    assert price_percent(given) == percent


def test_survey() -> None:
    changes = [
        *small_changes(),
        replace(create("variant", "X"), refs={"product:24-MB01": None, "product:none": None}),
        replace(touching("title"), conflicts={"title": "0"}),
    ]
    found = survey(changes)
    assert found.conflicts == 1
    assert found.needed(changes[-2]) == [1]
    assert found.home(changes[-2]) == 1
    assert list(found.categories) == ["gear/bags", "old", "sale"]
    assert found.categories_of(changes[4]) == [0, 1, 2]
    told = [
        Diagnostic(Severity.INFO, "a", "m", Address("product", key)) for key in ("24-MB04", "?")
    ]
    assert found.about([*told, Diagnostic(Severity.INFO, "b", "m")]) == {"a": [2]}
