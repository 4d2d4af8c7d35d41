"""Whatever is refused or lost: every change ends with a reason, and nothing is created twice."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from fake_shop import FakePhase, FakeShop, create
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_samples import run

from reconcile.errors import AnswerLost, AuthenticationFailed, RequestRefused, Unreachable
from reconcile.journal import read
from reconcile.model import Change, Status
from reconcile.systems import BatchLimits, Unit

FAULTS = {
    "lost": AnswerLost("lost"),
    "crash": RequestRefused("unknown error", status=500),
    "refused": RequestRefused("no", status=400),
    "expired": AuthenticationFailed("expired"),
    "down": Unreachable("down"),
    "": None,
}
BEFORE = st.sampled_from(["", "", "", "lost", "crash", "refused", "expired", "down"])
AFTER = st.sampled_from(["", "", "", "lost", "crash"])


@st.composite
def catalogues(draw: st.DrawFn) -> list[Change]:
    """Categories in a random tree, products in them, variants in those; in any order."""
    changes: list[Change] = []
    for number in range(draw(st.integers(1, 4))):
        parent = draw(st.integers(-1, number - 1))
        needs = () if parent < 0 else (f"category:{parent}",)
        changes.append(create(f"category:{number}", *needs))
    categories = len(changes)
    for number in range(draw(st.integers(0, 5))):
        category = draw(st.integers(0, categories - 1))
        changes.append(create(f"product:{number}", f"category:{category}"))
        changes += [
            create(f"variant:{number}-{size}", f"product:{number}")
            for size in range(draw(st.integers(0, 3)))
        ]
    return draw(st.permutations(changes))


class Script:
    """The fault of each request in turn; none once the script is over."""

    def __init__(self, names: Sequence[str]) -> None:
        self._faults = iter(names)

    def __call__(self, phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
        return FAULTS[next(self._faults, "")]


@settings(max_examples=150, deadline=None)
@given(
    changes=catalogues(),
    before=st.lists(BEFORE, max_size=20),
    after=st.lists(AFTER, max_size=20),
    poison=st.sets(st.sampled_from(["category:1", "product:0", "product:2", "variant:0-1"])),
    units=st.integers(1, 5),
    concurrency=st.integers(1, 3),
)
def test_every_change_ends_with_a_reason_and_none_twice(
    changes: list[Change],
    before: list[str],
    after: list[str],
    poison: set[str],
    units: int,
    concurrency: int,
) -> None:
    shop = FakeShop(
        poison=poison,
        before=Script(before),
        after=Script(after),
        limits=BatchLimits(units=units, concurrency=concurrency),
    )
    with tempfile.TemporaryDirectory() as folder:
        report = run(changes, shop, Path(folder))
        while report.stopped:
            report = run(changes, shop, Path(folder))
        outcomes = read(Path(folder) / "journal.ndjson").outcomes
        assert outcomes.keys() == {str(change.address) for change in changes}
        for address, outcome in outcomes.items():
            assert outcome.status is Status.APPLIED or outcome.error
            assert outcome.status is not Status.APPLIED or shop.created[address] == 1

        shop.before = shop.after = Script([])
        shop.poison = set()
        assert run(changes, shop, Path(folder)).whole
        assert set(shop.created.values()) <= {1}
