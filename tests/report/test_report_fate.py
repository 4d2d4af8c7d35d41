"""What happened to a plan: approval, journal and certificate beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from samples import MADE_AT, change, create, small_changes, write_plan

from reconcile.journal import JOURNAL, Journal, RunFacts
from reconcile.model import Action, Address, Change, Outcome, Status
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval, Plan, Waiver
from reconcile.report.evidence import VERIFY, Evidence, read_evidence
from reconcile.report.fate import Fate, State, fates, steps, waived
from reconcile.report.render import write_html, write_page
from reconcile.verify.result import Counts, Difference, Digests, Flaw, Verification, to_document


def made(tmp_path: Path) -> tuple[Path, Plan]:
    folder = write_plan(tmp_path, small_changes())
    return folder, file.read(folder)


def approve(folder: Path, plan: Plan, *excludes: str) -> None:
    waivers = (Waiver("price_hundredfold", "The old price was in cents."),)
    approval_file.write(folder, Approval(plan.digest, "Ada", MADE_AT, excludes, waivers))


def settle(folder: Path, plan: Plan, ends: Sequence[tuple[Change, Status]]) -> None:
    facts = RunFacts("run", plan.header.id, plan.digest, "0", "Ada", "http://m", len(ends))
    with Journal(folder / JOURNAL, lambda: MADE_AT) as journal:
        journal.start(facts)
        journal.intend("request", [each for each, _ in ends])
        journal.settle(
            (
                each.action,
                Outcome(each.address, status, error="Medusa said no." * (status != "applied")),
            )
            for each, status in ends
            if status is not Status.UNKNOWN
        )


def certify(folder: Path, plan: Plan, *differences: Difference) -> None:
    equal = 12 - len(differences)
    verification = Verification(
        plan_id=plan.header.id,
        target_url="http://m",
        read_at=MADE_AT,
        verified_at=MADE_AT,
        approved_by="Ada",
        counts=Counts(12, 0, 12, 0, 0, 0, 0, 0, equal, len(differences)),
        digests=Digests(plan.digest, "sha256:j", "sha256:s"),
        differences=differences,
        unfinished=(),
        unexpected=(),
        untouched_checked=3,
    )
    (folder / VERIFY).write_text(json.dumps(to_document(verification)))


def test_nothing_happened_yet(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    evidence = read_evidence(folder, plan.changes)
    assert evidence == Evidence()
    assert fates(plan, evidence) == {}
    assert [step.state for step in steps(plan, evidence, {})] == [State.DONE] + [State.OPEN] * 3


def test_every_change_has_its_fate(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    approve(folder, plan, "product:24-UG99")
    first, second, third = list(plan.changes)[:3]
    settle(
        folder,
        plan,
        [(first, Status.APPLIED), (second, Status.FAILED), (third, Status.UNKNOWN)],
    )
    evidence = read_evidence(folder, plan.changes)
    fate_of = fates(plan, evidence)
    assert fate_of[str(first.address)] is Fate.APPLIED
    assert fate_of[str(second.address)] is Fate.FAILED
    assert fate_of[str(third.address)] is Fate.UNKNOWN
    assert fate_of["product:24-UG99"] is Fate.EXCLUDED
    assert list(fate_of.values()).count(Fate.PENDING) == 8
    approved, applied = steps(plan, evidence, fate_of)[1:3]
    assert approved.lines[0] == "by Ada"
    assert applied.state is State.BAD
    assert applied.lines == ("1 applied, 1 failed, 1 unknown, 1 excluded and 8 pending",)


def test_whole_run_with_its_proof(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    approve(folder, plan)
    settle(folder, plan, [(each, Status.APPLIED) for each in plan.changes])
    certify(folder, plan)
    evidence = read_evidence(folder, plan.changes)
    assert {step.state for step in steps(plan, evidence, fates(plan, evidence))} == {State.DONE}
    page = write_html(folder, tmp_path).read_text(encoding="utf-8")
    assert "Proven: 12 approved = 12 applied = 12 read back equal." in page
    assert "waived price_hundredfold: The old price was in cents." in page
    assert "cannot be applied as it is" not in page


def test_differences_are_listed(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    address = Address("product", "<b>")
    certify(folder, plan, Difference(address, Flaw.DIFFERS, "title", "<i>Tote", "Bag"))
    evidence = read_evidence(folder, plan.changes)
    assert steps(plan, evidence, {})[3].state is State.BAD
    page = write_html(folder, tmp_path).read_text(encoding="utf-8")
    assert "Not proven: of 12 approved changes 12 are applied and 11 read back equal." in page
    assert "<td>&lt;i&gt;Tote</td><td>Bag</td>" in page


def test_evidence_for_other_bytes_is_void(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    approve(folder, plan)
    certify(folder, plan)
    other, evidence = replace(plan, digest="sha256:other"), read_evidence(folder, plan.changes)
    states = [step.state for step in steps(other, evidence, {})]
    assert states == [State.DONE, State.BAD, State.OPEN, State.BAD]
    assert waived(other, evidence) == frozenset()
    assert waived(plan, evidence) == {"price_hundredfold"}


def test_files_that_cannot_be_trusted_are_told(tmp_path: Path) -> None:
    folder, plan = made(tmp_path)
    for name in (approval_file.APPROVAL, JOURNAL, VERIFY):
        (folder / name).write_text("[]\n")
    problems = read_evidence(folder, plan.changes).problems
    assert [text.split()[1] for text in problems] == ["journal", "approval", "certificate"]
    page = write_html(folder, tmp_path).read_text(encoding="utf-8")
    assert page.count('role="alert"') == 3


def test_a_change_that_needs_an_excluded_one_is_excluded(tmp_path: Path) -> None:
    needy = replace(
        change("variant", "V", Action.UPDATE, ("title", "a", "b")), refs={"product:P": None}
    )
    lead = change("product", "P", Action.CREATE, ("title", None, "P"))
    folder = write_plan(tmp_path, [lead, needy])
    plan = file.read(folder)
    approve(folder, plan, "product:P")
    assert set(fates(plan, read_evidence(folder, plan.changes)).values()) == {Fate.EXCLUDED}


@pytest.mark.parametrize("mask", [True, False])
def test_records_with_personal_keys_have_their_fate_as_well(tmp_path: Path, mask: bool) -> None:
    """The journal goes by pseudonyms; by the plan they are who they are."""
    people = [
        create("customer", f"{name}@example.com", email=f"{name}@example.com")
        for name in ("anna", "alma")
    ]
    folder = write_plan(tmp_path, people)
    plan = file.read(folder)
    approve(folder, plan)
    settle(folder, plan, list(zip(plan.changes, (Status.APPLIED, Status.FAILED), strict=True)))
    evidence = read_evidence(folder, plan.changes)
    assert list(fates(plan, evidence).values()) == [Fate.APPLIED, Fate.FAILED]
    page = write_page(folder, tmp_path / "page.html", mask=mask).read_text(encoding="utf-8")
    assert "1 applied and 1 failed" in page
