"""A plan on disk with all that may lie beside it, and how its folder is compared."""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reconcile.journal import JOURNAL, Journal, RunFacts
from reconcile.model import (
    Action,
    Address,
    Change,
    Diagnostic,
    FieldChange,
    Outcome,
    Severity,
    Status,
)
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval, Plan, PlanHeader, SnapshotFacts
from reconcile.report.plan_md import plan_markdown

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEY = "dO4jhbgYjXeYT3v6RBzE5Yxtm81bb4aP9liSKKnCZNw="
OTHER_KEY = "RXx2nznYZEGZwOW9vPvIWzfOkcveH8Gw6mtE8TBDbdc="
PASSPHRASE = "seven brown horses drink at noon"
FACTS = SnapshotFacts("magento", "http://shop.test", NOON, "sha256:1", complete=True)
NOTE = Diagnostic(Severity.INFO, "note", "Nothing.")


def _header() -> PlanHeader:
    return PlanHeader(
        id="",
        created_at=NOON,
        tool_version="0",
        source=FACTS,
        target=FACTS,
        mapping_digest="sha256:2",
        scope={},
        tallies=(),
        limits=(),
        changes_digest="",
        diagnostics_digest="",
    )


def _changes(count: int) -> Iterator[Change]:
    for number in range(count):
        title = FieldChange("title", None, f"Title {number}")
        yield Change(Address("product", f"{number:06}"), Action.CREATE, (title,))


def plan_below(root: Path, count: int = 3) -> Path:
    """A plan with its plan.md, as `reconcile plan` writes it."""
    folder = file.write(root, NOON, _changes(count), lambda: [NOTE], _header)
    (folder / "plan.md").write_text(plan_markdown(file.read(folder)), encoding="utf-8")
    return folder


def approve(folder: Path, digest: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    wanted = digest or file.plan_digest(folder)
    approval_file.write(folder, Approval(wanted, "Ada", NOON))


def apply(folder: Path, digest: str = "") -> None:
    """Leaves a journal, and what stands for a proof of it."""
    plan = file.read(folder)
    seconds = itertools.count()
    with Journal(folder / JOURNAL, lambda: NOON + timedelta(seconds=next(seconds))) as journal:
        journal.start(_run(plan, digest or plan.digest))
        for number, change in enumerate(plan.changes):
            request = f"r{number}"
            journal.intend(request, [change])
            outcome = Outcome(change.address, Status.APPLIED, f"prod_{number}", request)
            journal.settle([(change.action, outcome)])
        journal.end({"applied": len(plan.changes)}, "")
    (folder / "verify.json").write_text("{}\n")
    (folder / "certificate.md").write_text("# Certificate\n")


def _run(plan: Plan, digest: str) -> RunFacts:
    return RunFacts("run", plan.header.id, digest, "0", "Ada", "http://shop.test", 3)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too; folders with nothing in them as well."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
