"""Approving: what is refused, what is noted, and the file with its line numbers."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_shop import FakeShop, create
from plan_samples import DIGEST, NOON, approval_of, plan_of, surroundings

from reconcile.apply import apply_plan
from reconcile.errors import ApprovalError
from reconcile.journal import History
from reconcile.model import (
    Action,
    Address,
    Change,
    Diagnostic,
    FieldChange,
    Outcome,
    Severity,
    Status,
)
from reconcile.plan import approval_file
from reconcile.plan.approval import approve, keep_what_is_done, obstacles, remarks
from reconcile.plan.document import Decision, Limit, Take, Waiver
from reconcile.plan.limits import PLAN_AGE
from reconcile.plan.patterns import matches
from reconcile.plan.selection import select

CHANGES = [
    create("category:men"),
    create("product:24-MB01", "category:men"),
    create("variant:24-MB01", "product:24-MB01"),
    create("product:Shirt[1]"),
]
OVER = Limit("draft_share:product", "31.20 % of products would be drafted", 31.2, 30.0)
UNDER = Limit("update_share:product", "2.00 % of products would be changed", 2.0, 30.0)
BLOCKED = Diagnostic(Severity.BLOCKING, "category_loop", "men is below itself.")

PATTERNS = [
    ("product:24-MB01", "product:24-*", True),
    ("product:24-MB01", "product:*", True),
    ("product:24-MB01", "PRODUCT:24-*", False),
    ("product:24-MB01", "product:24-mb01", False),
    ("variant:24-MB01", "product:24-*", False),
    ("product:Shirt[1]", "product:Shirt[1]", True),
    ("product:Shirt1", "product:Shirt[1]", True),
]


@pytest.mark.parametrize(("address", "pattern", "expected"), PATTERNS)
def test_patterns(address: str, pattern: str, expected: bool) -> None:
    assert matches(address, pattern) is expected


def test_an_excluded_change_takes_along_what_needs_it() -> None:
    selection = select(CHANGES, ["category:*"], (), DIGEST)
    assert selection.excluded == {
        "category:men": "excluded by `category:*`",
        "product:24-MB01": "needs category:men, which is excluded",
        "variant:24-MB01": "needs product:24-MB01, which is excluded",
    }
    assert [str(change.address) for change in selection.approved] == ["product:Shirt[1]"]


REFUSED = [
    ({"approved_by": " "}, "Nobody is named"),
    ({"excludes": ["product:nothing*"]}, "`product:nothing*` matches no change"),
    ({"waivers": [Waiver("draft_share:brand", "x")]}, "There is no limit `draft_share:brand`"),
    ({"waivers": [Waiver("draft_share:product", " ")]}, "gives no reason"),
    ({}, "Limit draft_share:product is exceeded and not waived: 31.20 %"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED)
def test_what_is_not_approved(options: dict[str, Sequence[object]], words: str) -> None:
    plan = plan_of(CHANGES, limits=[OVER, UNDER])
    with pytest.raises(ApprovalError) as refusal:
        approve(plan, **{"approved_by": "Ada", "now": NOON, **options})  # type: ignore[arg-type]
    assert words in str(refusal.value)


def test_a_blocking_diagnostic_cannot_be_waived() -> None:
    plan = plan_of(CHANGES, diagnostics=[BLOCKED])
    with pytest.raises(ApprovalError, match="Blocked by category_loop: men is below itself"):
        approve(plan, "Ada", NOON)


def test_a_waived_limit_does_not_stand_in_the_way() -> None:
    plan = plan_of(CHANGES, limits=[OVER])
    approval = approve(plan, "Ada", NOON, waivers=[Waiver("draft_share:product", "season")])
    assert obstacles(plan, approval) == []


def test_one_other_byte_voids_the_approval() -> None:
    approval = approval_of(plan_of(CHANGES))
    (obstacle,) = obstacles(plan_of(CHANGES, digest=DIGEST[:-1] + "b"), approval)
    assert obstacle.startswith("The approval is for sha256:")


def test_an_approver_is_told_what_is_odd() -> None:
    plan = plan_of(CHANGES, limits=[UNDER])
    waivers = [Waiver("update_share:product", "to be sure")]
    notes = remarks(plan, approval_of(plan, excludes=["category:*", "product:S*"], waivers=waivers))
    unneeded, dependants, nothing = notes
    assert unneeded.startswith("The waiver of `update_share:product` is not needed: 2.00 %")
    assert dependants.startswith("2 further changes are left out")
    assert nothing.startswith("Everything is excluded")


def test_a_file_reads_as_it_was_written(tmp_path: Path) -> None:
    plan = plan_of(CHANGES)
    waivers = [Waiver("draft_share:product", "end: of «season» # now")]
    approval = approval_of(plan, excludes=["product:24-*", "- x"], waivers=waivers)
    path = approval_file.write(tmp_path, approval)
    assert approval_file.read(tmp_path) == approval
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["approval.yml"]


GOOD = f"plan_digest: {DIGEST}\napproved_by: Ada\napproved_at: 2026-11-01T12:00:00Z\n"
BAD_FILES = [
    ("- a\n", ":1: This is not an approval"),
    (GOOD + "force: true\n", ":4: `force` means nothing here"),
    (GOOD.replace("Ada", "''"), ":2: `approved_by` must be a text"),
    (GOOD.replace("T12:00:00Z", ""), ":3: `approved_at` must be a time"),
    (GOOD.replace("2026-11-01T12:00:00Z", "noon"), ":3: `approved_at` must be a time"),
    (GOOD + "excludes: product:*\n", ":4: `excludes` must be a list"),
    (GOOD + "excludes:\n- product:*\n- 7\n", ":6: `excludes.1` must be a text"),
    (GOOD + "waivers:\n- limit: a\n", ":5: A waiver has"),
    (GOOD + "waivers:\n- limit: a\n  reason: 3\n", ":6: `waivers.0.reason` must be a text"),
    (GOOD + "approved_by: Bob\n", ":4: 'approved_by' stands twice"),
    ("plan_digest: {\n", "Not valid YAML"),
    ("approved_by: Ada\n", ":1: `plan_digest` must be a text"),
]


@pytest.mark.parametrize(("text", "words"), BAD_FILES)
def test_mistakes_in_the_file_are_found_with_their_line(
    tmp_path: Path, text: str, words: str
) -> None:
    (tmp_path / "approval.yml").write_text(text)
    with pytest.raises(ApprovalError) as refusal:
        approval_file.read(tmp_path)
    assert words in str(refusal.value)


def test_no_file_is_no_approval(tmp_path: Path) -> None:
    with pytest.raises(ApprovalError, match="is not approved"):
        approval_file.read(tmp_path)


AGE = Limit(PLAN_AGE, "It may be applied for 24 hours after it was made.", 0.0, 24.0)
WAIVED = [Waiver(PLAN_AGE, "nothing moved over the holidays")]
AGES = [
    (0, [], True),
    (24, [], True),
    (25, [], False),
    (25, WAIVED, True),
]


@pytest.mark.parametrize(("hours", "waivers", "allowed"), AGES)
def test_a_plan_may_be_applied_for_some_time(
    hours: int, waivers: Sequence[Waiver], allowed: bool, tmp_path: Path
) -> None:
    plan = plan_of(CHANGES, limits=[AGE])
    approval = approval_of(plan, waivers=waivers)
    now = NOON + timedelta(hours=hours)
    problems = obstacles(plan, approval, now)
    assert bool(problems) is not allowed
    assert obstacles(plan, approval) == []
    around = replace(surroundings(), now=lambda: now)
    journal, shop = tmp_path / "journal.ndjson", FakeShop()
    if allowed:
        assert apply_plan(plan, approval, shop, journal, around).counts["open"] == 0
    else:
        assert "the plan is 25 hours old, over 24" in problems[0]
        with pytest.raises(ApprovalError, match="25 hours old"):
            apply_plan(plan, approval, shop, journal, around)
        assert shop.requests == []


def test_a_waiver_for_later_is_not_called_needless() -> None:
    plan = plan_of(CHANGES, limits=[AGE, UNDER])
    assert remarks(plan, approval_of(plan, waivers=WAIVED)) == []


TITLE, PRICE = FieldChange("title", "T", "S"), FieldChange("material", "wool", "silk")
CONFLICT = Change(
    Address("product", "a"), Action.UPDATE, (TITLE, PRICE), target_id="1", conflicts={"title": "B"}
)


def test_what_is_not_hidden_after_all_is_no_draft() -> None:
    """The approver is told how many records go out of sight."""
    fields = (FieldChange("status", "proposed", "draft"), PRICE)
    change = replace(CONFLICT, action=Action.DRAFT, fields=fields)
    for conflict, action in (("status", Action.UPDATE), ("material", Action.DRAFT)):
        selection = select([replace(change, conflicts={conflict: "B"})], (), (), DIGEST)
        assert [each.action for each in selection.approved] == [action]


APPLIED = History({"product:a": Outcome(CONFLICT.address, Status.APPLIED)})
IN_DOUBT = History(in_doubt={"product:a"}, sent={"product:a"})
FAILED = History({"product:a": Outcome(CONFLICT.address, Status.FAILED)}, sent={"product:a"})


@pytest.mark.parametrize(
    ("history", "former", "given", "refused"),
    [
        (APPLIED, None, Take.SOURCE, True),
        (APPLIED, Take.SOURCE, None, True),
        (APPLIED, Take.SOURCE, Take.SOURCE, False),
        (APPLIED, None, Take.TARGET, False),
        (IN_DOUBT, Take.SOURCE, Take.TARGET, True),
        (FAILED, Take.SOURCE, Take.TARGET, False),
        (History(), None, Take.SOURCE, False),
    ],
)
def test_a_conflict_that_was_written_is_not_settled_again(
    history: History, former: Take | None, given: Take | None, refused: bool
) -> None:
    """It would not be written again, but read back and remembered as if it had been."""
    plan = plan_of([CONFLICT])
    before, after = (
        replace(approval_of(plan), decisions=(Decision(take, "*"),) if take else ())
        for take in (former, given)
    )
    if refused:
        with pytest.raises(ApprovalError, match=r"product:a is applied .* \(title\)"):
            keep_what_is_done(plan, before, after, history)
    else:
        keep_what_is_done(plan, before, after, history)
