"""Figures: seconds and peak memory of apply and verify for a plan of many orders.

    python tests/bench/orders.py --orders 4000 --orders 100000

A customer, its order, an invoice and a shipment are four changes; the customer has bought before,
so the plan creates two records and a half per order. The target is in memory and answers at once:
what is measured is this program alone, each stage in a process of its own. Nothing here asserts
a figure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "apply"))

import click
from plan_samples import NOON, Silence, plan_of
from rich.console import Console
from rich.table import Table
from shelf import read, schema_of

from reconcile.apply import Surroundings, apply_plan
from reconcile.canonical import to_json
from reconcile.compare import NESTED
from reconcile.entities import ENTITY_BY_NAME
from reconcile.journal import JOURNAL
from reconcile.model import Action, Address, Change, FieldChange, Finding, Json
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval
from reconcile.snapshot import SnapshotWriter, load
from reconcile.systems import BatchLimits, Patience, Phase, Progress, Resolve, TableSink, Unit
from reconcile.verify.run import load as load_applied
from reconcile.verify.run import verify
from reconcile.verify.windows import Records

ENTITIES = ("customer", "order", "invoice", "shipment")
INSIDE = ("invoice", "shipment")
BATCH = 100
out = Console()


def _row(number: int, line: int) -> Json:
    return {
        "id": f"{number}{line}",
        "sku": f"24-MB{line:02}-{number % 977}",
        "title": f"Messenger bag of the {line}th kind in colour {number % 17}",
        "quantity": "2",
        "subtotal": "68",
        "discount": "3.4",
        "tax": "5.33",
        "taxes": [{"code": "US-CA-*-Rate 1", "rate": "8.25"}],
        "requires_shipping": True,
        "metadata": {
            "options": [{"label": "Size", "value": "XL"}, {"label": "Colour", "value": "Blue"}],
            "base_price": "34.0000",
            "original_price": "34.0000",
            "weight": "1.2",
            "gift_message": "With best wishes from all of us, " * 3,
        },
    }


def _address(number: int) -> Json:
    return {
        "first_name": f"Veronica{number}",
        "last_name": "Costello",
        "address_1": f"{number} Honey Bluff Parkway",
        "city": "Calder",
        "postal_code": "49628-7978",
        "country_code": "us",
        "phone": "(555) 229-3326",
    }


def _order(number: int) -> Mapping[str, Json]:
    return {
        "number": f"{number:09}",
        "email": f"customer{number // 2}@example.com",
        "customer": f"customer{number // 2}@example.com",
        "status": "completed",
        "currency_code": "usd",
        "created_at": "2026-11-01T00:00:00.000Z",
        "billing_address": _address(number),
        "shipping_address": _address(number),
        "items": [_row(number, line) for line in range(8)],
        "shipping_methods": [{"id": "shipping", "name": "Flat rate", "amount": "5"}],
        "totals": {"subtotal": "54400", "grand_total": "57163", "paid": "57163", "due": "0"},
        "metadata.comments": [
            {"at": "2026-11-01T00:00:00.000Z", "text": f"Comment {place} about the parcel. " * 5}
            for place in range(6)
        ],
        "metadata.applied_rules": ["1", "2", "3"],
        "metadata.remote_ip": "192.0.2.1",
    }


def _part(entity: str, number: int) -> Mapping[str, Json]:
    paid = {"state": "paid", "currency_code": "usd", "amount": "571.63"}
    return {
        "order": f"{number:09}",
        "number": f"{number:09}",
        "created_at": "2026-11-01T00:00:00.000Z",
        "items": [{"id": f"{number}{line}", "quantity": "2"} for line in range(8)],
        **(paid if entity == "invoice" else {}),
    }


def values(orders: int) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    """Entity, key and fields of every record, in the order of a plan."""
    for number in range(0, orders, 2):
        email = f"customer{number // 2}@example.com"
        yield "customer", email, {"email": email, "addresses": [{"id": "1", **_address(number)}]}
    for number in range(orders):
        yield "order", f"{number:09}", _order(number)
    for entity in INSIDE:
        for number in range(orders if entity == INSIDE[0] else orders // 2):
            yield entity, f"{number:09}", _part(entity, number)


def changes(orders: int) -> Iterator[Change]:
    for entity, key, fields in values(orders):
        needs = {"order": "customer", "invoice": "order", "shipment": "order"}.get(entity)
        yield Change(
            Address(entity, key),
            Action.CREATE,
            tuple(FieldChange(path, None, after) for path, after in fields.items()),
            reason="not on the target yet",
            source_id=f"magento:{entity}/{key}",
            refs={f"{needs}:{fields[needs]}": None} if needs else {},
        )


def _id(entity: str, key: str) -> str:
    return f"{entity}_{key:0>26}"


@dataclass
class Writes:
    """A phase: creates of one entity, with the creates that need them as members."""

    entity: str
    inside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.name = f"create {self.entity}s"
        self.limits = BatchLimits(units=BATCH, concurrency=2)

    def units(self, changes: Sequence[Change]) -> list[Unit]:
        members: dict[str, list[Change]] = {}
        for change in changes:
            if change.address.entity in self.inside:
                members.setdefault(next(iter(change.refs)), []).append(change)
        return [
            Unit(change, tuple(members.get(str(change.address), ())))
            for change in changes
            if change.address.entity == self.entity
        ]

    def lane(self, unit: Unit) -> str:
        return ""

    def prepare(self, units: Sequence[Unit], resolve: Resolve) -> Mapping[str, str]:
        return {}

    def payload(self, unit: Unit, resolve: Resolve) -> Json:
        return [dict(change.after) for change in unit.changes]

    def send(self, units: Sequence[Unit], payloads: Sequence[Json]) -> Mapping[Address, str]:
        return {
            change.address: _id(change.address.entity, change.address.key)
            for unit in units
            for change in unit.changes
        }


class Nowhere:
    """A target that takes everything and keeps nothing."""

    name, url = "fake", "http://shop.test"
    phases: Sequence[Phase] = (Writes("customer"), Writes("order", INSIDE))

    def lookup(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        return {}

    def taken(self, changes: Sequence[Change]) -> Mapping[Address, str]:
        return {}

    def present(self, changes: Sequence[Change]) -> Mapping[Address, Mapping[str, Json]]:
        return {}

    def probe(self) -> Iterator[Finding]:
        yield from ()

    def pull(self, sink: TableSink, progress: Progress) -> Mapping[str, str]:
        return {}

    def ask_before_retry(self, patience: Patience) -> None: ...
    def close(self) -> None: ...


def prepare(folder: Path, orders: int) -> None:
    """A plan with its approval, and snapshots of the target before and after it is applied."""
    empty = plan_of(())
    file.write(folder / "plans", NOON, changes(orders), lambda: (), lambda: empty.header)
    digest = file.plan_digest(_plan(folder))
    approval_file.write(_plan(folder), Approval(digest, "Ada", NOON))
    _snapshot(folder, NOON - timedelta(days=1), orders, before=True)
    _snapshot(folder, datetime.now(UTC) + timedelta(days=999), orders, before=False)


def _plan(folder: Path) -> Path:
    return next((folder / "plans").iterdir())


def _snapshot(folder: Path, taken_at: datetime, orders: int, *, before: bool) -> None:
    """Beside what the plan creates, as many orders that it has nothing to do with."""
    with SnapshotWriter(folder, "fake", "http://shop.test", taken_at) as writer:
        for entity in ENTITIES:
            spec = ENTITY_BY_NAME[entity]
            fields = dict.fromkeys(
                name for found, _, values in values_of(entity) for name in values
            )
            writer.open(entity, schema_of(spec, list(fields)))
            rows = (
                _held(entity, key, fields, found, other)
                for kind, key, found in values(orders)
                if kind == entity
                for other in ((True,) if before else (True, False))
            )
            count = 0
            for row in rows:
                writer.append(entity, [row])
                count += 1
            writer.close(entity, reported=count, distinct=count)
        writer.finish({})


def values_of(entity: str) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    return (each for each in values(2) if each[0] == entity)


def _held(
    entity: str, key: str, fields: Mapping[str, Any], found: Mapping[str, Json], other: bool
) -> dict[str, Json]:
    spec = ENTITY_BY_NAME[entity]
    row: dict[str, Json] = {
        "target_id": f"other_{_id(entity, key)}" if other else _id(entity, key),
        "key": f"other {key}" if other else key,
        "source_id": None,
        "managed": not other,
    }
    for name in fields:
        field, value = spec.field(name), found.get(name)
        assert field
        if field.refers and value is not None:
            value = _id(field.refers, str(value))
        row[name] = to_json(value) if field.kind in NESTED and value is not None else value
    return row


def apply(folder: Path) -> None:
    plan, approval = file.read(_plan(folder)), approval_file.read(_plan(folder))
    around = Surroundings(Silence(), threading.Event())
    report = apply_plan(plan, approval, Nowhere(), _plan(folder) / JOURNAL, around)
    assert report.whole, report.counts


def prove(folder: Path) -> None:
    snapshots = [load(path.parent) for path in sorted(folder.glob("fake/*/manifest.json"))]
    records = Records(read, {entity: entity for entity in ENTITIES})
    found = verify(load_applied(_plan(folder)), snapshots[1], snapshots[0], records, NOON)
    assert found.clean, (found.counts, found.differences[:3], found.unexpected[:3])


STAGES = {"prepare": prepare, "apply": apply, "verify": prove}


@click.command()
@click.option("--orders", "sizes", type=int, multiple=True, default=(4_000,))
@click.option("--stage", type=click.Choice(list(STAGES)), help="Only this one, in this process.")
@click.option("--folder", type=click.Path(path_type=Path))
def bench(sizes: tuple[int, ...], stage: str | None, folder: Path | None) -> None:
    """Print figures; see the top of this file."""
    if stage == "prepare" and folder:
        prepare(folder, *sizes)
    elif stage and folder:
        {"apply": apply, "verify": prove}[stage](folder)
    else:
        table = Table("orders", "changes", "plan MB", "stage", "seconds", "own CPU", "peak MB")
        for size in sizes:
            _one_size(table, size)
        out.print(table)


def _one_size(table: Table, orders: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(orders, "prepare", folder)
        plan = _plan(folder) / file.CHANGES
        lines, size = sum(1 for _ in plan.open("rb")), plan.stat().st_size
        for stage in ("apply", "apply", "verify"):
            words = _run(orders, stage, folder)
            table.add_row(f"{orders:,}", f"{lines:,}", f"{size / 1e6:.0f}", stage, *words)


def _run(orders: int, stage: str, folder: Path) -> tuple[str, str, str]:
    options = ["--orders", str(orders), "--stage", stage, "--folder", str(folder)]
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, __file__, *options])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{stage} failed")
    seconds = time.perf_counter() - began
    cpu = usage.ru_utime + usage.ru_stime
    return f"{seconds:.1f}", f"{cpu:.1f}", f"{usage.ru_maxrss / 1024:.0f}"


if __name__ == "__main__":
    bench()
