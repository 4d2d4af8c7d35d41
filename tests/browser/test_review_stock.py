"""What becomes of a thing's stock in all places, beside any change of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from review_page import OpenReview
from samples import change

from reconcile.model import Action, Change

pytestmark = pytest.mark.browser


def level(sku: str, place: str, before: str | None, after: str) -> Change:
    action = Action.CREATE if before is None else Action.SET_STOCK
    made = change("inventory_level", f"{sku}@{place}", action, ("stocked_quantity", before, after))
    return replace(made, refs={f"variant:{sku}": "variant_1", f"stock_location:{place}": "sloc_1"})


CHANGES = [
    change("variant", "A", Action.UPDATE, ("title", "Mug", "Cup")),
    level("A", "B@north", "5", "6"),
    level("A", "north", "12", "0"),
    level("A", "south", None, "7"),
    level("A@B", "north", "1", "2"),  # its key reads like that of A at a place "B@north"
    level("C", "north", "3", "4"),
]


def tables(review: OpenReview, key: str) -> list[list[str]]:
    opened = review(CHANGES)
    row = opened.page.locator("#list .change", has=opened.page.get_by_text(key, exact=True)).first
    row.locator("button").first.click()
    rows = opened.page.locator("#list .detail dt:text-is('stock per location') + dd tr")
    return [text.split() for text in rows.all_inner_texts()]


ALL_OF_A = [
    ["B@north", "5", "→", "6"],
    ["north", "12", "→", "0"],
    ["south", "no", "value", "→", "7", "first", "count"],
]


@pytest.mark.parametrize("key", ["A", "A@north", "A@south"])
def test_every_place_is_named(review: OpenReview, key: str) -> None:
    assert tables(review, key) == ALL_OF_A


def test_one_place_alone_says_nothing_more(review: OpenReview) -> None:
    assert tables(review, "C@north") == []
