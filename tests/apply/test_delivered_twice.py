"""A proxy on the way that carries a request twice, and hands back the second answer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fake_shop import FakePhase, FakeShop, create
from plan_samples import run

from reconcile.errors import RequestRefused
from reconcile.systems import BatchLimits, Unit

CHANGES = [create("category:men"), create("product:shirt", "category:men")]
TWICE = RequestRefused("already exists", status=400)


def twice(phase: FakePhase, units: Sequence[Unit]) -> Exception | None:
    """The effect was there by then; the client learns of the refusal that came second."""
    return TWICE


def test_what_the_first_delivery_made_is_found(tmp_path: Path) -> None:
    shop = FakeShop(after=twice, limits=BatchLimits(units=1))
    report = run(CHANGES, shop, tmp_path)
    assert report.whole
    assert set(shop.created.values()) == {1}


def test_a_refusal_without_effect_stays_one_in_this_run_and_the_next(tmp_path: Path) -> None:
    shop = FakeShop(poison={"product:shirt"}, limits=BatchLimits(units=1))
    assert run(CHANGES, shop, tmp_path).counts["failed"] == 1
    shop.created["product:shirt"] = 1  # somebody else's, made in between
    assert run(CHANGES, shop, tmp_path).counts["failed"] == 1
