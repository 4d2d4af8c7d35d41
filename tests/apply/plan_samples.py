"""Plans for tests, with the approval and the surroundings to apply them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconcile.apply import Report, Surroundings, apply_plan
from reconcile.model import Change, Diagnostic
from reconcile.plan import file
from reconcile.plan.document import Approval, Limit, Plan, PlanHeader, SnapshotFacts, Waiver
from reconcile.systems import Target

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
DIGEST = "sha256:" + "a" * 64


class Silence:
    """A Progress that says nothing."""

    def start(self, task: str, total: int | None = None) -> None: ...
    def advance(self, task: str, count: int = 1) -> None: ...
    def finish(self, task: str) -> None: ...


def facts(system: str) -> SnapshotFacts:
    return SnapshotFacts(system, "http://shop.test", NOON, DIGEST, complete=True)


def plan_of(
    changes: Sequence[Change],
    *,
    limits: Sequence[Limit] = (),
    diagnostics: Sequence[Diagnostic] = (),
    digest: str = DIGEST,
) -> Plan:
    header = PlanHeader(
        id="20261101T120000Z-aaaaaaaa",
        created_at=NOON,
        tool_version="0",
        source=facts("magento"),
        target=facts("fake"),
        mapping_digest=DIGEST,
        scope={},
        tallies=(),
        limits=tuple(limits),
        changes_digest=DIGEST,
        diagnostics_digest=DIGEST,
    )
    return Plan(header, tuple(changes), tuple(diagnostics), digest)


def approval_of(
    plan: Plan, *, excludes: Sequence[str] = (), waivers: Sequence[Waiver] = ()
) -> Approval:
    return Approval(plan.digest, "Ada", NOON, tuple(excludes), tuple(waivers))


def plan_on_disk(root: Path, plan: Plan) -> Path:
    """The plan written into a folder below `root`."""
    return file.write(root, NOON, plan.changes, lambda: plan.diagnostics, lambda: plan.header)


def surroundings(halt: threading.Event | None = None) -> Surroundings:
    moments = iter(NOON + timedelta(seconds=step) for step in range(1_000_000))
    return Surroundings(
        progress=Silence(),
        halt=halt or threading.Event(),
        now=lambda: next(moments),
        backoff=0,
        quiet=0,
    )


def run(
    changes: Sequence[Change],
    target: Target,
    folder: Path,
    *,
    excludes: Sequence[str] = (),
    halt: threading.Event | None = None,
) -> Report:
    plan = plan_of(changes)
    approval = approval_of(plan, excludes=excludes)
    return apply_plan(plan, approval, target, folder / "journal.ndjson", surroundings(halt))
