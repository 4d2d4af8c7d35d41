"""What becomes of each field of a record, and why, in words.

The verdict is the planner's own; here it is only put into words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconcile.base import CREATED
from reconcile.canonical import to_json
from reconcile.compare import equal, value
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import FieldSpec
from reconcile.inspect.document import FieldStory, Verdict
from reconcile.inspect.watcher import Row, Watcher
from reconcile.mapping.document import OnConflict, Policy
from reconcile.mapping.trace import Trace
from reconcile.model import FieldChange, Json
from reconcile.three_way import ALWAYS_FOLLOWED, MARK

Dated = Mapping[str, tuple[Json, str]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one record. `held` is all the target holds, with keys for target ids;
    `base` what was last applied, likewise, and when; `lacking` fields the target cannot hold."""

    seen: Watcher
    held: Row = field(default_factory=dict)
    base: Dated = field(default_factory=dict)
    lacking: frozenset[str] = frozenset()


def stories(traces: Sequence[Trace], evidence: Evidence) -> list[FieldStory]:
    """One story per field, in the order of the mapping; the mark last."""
    found = [_story(trace, evidence) for trace in traces]
    mark = _mark(evidence)
    return [*found, mark] if mark else found


def _story(trace: Trace, evidence: Evidence) -> FieldStory:
    name, known = trace.rule.field, trace.field
    desired = None if name in evidence.lacking else _cell(known, evidence.seen.desired)
    was, at = evidence.base.get(name, (None, None))
    verdict, why = _verdict(trace, evidence)
    return FieldStory(
        field=name,
        where=trace.rule.where,
        policy=trace.rule.policy.value,
        steps=trace.passed,
        unused=trace.unused,
        mapped=trace.end,
        desired=desired,
        base=was,
        base_at=at,
        existing=_held(known, evidence),
        verdict=verdict,
        why=why,
        notes=tuple(_notes(trace, desired, evidence)),
    )


def _cell(known: FieldSpec, row: Row | None) -> Json:
    return value(known.kind, row[known.name]) if row and known.name in row else None


def _held(known: FieldSpec, evidence: Evidence) -> Json:
    """As it was compared, else as the target has it."""
    existing = evidence.seen.existing
    if existing is not None and known.name in existing:
        return value(known.kind, existing[known.name])
    return _cell(known, evidence.held)


def _verdict(trace: Trace, evidence: Evidence) -> tuple[Verdict, str]:
    seen, name = evidence.seen, trace.rule.field
    if trace.rule.policy is Policy.UNMANAGED:
        return Verdict.UNMANAGED, "The mapping leaves it to the target."
    if name in evidence.lacking:
        return Verdict.NOT_HELD, "The target cannot hold it."
    if seen.is_new:
        return Verdict.NEW, "The record is created with it."
    if seen.existing is None or seen.side is None:
        return Verdict.NOT_COMPARED, "The record is not compared."
    if name in {each.name for each in seen.side.fixed}:
        return _fixed(trace, evidence)
    if trace.rule.policy is Policy.CREATE_ONLY:
        return Verdict.SET_ONCE, "Set when the record is created, and left to the target since."
    return _judged(trace, evidence)


def _fixed(trace: Trace, evidence: Evidence) -> tuple[Verdict, str]:
    seen, known = evidence.seen, trace.field
    if equal(known, _cell(known, seen.desired), _cell(known, seen.existing)):
        return Verdict.SAME, "Both shops say the same."
    return Verdict.FIXED, "They differ, but it is written once and never corrected."


def _judged(trace: Trace, evidence: Evidence) -> tuple[Verdict, str]:
    verdict, name = evidence.seen.verdict, trace.rule.field
    if verdict is not None:
        for parts, words in (
            (verdict.undecided, _undecided),
            (verdict.kept, _kept),
            (verdict.taken, _taken),
        ):
            part = next((each for each in parts if each.path == name), None)
            if part is not None:
                return words(trace, part, evidence.base)
    return Verdict.SAME, _why_same(trace, evidence)


def _why_same(trace: Trace, evidence: Evidence) -> str:
    seen, known = evidence.seen, trace.field
    if _cell(known, seen.desired) == _cell(known, seen.existing):
        return "Both shops say the same."
    if known.once:
        return "Only set where the target has nothing."
    if known.kept:
        return "What the target has stays where the source has no value."
    if known.at_least:
        return "The target holds it, and more, which is fine."
    if known.kind in ALWAYS_FOLLOWED:
        return "The order among its siblings is the same, whatever the numbers."
    return "The same in other words."


