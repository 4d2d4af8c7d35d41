"""What plans, runs and verifications of a workspace say of one record."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from reconcile import journal
from reconcile.canonical import moment_text, to_json
from reconcile.errors import PlanError, ReconcileError
from reconcile.inspect.document import Found, Happened, Held, Planned
from reconcile.model import Action, Address, Change
from reconcile.personal_keys import pseudonym
from reconcile.plan import approval_file, file
from reconcile.plan.document import Approval, Plan
from reconcile.plan.lines import change_from_json
from reconcile.plan.patterns import Patterns
from reconcile.plan.selection import select
from reconcile.quarantine import Quarantine

VERIFIED = "verify.json"


@dataclass(frozen=True, slots=True)
class Past:
    """See document.Inspection, which has the same."""

    runs: tuple[Happened, ...] = ()
    deviations: tuple[Found, ...] = ()
    damaged: tuple[str, ...] = ()


def planned(folder: Path, address: Address) -> Planned | None:
    """The change of a plan for one record, None without one. Raises PlanError for a plan that was
    edited."""
    plan = file.read(folder)
    change = next(iter(_changes(folder, [address])), None)
    if change is None:
        return None
    return Planned(
        plan.header.id,
        change.action.value,
        change.reason,
        tuple(change.fields),
        _approval(folder, plan, change),
    )


def as_planned(change: Change) -> Planned:
    """A change that no plan has."""
    return Planned("", change.action.value, change.reason, tuple(change.fields))


def changes_of(folder: Path, addresses: Collection[Address]) -> list[Change]:
    """The changes of a plan for these records."""
    return list(_changes(folder, addresses))


def _changes(folder: Path, addresses: Collection[Address]) -> Iterator[Change]:
    """Lines are looked through as bytes first: of many, few are parsed."""
    names = {str(address) for address in addresses}
    needles = [to_json(name).encode() for name in sorted(names)]
    with (folder / file.CHANGES).open("rb") as lines:
        for line in lines if needles else ():
            if any(needle in line for needle in needles):
                content = json.loads(line)
                if content["address"] in names:
                    yield change_from_json(content)


def _approval(folder: Path, plan: Plan, change: Change) -> str:
    try:
        approval = approval_file.standing(folder)
    except ReconcileError as error:
        return f"not approved: {error.message}"
    if approval is None:
        return "not approved"
    if approval.plan_digest != plan.digest:
        return "not approved: the approval is for other bytes"
    return _chosen(approval, plan, change)


def _chosen(approval: Approval, plan: Plan, change: Change) -> str:
    """Only where patterns took something out is all of the plan looked at, for what needs it."""
    alone = Patterns([*approval.excludes], plan.digest).naming(change)
    all_changes = plan.changes if approval.excludes and not alone else [change]
    selection = select(all_changes, approval.excludes, approval.decisions, plan.digest)
    why = selection.excluded.get(str(change.address))
    return f"left out: {why}" if why else f"approved by {approval.approved_by}"


def past(plans: Path, address: Address) -> Past:
    """From every journal and certificate below `plans`, oldest first."""
    runs, deviations, damaged = list[Happened](), list[Found](), list[str]()
    for folder in sorted(path.parent for path in plans.glob("[!.]*/plan.json")):
        try:
            runs.extend(_happened(folder, address))
            deviations.extend(_deviations(folder, address))
        except (ReconcileError, OSError, ValueError, KeyError, TypeError) as error:
            words = error.message if isinstance(error, ReconcileError) else repr(error)
            damaged.append(f"{folder.name}: {words}")
    return Past(tuple(runs), tuple(deviations), tuple(damaged))


def _happened(folder: Path, address: Address) -> Iterator[Happened]:
    """Lines of a journal about the record; the journal's own reader says whether it is whole."""
    path = folder / journal.JOURNAL
    if not path.exists():
        return
    name = pseudonym(address, _digest_in(path))
    needle = to_json(name).encode()
    whole = path.read_bytes().split(b"\n")[:-1]  # a crash may cut the last line short
    lines = [line for line in whole if needle in line]
    if not lines:
        return
    asked = Change(address, Action.UPDATE, ())
    in_doubt = str(address) in journal.read(path, [asked]).in_doubt
    events = [json.loads(line) for line in lines]
    mine = [event for event in events if event.get("change") == name]
    for place, event in enumerate(mine):
        doubtful = in_doubt and place == len(mine) - 1
        yield Happened(
            plan=folder.name,
            run=event["run"],
            at=event["at"],
            event=event["event"],
            status=event.get("status", "in doubt" if doubtful else ""),
            error=event.get("error", ""),
        )


def _digest_in(path: Path) -> str:
    """The digest of the plan a journal is of, by its first line."""
    with path.open("rb") as lines:
        return str(json.loads(lines.readline() or b"{}").get("plan_digest", ""))


def _deviations(folder: Path, address: Address) -> Iterator[Found]:
    path = folder / VERIFIED
    if not path.exists():
        return
    document = json.loads(path.read_bytes())
    for each in document["differences"]:
        if each["address"] == str(address):
            yield Found(folder.name, each["flaw"], each["field"], each["planned"], each["found"])
    for each in document["unexpected"]:
        if (each["entity"], each["key"]) == (address.entity, address.key):
            for field in each["fields"] or [""]:
                yield Found(folder.name, each["surprise"], field)


def quarantined(quarantine: Quarantine, names: Collection[Address]) -> Held | None:
    """What the quarantine says of a record by its key or by its source id."""
    for address in names:
        try:
            entry = quarantine.document(address).entry
        except PlanError:
            continue
        return Held(
            entry.code, entry.stage.value, entry.error, entry.remedy, entry.plan, entry.run,
            entry.attempts, moment_text(entry.last_at),
        )  # fmt: skip
    return None
