"""Which plan a word means, and what is said of an unencrypted address."""

from __future__ import annotations

from pathlib import Path

import pytest

from reconcile.cli.context import Context
from reconcile.errors import PlanError

PLANS = ("20260101T000000Z-aaaa1111", "20260101T000000Z-bbbb2222", "20260102T000000Z-cccc3333")


@pytest.fixture
def context(workspace: Path) -> Context:
    for name in PLANS:
        (workspace / "plans" / name).mkdir()
        (workspace / "plans" / name / "plan.json").write_text("{}")
    (workspace / "plans" / ".20260103T000000Z.partial").mkdir()
    return Context()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        (PLANS[0], PLANS[0]),
        ("20260101T000000Z-b", PLANS[1]),
        ("20260102", PLANS[2]),
        ("latest", PLANS[2]),
    ],
)
def test_a_plan_by_name(context: Context, workspace: Path, word: str, name: str) -> None:
    assert context.resolve_plan(word) == workspace / "plans" / name


def test_a_plan_by_folder_needs_no_settings(context: Context, workspace: Path) -> None:
    (workspace / "reconcile.yml").unlink()
    assert context.resolve_plan(f"plans/{PLANS[0]}") == Path("plans") / PLANS[0]


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("20260101", "'20260101' begins the names of 2 plans"),
        ("2027", f"There is no plan '2027' in .*The newest is {PLANS[2]}"),
        ("", "'' begins the names of 3 plans"),
    ],
)
def test_a_plan_nobody_can_tell(context: Context, word: str, message: str) -> None:
    with pytest.raises(PlanError, match=message):
        context.resolve_plan(word)


def test_no_plan_yet(workspace: Path) -> None:
    with pytest.raises(PlanError, match="Make one with `reconcile plan`"):
        Context().resolve_plan("latest")
