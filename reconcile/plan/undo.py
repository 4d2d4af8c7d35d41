"""The inverse of what was applied of a plan, as a plan: reviewed, approved and applied like any.

Updates get their former values back. What was created goes out of sight as a draft, or is deleted
where that is asked for and can be done; whatever lives in it goes along. Whether anything was
changed since is not looked at here: that is for `apply` to find.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from reconcile import __version__
from reconcile.compare import equal
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec
from reconcile.errors import PlanError
from reconcile.journal import History
from reconcile.mapping.document import DELETABLE
from reconcile.model import Action, Change, Diagnostic, FieldChange, Severity
from reconcile.plan import file
from reconcile.plan.decisions import Settlement
from reconcile.plan.document import Approval, Limit, Plan, PlanHeader, SnapshotFacts, Tally
from reconcile.plan.ids import told
from reconcile.plan.limits import age

SUMS = "totals"
DELETES = "undo_deletes"
"""The limit that an approval must waive before anything is deleted."""


@dataclass(frozen=True, slots=True)
class Done:
    """A plan with what became of it."""

    plan: Plan
    approval: Approval
    history: History


def build(
    done: Done,
    held: SnapshotFacts,
    plans: Path,
    now: datetime,
    *,
    delete: bool,
    limits: Mapping[str, float] | None = None,
) -> Path:
    """Write the inverse plan below `plans` and return its folder.

    `held` is what the target holds now; `delete` allows deletions, `limits` are the settings' own.
    Raises PlanError when nothing was applied, or to another shop.
    """
    header = done.plan.header
    if not any(done.history.applied(str(change.address)) for change in done.plan.changes):
        raise PlanError(f"Nothing of plan {header.id} is applied: nothing to undo.")
    if held.url.rstrip("/") != header.target.url.rstrip("/"):
        raise PlanError(
            f"Plan {header.id} was applied to {header.target.url}, the settings name {held.url}.",
            remedy="Use the settings of that shop.",
        )
    work = _Work(done, delete, limits or {})
    return file.write(
        plans, now, work.changes(), lambda: work.diagnostics, lambda: work.header(held, now)
    )


@dataclass(slots=True)
class _Work:
    """One inversion. Ask for `changes` first; the rest is complete when they have passed."""

    done: Done
    delete: bool
    allowed: Mapping[str, float]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    """Records that go out of sight, with whatever lives in them."""
    summed: set[str] = field(default_factory=set)
    """Records whose sums follow from what the plan wrote inside them."""
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def changes(self) -> Iterator[Change]:
        changes, history = self.done.plan.changes, self.done.history
        ids = told(changes, history)
        settlement = Settlement(self.done.approval.decisions, self.done.plan.digest)
        anew: set[str] = set()
        for change in changes:
            if history.applied(str(change.address)):
                self.summed.update(_summed_up_in(change))
                anew.update([str(change.address)] if change.action is Action.DELETE else ())
        for change in changes:
            if not self._wrote(change):
                continue
            applied = settlement.settled(change)
            refs = {
                address: None if address in anew else ids[address]
                for address in change.refs
                if address in ids
            }
            known = replace(applied, target_id=ids.get(str(change.address)), refs=refs)
            inverse = self._inverse(known)
            if inverse is not None:
                self.counts[change.address.entity, inverse.action.value] += 1
                yield inverse

    def _wrote(self, change: Change) -> bool:
        """Whether the plan wrote it for certain. Where it only may have, that is said."""
        address, history = str(change.address), self.done.history
        if address in history.sent:
            self._stays(change, "a part of it may be written; applying the plan again finds out")
            return False
        if address in history.was_so:
            self._stays(change, "it was so already, and the plan wrote nothing")
            return False
        return history.applied(address)

    def _inverse(self, change: Change) -> Change | None:
        match change.action:
            case Action.CREATE:
                return self._taken_back(change)
            case Action.DELETE:
                return _made_anew(change)
            case _:
                return self._restored(change)

    def _restored(self, change: Change) -> Change | None:
        """The former values."""
        spec = ENTITY_BY_NAME[change.address.entity]
        lasting = {
            part.path: why for part in change.fields if (why := self._lasts(spec, change, part))
        }
        for path, why in lasting.items():
            self._stays(change, f"its {path} {why}")
        fields = tuple(
            FieldChange(part.path, part.after, part.before)
            for part in change.fields
            if part.path not in lasting
        )
        if not fields:
            return None
        return _of(change, _action(spec, change, fields), fields, "as it was before")

    def _lasts(self, spec: EntitySpec, change: Change, part: FieldChange) -> str:
        """Why a field cannot be given its former value; "" where it can."""
        known = spec.field(part.path)
        if known is not None and known.once:
            return "is never taken away again"
        if known is not None and equal(known, part.before, part.after):
            return "keeps what was added to it"  # more than is wanted is no difference
        follows = part.path == SUMS and str(change.address) in self.summed
        return "follows from what lives in it" if follows else ""

    def _taken_back(self, change: Change) -> Change | None:
        """Out of sight, or deleted; nothing where it lives in a record that goes anyway."""
        spec = ENTITY_BY_NAME[change.address.entity]
        if self._goes_along(spec, change):
            self.hidden.add(str(change.address))
            return None
        if spec.draft is not None:
            self.hidden.add(str(change.address))
            return _drafted(spec, change)
        if self.delete and spec.name in DELETABLE:
            self.hidden.add(str(change.address))
            values = (FieldChange(part.path, part.after, None) for part in change.fields)
            return _of(change, Action.DELETE, tuple(values), "created by the plan that is undone")
        can = "; with --delete it is deleted" if spec.name in DELETABLE else ""
        self._stays(change, f"a {spec.name} cannot be hidden{can}")
        return None

    def _goes_along(self, spec: EntitySpec, change: Change) -> bool:
        homes = {each.refers for each in spec.fields if each.required and each.refers}
        return any(
            address in self.hidden for address in change.refs if address.partition(":")[0] in homes
        )

    def _stays(self, change: Change, why: str) -> None:
        called = ENTITY_BY_NAME[change.address.entity].called(change.address.key)
        self.diagnostics.append(
            Diagnostic(
                Severity.SKIPPED,
                "not_undone",
                f"The {called} stays as it is: {why}.",
                address=change.address,
                remedy="Change or remove it on the target by hand if it must not stay so.",
            )
        )

    def header(self, held: SnapshotFacts, now: datetime) -> PlanHeader:
        undone = self.done.plan.header
        return PlanHeader(
            id="",
            created_at=now,
            tool_version=__version__,
            source=undone.source,
            target=held,
            mapping_digest=undone.mapping_digest,
            scope={"undo": undone.id},
            tallies=tuple(self._tallies()),
            limits=tuple(self._limits()),
            changes_digest="",
            diagnostics_digest="",
        )

    def _tallies(self) -> Iterator[Tally]:
        skipped = Counter(each.address.entity for each in self.diagnostics if each.address)
        for entity in ENTITY_BY_NAME:
            actions = {act: count for (name, act), count in self.counts.items() if name == entity}
            if actions or skipped[entity]:
                yield Tally(entity, actions, skipped=skipped[entity])

    def _limits(self) -> Iterator[Limit]:
        deletes = sum(count for (_, act), count in self.counts.items() if act == Action.DELETE)
        if deletes:
            words = f"{deletes} records that the plan created would be deleted."
            yield Limit(DELETES, words, float(deletes), 0.0)
        yield age(self.allowed)


def _summed_up_in(change: Change) -> Iterator[str]:
    """The addresses of records that sum this one up: an order, of its invoices."""
    spec = ENTITY_BY_NAME[change.address.entity]
    home = spec.by_name[spec.parent].refers if spec.parent else ""
    if home and ENTITY_BY_NAME[home].sums_up:
        yield from (address for address in change.refs if address.partition(":")[0] == home)


def _action(spec: EntitySpec, change: Change, fields: tuple[FieldChange, ...]) -> Action:
    """To take a record out of sight again is to draft it."""
    if any((part.path, part.after) == spec.draft for part in fields):
        return Action.DRAFT
    return Action.UPDATE if change.action is Action.DRAFT else change.action


def _drafted(spec: EntitySpec, change: Change) -> Change | None:
    """Nothing for what was created out of sight."""
    name, hidden = spec.draft or ("", None)
    shown = change.after.get(name)
    if shown == hidden:
        return None
    fields = (FieldChange(name, shown, hidden),)
    return _of(change, Action.DRAFT, fields, "created by the plan that is undone")


def _made_anew(change: Change) -> Change:
    fields = tuple(FieldChange(part.path, None, part.before) for part in change.fields)
    return replace(_of(change, Action.CREATE, fields, "deleted by the plan"), target_id=None)


def _of(change: Change, action: Action, fields: tuple[FieldChange, ...], reason: str) -> Change:
    """The same record, without marks of what its source says."""
    return replace(change, action=action, fields=fields, reason=reason, conflicts={})
