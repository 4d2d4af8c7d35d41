"""Mismatches as the page's script reads them, and without what tells something about a person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from reconcile.drift.document import MISMATCHES, text_of
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, Kind
from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.report.drift_ages import age_text
from reconcile.report.drift_words import CHANGED_BY, KINDS
from reconcile.report.embedded import script_json
from reconcile.report.private import HIDDEN, masked_address, masked_change
from reconcile.report.words import plural, singular

COLUMNS = (*MISMATCHES, "since")
MOST_ROWS = 100_000
MOST_TEXT = 40_000_000
"""Characters of all values together: what a browser opens without pause."""
MOST_OF_A_VALUE = 2_000
NEW = "new"


@dataclass(slots=True)
class Index:
    """Texts that stand in many rows, each once; a row holds its place."""

    places: dict[str, int] = field(default_factory=dict)

    def of(self, text: str) -> int:
        return self.places.setdefault(text, len(self.places))


@dataclass(frozen=True, slots=True)
class Embedded:
    """`names` and `rows` are texts for script elements; `shown` counts the rows, `cut` those with
    a value that is not shown to its end."""

    names: str
    rows: str
    shown: int
    cut: int


def embedded(mismatches: pl.DataFrame, began: datetime, now: datetime, *, mask: bool) -> Embedded:
    """As many mismatches as a browser opens quickly, from the first on.

    A row is [entity, key, kind, field, magento, medusa, changed_by, since, source_id, target_id,
    cut]; entity, kind, field, changed_by and since are places in `names`.
    """
    known = {name: Index() for name in ("entity", "kind", "field", "changed_by", "since")}
    lines: list[str] = []
    size = cut = 0
    for values in _masked(mismatches) if mask else _rows(mismatches):
        line, was_cut = _line(values, known)
        size += len(line)
        if lines and (size > MOST_TEXT or len(lines) == MOST_ROWS):
            break
        lines.append(line)
        cut += was_cut
    names = _names(known, began, now)
    return Embedded(script_json(names), "[\n" + ",\n".join(lines) + "\n]", len(lines), cut)


def _rows(mismatches: pl.DataFrame) -> Iterator[dict[str, Json]]:
    yield from mismatches.select(*COLUMNS).head(MOST_ROWS + 1).iter_rows(named=True)


def _line(values: dict[str, Json], known: dict[str, Index]) -> tuple[str, bool]:
    sides = [_short(values["magento"]), _short(values["medusa"])]
    cut = sides != [values["magento"], values["medusa"]]
    places = {name: index.of(values[name] or "") for name, index in known.items()}
    row = [
        places["entity"],
        values["key"],
        places["kind"],
        places["field"],
        *sides,
        places["changed_by"],
        places["since"],
        values["source_id"],
        values["target_id"],
    ]
    return script_json([*row, 1] if cut else row), cut


def _short(text: str | None) -> str | None:
    return text if text is None else text[:MOST_OF_A_VALUE]


def _names(known: dict[str, Index], began: datetime, now: datetime) -> dict[str, Json]:
    return {
        "entities": [[name, singular(name), plural(name)] for name in known["entity"].places],
        "kinds": [[name, KINDS.get(name, name)] for name in known["kind"].places],
        "fields": list(known["field"].places),
        "changedBy": [
            [name or "unknown", CHANGED_BY.get(name or "unknown", name)]
            for name in known["changed_by"].places
        ],
        "since": [[text, *_age(text, began, now)] for text in known["since"].places],
    }


def _age(since: str, began: datetime, now: datetime) -> tuple[str, int]:
    """In words, and in seconds to sort by."""
    moment = datetime.fromisoformat(since)
    seconds = int((now - moment).total_seconds())
    return (NEW if moment >= began else age_text(moment, now)), seconds


def _masked(mismatches: pl.DataFrame) -> Iterator[dict[str, Json]]:
    for values in _rows(mismatches):
        spec = ENTITY_BY_NAME.get(values["entity"])
        yield _masked_row(spec, values) if spec and spec.personal else values


def _masked_row(spec: EntitySpec, values: dict[str, Json]) -> dict[str, Json]:
    address = masked_address(Address(spec.name, values["key"]))
    sides = {name: _masked_text(spec, values["field"], values[name]) for name in _SIDES}
    return {**values, "key": address.key, **sides}


_SIDES = ("magento", "medusa")


def _masked_text(spec: EntitySpec, path: str, text: str | None) -> str | None:
    """As a plan's report masks it; hidden as a whole where nothing says of what shape it is."""
    known = spec.field(path)
    if not text or (known is not None and not known.personal):
        return text
    value = _parts_of(text) if known and known.kind in _PARTED else text
    if known is None or value is None or (value is text and text.startswith(("[", "{"))):
        return HIDDEN
    change = Change(Address(spec.name, ""), Action.UPDATE, (FieldChange(path, None, value),))
    return text_of(masked_change(change).fields[0].after)


_PARTED = frozenset({Kind.ROWS, Kind.MAP})
"""What is masked part by part."""


def _parts_of(text: str) -> Json:
    """None when the text is neither an object nor a list of objects."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    whole = all(isinstance(row, dict) for row in value) if isinstance(value, list) else False
    return value if whole or isinstance(value, dict) else None
