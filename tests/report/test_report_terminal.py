"""Plans on a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from samples import (
    DESCRIPTION,
    HOSTILE,
    MADE_AT,
    change,
    create,
    hostile_changes,
    many_changes,
    price,
    small_plan,
    write_plan,
)

from reconcile.model import Action, Address, Change, Diagnostic, Outcome, Severity, Status
from reconcile.personal_keys import pseudonym
from reconcile.plan import file
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Approval, Decision, Plan, Take, Waiver
from reconcile.report.evidence import Evidence
from reconcile.report.terminal import print_summary
from reconcile.report.terminal_change import print_changes


def summary(
    plan: Plan, width: int = 100, *, terminal: bool = False, evidence: Evidence | None = None
) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=terminal, highlight=False)
    print_summary(console, plan, evidence)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def details(changes: Sequence[Change]) -> str:
    console = Console(file=io.StringIO(), width=80, highlight=False)
    print_changes(console, changes)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_summary_says_what_matters(tmp_path: Path) -> None:
    text = summary(small_plan(tmp_path))
    for part in (
        "This plan creates 1 category and 2 products with 1 variant,",
        "This plan cannot be applied as it is: 1 limit is exceeded.",
        "! 1 record is deleted.",
        "variant:24-WB02  32 → 3200 usd (×100)",
        "exceeded 1 price moves by about 100",
        "skipped  1 × price.negative",
        "update 2 variants  prices 2, weight 1",
    ):
        assert part in text


def test_summary_fits_a_screen(tmp_path: Path) -> None:
    large = file.read(write_plan(tmp_path, list(many_changes(4000))))
    assert len(summary(large).splitlines()) <= 40
    assert len(summary(small_plan(tmp_path / "small")).splitlines()) <= 40


def test_plain_where_no_terminal_is(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    assert "\x1b" not in summary(plan)
    assert "\x1b[" in summary(plan, terminal=True)


@pytest.mark.parametrize("name", HOSTILE)
def test_shop_text_neither_steers_nor_formats(tmp_path: Path, name: str) -> None:
    plan = file.read(
        write_plan(tmp_path, [c for c in hostile_changes() if c.address.key.startswith(name)])
    )
    text = summary(plan, 300) + details(plan.changes)
    assert not set(text) & set("\x1b\x07\x9b\u202e\u2028\u2029")
    assert name != "rich" or "[bold red]not markup[/bold red]" in text


def test_prices_are_a_small_table() -> None:
    before, after = [price("45"), price("41", "eur")], [price("36"), price("30", low="10")]
    lines = details([change("variant", "A", Action.UPDATE, ("prices", before, after))]).splitlines()
    assert [line.split() for line in lines[2:]] == [
        ["usd", "45", "→", "36", "-20.0", "%"],
        ["eur", "41", "→", "—"],
        ["usd", "from", "10", "—", "→", "30"],
    ]


def test_long_text_is_a_unified_diff() -> None:
    after = DESCRIPTION.replace("basketball", "volley ball")
    text = details([change("product", "A", Action.UPDATE, ("description", DESCRIPTION, after))])
    assert "    -Big enough to haul a basketball or" in text
    assert "    +Big enough to haul a volley ball or" in text
    assert "Full-length" not in text
    assert "---" not in text


def test_a_value_cannot_pose_as_another_field() -> None:
    text = details([create("product", "A", title="Tote\n  status  published")])
    assert "\n  status" not in text


def test_details_say_action_key_and_reason() -> None:
    text = details([change("product", "24-UG99", Action.DRAFT, ("status", "published", "draft"))])
    assert text.splitlines() == ["draft product 24-UG99", "  status  published → draft"]


def test_details_say_which_fields_both_sides_changed() -> None:
    both = replace(
        change("product", "24-UG99", Action.UPDATE, ("title", "Theirs", "Ours"), ("weight", 1, 2)),
        conflicts={"title": "As it was\x1b"},
    )
    assert details([both]).splitlines() == [
        "update product 24-UG99",
        "  title  Theirs → Ours",
        "    conflict: both shops changed it, and nobody decided yet",
        "      base    As it was\\x1b",
        "      source  Ours",
        "      target  Theirs",
        "  weight  1 → 2",
    ]


@pytest.mark.parametrize(
    ("take", "words"),
    [(Take.SOURCE, "the source's value is taken"), (Take.TARGET, "the target's value is kept")],
)
def test_details_say_how_a_conflict_was_settled(take: Take, words: str) -> None:
    both = change("customer", "ann@shop.test", Action.UPDATE, ("first_name", "A", "B"))
    both = replace(both, conflicts={"first_name": "C"})
    settlement = Settlement([Decision(take, pseudonym(both.address, "sha256:x"))], "sha256:x")
    console = Console(file=io.StringIO(), width=80, highlight=False)
    print_changes(console, [both], settlement)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"    conflict: both shops changed it, {words}" in text
    assert "ann@" not in text
    assert not set(text.split()) & {"A", "B", "C"}


def test_what_to_do_is_said_after_what_happened(tmp_path: Path) -> None:
    lines = [" ".join(line.split()) for line in summary(small_plan(tmp_path)).splitlines()]
    place = next(i for i, line in enumerate(lines) if "price.negative" in line)
    assert lines[place : place + 2] == [
        "skipped 1 × price.negative The price -4 of `24-MB99` is below zero.",
        "Remedy: Correct the price in Magento.",
    ]


def test_a_long_sentence_is_whole_on_a_narrow_screen(tmp_path: Path) -> None:
    message = " ".join(f"word{number}" for number in range(20))
    plan = replace(
        small_plan(tmp_path),
        diagnostics=(Diagnostic(Severity.WARNING, "long", message, remedy="Do it."),),
    )
    text = summary(plan, 60)
    assert message in " ".join(text.split())
    assert all(line.startswith(" " * 9) for line in text.splitlines() if "Remedy" in line)


def test_what_happened_since_is_said(tmp_path: Path) -> None:
    plan = small_plan(tmp_path)
    approval = Approval(
        plan.digest,
        "Ada\x1b",
        MADE_AT,
        tuple(f"product:{number}" for number in range(20)),
        (Waiver("price_hundredfold", "The old price was in cents."),),
        note="For the\nnew season",
    )
    outcome = Outcome(Address("category", "gear/bags"), Status.APPLIED)
    evidence = Evidence(
        approval, {"category:gear/bags": outcome}, problems=("The journal is bad.",)
    )
    text = summary(plan, evidence=evidence)
    for part in (
        "Approved  by Ada\\x1b, 2026-11-21 09:30 UTC\n",
        "          note: For the new season\n",
        "          waived price_hundredfold: The old price was in cents.\n",
        "          without product:0\n",
        "          and 10 more like this\n",
        "Applied   1 applied and 11 pending\n",
        "! The journal is bad.\n",
    ):
        assert part in text
    assert "cannot be applied as it is" not in text
    other = replace(evidence, approval=replace(approval, plan_digest="sha256:other"))
    voided = summary(plan, evidence=other)
    assert "for other bytes: this approval is void" in voided
    assert "cannot be applied as it is" in voided
    assert "Ada" not in voided
    assert "Approved" not in summary(plan)


def test_what_finds_no_room_is_named(tmp_path: Path) -> None:
    notes = [Diagnostic(Severity.WARNING, f"code_{letter}", "Said.") for letter in "abcdefg"]
    plan = replace(small_plan(tmp_path), diagnostics=tuple(notes))
    assert "and 2 more diagnostic codes: code_f, code_g" in summary(plan)
