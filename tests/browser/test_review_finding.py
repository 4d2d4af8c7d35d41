"""Finding changes: by price, category, cause and diagnostic, in order, in groups, from charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from review_page import OpenReview, Review
from reviewed_plans import catalogue, family, in_conflict, repriced, titled
from samples import HOSTILE, create, small_changes

from reconcile.model import Address, Change, Diagnostic, Severity

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("label", "keys"),
    [
        ("price changes", ["24-WB02-S", "24-WB02-M", "24-WB02-L"]),
        ("by more than 5 %", ["24-WB02-M", "24-WB02-L"]),
        ("by more than 20 %", ["24-WB02-M", "24-WB02-L"]),
        ("by more than 50 %", ["24-WB02-L"]),
    ],
)
def test_price_changes(review: OpenReview, label: str, keys: Sequence[str]) -> None:
    opened = review(catalogue())
    opened.choose("price", label)
    opened.wait_for_count(f"{len(keys)} of 20")
    assert opened.keys == keys


@pytest.mark.parametrize(
    ("low", "high", "keys"),
    [
        ("-30", "", ["24-WB02-S", "24-WB02-M", "24-WB02-L"]),
        ("-29", "", ["24-WB02-S", "24-WB02-L"]),
        ("", "4", ["24-WB02-M"]),
        ("4", "200.5", ["24-WB02-S", "24-WB02-L"]),
        ("nonsense", "4", ["24-WB02-M"]),
    ],
)
def test_price_range(review: OpenReview, low: str, high: str, keys: Sequence[str]) -> None:
    opened = review(catalogue())
    assert not opened.page.locator("#range").is_visible()
    opened.choose("price", "from … to …")
    opened.page.fill("#low", low)
    opened.page.fill("#high", high)
    opened.wait_for_count(f"{len(keys)} of 20")
    assert opened.keys == keys


def test_categories_hold_products_and_their_variants(review: OpenReview) -> None:
    """Before and after; what names no category is in none."""
    opened = review(catalogue())
    labels = opened.page.locator("#category option").all_inner_texts()
    assert labels == ["all categories", "gear/bags (6)", "old (4)", "sale (4)"]
    opened.choose("category", "sale (4)")
    opened.wait_for_count("4 of 20")
    assert opened.keys == ["24-WB02", "24-WB02-S", "24-WB02-M", "24-WB02-L"]
    opened.choose("category", "gear/bags (6)")
    opened.wait_for_count("6 of 20")


def test_conflicts_are_found(review: OpenReview) -> None:
    opened = review([*catalogue(), *in_conflict()])
    opened.page.click("[data-standing=conflict]")
    opened.wait_for_count("3 of 23")
    assert opened.keys == ["C1", "C2", "C3"]


def test_groups_say_why(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.grow(2000)
    assert opened.groups == [
        "create categories 1",
        "create products 2",
        "update products title 1",
        "update products title, categories 1",
        "draft products gone from the source 2",
        "create variants 4",
        "update variants prices 3",
        "set stock levels first count 4",
        "set stock levels goes to zero 1",
        "set stock levels rises 1",
    ]


def test_rare_causes_stand_together(review: OpenReview) -> None:
    """The six most frequent sets of fields stay apart."""
    changes = [
        change
        for place, path in enumerate("abcdefghi")
        for number in range(9 - place)
        for change in [_touching(f"{path}{number}", f"metadata.{path}")]
    ]
    opened = review(changes)
    opened.grow(3000)
    groups = opened.groups
    assert groups[0] == "update products metadata.a 9"
    assert groups[-1] == "update products other fields 6"
    assert len(groups) == 7


def _touching(key: str, path: str) -> Change:
    made = titled(key)
    return replace(made, fields=tuple(replace(part, path=path) for part in made.fields))


def test_groups_fold(review: OpenReview) -> None:
    opened = review(catalogue())
    head = opened.page.locator("#list .group > button", has_text="draft")
    head.click()
    assert head.get_attribute("aria-expanded") == "false"
    assert opened.count == "20 changes"
    assert not {"24-UG01", "24-UG02"} & set(opened.keys)
    opened.page.keyboard.press("c")
    assert {"24-UG01", "24-UG02"} <= set(opened.keys)


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("as planned", ["24-WB02-S", "24-WB02-M", "24-WB02-L"]),
        ("by key", ["24-WB02-L", "24-WB02-M", "24-WB02-S"]),
        ("by price change", ["24-WB02-L", "24-WB02-M", "24-WB02-S"]),
    ],
)
def test_order(review: OpenReview, order: str, keys: Sequence[str]) -> None:
    opened = review(catalogue())
    opened.choose("price", "price changes")
    opened.wait_for_count("3 of 20")
    opened.page.select_option("#sort", label=order)
    assert opened.keys == keys


def test_the_largest_move_comes_first_of_all(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.page.select_option("#sort", label="by price change")
    assert opened.keys[:3] == ["24-WB02-L", "24-WB02-M", "24-WB02-S"]
    opened.page.select_option("#sort", label="by number of fields")
    assert opened.keys[0] in {"24-MB01", "24-MB02", "24-WB02"}


def test_bars_of_the_price_chart_lead_to_their_changes(review: OpenReview) -> None:
    opened = review(catalogue())
    bars = opened.page.locator(".bin")
    assert [bar.get_attribute("aria-label") for bar in bars.all()] == [
        "1 record: the price falls by 25 to 30 %",
        "1 record: the price rises by 0 to 5 %",
        "1 record: the price rises by 50 % or more",
    ]
    for place, key in enumerate(["24-WB02-M", "24-WB02-S", "24-WB02-L"]):
        bars.nth(place).focus()
        opened.page.keyboard.press("Enter")
        opened.wait_for_count("1 of 20")
        opened.page.wait_for_function(
            "key => document.querySelector('#list .key').textContent === key", arg=key
        )


@pytest.mark.parametrize(
    ("percent", "label"),
    [
        ("0.01", "falls by more than 50 %"),
        ("50", "falls by 45 to 50 %"),
        ("99.99", "falls by 0 to 5 %"),
        ("100.01", "rises by 0 to 5 %"),
        ("149.99", "rises by 45 to 50 %"),
        ("150", "rises by 50 % or more"),
        ("999999999999999", "rises by 50 % or more"),
    ],
)
def test_every_move_has_its_bar(review: OpenReview, percent: str, label: str) -> None:
    opened = review([repriced("A", "100", percent)])
    bar = opened.page.locator(".bin")
    assert (bar.get_attribute("aria-label") or "").endswith(label)
    bar.click()
    opened.wait_for_count("1 of 1")


def test_stock_chart(review: OpenReview) -> None:
    opened = review(catalogue())
    lines = opened.page.locator(".stock li").all_inner_texts()
    assert [" ".join(line.split()) for line in lines] == [
        "goes to zero 1",
        "rises 1",
        "first count 4",
    ]
    opened.page.locator(".stock .link", has_text="goes to zero").click()
    opened.wait_for_count("1 of 20")
    assert opened.keys == ["24-WB02-S@default"]
    assert opened.page.locator("#cause").is_visible()
    opened.page.keyboard.press("Escape")
    opened.wait_for_count("20 changes")
    assert not opened.page.locator("#cause").is_visible()


def test_nothing_to_draw_no_chart(review: OpenReview) -> None:
    opened = review([titled("A")])
    assert not opened.page.locator("#charts").is_visible()
    assert opened.page.locator("#price, #category, #danger").first.is_hidden()


def test_diagnostics_lead_to_their_changes(review: OpenReview) -> None:
    """By code; a record that is no part of the plan has no way to it."""
    cut = [
        Diagnostic(Severity.WARNING, "text.cut", "Cut.", Address("product", key), "Shorten it.")
        for key in ("24-MB01", "24-MB02", "gone")
    ]
    lost = Diagnostic(Severity.SKIPPED, "lost", "Lost.", Address("product", "gone"))
    opened = review(catalogue(), diagnostics=[*cut, lost])
    assert opened.page.locator("[data-code]").count() == 1
    opened.page.locator("summary", has_text="text.cut").click()
    opened.page.get_by_role("button", name="show 2 changes").click()
    opened.wait_for_count("2 of 20")
    assert opened.keys == ["24-MB01", "24-MB02"]


def test_keys_lead_through_the_page(review: OpenReview) -> None:
    opened = review(small_changes())
    opened.page.keyboard.press("g")
    opened.page.keyboard.press("a")
    assert _is_seen(opened, "#approval-title")
    opened.page.keyboard.press("g")
    opened.page.keyboard.press("g")
    assert opened.page.evaluate("scrollY") == 0


def _is_seen(opened: Review, selector: str) -> bool:
    return bool(
        opened.page.locator(selector).evaluate(
            "node => { const {top} = node.getBoundingClientRect(); "
            "return top >= 0 && top < innerHeight; }"
        )
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_categories_and_causes_stay_text(review: OpenReview, name: str) -> None:
    text = HOSTILE[name]
    first, *rest = family("A")
    named = replace(create("product", "A", title="T", categories=[text]), refs=first.refs)
    reasoned = replace(titled(f"B{text}"), reason=text)
    opened = review([named, *rest, reasoned])
    assert opened.page.locator("#filters img, #list img, #list script").count() == 0
    assert opened.page.locator("#category option").count() == 2
    opened.page.select_option("#category", index=1)
    opened.wait_for_count("3 of 6")
    assert opened.page.title().startswith("Plan ")


def test_pictures_stand_beside_each_other(review: OpenReview) -> None:
    old, new = "https://shop.invalid/old.png", "https://shop.invalid/new.png"
    plain = "https://shop.invalid/none.png"
    made = titled("A")
    path = replace(made.fields[0], path="images", before=[old, plain], after=[new, plain])
    pixel = (
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGA"
        "WjR9awAAAABJRU5ErkJggg=="
    )
    opened = review([replace(made, fields=(path,))], thumbnails={old: pixel, new: pixel})
    opened.open("A")
    figures = opened.page.locator(".gallery figure")
    assert figures.all_inner_texts() == [old, plain, new]
    classes = [figure.get_attribute("class") for figure in figures.all()]
    assert classes == ["gone", " text", "come"]
    widths = opened.page.locator("#list img").evaluate_all("all => all.map(i => i.naturalWidth)")
    assert widths == [1, 1, 1]
