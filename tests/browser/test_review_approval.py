"""The downloaded approval.yml: the bytes `reconcile approve` writes, and what they select."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from review_page import LAST, OpenReview, Review, addresses
from reviewed_plans import (
    EXCEEDED,
    awkward_keys,
    catalogue,
    drafted,
    in_conflict,
    needing,
    titled,
)
from samples import HOSTILE, MADE_AT, create

from reconcile.journal import JOURNAL, Journal, RunFacts
from reconcile.model import Outcome, Status
from reconcile.plan import approval_file, file
from reconcile.plan.approval import approve, obstacles
from reconcile.plan.document import Approval, Decision, Take, Waiver
from reconcile.plan.selection import select

pytestmark = pytest.mark.browser

NOW = datetime.fromisoformat(LAST)


def checked(opened: Review, tmp_path: Path, note: str = "") -> tuple[Approval, list[str]]:
    """The approval as downloaded, and the changes it selects; both are what the page says."""
    path = tmp_path / "downloaded" / "approval.yml"
    path.parent.mkdir()
    written = opened.approve(path, note=note)
    approval = approval_file.read(path.parent)
    assert written.decode() == approval_file.text(approval)
    plan = file.read(opened.folder)
    assert obstacles(plan, approval, NOW) == []
    given = approval.excludes, approval.waivers, approval.decisions
    assert approve(plan, approval.approved_by, NOW, *given, note=note).excludes == approval.excludes
    chosen = select(plan.changes, approval.excludes, approval.decisions, plan.digest).approved
    total = len(plan.changes)
    assert opened.summary.startswith(f"{len(chosen)} of {total} change")
    return approval, addresses(chosen)


def test_the_bytes_are_those_of_approve(review: OpenReview, tmp_path: Path) -> None:
    opened = review([*catalogue(), *in_conflict()], limits=[EXCEEDED])
    opened.exclude("product 24-MB01", "product 24-WB01")
    opened.choose("standing", "undecided conflict")
    opened.wait_for_count("3 of 23")
    opened.page.click("#take-source")
    opened.open("C2")
    opened.page.get_by_label("the target's values").check()
    opened.page.get_by_label("Waive it, because").fill("end of season")
    approval, chosen = checked(opened, tmp_path, "two\nlines, “quoted”")
    assert approval == Approval(
        plan_digest=file.read(opened.folder).digest,
        approved_by="Ada",
        approved_at=NOW,
        excludes=("product:24-MB01", "product:24-WB01"),
        waivers=(Waiver("draft_share:product", "end of season"),),
        decisions=(
            Decision(Take.SOURCE, "product:C1"),
            Decision(Take.SOURCE, "product:C3"),
            Decision(Take.TARGET, "product:C2"),
        ),
        note="two\nlines, “quoted”",
    )
    assert "product:C1" in chosen
    assert "product:C2" not in chosen


def test_all_of_it_is_approved(review: OpenReview, tmp_path: Path) -> None:
    changes = catalogue()
    approval, chosen = checked(review(changes), tmp_path)
    assert (approval.excludes, approval.waivers, approval.decisions) == ((), (), ())
    assert chosen == addresses(changes)


def test_whole_groups_are_written_as_one(review: OpenReview, tmp_path: Path) -> None:
    """Of the drafts all, of the stock levels all, of the variants all but one."""
    opened = review(catalogue())
    for facet, label, count in (
        ("action", "draft (2)", "2 of 20"),
        ("entity", "stock levels (6)", "6 of 20"),
        ("entity", "variants (7)", "7 of 20"),
    ):
        opened.page.keyboard.press("Escape")
        opened.wait_for_count("20 changes")
        opened.choose(facet, label)
        opened.wait_for_count(count)
        opened.page.click("#exclude")
        opened.page.locator("#exclude").wait_for(state="hidden")
    opened.tick("variant 24-WB02-M").check()
    approval, chosen = checked(opened, tmp_path)
    assert sorted(approval.excludes) == [
        "create variant:*",
        "draft product:*",
        "inventory_level:*",
        "variant:24-WB02-L",
        "variant:24-WB02-S",
    ]
    assert "variant:24-WB02-M" in chosen


@pytest.mark.parametrize("kept", [False, True])
def test_awkward_keys_are_named_exactly(review: OpenReview, tmp_path: Path, kept: bool) -> None:
    """Every third is excluded, or every third is all that is not."""
    changes = [titled(key) for key in (*awkward_keys().values(), *HOSTILE.values())]
    opened = review(changes)
    opened.grow(2000)
    if kept:
        opened.page.keyboard.press("X")
    boxes = opened.page.locator("#list .change .tick")
    third = range(0, len(changes), 3)
    for place in third:
        boxes.nth(place).set_checked(kept)
    _, chosen = checked(opened, tmp_path)
    assert chosen == [
        address for place, address in enumerate(addresses(changes)) if (place in third) is kept
    ]


@pytest.mark.parametrize("name", awkward_keys())
def test_one_awkward_key(review: OpenReview, tmp_path: Path, name: str) -> None:
    """It alone is left out, beside keys that its pattern might name as well."""
    key = awkward_keys()[name]
    others = ["a", "ab", "a[*]", "a*", "abc", "what!", "b", "x", "plain"]
    changes = [titled(key), *(titled(other) for other in others if other != key)]
    opened = review(changes)
    opened.page.locator("#list .change .tick").first.uncheck()
    _, chosen = checked(opened, tmp_path)
    assert chosen == addresses(changes[1:])


def test_people_go_by_pseudonyms(review: OpenReview, tmp_path: Path) -> None:
    emails = ["ada@shop.invalid", "bob@shop.invalid", "ada@mail.invalid"]
    customers = [create("customer", email, email=email) for email in emails]
    order = needing(create("order", "1", display_id="1"), f"customer:{emails[0]}")
    opened = review([*customers, order])
    opened.page.locator("#list .change .tick").first.uncheck()
    approval, chosen = checked(opened, tmp_path)
    assert chosen == [f"customer:{email}" for email in emails[1:]]
    assert approval.excludes[0].startswith("customer:~")
    text = (tmp_path / "downloaded" / "approval.yml").read_text()
    assert "@" not in text


def test_a_review_begins_with_the_approval_there_is(review: OpenReview, tmp_path: Path) -> None:
    def prepare(folder: Path) -> None:
        approval = Approval(
            plan_digest=file.read(folder).digest,
            approved_by="Bob",
            approved_at=MADE_AT,
            excludes=("draft product:*", "product:24-MB0?"),
            waivers=(Waiver("draft_share:product", "fine"),),
            decisions=(Decision(Take.SOURCE, "product:C*"),),
            note="first round",
        )
        approval_file.write(folder, approval)

    opened = review([*catalogue(), *in_conflict()], limits=[EXCEEDED], prepare=prepare)
    assert opened.summary == "11 of 23 changes approved; 4 excluded, 8 more need them"
    assert opened.page.input_value("#by") == "Bob"
    assert opened.against == []
    approval, chosen = checked(opened, tmp_path, "second round")
    assert approval.waivers == (Waiver("draft_share:product", "fine"),)
    assert approval.decisions == (Decision(Take.SOURCE, "product:*"),)
    assert {"product:C1", "product:C2", "product:C3"} <= set(chosen)


def test_a_void_approval_says_nothing(review: OpenReview) -> None:
    def prepare(folder: Path) -> None:
        void = Approval("sha256:" + "0" * 64, "Bob", MADE_AT, ("product:*",))
        approval_file.write(folder, void)

    opened = review([*catalogue()], prepare=prepare)
    assert opened.summary == "20 of 20 changes approved"
    assert opened.page.input_value("#by") == ""


def test_hostile_words_stay_words(review: OpenReview, tmp_path: Path) -> None:
    hostile = "".join(HOSTILE.values()) + "".join(awkward_keys().values())
    opened = review([drafted("A"), drafted("B")], limits=[EXCEEDED])
    opened.page.get_by_label("Waive it, because").fill(HOSTILE["closing"])
    opened.exclude("product A")
    approval, _ = checked(opened, tmp_path, HOSTILE["script"] + hostile.replace("\r", "").strip())
    assert approval.waivers[0].reason == HOSTILE["closing"]
    assert opened.page.locator("#recap img, #recap script, #approval img").count() == 0
    assert opened.page.title().startswith("Plan ")


def test_what_was_applied_is_only_shown(review: OpenReview) -> None:
    def prepare(folder: Path) -> None:
        digest = file.read(folder).digest
        approval_file.write(folder, Approval(digest, "Bob", MADE_AT, ("product:B",)))
        _applied(folder, "product:A")

    opened = review([drafted("A"), drafted("B")], prepare=prepare)
    assert opened.against == ["Applying it has begun: the approval stands as it is."]
    assert opened.page.locator("#list .tick:enabled").count() == 0
    assert opened.page.locator(".download:disabled").count() == 2
    assert opened.marks("A") == ["applied"]


def _applied(folder: Path, address: str) -> None:
    plan = file.read(folder)
    change = next(each for each in plan.changes if str(each.address) == address)
    facts = RunFacts("run", plan.header.id, plan.digest, "0", "Bob", "http://m", 1)
    with Journal(folder / JOURNAL, lambda: MADE_AT) as journal:
        journal.start(facts)
        journal.intend("request", [change])
        journal.settle([(change.action, Outcome(change.address, Status.APPLIED))])
