"""The report in a real browser: filters, search, details, keyboard, size, hostile text.

That nothing is logged, fails or is requested is asserted for each of these tests by `review`.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from review_page import OpenReview, Review
from samples import HOSTILE, change, hostile_changes, many_changes, small_changes

from reconcile.model import Action

pytestmark = pytest.mark.browser

LARGE = 50_000


def choose(review: Review, facet: str, label: str) -> None:
    review.page.select_option(f"#{facet}", label=label)


def test_everything_is_listed_in_groups(review: OpenReview) -> None:
    assert review(small_changes()).groups[:4] == [
        "create categories 1",
        "create products 2",
        "update products title, description, categories, metadata.meta_title, 1 more 1",
        "draft products status 1",
    ]


@pytest.mark.parametrize(
    ("facet", "label", "count"),
    [
        ("entity", "variants (4)", "4 of 12"),
        ("action", "set (3)", "3 of 12"),
        ("field", "prices (3)", "3 of 12"),
        ("danger", "price jump (1)", "1 of 12"),
    ],
)
def test_facets(review: OpenReview, facet: str, label: str, count: str) -> None:
    opened = review(small_changes())
    choose(opened, facet, label)
    opened.wait_for_count(count)
    opened.page.click("#clear")
    opened.wait_for_count("12 changes")


def test_a_record_is_found_by_its_address(review: OpenReview) -> None:
    """As diagnostics, journal and terminal write it."""
    opened = review(small_changes())
    opened.page.fill("#search", "variant:24-UG99-OLD")
    opened.wait_for_count("1 of 12")
    assert opened.keys == ["24-UG99-OLD"]


def test_facets_and_search_narrow_together(review: OpenReview) -> None:
    opened = review(small_changes())
    choose(opened, "entity", "variants (4)")
    opened.page.fill("#search", "wb02 3200")
    opened.wait_for_count("1 of 12")
    assert opened.keys == ["24-WB02"]
    opened.page.fill("#search", "nowhere")
    opened.wait_for_count("0 of 12")
    assert opened.page.locator("#empty").inner_text() == "No change fits."


def test_counts_and_dangers_lead_to_their_changes(review: OpenReview) -> None:
    opened = review(small_changes())
    opened.page.click("td button[data-entity=variant][data-action=delete]")
    opened.wait_for_count("1 of 12")
    assert opened.keys == ["24-UG99-OLD"]
    opened.page.click("button[data-danger=stock_zero]")
    opened.wait_for_count("1 of 12")
    opened.page.wait_for_function(
        "document.querySelector('#list .key').textContent === '24-WB02@default'"
    )


def test_before_and_after(review: OpenReview) -> None:
    opened = review(small_changes())
    opened.page.fill("#search", "tote")
    opened.wait_for_count("1 of 12")
    text = opened.open("24-WB02")
    assert "title\nCompete Track Tote → Compete Track Tote XL\n" in text
    detail = opened.page.locator("#list .detail")
    assert detail.locator("dd >> nth=1 >> del").all_inner_texts() == ["basketball"]
    assert detail.locator("dd >> nth=1 >> ins").all_inner_texts() == ["volley ball"]
    assert detail.locator(".members .gone").all_inner_texts() == ["old"]
    assert detail.locator(".members .come").all_inner_texts() == ["sale"]


def test_prices_side_by_side(review: OpenReview) -> None:
    opened = review(small_changes())
    choose(opened, "danger", "price jump (1)")
    opened.wait_for_count("1 of 12")
    opened.open("24-WB02")
    cells = opened.page.locator(".parts tr").all_inner_texts()
    assert [cell.split() for cell in cells] == [
        ["USD", "32", "→", "3200", "+9,900", "%"],
        ["EUR", "29"],
    ]


def test_rows_of_an_order_side_by_side(review: OpenReview) -> None:
    """Of changed rows only those that differ, each part before and after."""
    tote = {"id": "101", "sku": "TOTE", "title": "Tote", "quantity": "2", "taxes": [{"rate": "8"}]}
    mug, hat = {"id": "102", "title": "Mug"}, {"id": "103", "title": "Hat"}
    changed = change(
        "order",
        "000000125",
        Action.UPDATE,
        ("items", [tote, mug, hat], [{**tote, "quantity": "3"}, mug]),
        ("totals", {"due": "5", "paid": "0"}, {"due": "0", "paid": "5"}),
    )
    opened = review([changed])
    opened.open("000000125")
    heads = opened.page.locator(".rows thead th").all_inner_texts()
    assert heads == ["", "sku", "title", "quantity", "taxes"]
    rows = opened.page.locator(".rows tbody tr").all_inner_texts()
    assert [row.split() for row in rows] == [
        ["101", "TOTE", "Tote", "2", "→", "3", "8"],
        ["103", "Hat"],
    ]
    assert opened.page.locator(".rows tr.gone").count() == 1
    totals = opened.page.locator("dd >> nth=1 >> tr").all_inner_texts()
    assert [row.split() for row in totals] == [["paid", "0", "→", "5"], ["due", "5", "→", "0"]]


def test_opened_change_pushes_the_others_down(review: OpenReview) -> None:
    opened = review(small_changes())
    opened.open("24-MB01")
    boxes = opened.page.locator("#list > *").evaluate_all(
        "nodes => nodes.map(node => node.getBoundingClientRect()).map(box => [box.top, box.bottom])"
    )
    assert all(abs(bottom - top) < 1 for (_, bottom), (top, _) in pairwise(boxes))


def test_keyboard(review: OpenReview) -> None:
    opened = review(small_changes())
    keyboard, page = opened.page.keyboard, opened.page
    keyboard.press("/")
    keyboard.type("24-wb0")
    opened.wait_for_count("5 of 12")
    page.locator("#search").blur()
    for key in "jjk":
        keyboard.press(key)
    focused = "document.activeElement.querySelector('.key').textContent"
    assert page.evaluate(focused) == "24-WB02"
    keyboard.press("Enter")
    assert page.locator("#list .detail").count() == 1
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    keyboard.press("Escape")
    opened.wait_for_count("12 changes")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stays_text(review: OpenReview, name: str) -> None:
    changes = hostile_changes()
    opened = review(changes)
    opened.page.fill("#search", HOSTILE[name])
    opened.wait_for_count(f"1 of {len(changes)}")
    opened.open(name)
    assert opened.page.locator("#list img, #list script, #list a").count() == 0
    assert opened.page.title().startswith("Plan ")
    shown = opened.page.locator("#list .detail dd").first.inner_text()
    assert not set(shown) & set("\x1b\x07\x9b\u202e\u2028\u2029")
    if name in {"script", "closing", "comment", "jinja", "formula"}:
        assert shown == HOSTILE[name]


def test_large_plan_draws_only_what_is_seen(review: OpenReview) -> None:
    opened = review(list(many_changes(LARGE)))
    page = opened.page
    assert 10 < page.locator("#list > *").count() < 80
    for _ in range(3):
        page.evaluate("scrollBy(0, document.getElementById('list').offsetHeight / 4)")
        page.wait_for_timeout(100)
        assert 10 < page.locator("#list > *").count() < 80
    page.fill("#search", "SKU-031337")
    opened.wait_for_count(f"1 of {LARGE:,}")
    page.wait_for_function("document.querySelectorAll('#list .change').length === 1")
    assert opened.keys == ["SKU-031337"]
    assert "second edition" in opened.open("SKU-031337")


@pytest.mark.parametrize("width", [420, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_sideways(review: OpenReview, width: int, scheme: str) -> None:
    page = review([*small_changes(), *hostile_changes()]).page
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    for button in page.locator("#list .change > button").all()[:2]:
        button.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_summary_is_printed_without_the_list(review: OpenReview) -> None:
    page = review(small_changes()).page
    page.emulate_media(media="print")
    assert not page.locator("#list").is_visible()
    assert page.locator("#changes .printed").is_visible()
    assert page.locator(".counts").is_visible()
