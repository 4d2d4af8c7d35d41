"""The changes as the page's script reads them: JSON that no text can break out of.

`names` (what indexes stand for), `review` (what an approval names), `rows` (one short array per
change, always needed), `details` (one array per change, parsed only when it is looked at) and
`pictures` (one array per image). The last three have a line each and are generated line by line, so
that a plan of any size is written without holding the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconcile.model import Action, Change, Json
from reconcile.plan.document import Plan
from reconcile.report.brief import change_brief
from reconcile.report.dangers import DangerKind, danger_kinds
from reconcile.report.data import ReportData
from reconcile.report.evidence import Evidence
from reconcile.report.fate import Fate, outcome_line
from reconcile.report.kinds import kind_of
from reconcile.report.pictures import pictures
from reconcile.report.prices import price_percent
from reconcile.report.review import approval_name
from reconcile.report.survey import Survey
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
    """What the numbers in a row stand for. `about`: diagnostic code -> places of changes."""

    entities: tuple[str, ...]
    fields: tuple[str, ...]
    kinds: Mapping[str, Mapping[str, str]]
    causes: tuple[str, ...]
    categories: tuple[str, ...]
    about: Mapping[str, Sequence[int]]

    def as_json(self) -> Json:
        return {
            "entities": [[name, singular(name), plural(name)] for name in self.entities],
            "actions": [[action.value, VERBS[action]] for action in _ACTIONS],
            "fields": self.fields,
            "kinds": self.kinds,
            "dangers": [[kind.value, kind.value.replace("_", " ")] for kind in _DANGERS],
            "fates": [fate.value for fate in _FATES],
            "causes": self.causes,
            "categories": self.categories,
            "about": list(self.about.items()),
        }


def names(report: ReportData, known: Survey, about: Mapping[str, Sequence[int]]) -> Names:
    """The entities in plan order, the fields by name, the kind of each field of each entity."""
    kinds: dict[str, dict[str, str]] = {}
    for group in report.groups:
        found = kinds.setdefault(group.entity, {})
        found |= {path: kind_of(group.entity, path).value for path in group.fields}
    fields = sorted({path for found in kinds.values() for path in found})
    return Names(
        entities=tuple(kinds),
        fields=tuple(fields),
        kinds=kinds,
        causes=known.causes.labels,
        categories=tuple(known.categories),
        about=about,
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the row of one change after the other. `shown` masks what not everybody may read."""

    plan_digest: str
    known: Names
    survey: Survey
    fate_of: Mapping[str, Fate]
    shown: Shown = _as_it_is

    def of(self, changes: Iterable[Change]) -> Iterator[str]:
        """Per change: [entity, key, action, brief, fields, dangers, fate, cause, needs, home,
        categories, price, conflicts, name]; all but texts and `price` (percent) as indexes.

        `fate` is -1 while nothing was approved. `needs` and `home` (a variant's product) are
        places of other changes. `name` is what an approval calls a record with a personal key.
        What is not there is 0, and at the end of a row it is left out.
        """
        entities = {name: index for index, name in enumerate(self.known.entities)}
        fields = {path: index for index, path in enumerate(self.known.fields)}
        for original in changes:
            fate, change = self.fate_of.get(str(original.address)), self.shown(original)
            yield script_json(
                [
                    entities[change.address.entity],
                    change.address.key,
                    _ACTIONS.index(change.action),
                    change_brief(change),
                    [fields[path] for path in change.paths],
                    [_DANGERS.index(kind) for kind in danger_kinds(change)],
                    -1 if fate is None else _FATES.index(fate),
                    *_without_end(self._rest(original, fields)),
                ]
            )

    def _rest(self, change: Change, fields: Mapping[str, int]) -> list[Json]:
        home = self.survey.home(change)
        return [
            self.survey.causes.place(change),
            self.survey.needed(change),
            0 if home is None else [home],
            self.survey.categories_of(change),
            price_percent(change),
            [fields[path] for path in change.conflicts if path in fields],
            approval_name(change, self.plan_digest),
        ]


def _without_end(values: list[Json]) -> list[Json]:
    """0 for what is not there, nothing where nothing more follows."""
    kept = [value or 0 for value in values]
    while kept and kept[-1] == 0:
        kept.pop()
    return kept


def details(plan: Plan, evidence: Evidence, shown: Shown = _as_it_is) -> Iterator[str]:
    """Per change: [fields, source_id, target_id, reason, refs, outcome, conflicts].

    A field is [path, before, after], of a create [path, after]. A conflict is [path, what was last
    applied]; without any the last part is left out.
    """
    for original in plan.changes:
        change = shown(original)
        line: list[Json] = [
            _fields(change),
            change.source_id,
            change.target_id,
            change.reason,
            list(change.refs),
            outcome_line(evidence, original),
        ]
        conflicts = [[path, was] for path, was in change.conflicts.items()]
        yield script_json([*line, conflicts] if conflicts else line)


def picture_lines(thumbnails: Mapping[str, str]) -> Iterator[str]:
    """Per image: [URL, `data:` URI]."""
    return (script_json([url, uri]) for url, uri in pictures(thumbnails))


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
