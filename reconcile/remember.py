"""What an applied plan leaves in the base: the values its changes wrote, and those that the
approver let the target keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from reconcile import base
from reconcile.base import CREATED, Applied, record_of
from reconcile.canonical import moment_text
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, FieldSpec
from reconcile.errors import PlanError
from reconcile.identity import FOREIGN
from reconcile.journal import History
from reconcile.model import Action, FieldChange, Json, Status
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Approval, Plan, Take
from reconcile.plan.ids import told
from reconcile.plan.selection import named
from reconcile.three_way import ALWAYS_FOLLOWED

Ids = Mapping[str, str]
"""Address text -> target id."""


def remember(folder: Path, plan: Plan, approval: Approval, history: History) -> None:
    """Keep what is applied of a plan by now in the base below `folder`. Raises PlanError."""
    url = plan.header.target.url
    try:
        base.learn(folder, url, plan.header.id, _applied(plan, approval, history))
    except OSError as error:
        raise PlanError(
            f"What was applied cannot be kept below {folder}: {error}.",
            remedy="Free space and run the same apply again: it writes this and nothing else.",
        ) from error


def _applied(plan: Plan, approval: Approval, history: History) -> Iterator[Applied]:
    ids = told(plan.changes, history)
    excluded = {address for address, _ in named(plan.changes, approval.excludes, plan.digest)}
    settlement = Settlement(approval.decisions, plan.digest)
    for change in plan.changes:
        spec = ENTITY_BY_NAME[change.address.entity]
        record = record_of(ids.get(str(change.address)), change.address.key)
        outcome = history.outcomes.get(str(change.address))
        if outcome and outcome.status is Status.APPLIED:
            if change.action is Action.CREATE:
                yield Applied(spec.name, record, CREATED, change.address.key, outcome.at)
            if change.action is Action.DELETE:
                yield Applied(spec.name, record, CREATED, None, outcome.at)
                continue
            written = settlement.settled(change).fields
            yield from _values(spec, record, written, ids, outcome.at)
        if str(change.address) in excluded:
            continue  # left for another time as a whole, with its conflicts
        if change.conflicts and settlement.decided(change) is Take.TARGET:
            overruled = [part for part in change.fields if part.path in change.conflicts]
            yield from _values(spec, record, overruled, ids, moment_text(approval.approved_at))


def _values(
    spec: EntitySpec, record: str, fields: Iterable[FieldChange], ids: Ids, at: str
) -> Iterator[Applied]:
    for part in fields:
        known = spec.field(part.path)
        if known is None or not _can_conflict(known):
            continue
        try:
            yield Applied(spec.name, record, part.path, _by_ids(known, part.after, ids), at)
        except KeyError:
            continue  # nobody told the id of a record it refers to: as if it had not been applied


def _can_conflict(known: FieldSpec) -> bool:
    if known.fixed or known.once or known.kind in ALWAYS_FOLLOWED:
        return False
    return known.name != f"metadata.{OWNERSHIP_KEY}"


def _by_ids(known: FieldSpec, value: Json, ids: Ids) -> Json:
    """A value with target ids for keys. Raises KeyError."""
    if not known.refers or value is None:
        return value
    if isinstance(value, list):
        return [_id(known.refers, key, ids) for key in value]
    return _id(known.refers, value, ids)


def _id(entity: str, key: str, ids: Ids) -> str:
    return key.removeprefix(FOREIGN) if key.startswith(FOREIGN) else ids[f"{entity}:{key}"]
