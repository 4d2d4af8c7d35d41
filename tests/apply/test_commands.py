"""approve, apply and verify as they are typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from fake_shop import FakePhase, FakeShop, create
from plan_samples import plan_of, plan_on_disk
from typed import fresh_workspace, typed

from reconcile.model import Action, Address, Change, FieldChange
from reconcile.plan.document import Limit
from reconcile.systems import BatchLimits, Unit

Run = Callable[..., Result]
CHANGES = [
    replace(create("product:a"), fields=(FieldChange("title", None, "A"),)),
    replace(create("product:b"), fields=(FieldChange("title", None, "B"),)),
    create("variant:a-s", "product:a"),
]


class CustomerUpdate(FakePhase):
    name, entity, action = "update customers", "customer", Action.UPDATE


OVER = Limit("update_share:product", "41.00 % of products would change", 41.0, 30.0)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plan in a fresh workspace, which is the current folder."""
    fresh_workspace(tmp_path, monkeypatch)
    monkeypatch.setenv("GITHUB_ACTOR", "ada")
    return plan_on_disk(tmp_path / "plans", plan_of(CHANGES))


@pytest.fixture
def run(folder: Path) -> Run:
    return typed


def test_the_way_of_a_plan(run: Run, shop: FakeShop, folder: Path) -> None:
    approved = run("approve", "latest")
    assert approved.exit_code == 0
    assert "3 changes approved by ada, 0 left out" in approved.output
    applied = run("apply", folder.name[:12])
    assert (applied.exit_code, "3 applied" in applied.output) == (0, True)
    again = run("apply", str(folder))
    assert (again.exit_code, "Nothing to do" in again.output) == (0, True)
    verified = run("verify", folder.name)
    assert "Proven: 3 approved = 3 applied = 3 read back equal." in verified.output
    assert verified.exit_code == 0
    assert (folder / "certificate.md").is_file()


def test_a_second_approval_says_whose_it_replaces(run: Run, shop: FakeShop, folder: Path) -> None:
    assert "replaces" not in run("approve", "latest").stderr
    again = run("approve", "latest", "--by", "grace")
    assert "This replaces the approval by ada." in again.stderr


def test_a_conflict_is_decided_before_it_is_applied(
    run: Run, shop: FakeShop, folder: Path, tmp_path: Path
) -> None:
    fields = (FieldChange("title", "T", "S"), FieldChange("subtitle", "a", "b"))
    change = Change(
        Address("product", "p"), Action.UPDATE, fields, target_id="1", conflicts={"title": "B"}
    )
    plan = plan_on_disk(tmp_path / "plans", plan_of([change])).name
    assert run("approve", plan).exit_code == 0
    assert run("apply", plan).exit_code == 0
    assert shop.values["product:p"] == {"subtitle": "b"}
    late = run("approve", plan, "--take", "source")
    assert (late.exit_code, "make a new plan" in late.stderr) == (1, True)
    assert run("apply", plan).exit_code == 0
    assert run("approve", plan, "--take", "target").exit_code == 0


def test_an_undo_is_a_plan_like_any_other(
    run: Run, shop: FakeShop, tmp_path: Path, folder: Path
) -> None:
    """It is approved, applied and proven, and too old after the hours of the settings."""
    with (tmp_path / "reconcile.yml").open("a") as settings:
        settings.write("\nlimits: {plan_age_hours: 2}\n")
    fields = (FieldChange("title", "T", "S"),)
    there = "id(product:p)"
    change = Change(Address("product", "p"), Action.UPDATE, fields, target_id=there)
    plan = plan_on_disk(tmp_path / "plans", plan_of([change])).name
    run("approve", plan), run("apply", plan)
    assert shop.values["product:p"]["title"] == "S"
    undone = run("undo", plan, "--json")
    assert undone.exit_code == 2
    assert json.loads(undone.stdout)["limits"][0]["allowed"] == 2.0
    assert [run("approve", "latest").exit_code, run("apply", "latest").exit_code] == [0, 0]
    assert shop.values["product:p"]["title"] == "T"
    assert run("verify", "latest").exit_code == 0
    assert run("audit", "latest").exit_code == 0


def test_the_summaries_for_machines(run: Run, shop: FakeShop) -> None:
    approved = json.loads(run("approve", "latest", "--exclude", "product:b", "--json").stdout)
    assert approved["changes"] == {"product create": 1, "variant create": 1}
    applied = json.loads(run("apply", "latest", "--json").stdout)
    assert (applied["counts"], applied["excluded"]) == ({"applied": 2, "open": 0}, 1)
    verified = json.loads(run("verify", "latest", "--json").stdout)
    assert (verified["verified"], verified["excluded"], verified["equal"]) == (True, 1, 2)


def test_nothing_is_applied_without_an_approval(run: Run, shop: FakeShop) -> None:
    result = run("apply", "latest")
    assert (result.exit_code, shop.requests) == (1, [])
    assert "is not approved" in result.stderr


def test_a_plan_edited_after_its_approval_is_refused(
    run: Run, shop: FakeShop, folder: Path
) -> None:
    run("approve", "latest")
    header = folder / "plan.json"
    header.write_text(header.read_text().replace('"0"', '"1"'))
    result = run("apply", "latest")
    assert (result.exit_code, shop.requests) == (1, [])
    assert "was edited after the plan was made" in result.stderr