def _undecided(_: Trace, part: FieldChange, base: Dated) -> tuple[Verdict, str]:
    return Verdict.CONFLICT, (
        f"Both shops changed it since it was last applied{_when(part.path, base)}; decide with "
        "`reconcile approve --take source|target --key PATTERN`."
    )


def _kept(trace: Trace, part: FieldChange, base: Dated) -> tuple[Verdict, str]:
    when = _when(part.path, base)
    if _same(trace.field, _was(part.path, base), part.after):
        return Verdict.KEPT, f"Only the target changed it since it was last applied{when}."
    return Verdict.KEPT, f"Both shops changed it since it was last applied{when}; {_rule(trace)}."


def _taken(trace: Trace, part: FieldChange, base: Dated) -> tuple[Verdict, str]:
    if trace.field.kind in ALWAYS_FOLLOWED:
        return Verdict.TAKE_SOURCE, "Places among siblings always follow the source."
    if part.path not in base and CREATED not in base:
        return Verdict.TAKE_SOURCE, (
            "They differ, and what was last applied is not known: that counts as a change of the "
            "source."
        )
    when = _when(part.path, base)
    if _same(trace.field, _was(part.path, base), part.before):
        return Verdict.TAKE_SOURCE, f"The source changed it since it was last applied{when}."
    words = f"Both shops changed it since it was last applied{when}; {_rule(trace)}."
    return Verdict.TAKE_SOURCE, words


def _rule(trace: Trace) -> str:
    chosen = trace.rule.on_conflict
    newest = ", by which the record that was changed last counts"
    return f"`on_conflict: {chosen}` says whose counts" + (
        newest if chosen is OnConflict.NEWEST else ""
    )


def _when(path: str, base: Dated) -> str:
    at = base.get(path, base.get(CREATED, (None, "")))[1]
    return f" ({at})" if at else ""


def _was(path: str, base: Dated) -> Json:
    return base.get(path, (None, ""))[0]


def _same(known: FieldSpec, one: Json, another: Json) -> bool:
    """Also where one of them went through a file: fractions are text there."""
    return equal(known, json.loads(to_json(one)), json.loads(to_json(another)))


def _notes(trace: Trace, desired: Json, evidence: Evidence) -> list[str]:
    """What happened to a value between mapping and plan."""
    known, seen = trace.field, evidence.seen
    is_left = trace.rule.policy is Policy.UNMANAGED or known.name in evidence.lacking
    if is_left or seen.desired is None or desired == trace.end:
        return []
    if known.refers:
        return [_resolved(known, trace.end, desired)]
    if known.unique:
        return [f"'{trace.end}' was taken by another record, so it becomes '{desired}'."]
    return []


def _resolved(known: FieldSpec, said: Json, meant: Json) -> str:
    if not meant:
        return f"No {known.refers} is known by {_list(said)}: the reference is left out."
    lost = len(said) - len(meant) if isinstance(said, list) and isinstance(meant, list) else 0
    more = f"; {lost} that lead nowhere are left out" if lost > 0 else ""
    several = isinstance(meant, list) and len(meant) > 1
    what = ENTITY_BY_NAME[known.refers].plural if several else known.refers
    verb = "are" if several else "is"
    return f"The {what.replace('_', ' ')} {_list(said)} {verb} {_list(meant)}{more}."


def _list(names: Json) -> str:
    return ", ".join(map(str, names)) if isinstance(names, list) else str(names)


def _mark(evidence: Evidence) -> FieldStory | None:
    """The mark is no matter of mappings: every record of ours has it."""
    seen = evidence.seen
    if seen.desired is None or MARK not in seen.desired:
        return None
    wanted, there = json.loads(seen.desired[MARK]), _json(seen.existing)
    verdict = Verdict.SAME if there == wanted else Verdict.TAKE_SOURCE
    why = "The mark says whose record it is."
    if seen.is_new:
        verdict = Verdict.NEW
    return FieldStory(
        field=MARK, policy=Policy.SYNC.value, mapped=wanted, desired=wanted, existing=there,
        verdict=verdict, why=why,
    )  # fmt: skip


def _json(row: Row | None) -> Json:
    text = row.get(MARK) if row else None
    return json.loads(text) if isinstance(text, str) else None
