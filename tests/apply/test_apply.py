"""Applying a plan: order, batches, refusals, lost answers, stops, resuming."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_shop import FakePhase, FakeShop, create, lost
from plan_samples import DIGEST, NOON, Silence, approval_of, plan_of, run, surroundings

from reconcile.apply import INTERRUPTED, Surroundings, apply_plan
from reconcile.errors import (
    AnswerLost,
    ApprovalError,
    AuthenticationFailed,
    PlanError,
    RequestRefused,
    Unreachable,
)
from reconcile.journal import read
from reconcile.model import Action, Address, Change, FieldChange, Status
from reconcile.plan.document import Approval
from reconcile.systems import BatchLimits, Unit

CATALOGUE = [
    create("variant:shirt-s", "product:shirt"),
    create("variant:shirt-m", "product:shirt"),
    create("product:shirt", "category:men/tops"),
    create("category:men/tops", "category:men"),
    create("category:men"),
    Change(
        Address("inventory_level", "shirt-s@main"),
        Action.SET_STOCK,
        (FieldChange("stocked_quantity", None, "5"),),
        refs={"variant:shirt-s": None},
    ),
]
PRODUCTS = [create(f"product:p{number}") for number in range(10)]


def reasons(report_or_folder: Path) -> dict[str, str]:
    outcomes = read(report_or_folder / "journal.ndjson").outcomes
    return {
        address: f"{outcome.status.value}: {outcome.error}"
        for address, outcome in outcomes.items()
        if outcome.status is not Status.APPLIED
    }


def test_what_others_need_is_written_first(tmp_path: Path) -> None:
    shop = FakeShop()
    report = run(CATALOGUE, shop, tmp_path)
    assert report.whole
    assert [addresses for _, addresses in shop.requests] == [
        ("category:men",),
        ("category:men/tops",),
        ("product:shirt", "variant:shirt-s", "variant:shirt-m"),
        ("inventory_level:shirt-s@main",),
    ]


def test_ids_the_answer_did_not_tell_are_looked_up(tmp_path: Path) -> None:
    shop = FakeShop(tells_member_ids=False)
    assert run(CATALOGUE, shop, tmp_path).whole
    assert shop.looked_up == ["variant:shirt-s"]


def test_batches_are_cut_by_units(tmp_path: Path) -> None:
    shop = FakeShop(limits=BatchLimits(units=4))
    run(PRODUCTS, shop, tmp_path)
    assert [len(addresses) for addresses in shop.sent("create products")] == [4, 4, 2]


def test_batches_are_cut_by_bytes_and_an_oversize_unit_travels_alone(tmp_path: Path) -> None:
    texts = {"product:a": "x", "product:b": "y" * 500, "product:c": "z", "product:d": "z"}
    changes = [
        replace(create(address), fields=(FieldChange("title", None, text),))
        for address, text in texts.items()
    ]
    shop = FakeShop(limits=BatchLimits(units=9, body_bytes=200))
    run(changes, shop, tmp_path)
    assert shop.sent("create products") == [
        ("product:a",),
        ("product:b",),
        ("product:c", "product:d"),
    ]


def test_the_offender_of_a_batch_stands_alone(tmp_path: Path) -> None:
    shop = FakeShop(poison={"product:p6"}, limits=BatchLimits(units=10))
    report = run(PRODUCTS, shop, tmp_path)
    assert report.counts == {"applied": 9, "failed": 1, "open": 0}
    assert reasons(tmp_path) == {"product:p6": "failed: no product:p6"}
    assert shop.sent("create products")[-1] != ()
    assert sum(len(sent) for sent in shop.sent("create products")) <= 10 + 10 + 5 + 3 + 2 + 1


def test_dependants_of_a_failure_are_skipped_by_name(tmp_path: Path) -> None:
    run(CATALOGUE, FakeShop(poison={"category:men/tops"}), tmp_path)
    assert reasons(tmp_path) == {
        "category:men/tops": "failed: no category:men/tops",
        "product:shirt": "skipped: needs category:men/tops, which failed",
        "variant:shirt-s": "skipped: needs product:shirt, which was skipped",
        "variant:shirt-m": "skipped: needs product:shirt, which was skipped",
        "inventory_level:shirt-s@main": "skipped: needs variant:shirt-s, which was skipped",
    }


def test_one_bad_variant_does_not_cost_the_product(tmp_path: Path) -> None:
    shop = FakeShop(poison={"variant:shirt-m"})
    run(CATALOGUE, shop, tmp_path)
    assert reasons(tmp_path) == {"variant:shirt-m": "failed: no variant:shirt-m"}
    assert shop.sent("create products") == [
        ("product:shirt", "variant:shirt-s", "variant:shirt-m"),
        ("product:shirt",),
    ]
    assert max(shop.created.values()) == 1


def test_a_bad_lead_fails_with_its_own_words_and_takes_its_members_along(tmp_path: Path) -> None:
    run(CATALOGUE, FakeShop(poison={"product:shirt"}), tmp_path)
    found = reasons(tmp_path)
    assert found["product:shirt"] == "failed: no product:shirt"
    assert found["variant:shirt-s"] == "skipped: needs product:shirt, which failed"


def test_a_refused_unit_that_exists_after_all_is_not_sent_again(tmp_path: Path) -> None:
    def crashed(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        first = phase.name == "create products"
        return RequestRefused("unknown error", status=500) if first else None

    shop = FakeShop(after=crashed)
    assert run(CATALOGUE, shop, tmp_path).whole
    assert len(shop.sent("create products")) == 1


def test_members_no_later_step_writes_fail_with_the_words_of_the_target(tmp_path: Path) -> None:
    shop = FakeShop(poison={"variant:shirt-m"})
    shop.phases = [phase for phase in shop.phases if phase.name != "create variants"]
    run(CATALOGUE, shop, tmp_path)
    words = "refused together with product:shirt: no variant:shirt-m"
    assert reasons(tmp_path)["variant:shirt-m"] == f"failed: {words}"


def test_what_no_step_writes_fails_and_says_so(tmp_path: Path) -> None:
    delete = Change(Address("product", "old"), Action.DELETE, (), target_id="x")
    run([delete], FakeShop(), tmp_path)
    words = "no step of the target writes `delete` of product"
    assert reasons(tmp_path) == {"product:old": f"failed: {words}"}


def test_a_reference_nobody_creates_fails_clearly(tmp_path: Path) -> None:
    run([create("product:a", "category:gone")], FakeShop(), tmp_path)
    words = "needs category:gone, which does not exist and is not created by this plan"
    assert reasons(tmp_path) == {"product:a": f"skipped: {words}"}


def test_records_that_wait_for_each_other_end_with_a_reason(tmp_path: Path) -> None:
    run(
        [create("category:a", "category:b"), create("category:b", "category:a")],
        FakeShop(),
        tmp_path,
    )
    assert reasons(tmp_path)["category:a"] == "skipped: needs category:b, which was not written"


def test_excluded_changes_and_their_dependants_are_not_sent(tmp_path: Path) -> None:
    shop = FakeShop()
    report = run(CATALOGUE, shop, tmp_path, excludes=["product:*"])
    assert (report.whole, report.excluded) == (True, 4)
    assert set(shop.created) == {"category:men", "category:men/tops"}


@pytest.mark.parametrize("happened", [False, True])
def test_a_lost_answer_creates_nothing_twice(tmp_path: Path, happened: bool) -> None:
    shop = FakeShop(after=lost(1, 3)) if happened else FakeShop(before=lost(1, 3))
    assert run(CATALOGUE, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_an_answer_that_never_comes_is_given_up_as_unknown(tmp_path: Path) -> None:
    shop = FakeShop(before=lambda phase, units: AnswerLost("dead"))
    report = run([create("product:a")], shop, tmp_path)
    assert report.counts == {"unknown": 1, "open": 0}
    assert reasons(tmp_path) == {"product:a": "unknown: no answer to 3 requests: dead"}


def test_a_lookup_that_fails_leaves_unknown_and_stops(tmp_path: Path) -> None:
    shop = FakeShop(after=lost(1), lookup_fault=lambda: Unreachable("down"))
    report = run(CATALOGUE, shop, tmp_path)
    assert report.stopped == "down"
    assert "could not be looked up: down" in reasons(tmp_path)["category:men"]
    assert run(CATALOGUE, (healed := FakeShop()), tmp_path).whole
    assert healed.looked_up[0] == "category:men"


@pytest.mark.parametrize("fault", [AuthenticationFailed("expired"), Unreachable("down")])
def test_a_fault_for_all_stops_and_the_next_run_finishes(tmp_path: Path, fault: Exception) -> None:
    shop = FakeShop(before=lambda phase, units: fault if phase.entity == "product" else None)
    report = run(CATALOGUE, shop, tmp_path)
    assert report.stopped == str(fault)
    assert report.counts == {"applied": 2, "open": 4}
    shop.before = lambda phase, units: None
    assert run(CATALOGUE, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_a_crash_after_sending_is_looked_up_before_anything_is_sent(tmp_path: Path) -> None:
    class PowerLoss(Exception):
        pass

    def crash(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        return PowerLoss() if phase.entity == "product" else None

    shop = FakeShop(after=crash)
    with pytest.raises(PowerLoss):
        run(CATALOGUE, shop, tmp_path)
    assert read(tmp_path / "journal.ndjson").in_doubt == {
        "product:shirt",
        "variant:shirt-s",
        "variant:shirt-m",
    }
    shop.after = lambda phase, units: None
    assert run(CATALOGUE, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


@pytest.mark.parametrize("changes", [CATALOGUE, PRODUCTS], ids=["with members", "without"])
def test_what_a_killed_run_sent_may_turn_up_after_the_look_up(
    tmp_path: Path, changes: list[Change]
) -> None:
    """The target goes on with a request whose sender is dead; the next run meets its result."""

    class Killed(Exception):
        pass

    def crash(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        return Killed() if phase.entity == "product" else None

    shop = FakeShop(after=crash, unique=True)
    with pytest.raises(Killed):
        run(changes, shop, tmp_path)
    shop.after = lambda phase, units: None
    shop.slow_lookups = 1
    assert run(changes, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_a_record_of_somebody_else_is_not_taken_for_what_was_lost(tmp_path: Path) -> None:
    """The SKU came meanwhile; that it is found does not mean that our product is there."""
    loses = lost(3)

    def fault(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        if units[0].members:
            shop.created["variant:shirt-s"] = 1
        return loses(phase, units)

    shop = FakeShop(before=fault, unique=True)
    run(CATALOGUE, shop, tmp_path)
    assert reasons(tmp_path)["variant:shirt-s"] == "failed: variant:shirt-s already exists"
    assert shop.created["product:shirt"] == 1


def test_the_requests_of_a_run_just_killed_are_given_time(tmp_path: Path) -> None:
    shop = FakeShop(before=lambda phase, units: Unreachable("down"))
    run(CATALOGUE, shop, tmp_path)
    waited: list[float] = []

    class Halt(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waited.append(timeout or 0)
            return self.is_set()

    plan = plan_of(CATALOGUE)
    ended = read(tmp_path / "journal.ndjson").last_at
    assert ended
    clock = iter(ended + timedelta(seconds=second) for second in (4, 5, 6))
    around = Surroundings(Silence(), Halt(), now=lambda: next(clock, ended), quiet=10.0)
    shop.before = lambda phase, units: None
    apply_plan(plan, approval_of(plan), shop, tmp_path / "journal.ndjson", around)
    assert 0 < waited[0] < 10


def test_applying_twice_does_nothing(tmp_path: Path) -> None:
    run(CATALOGUE, FakeShop(), tmp_path)
    before = (tmp_path / "journal.ndjson").read_bytes()
    untouched = FakeShop()
    report = run(CATALOGUE, untouched, tmp_path)
    assert (report.run, report.whole, untouched.requests) == ("", True, [])
    assert (tmp_path / "journal.ndjson").read_bytes() == before


def test_what_failed_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    shop = FakeShop(poison={"category:men/tops"})
    run(CATALOGUE, shop, tmp_path)
    shop.poison.clear()
    assert run(CATALOGUE, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_a_journal_cut_in_mid_line_is_resumed(tmp_path: Path) -> None:
    shop = FakeShop()
    run(CATALOGUE, shop, tmp_path)
    path = tmp_path / "journal.ndjson"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:8]) + lines[8][:20])
    report = run(CATALOGUE, shop, tmp_path)
    assert (report.whole, report.torn) == (True, 20)
    assert set(shop.created.values()) == {1}


def test_the_first_interrupt_ends_the_run_between_requests(tmp_path: Path) -> None:
    halt = threading.Event()

    def interrupt(phase: FakePhase, units: Sequence[Unit]) -> None:
        if phase.entity == "product":
            signal.raise_signal(signal.SIGINT)

    shop = FakeShop(after=interrupt)
    before = signal.signal(signal.SIGINT, lambda *_: halt.set())
    try:
        report = run(CATALOGUE, shop, tmp_path, halt=halt)
    finally:
        signal.signal(signal.SIGINT, before)
    assert report.stopped == INTERRUPTED
    assert report.counts == {"applied": 5, "open": 1}
    shop.after = lambda phase, units: None
    assert run(CATALOGUE, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}


def test_an_interrupt_stops_the_splitting_of_a_batch(tmp_path: Path) -> None:
    halt = threading.Event()
    shop = FakeShop(poison={"product:p1"}, limits=BatchLimits(units=10))

    def interrupt(phase: FakePhase, units: Sequence[Unit]) -> None:
        halt.set()

    shop.before = interrupt
    report = run(PRODUCTS, shop, tmp_path, halt=halt)
    assert (len(shop.requests), report.counts) == (1, {"open": 10})


OTHERS = {
    "none": None,
    "another digest": Approval("sha256:other", "Ada", NOON),
}


@pytest.mark.parametrize("approval", OTHERS.values(), ids=OTHERS)
def test_only_the_approved_bytes_are_applied(tmp_path: Path, approval: Approval | None) -> None:
    shop = FakeShop()
    path = tmp_path / "journal.ndjson"
    with pytest.raises(ApprovalError):
        apply_plan(plan_of(CATALOGUE), approval, shop, path, surroundings())
    assert (shop.requests, path.exists()) == ([], False)


def test_a_plan_is_only_applied_to_the_shop_it_was_made_for(tmp_path: Path) -> None:
    shop = FakeShop(url="http://elsewhere.test")
    with pytest.raises(PlanError, match=r"made for http://shop\.test"):
        run(CATALOGUE, shop, tmp_path)
    assert shop.requests == []


def test_the_journal_of_another_plan_is_refused(tmp_path: Path) -> None:
    run(CATALOGUE, FakeShop(), tmp_path)
    other = plan_of(CATALOGUE, digest=DIGEST[:-1] + "b")
    with pytest.raises(PlanError, match="another plan"):
        apply_plan(
            other, approval_of(other), FakeShop(), tmp_path / "journal.ndjson", surroundings()
        )


def test_a_full_disk_stops_before_the_next_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = FakeShop(limits=BatchLimits(units=1))
    written = 0

    def full(handle: int, chunk: bytes) -> int:
        nonlocal written
        written += 1
        if written > 4:
            raise OSError(28, "No space left on device")
        return real(handle, chunk)

    real = os.write
    monkeypatch.setattr(os, "write", full)
    with pytest.raises(PlanError, match="No space left"):
        run(PRODUCTS, shop, tmp_path)
    sent = len(shop.requests)
    monkeypatch.undo()
    assert sent < len(PRODUCTS)
    assert run(PRODUCTS, shop, tmp_path).whole
    assert set(shop.created.values()) == {1}
