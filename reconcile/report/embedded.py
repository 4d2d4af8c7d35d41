"""The changes as the page's script reads them: JSON that no text can break out of.

Three blocks: `names` (what indexes stand for), `rows` (one short array per change, always needed)
and `details` (one array per change and line, parsed only when it is looked at). Rows and details
are generated line by line, so that a plan of any size is written without holding the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from reconcile.model import Action, Change, Json
from reconcile.plan.document import Plan
from reconcile.report.brief import change_brief
from reconcile.report.dangers import DangerKind, danger_kinds
from reconcile.report.data import ReportData
from reconcile.report.evidence import Evidence
from reconcile.report.fate import Fate, outcome_line
from reconcile.report.kinds import kind_of
from reconcile.report.words import VERBS, plural, singular

Shown = Callable[[Change], Change]
"""How a change is to be shown."""


def _as_it_is(change: Change) -> Change:
    return change


_UNSAFE = str.maketrans(
    {
        "<": "\\u003c",
        ">": "\\u003e",
        "&": "\\u0026",
        "\u2028": "\\u2028",
        "\u2029": "\\u2029",
    }
)
_ACTIONS = tuple(VERBS)
_DANGERS = tuple(DangerKind)
_FATES = tuple(Fate)


def script_json(value: Json) -> str:
    """JSON for a script element: without `<`, so it can hold neither `</script>` nor `<!--`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.translate(_UNSAFE)


@dataclass(frozen=True, slots=True)
class Names:
    """What the numbers in a row stand for."""

    entities: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: Mapping[str, Mapping[str, str]]

    def as_json(self) -> Json:
        return {
            "entities": [[name, singular(name), plural(name)] for name in self.entities],
            "actions": [[action.value, VERBS[action]] for action in _ACTIONS],
            "fields": self.fields,
            "kinds": self.kinds,
            "dangers": [[kind.value, kind.value.replace("_", " ")] for kind in _DANGERS],
            "fates": [fate.value for fate in _FATES],
        }


def names(report: ReportData) -> Names:
    """The entities in plan order, the fields by name, the kind of each field of each entity."""
    kinds: dict[str, dict[str, str]] = {}
    for group in report.groups:
        known = kinds.setdefault(group.entity, {})
        known |= {path: kind_of(group.entity, path).value for path in group.fields}
    fields = sorted({path for known in kinds.values() for path in known})
    return Names(tuple(kinds), tuple(fields), kinds)


def rows(
    plan: Plan, known: Names, fate_of: Mapping[str, Fate], shown: Shown = _as_it_is
) -> Iterator[str]:
    """Per change: [entity, key, action, brief, fields, dangers, fate]; all but texts as indexes.

    `fate` is -1 while nothing was approved. `shown` masks what not everybody may read.
    """
    entities = {name: index for index, name in enumerate(known.entities)}
    fields = {path: index for index, path in enumerate(known.fields)}
    for original in plan.changes:
        fate, change = fate_of.get(str(original.address)), shown(original)
        yield script_json(
            [
                entities[change.address.entity],
                change.address.key,
                _ACTIONS.index(change.action),
                change_brief(change),
                [fields[path] for path in change.paths],
                [_DANGERS.index(kind) for kind in danger_kinds(change)],
                -1 if fate is None else _FATES.index(fate),
            ]
        )


def details(plan: Plan, evidence: Evidence, shown: Shown = _as_it_is) -> Iterator[str]:
    """Per change: [fields, source_id, target_id, reason, refs, outcome].

    A field is [path, before, after], of a create [path, after].
    """
    for original in plan.changes:
        change = shown(original)
        yield script_json(
            [
                _fields(change),
                change.source_id,
                change.target_id,
                change.reason,
                list(change.refs),
                outcome_line(evidence, original),
            ]
        )


def _fields(change: Change) -> list[Json]:
    if change.action is Action.CREATE:
        return [[part.path, part.after] for part in change.fields]
    return [[part.path, part.before, part.after] for part in change.fields]


def array(lines: Iterable[str]) -> Iterator[str]:
    """A JSON array with one member per line."""
    yield "[\n"
    separator = ""
    for line in lines:
        yield separator + line
        separator = ",\n"
    yield "\n]"