def test_changes_edited_before_the_approval_are_refused(run: Run, folder: Path) -> None:
    changes = folder / "changes.jsonl"
    changes.write_text(changes.read_text().replace('"A"', '"X"'))
    result = run("approve", "latest")
    assert result.exit_code == 1
    assert "was edited after the plan was made" in result.stderr
    assert not (folder / "approval.yml").exists()


WRONG = [
    (["--exclude", "product:z*"], "`product:z*` matches no change"),
    (["--waive", "nothing=why"], "There is no limit `nothing`"),
    (["--waive", "nothing"], "gives no reason"),
]


@pytest.mark.parametrize(("options", "words"), WRONG)
def test_an_approval_with_mistakes_is_not_written(
    run: Run, folder: Path, options: list[str], words: str
) -> None:
    result = run("approve", "latest", *options)
    assert (result.exit_code, words in result.stderr) == (1, True)
    assert not (folder / "approval.yml").exists()


def test_an_exceeded_limit_needs_a_waiver_by_name(run: Run, folder: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    over = plan_on_disk(later, plan_of(CHANGES, limits=[OVER]))
    assert "41.00 % of products would change" in run("approve", str(over)).stderr
    waived = run("approve", str(over), "--by", "Ada", "--waive", "update_share:product=a relaunch")
    assert waived.exit_code == 0
    assert "a relaunch" in (over / "approval.yml").read_text()


def test_failures_are_named_and_counted(run: Run, shop: FakeShop) -> None:
    shop.poison = {"product:a"}
    run("approve", "latest")
    result = run("apply", "latest")
    assert result.exit_code == 1
    assert "failed  product:a: no product:a" in result.stdout
    assert "skipped  variant:a-s: needs product:a, which failed" in result.stdout
    assert run("verify", "latest").exit_code == 2


def test_what_moved_is_named_counted_and_not_proven(run: Run, shop: FakeShop, folder: Path) -> None:
    shop.others = {"variant:a-s"}
    run("approve", "latest")
    result = run("apply", "latest")
    assert result.exit_code == 1
    assert "2 applied, 1 stale" in result.stdout
    assert "stale  variant:a-s: is there already as id(variant:a-s)" in result.stdout
    assert "Decide about them with `reconcile replan" in result.stderr
    document = json.loads(run("apply", "latest", "--json").stdout)
    assert document["counts"] == {"applied": 2, "stale": 1, "open": 0}
    shop.values["variant:a-s"] = {"title": "by hand"}
    verified = run("verify", "latest")
    assert verified.exit_code == 2
    assert "1 stale (moved on the target before they were written)" in verified.stdout
    assert "| stale | 1 |" in (folder / "certificate.md").read_text()


def test_nobodys_address_is_printed(run: Run, shop: FakeShop, tmp_path: Path) -> None:
    customer = Change(
        Address("customer", "ann@example.com"),
        Action.UPDATE,
        (FieldChange("first_name", "Ann", "Anna"),),
        target_id="cus_1",
    )
    over = plan_on_disk(tmp_path / "people", plan_of([customer]))
    shop.gone = {"customer:ann@example.com"}
    shop.phases = [CustomerUpdate(shop)]
    run("approve", str(over))
    result = run("apply", str(over))
    assert "stale  customer:a***@e***.com: it is not there any more" in result.stdout
    assert "ann@example.com" not in result.output + (over / "journal.ndjson").read_text()


def test_another_hand_in_the_shop_is_shown(run: Run, shop: FakeShop) -> None:
    run("approve", "latest")
    run("apply", "latest")
    shop.values["product:a"] = {"title": "Other"}
    result = run("verify", "latest")
    assert result.exit_code == 2
    assert "1 read back different" in result.stdout


def test_what_was_never_applied_cannot_be_verified(run: Run, shop: FakeShop) -> None:
    run("approve", "latest")
    result = run("verify", "latest")
    assert (result.exit_code, "Nothing of this plan was applied" in result.stderr) == (1, True)


def test_ctrl_c_ends_with_its_own_code_and_says_how_to_go_on(run: Run, shop: FakeShop) -> None:
    def interrupt(phase: FakePhase, units: Sequence[Unit]) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    shop.after = interrupt
    for phase in shop.phases:
        phase.limits = BatchLimits(units=1)
    run("approve", "latest")
    result = run("apply", "latest")
    assert result.exit_code == 130
    assert "Stopped after" in result.output
    assert "Continue with `reconcile apply" in result.stderr
    shop.after = lambda phase, units: None
    assert len(shop.requests) == 1
    assert run("apply", "latest").exit_code == 0
    assert set(shop.created.values()) == {1}


TWICE = """
import os, signal, threading
from reconcile.cli.interrupt import graceful

halt = threading.Event()
with graceful(halt, lambda: print("asked", flush=True)):
    os.kill(os.getpid(), signal.SIGINT)
    assert halt.wait(10)
    os.kill(os.getpid(), signal.SIGINT)
    threading.Event().wait(10)
    print("still there")
"""


def test_the_second_ctrl_c_ends_at_once() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", TWICE], capture_output=True, text=True, check=False, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (-signal.SIGINT, "asked\n")
