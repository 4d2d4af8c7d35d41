"""What is sent to a real Medusa, bodies included: a tiny shop is made, then changed.

Once as Medusa comes, with a customer beside the catalogue; once with the companion, which takes
the customer's account, an order and its invoice.
"""

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
from cassettes.tiny_people import CUSTOMERS, CUSTOMERS_LATER, PEOPLE, PEOPLE_LATER
from cassettes.tiny_shop import LATER, SHOP, Rows
from vcr.errors import CannotOverwriteExistingCassetteException

from reconcile import snapshot
from reconcile.apply import Report, Surroundings, apply_plan
from reconcile.model import FieldChange
from reconcile.plan import build, file
from reconcile.plan.document import Approval, Plan
from reconcile.progress import SilentProgress
from reconcile.sandbox.places import Places
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import load
from reconcile.settings import ApiKey, MedusaSettings, PeopleSettings, Secret
from reconcile.snapshot import Snapshot
from reconcile.targets import EXISTING, LACKING
from reconcile.targets.medusa import Medusa

HOME = "http://medusa.test:9000"
PLAIN, COMPANION = "medusa_writes", "medusa_companion_writes"
"""Cassettes: of a shop without, and with, the companion."""
FIRST: Rows = {**SHOP, **CUSTOMERS}
SECOND: Rows = {**LATER, **CUSTOMERS_LATER}


@contextmanager
def _shop(name: str) -> Iterator[MedusaSettings]:
    """An empty real shop to record from, or the address in the cassette."""
    if not SANDBOX:
        yield MedusaSettings(HOME, ApiKey(Secret("sk_replayed")), concurrency=1)
        return
    state = load(Places.of(SANDBOX).state)
    assert state, f"no sandbox in {SANDBOX}"
    with second_shop(state, Layout(companion=name == COMPANION)) as shop:
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
        target = self.snapshot()
        inputs = build.Inputs(
            source=cast(Snapshot, planning.MemoryTables(rows)),
            target=target,
            mappings=planning.mappings() | planning.people_mappings(),
            mapping_digest="sha256:0",
            records=planning.records,
            existing=EXISTING["medusa"],
            defaults={},
            lacking=LACKING["medusa"](target, PeopleSettings()),
        )
        place = self.folder / "plans" / str(len(list(self.folder.glob("plans/*"))))
        return file.read(build.build(inputs, place, planning.NOON))

    def apply(self, plan: Plan) -> Report:
        approval = Approval(plan.digest, "Ada", planning.NOON, (), ())
        journal = self.folder / f"{plan.header.id}.ndjson"
        around = Surroundings(
            SilentProgress(), threading.Event(), now=lambda: planning.NOON, backoff=0, quiet=0
        )
        return apply_plan(plan, approval, self.target, journal, around)


@contextmanager
def _recorded(folder: Path, name: str = PLAIN) -> Iterator[Desk]:
    with (
        _shop(name) as settings,
        cassette(name, HOME),
        closing(Medusa(settings)) as target,
    ):
        yield Desk(target, folder)


@pytest.mark.parametrize(
    ("name", "first", "second"), [(PLAIN, FIRST, SECOND), (COMPANION, PEOPLE, PEOPLE_LATER)]
)
def test_a_shop_is_made_and_changed(tmp_path: Path, name: str, first: Rows, second: Rows) -> None:
    with _recorded(tmp_path, name) as desk:
        for rows in (first, second):
            report = desk.apply(desk.plan(rows))
            assert (report.failures, report.stopped, report.whole) == ((), "", True)
        assert not desk.plan(second).changes


replayed = pytest.mark.skipif(bool(SANDBOX), reason="about replaying")


@replayed
def test_a_changed_body_is_noticed(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotOverwriteExistingCassetteException, match="products/batch"),
        _recorded(tmp_path) as desk,
    ):
        desk.apply(_renamed(desk.plan(FIRST)))


@replayed
def test_a_changed_order_is_noticed(tmp_path: Path) -> None:
    (order,) = PEOPLE["order"]
    rows = {**PEOPLE, "order": [{**order, "created_at": "2019-04-01T10:11:13.000Z"}]}
    with (
        pytest.raises(CannotOverwriteExistingCassetteException, match="reconcile/orders"),
        _recorded(tmp_path, COMPANION) as desk,
    ):
        desk.apply(desk.plan(rows))


@replayed
def test_a_request_that_is_not_sent_any_more_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="not sent any more"), _recorded(tmp_path) as desk:
        desk.plan(FIRST)


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
