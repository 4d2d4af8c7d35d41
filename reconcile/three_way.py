"""Source, target, and what was last applied: who changed what.

Only the source moved: the target follows. Only the target moved: what stands there is kept, and
said. Both moved: a conflict, settled as the mapping says. What was last applied is not always
known; then a difference is a change of the source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from reconcile.base import CREATED, Base, record_of
from reconcile.canonical import to_json
from reconcile.compare import equal
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, FieldSpec, Kind
from reconcile.identity import FOREIGN, Names
from reconcile.mapping.document import OnConflict
from reconcile.model import FieldChange, Json

ALWAYS_FOLLOWED = frozenset({Kind.RANK})
"""Places among siblings move whenever a sibling comes or goes."""
MARK = f"metadata.{OWNERSHIP_KEY}"
"""Never remembered: this tool alone writes it, and it follows whoever the record is of now."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The differing fields of one pair.

    `taken` are to be written, `undecided` once somebody decides so; `kept` are left as the target
    has them.
    """

    taken: tuple[FieldChange, ...] = ()
    undecided: tuple[FieldChange, ...] = ()
    kept: tuple[FieldChange, ...] = ()
    base: Mapping[str, Json] = field(default_factory=dict)
    """What was last applied, of the fields in `undecided`."""


@dataclass(frozen=True, slots=True)
class Past:
    """What was last applied to the records of one entity, and how conflicts are settled there.

    `names`: entity -> target id -> key. `settled`: field -> whose value it gets in a conflict.
    """

    spec: EntitySpec
    base: Base
    names: Mapping[str, Names]
    settled: Mapping[str, OnConflict]

    def of(self, pairs: Mapping[str, str]) -> dict[str, dict[str, Json]]:
        """Key -> field -> value, with keys for target ids where they are known.

        `pairs`: key -> target id.
        """
        by_key = {key: record_of(None, key) for key in pairs}
        found = self.base.of(self.spec.name, {*pairs.values(), *by_key.values()})
        for values in found.values():
            for name, value in values.items():
                known = self.spec.field(name)
                if known is not None and known.refers:
                    values[name] = self._keys(known.refers, value)
        return {
            key: {**found.get(by_key[key], {}), **found.get(target_id, {})}
            for key, target_id in pairs.items()
        }

    def _keys(self, entity: str, value: Json) -> Json:
        ids = value if isinstance(value, list) else [value] if value else []
        if entity not in self.names or not ids:
            return value
        known = self.names[entity].among(pl.Series(ids, dtype=pl.String))
        keys = [known.get(each, FOREIGN + each) for each in ids]
        return keys if isinstance(value, list) else keys[0]

    def judge(
        self, fields: Sequence[FieldChange], base: Mapping[str, Json] | None, newer: str = ""
    ) -> Verdict:
        """Who changed these fields of one pair. `newer` is the side that was changed last, "" when
        nobody knows."""
        if not base:
            return Verdict(taken=tuple(fields))
        taken, undecided, kept = [], [], []
        for change in fields:
            match self._on(change, base, newer):
                case OnConflict.SOURCE:
                    taken.append(change)
                case OnConflict.TARGET:
                    kept.append(change)
                case _:
                    undecided.append(change)
        was = {change.path: base.get(change.path) for change in undecided}
        return Verdict(tuple(taken), tuple(undecided), tuple(kept), was)

    def _on(self, change: FieldChange, base: Mapping[str, Json], newer: str) -> OnConflict:
        """Whose value it is to be."""
        known = self.spec.field(change.path)
        if known is None or known.kind in ALWAYS_FOLLOWED or change.path == MARK:
            return OnConflict.SOURCE
        if change.path not in base and CREATED not in base:
            return OnConflict.SOURCE
        was = base.get(change.path)
        if _same(known, was, change.before):
            return OnConflict.SOURCE
        if _same(known, change.after, was):
            return OnConflict.TARGET
        chosen = self.settled.get(change.path, OnConflict.REVIEW)
        if chosen is OnConflict.NEWEST:
            return _NEWER.get(newer, OnConflict.REVIEW)
        return chosen


_NEWER = {"source": OnConflict.SOURCE, "target": OnConflict.TARGET}


def _same(known: FieldSpec, one: Json, another: Json) -> bool:
    """Whether two values are the same, whichever side they are from."""
    return equal(known, _plain(one), _plain(another))


def _plain(value: Json) -> Json:
    """As it is after a way through a file: fractions are text."""
    return json.loads(to_json(value))
