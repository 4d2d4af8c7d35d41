"""A real Medusa refuses one product of a batch: all others go through, and nothing is lost.

Between plan and apply somebody else makes two products: one with the handle of a product of the
plan, one with a SKU of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from two_shops import TwoShops, found, two_shops

from reconcile.cli import main
from reconcile.plan.document import Plan
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.state import MedusaShop

pytestmark = pytest.mark.live

LANTERN, MUG = "product:LA-000011", "variant:MU-000007"
"""The product whose handle is taken, and the variant whose SKU is."""


@dataclass(frozen=True)
class Refused:
    """After an apply that could not do everything. `strangers` are ids of what is in the way."""

    shops: TwoShops
    plan: Plan
    exit_code: int
    report: Mapping[str, Any]
    printed: str
    strangers: tuple[str, ...]

    def errors(self, status: str) -> dict[str, str]:
        """Why changes have a status, by address."""
        failures = self.report["failures"]
        return {each["change"]: each["error"] for each in failures if each["status"] == status}


@pytest.fixture(scope="module")
def refused(
    fresh_medusa: MedusaShop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Refused]:
    with two_shops(tmp_path_factory.mktemp("bad"), generated_shop(12), fresh_medusa) as shops:
        plan = shops.plan()
        handle = next(each for each in plan.changes if str(each.address) == LANTERN).after["handle"]
        strangers = (_made(shops, handle, "X-1"), _made(shops, "x-2", "MU-000007"))
        assert shops.run("approve", "latest", "--by", "test") == 0
        exit_code, report = _apply(shops, "--json")
        _, printed = _apply(shops)
        yield Refused(shops, plan, exit_code, json.loads(report), printed, strangers)


def _apply(shops: TwoShops, *options: str) -> tuple[int, str]:
    words = ["-q", "-w", str(shops.workspace), "apply", "latest", *options]
    result = CliRunner().invoke(main, words)
    assert isinstance(result.exception, SystemExit | None), result.exception
    return result.exit_code, result.stdout


def _made(shops: TwoShops, handle: str, sku: str) -> str:
    variant = {"title": "S", "sku": sku, "options": {"Size": "S"}, "prices": []}
    options = [{"title": "Size", "values": ["S"]}]
    body = {"title": "A stranger", "handle": handle, "options": options, "variants": [variant]}
    return str(shops.admin("POST", "products", body)["product"]["id"])


def test_the_command_fails_with_medusas_own_reason(refused: Refused) -> None:
    assert refused.exit_code == 1
    [(address, reason)] = refused.errors("failed").items()
    assert address == LANTERN
    assert "already exists" in reason


def test_what_somebody_else_made_meanwhile_is_stale(refused: Refused) -> None:
    """It is found before anything of it is sent."""
    [(address, reason)] = refused.errors("stale").items()
    assert address == MUG
    assert "is there already as variant_" in reason


@pytest.mark.parametrize("status", ["failed", "stale"])
def test_people_read_the_same(refused: Refused, status: str) -> None:
    """The second apply meets the same, and says it in words."""
    for address, error in refused.errors(status).items():
        assert f"{status}  {address}: {error}" in refused.printed


def test_what_needs_the_refused_is_skipped_and_says_why(refused: Refused) -> None:
    skipped = refused.errors("skipped")
    assert {address for address in skipped if address.startswith("variant:")} == {
        f"variant:LA-000011-{color}" for color in ("Black", "Gray", "White")
    }
    assert all("needs " in error for error in skipped.values())
    assert all("LA-000011" in address or "MU-000007" in address for address in skipped)


def test_everything_else_went_through(refused: Refused) -> None:
    left = [each["change"] for each in refused.report["failures"]]
    assert refused.report["counts"]["applied"] == len(refused.plan.changes) - len(left)
    expected = {
        each.address.key
        for each in refused.plan.changes
        if each.address.entity == "product" and str(each.address) != LANTERN
    }
    held = refused.shops.rows("select external_id from product where external_id is not null")
    assert {name for (name,) in held} == expected


def test_the_journal_names_the_reason(refused: Refused) -> None:
    text = (refused.shops.newest_plan / "journal.ndjson").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    outcomes = [line for line in lines if line.get("change") == LANTERN and "status" in line]
    assert [line["status"] for line in outcomes] == ["failed", "failed"]
    assert all("already exists" in line["error"] for line in outcomes)


def test_once_the_conflict_is_gone_the_same_plan_is_finished(refused: Refused) -> None:
    shops = refused.shops
    for stranger in refused.strangers:
        shops.admin("DELETE", f"products/{stranger}")
    exit_code, report = _apply(shops, "--json")
    assert (exit_code, json.loads(report)["failures"]) == (0, [])
    assert shops.run("verify", "latest") == 0
    assert found(shops.plan(snapshot="medusa")) == {}
