"""What a reviewer leaves out, whose values they take, what they waive, and that it is kept."""

from __future__ import annotations

import pytest
from review_page import OpenReview
from reviewed_plans import AGE, EXCEEDED, catalogue, drafted, in_conflict
from samples import small_changes

from reconcile.model import Diagnostic, Severity

pytestmark = pytest.mark.browser


def test_everything_is_approved_at_first(review: OpenReview) -> None:
    opened = review(catalogue())
    assert opened.summary == "20 of 20 changes approved"
    assert opened.recap == [
        "20 of 20 changes approved",
        "Every change of the plan, nothing waived.",
    ]


def test_what_needs_an_excluded_change_is_left_out_with_it(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.exclude("product 24-MB01")
    assert opened.summary == "15 of 20 changes approved; 1 excluded, 4 more need it"
    assert opened.marks("24-MB01", "create") == ["excluded"]
    opened.search("24-MB01-S", "2 of 20")
    assert opened.marks("24-MB01-S") == ["needs product 24-MB01"]
    box = opened.tick("variant 24-MB01-S")
    assert not box.is_checked()
    assert box.is_disabled()
    text = opened.open("24-MB01-S")
    assert "Left out, as it needs product 24-MB01, which is left out." in text
    opened.page.click(".why button")
    opened.page.wait_for_function("document.getElementById('search').value === 'product:24-MB01'")


def test_needs_are_followed_all_the_way(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.exclude("category gear/bags")
    assert opened.summary == "14 of 20 changes approved; 1 excluded, 5 more need it"
    opened.tick("category gear/bags").check()
    assert opened.summary == "20 of 20 changes approved"


def test_a_group_at_once(review: OpenReview) -> None:
    opened = review(catalogue())
    box = opened.page.get_by_label("Include all of: draft products: gone from the source")
    box.uncheck()
    assert opened.summary == "18 of 20 changes approved; 2 excluded"
    group = opened.page.locator("#list .group", has=box)
    assert group.locator(".standing").inner_text() == "2 excluded"
    opened.tick("product 24-UG01").check()
    assert box.evaluate("box => box.indeterminate")
    box.check()
    assert opened.summary == "20 of 20 changes approved"


def test_everything_listed_at_once(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.choose("price", "price changes")
    opened.wait_for_count("3 of 20")
    opened.page.get_by_role("button", name="Exclude these 3").click()
    assert opened.summary == "17 of 20 changes approved; 3 excluded"
    assert not opened.page.locator("#exclude").is_visible()
    opened.page.get_by_role("button", name="Include these 3").click()
    assert opened.summary == "20 of 20 changes approved"


def test_excluded_changes_are_found(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.exclude("product 24-MB02")
    for label, count in (
        ("left out", "5 of 20"),
        ("excluded", "1 of 20"),
        ("needs an excluded one", "4 of 20"),
        ("approved", "15 of 20"),
    ):
        opened.choose("standing", label)
        opened.wait_for_count(count)


def test_keys_decide_too(review: OpenReview) -> None:
    opened = review(catalogue())
    keyboard = opened.page.keyboard
    keyboard.press("j")
    keyboard.press("j")
    keyboard.press("x")
    assert opened.summary == "15 of 20 changes approved; 1 excluded, 4 more need it"
    focused = "document.activeElement.querySelector('.key').textContent"
    assert opened.page.evaluate(focused) == "24-MB01"
    keyboard.press("x")
    keyboard.press("X")
    assert opened.summary == "0 of 20 changes approved; 20 excluded"
    keyboard.press("?")
    assert opened.page.locator("#help").is_visible()
    keyboard.press("x")
    keyboard.press("Escape")
    assert not opened.page.locator("#help").is_visible()
    assert opened.summary == "0 of 20 changes approved; 20 excluded"


def test_conflicts_stay_the_targets_until_decided(review: OpenReview) -> None:
    """Of the last record a field is left that only the source changed."""
    opened = review(in_conflict())
    assert opened.summary == "1 of 3 changes approved; 3 undecided"
    assert opened.marks("C1") == ["conflict"]
    opened.open("C1")
    cells = opened.page.locator(".sides th, .sides td").all_inner_texts()
    assert cells[1:4] == ["last applied", "source now", "target now"]
    assert cells[4:] == ["title", "Base 1", "Source 1", "Target 1"]
    opened.page.get_by_label("the source's values").check()
    assert opened.summary == "2 of 3 changes approved; 2 undecided"
    assert opened.marks("C1") == ["takes source"]
    opened.page.get_by_label("the target's values").check()
    assert opened.summary == "1 of 3 changes approved; 2 undecided"
    opened.page.get_by_label("nobody decides").check()
    assert opened.marks("C1") == ["conflict"]


def test_conflicts_are_settled_for_all_that_are_listed(review: OpenReview) -> None:
    opened = review([*in_conflict(), drafted("D")])
    opened.choose("standing", "undecided conflict")
    opened.wait_for_count("3 of 4")
    opened.page.click("#take-source")
    assert opened.summary == "4 of 4 changes approved"
    opened.page.click("#take-target")
    assert opened.summary == "2 of 4 changes approved"
    assert "product:*" not in opened.recap
    assert any(line.startswith("product:* all 3, takes the target") for line in opened.recap)


def test_conflicts_by_key(review: OpenReview) -> None:
    opened = review(in_conflict())
    for key in "jsjt":
        opened.page.keyboard.press(key)
    assert [opened.marks(key) for key in ("C1", "C2", "C3")] == [
        ["takes source"],
        ["takes target"],
        ["conflict"],
    ]
    opened.page.keyboard.press("u")
    assert opened.marks("C2") == ["conflict"]


def test_an_exceeded_limit_needs_a_reason(review: OpenReview) -> None:
    opened = review(small_changes(), limits=[EXCEEDED])
    page = opened.page
    assert opened.against == [
        "Limit draft_share:product is exceeded: waive it with a reason, above.",
        "Your name is missing.",
    ]
    assert page.locator("#hindrance").inner_text() == "1 limit to waive, no name yet"
    field = page.get_by_label("Waive it, because")
    field.fill("   ")
    page.fill("#by", "Ada")
    assert opened.against == [
        "Limit draft_share:product is exceeded: waive it with a reason, above."
    ]
    assert page.locator("#obstacle").is_visible()
    field.fill("end of season")
    assert opened.against == []
    assert not page.locator("#obstacle").is_visible()
    assert page.locator(".limits .verdict").inner_text() == "waived"
    assert page.locator(".download:disabled").count() == 0
    assert "draft_share:product end of season" in opened.recap


def test_blocking_diagnostics_cannot_be_waived(review: OpenReview) -> None:
    loop = Diagnostic(Severity.BLOCKING, "loop", "A category is its own parent.")
    opened = review(small_changes(), diagnostics=[loop])
    opened.page.fill("#by", "Ada")
    assert opened.against == ["1 blocking diagnostic: no approval can lift that; make a new plan."]
    assert opened.page.locator(".download:disabled").count() == 2


def test_a_plan_that_grew_old_is_waived_as_well(review: OpenReview) -> None:
    """It was not exceeded when the page was written."""
    opened = review(small_changes(), limits=[AGE])
    opened.page.clock.set_fixed_time("2026-12-24T09:00:00Z")
    opened.page.fill("#by", "Ada")
    assert opened.against == ["Limit plan_age_hours is exceeded: waive it with a reason, above."]
    opened.page.get_by_label("Waive it, because").fill("nothing moved")
    assert opened.against == []


def test_ticks_survive_a_reload(review: OpenReview) -> None:
    opened = review([*catalogue(), *in_conflict()], limits=[EXCEEDED])
    opened.exclude("product 24-MB01")
    opened.search("product:C2", "1 of 23")
    opened.page.keyboard.press("Tab")
    opened.open("C2")
    opened.page.get_by_label("the source's values").check()
    opened.page.fill("#by", "Ada")
    opened.page.fill("#note", "as agreed")
    opened.page.get_by_label("Waive it, because").fill("season")
    before = opened.summary, opened.recap
    opened.reload()
    assert (opened.summary, opened.recap) == before
    assert opened.page.input_value("#by") == "Ada"
    assert opened.page.input_value("#note") == "as agreed"
    assert opened.against == []
    opened.page.click("#start-over")
    assert opened.summary == "21 of 23 changes approved; 3 undecided"
    opened.reload()
    assert opened.summary == "21 of 23 changes approved; 3 undecided"


def test_a_browser_that_keeps_nothing_still_reviews(review: OpenReview) -> None:
    opened = review(catalogue())
    opened.page.evaluate(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('refused'); }})"
    )
    opened.exclude("product 24-MB01")
    opened.page.wait_for_timeout(400)
    assert opened.summary == "15 of 20 changes approved; 1 excluded, 4 more need it"


def test_decisions_are_printed(review: OpenReview) -> None:
    opened = review([*catalogue(), *in_conflict()])
    opened.exclude("product 24-MB01")
    opened.page.fill("#by", "Ada")
    opened.page.fill("#note", "as agreed")
    opened.page.emulate_media(media="print")
    assert opened.recap == [
        "16 of 23 changes approved",
        "Excluded",
        "product:24-MB01",
        "4 more changes are left out, as they need what is excluded.",
        "3 conflicts are undecided: there the target stays as it is.",
    ]
    assert opened.page.locator("#printed-note").inner_text() == "Ada: as agreed"
    for hidden in ("#bar", "#approver", "#list", "#filters"):
        assert not opened.page.locator(hidden).is_visible()
