"""Whether the target still is what a change was planned for. Pure.

Only the fields a change names are compared. What already is as wanted may stay as it is. Of a
change that a request carried before, a part may be written by ourselves, so each of its values, and
each part of a nested one, may be that of before or of after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from reconcile.compare import equal, explain, keyed, value
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import FieldSpec, Kind
from reconcile.identity import FOREIGN
from reconcile.model import Action, Address, Change, FieldChange, Json
from reconcile.systems import SAMPLES, UNTOUCHABLE

LONG = 60
"""Characters of a value that a sentence shows."""
GONE = "it is not there any more"
TOUCHED = "it was changed on the target since it was written there"


class Held(Enum):
    """What the target holds, as a change sees it."""

    AS_BEFORE = "as before"
    """It can be written."""
    AS_AFTER = "as after"
    """It is as wanted already; there is nothing to write."""
    MOVED = "moved"
    """It is something else: to write it would undo what somebody else did."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the target holds; `words` say what moved, without personal data."""

    held: Held
    words: str = ""


Resolve = Callable[[str], str]
"""Address text -> target id. Raises KeyError when nobody knows it."""
AS_BEFORE, AS_AFTER = Judgement(Held.AS_BEFORE), Judgement(Held.AS_AFTER)


@dataclass(frozen=True, slots=True)
class _Part:
    """A field with the three values it can have, references as target ids."""

    field: FieldSpec
    before: Json
    after: Json
    found: Json

    @property
    def as_before(self) -> bool:
        return equal(self.field, self.before, self.found)

    @property
    def as_after(self) -> bool:
        return equal(self.field, self.after, self.found)

    @property
    def between(self) -> bool:
        """Whether everything in it is of one side or the other."""
        before, after, found = (
            keyed(self.field.kind, each) for each in (self.before, self.after, self.found)
        )
        if self.field.kind is Kind.OPTIONS:  # an option is renamed, then it gets its values
            return bool(found.keys() <= before.keys() | after.keys())
        if not all(isinstance(each, dict) for each in (before, after, found)):
            return False
        names = before.keys() | after.keys() | found.keys()
        sides = (before, after)
        return all(any(found.get(name) == side.get(name) for side in sides) for name in names)


def judge(
    change: Change,
    found: Mapping[str, Json] | None,
    resolve: Resolve,
    *,
    sent: bool,
    ours: frozenset[str] = frozenset(),
) -> Judgement:
    """Lay what a change was planned for beside what is there (see `Target.present`; None: nothing).

    `sent`: a request carried the change before. `ours` are fields that this plan moved already by
    other changes, so that they tell nothing.
    """
    deletes = change.action is Action.DELETE
    if found is None:
        return AS_AFTER if deletes else Judgement(Held.MOVED, GONE)
    if found.get(UNTOUCHABLE):
        return Judgement(Held.MOVED, TOUCHED)
    parts = list(_parts(change, found, resolve, ours))
    moved = [part for part in parts if not _in_order(part, sent=sent, deletes=deletes)]
    if moved:
        return Judgement(Held.MOVED, "; ".join(_words(part, change) for part in moved))
    whole = len(parts) == len(change.paths) and not deletes
    return AS_AFTER if whole and all(part.as_after for part in parts) else AS_BEFORE


def _in_order(part: _Part, *, sent: bool, deletes: bool) -> bool:
    if deletes:
        return part.as_before
    return part.as_before or part.as_after or (sent and part.between)


def _parts(
    change: Change, found: Mapping[str, Json], resolve: Resolve, ours: frozenset[str]
) -> Iterator[_Part]:
    """The fields that can be compared."""
    spec = ENTITY_BY_NAME[change.address.entity]
    for part in change.fields:
        field = spec.field(part.path)
        if field is not None and part.path in found and part.path not in ours:
            before, after = (_as_ids(field, each, resolve) for each in (part.before, part.after))
            yield _Part(field, before, after, value(field.kind, found[part.path]))


def _as_ids(field: FieldSpec, keys: Json, resolve: Resolve) -> Json:
    """Keys as target ids. One that nobody knows stays a key, which is no id."""
    if not field.refers or keys is None:
        return keys
    if isinstance(keys, list):
        return [_id_of(field, key, resolve) for key in keys]
    return _id_of(field, keys, resolve)


def _id_of(field: FieldSpec, key: str, resolve: Resolve) -> str:
    if key.startswith(FOREIGN):
        return key.removeprefix(FOREIGN)
    try:
        return resolve(f"{field.refers}:{key}")
    except KeyError:
        return key


def _words(part: _Part, change: Change) -> str:
    """What moved: `title is "Bag", not "Tote"`; of personal fields the name alone."""
    name = part.field.name
    if part.field.personal:
        return f"{name} is another"
    planned, found = _named(part, part.before, change), _named(part, part.found, change)
    if part.field.kind is Kind.REFS:
        return _members(name, set(planned or ()), set(found or ()))
    steps = explain(part.field.kind, FieldChange(name, planned, found))
    said = [f"{each.path} is {_plain(each.after)}, not {_plain(each.before)}" for each in steps]
    more = f" and {len(said) - SAMPLES} more" if len(said) > SAMPLES else ""
    return ", ".join(said[:SAMPLES]) + more


def _members(name: str, planned: set[str], found: set[str]) -> str:
    """`categories now has Sale, has no longer Men`."""
    parts = {"now has": found - planned, "has no longer": planned - found}
    said = (f"{words} {_few(sorted(keys))}" for words, keys in parts.items() if keys)
    return f"{name} {', '.join(said)}"


def _few(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - SAMPLES} more" if len(keys) > SAMPLES else ""
    return " and ".join(keys[:SAMPLES]) + more


def _named(part: _Part, ids: Json, change: Change) -> Json:
    """Target ids as the keys people read, as far as the change knows them."""
    if not part.field.refers or ids is None:
        return ids
    keys = {
        target_id: Address.parse(address).key
        for address, target_id in change.refs.items()
        if target_id is not None
    }
    if isinstance(ids, list):
        return sorted(keys.get(each, each) for each in ids)
    return keys.get(ids, ids)


def _plain(content: Json) -> str:
    """A value in a sentence: nested ones would fill the line."""
    if content is None:
        return "nothing"
    if isinstance(content, dict | list):
        return "something else" if content else "empty"
    text = str(content)
    return f'"{text}"' if len(text) <= LONG else f'"{text[: LONG - 1]}…"'
