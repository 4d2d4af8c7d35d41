"""What is sent to a real Medusa, bodies included: a tiny shop is made, then changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import planning
import pytest
from cassettes.recording import SANDBOX, cassette
from cassettes.tiny_shop import LATER, SHOP, Rows
from vcr.errors import CannotOverwriteExistingCassetteException

from reconcile import snapshot
from reconcile.apply import Report, Surroundings, apply_plan
from reconcile.model import FieldChange
from reconcile.plan import build, file
from reconcile.plan.document import Approval, Plan
from reconcile.progress import SilentProgress
from reconcile.sandbox.places import Places
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import load
from reconcile.settings import ApiKey, MedusaSettings, Secret
from reconcile.snapshot import Snapshot
from reconcile.targets import EXISTING
from reconcile.targets.medusa import Medusa

HOME = "http://medusa.test:9000"


@contextmanager
def _shop() -> Iterator[MedusaSettings]:
    """An empty real shop to record from, or the address in the cassette."""
    if not SANDBOX:
        yield MedusaSettings(HOME, ApiKey(Secret("sk_replayed")), concurrency=1)
        return
    state = load(Places.of(SANDBOX).state)
    assert state, f"no sandbox in {SANDBOX}"
    with second_shop(state) as shop:
        yield MedusaSettings(shop.url, ApiKey(Secret(shop.api_key)), concurrency=1)


@dataclass(frozen=True)
class Desk:
    """Snapshots, plans and journals of one shop, below `folder`."""

    target: Medusa
    folder: Path

    def snapshot(self) -> Snapshot:
        return snapshot.take(self.target, self.folder, SilentProgress(), planning.NOON)

    def plan(self, rows: Rows) -> Plan:
        """A plan from what the shop holds now."""
        inputs = build.Inputs(
            source=cast(Snapshot, planning.MemoryTables(rows)),
            target=self.snapshot(),
            mappings=planning.mappings(),
            mapping_digest="sha256:0",
            records=planning.records,
            existing=EXISTING["medusa"],
            defaults={},
        )
        place = self.folder / "plans" / str(len(list(self.folder.glob("plans/*"))))
        return file.read(build.build(inputs, place, planning.NOON))

    def apply(self, plan: Plan) -> Report:
        approval = Approval(plan.digest, "Ada", planning.NOON, (), ())
        journal = self.folder / f"{plan.header.id}.ndjson"
        around = Surroundings(SilentProgress(), threading.Event(), backoff=0, quiet=0)
        return apply_plan(plan, approval, self.target, journal, around)


@contextmanager
def _recorded(folder: Path) -> Iterator[Desk]:
    with (
        _shop() as settings,
        cassette("medusa_writes", HOME),
        closing(Medusa(settings)) as target,
    ):
        yield Desk(target, folder)


def test_a_shop_is_made_and_changed(tmp_path: Path) -> None:
    with _recorded(tmp_path) as desk:
        for rows in (SHOP, LATER):
            report = desk.apply(desk.plan(rows))
            assert (report.failures, report.stopped, report.whole) == ((), "", True)
        assert not desk.plan(LATER).changes


replayed = pytest.mark.skipif(bool(SANDBOX), reason="about replaying")


@replayed
def test_a_changed_body_is_noticed(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotOverwriteExistingCassetteException, match="products/batch"),
        _recorded(tmp_path) as desk,
    ):
        desk.apply(_renamed(desk.plan(SHOP)))


@replayed
def test_a_request_that_is_not_sent_any_more_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not sent any more"), _recorded(tmp_path) as desk:
        desk.plan(SHOP)


def _renamed(plan: Plan) -> Plan:
    """With another title for the product."""
    changes = [
        replace(change, fields=tuple(_retitled(each) for each in change.fields))
        if change.address.entity == "product"
        else change
        for change in plan.changes
    ]
    return replace(plan, changes=tuple(changes))


def _retitled(part: FieldChange) -> FieldChange:
    return FieldChange(part.path, None, "Another lamp") if part.path == "title" else part
