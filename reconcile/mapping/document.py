"""A mapping document: how the fields of one entity are filled. YAML -> EntityMapping.

    entity: product
    scope: managed                  # managed | all: whose records may be changed
    on_conflict: review             # source | target | newest | review: both sides changed a field
    on_missing_in_source: report    # report | draft | delete
    options: {bundle: draft}        # choices the source offers for this entity
    fields:
      title: {from: name, transforms: [decode_entities]}
      handle: {from: attributes.url_key, transforms: [slug], else: {from: name, transforms: [slug]}}
      origin_country: {from: raw.country_of_manufacture, lookup: values/countries.csv}
      discountable: {constant: true, policy: create_only}
      hs_code: unmanaged

Every field of the entity is mentioned, or it is an error; errors carry file and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from reconcile.canonical import digest
from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, Kind
from reconcile.errors import MappingError
from reconcile.mapping.lookup import Lookup
from reconcile.mapping.lookup import read as read_lookup
from reconcile.mapping.transforms import Step, Transforms
from reconcile.marked_yaml import Document
from reconcile.marked_yaml import read as read_yaml
from reconcile.model import Json
from reconcile.nearest import nearest
from reconcile.systems import OptionChoices


class Policy(StrEnum):
    """Who owns a field: the source always, the source once, or nobody here."""

    SYNC = "sync"
    CREATE_ONLY = "create_only"
    UNMANAGED = "unmanaged"


class Scope(StrEnum):
    """Which target records may be changed."""

    MANAGED = "managed"
    ALL = "all"


class OnMissing(StrEnum):
    """What happens to a managed target record whose source record is gone."""

    REPORT = "report"
    DRAFT = "draft"
    DELETE = "delete"


class OnConflict(StrEnum):
    """Whose value a field gets when both sides changed it since it was last applied."""

    SOURCE = "source"
    TARGET = "target"
    NEWEST = "newest"
    """That of the record that was changed last; `review` where nobody knows."""
    REVIEW = "review"
    """Nobody's, until the approver decides."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one field gets its value: a path or a constant, a look-up, transforms, a fallback."""

    field: str
    where: str
    path: str | None = None
    constant: Json = None
    lookup: Lookup | None = None
    steps: tuple[Step, ...] = ()
    otherwise: Rule | None = None
    policy: Policy = Policy.SYNC
    on_conflict: OnConflict = OnConflict.REVIEW

    @property
    def paths(self) -> set[str]:
        """Every source path this rule reads."""
        own = {self.path} if self.path else set()
        return own | (self.otherwise.paths if self.otherwise else set())


@dataclass(frozen=True, slots=True)
class EntityMapping:
    """One mapping document, checked. `digest` covers the document and its look-up tables."""

    spec: EntitySpec
    file: Path
    scope: Scope
    on_missing: OnMissing
    options: Mapping[str, Any]
    rules: tuple[Rule, ...]
    key: Rule | None
    digest: str

    @property
    def managed_rules(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if rule.policy is not Policy.UNMANAGED)

    @property
    def paths(self) -> set[str]:
        return set().union(*(rule.paths for rule in self.rules)) if self.rules else set()

    @property
    def asks_when(self) -> bool:
        """Whether it matters when records were changed last."""
        return any(rule.on_conflict is OnConflict.NEWEST for rule in self.rules)


TIMED = frozenset({"product", "customer"})
"""Entities of which both sides tell when a record was changed last."""

DELETABLE = frozenset({"variant", "list_price"})
"""Entities whose mapping may say `on_missing_in_source: delete`."""

_TOP_KEYS = (
    "entity", "scope", "on_conflict", "on_missing_in_source", "options", "key", "fields"
)  # fmt: skip
_RULE_KEYS = (
    "from", "constant", "lookup", "missing", "transforms", "else", "policy", "on_conflict"
)  # fmt: skip


def load(folder: Path, transforms: Transforms, choices: OptionChoices) -> dict[str, EntityMapping]:
    """Every `*.yml` of a folder, by entity. Raises MappingError with file and line."""
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise MappingError(
            f"There are no mapping documents in {folder}.",
            remedy="`reconcile init` writes the shipped ones.",
        )
    found: dict[str, EntityMapping] = {}
    for file in files:
        mapping = _Reader(read_yaml(file, MappingError), transforms, choices).mapping()
        if mapping.spec.name in found:
            raise MappingError(f"'{mapping.spec.name}' is mapped twice.", where=str(file))
        found[mapping.spec.name] = mapping
    return found


def mapping_digest(mappings: Iterable[EntityMapping], transforms: Transforms) -> str:
    """One digest over all documents, their look-up tables and the user's transforms."""
    parts = sorted(f"{mapping.spec.name} {mapping.digest}" for mapping in mappings)
    return digest(part.encode() for part in [*parts, transforms.digest])


class _Reader:
    """Reads one document."""

    def __init__(self, document: Document, transforms: Transforms, choices: OptionChoices) -> None:
        self._document = document
        self._transforms = transforms
        self._choices = choices
        self._lookups: list[Lookup] = []

    def mapping(self) -> EntityMapping:
        top = self._mapping_at(())
        self._check_keys(top, _TOP_KEYS, ())
        spec = self._entity(top)
        rules = self._rules(spec, top)
        on_missing = self._on_missing(spec, top, rules)
        key = self._rule("key", top["key"], ("key",)) if "key" in top else None
        return EntityMapping(
            spec=spec,
            file=self._document.file,
            scope=self._choice(Scope, top.get("scope", "managed"), ("scope",)),
            on_missing=on_missing,
            options=self._options(spec, top),
            rules=rules,
            key=key,
            digest=digest([self._document.file.read_bytes(), *(x.content for x in self._lookups)]),
        )

    def _fail(self, message: str, *path: str | int, remedy: str = "") -> MappingError:
        return MappingError(message, where=self._document.where(*path), remedy=remedy)

    def _mapping_at(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        value = self._document.value
        for step in path:
            value = value[step]
        if not isinstance(value, dict):
            raise self._fail("A mapping of names to values is expected here.", *path)
        return value

    def _check_keys(
        self, given: Mapping[str, Any], known: tuple[str, ...], path: tuple[str | int, ...]
    ) -> None:
        for name in given:
            if name not in known:
                raise self._fail(f"'{name}' is not known here.{nearest(name, known)}", *path, name)

    def _entity(self, top: Mapping[str, Any]) -> EntitySpec:
        name = top.get("entity")
        spec = ENTITY_BY_NAME.get(name) if isinstance(name, str) else None
        if spec is not None and spec.vocabulary_of:
            user = ".".join(spec.vocabulary_of)
            raise self._fail(
                f"A {name} has no mapping of its own: its words are those of {user}.", "entity"
            )
        if spec is None or spec.reference:
            known = [each.name for each in ENTITY_BY_NAME.values() if not each.reference]
            raise self._fail(f"'{name}' is not an entity.{nearest(str(name), known)}", "entity")
        return spec

    def _choice(self, kind: type[StrEnum], given: object, path: tuple[str | int, ...]) -> Any:
        try:
            return kind(str(given))
        except ValueError:
            allowed = ", ".join(kind)
            raise self._fail(f"'{given}' is not one of: {allowed}.", *path) from None

    def _on_missing(
        self, spec: EntitySpec, top: Mapping[str, Any], rules: Iterable[Rule]
    ) -> OnMissing:
        path = ("on_missing_in_source",)
        chosen: OnMissing = self._choice(OnMissing, top.get(path[0], "report"), path)
        if chosen is OnMissing.DRAFT and spec.draft is None:
            raise self._fail(f"A {spec.name} cannot be a draft.", *path, remedy="Use report.")
        managed = {rule.field for rule in rules if rule.policy is not Policy.UNMANAGED}
        if chosen is OnMissing.DRAFT and spec.draft and spec.draft[0] not in managed:
            raise self._fail(f"To hide a {spec.name} its '{spec.draft[0]}' must be mapped.", *path)
        if chosen is OnMissing.DELETE and spec.name not in DELETABLE:
            instead = "Use draft." if spec.draft else "Use report."
            raise self._fail(f"A {spec.name} is never deleted.", *path, remedy=instead)
        return chosen

    def _options(self, spec: EntitySpec, top: Mapping[str, Any]) -> dict[str, Any]:
        known = self._choices.get(spec.name, {})
        given = self._mapping_at(("options",)) if "options" in top else {}
        self._check_keys(given, tuple(known), ("options",))
        for name, chosen in given.items():
            if chosen not in known[name]:
                allowed = ", ".join(map(str, known[name]))
                raise self._fail(f"'{chosen}' is not one of: {allowed}.", "options", name)
        return {name: given.get(name, allowed[0]) for name, allowed in known.items()}

    def _rules(self, spec: EntitySpec, top: Mapping[str, Any]) -> tuple[Rule, ...]:
        fields = self._mapping_at(("fields",)) if "fields" in top else {}
        known = [name for name in spec.by_name if name != "metadata.*"]
        for name in fields:
            if spec.field(name) is None:
                advice = nearest(name, known)
                raise self._fail(f"A {spec.name} has no field '{name}'.{advice}", "fields", name)
        absent = [name for name in known if name not in fields]
        if absent:
            raise self._fail(
                f"These fields of {spec.name} are not mentioned: {', '.join(absent)}.",
                "fields",
                remedy="Map each, or write `name: unmanaged`.",
            )
        rules = [self._rule(name, given, ("fields", name)) for name, given in fields.items()]
        for rule in rules:
            self._check_constant(spec, rule)
        return tuple(rules)

    def _check_constant(self, spec: EntitySpec, rule: Rule) -> None:
        field = spec.field(rule.field)
        members = field is not None and field.kind in {Kind.REFS, Kind.LIST, Kind.ROWS}
        if members and rule.constant is not None and not isinstance(rule.constant, list):
            raise self._fail(f"'{rule.field}' holds several values: [...].", "fields", rule.field)

    def _rule(self, field: str, given: Any, path: tuple[str | int, ...]) -> Rule:
        where = self._document.where(*path)
        if given == Policy.UNMANAGED:
            return Rule(field, where, policy=Policy.UNMANAGED)
        body = self._mapping_at(path)
        self._check_keys(body, _RULE_KEYS, path)
        self._check_rule(body, path)
        return Rule(
            field=field,
            where=where,
            path=body.get("from"),
            constant=body.get("constant"),
            lookup=self._lookup(body, path),
            steps=self._steps(body, path),
            otherwise=self._rule(field, body["else"], (*path, "else")) if "else" in body else None,
            policy=self._choice(Policy, body.get("policy", "sync"), (*path, "policy")),
            on_conflict=self._on_conflict(body, path),
        )

    def _on_conflict(self, body: Mapping[str, Any], path: tuple[str | int, ...]) -> OnConflict:
        """What the field says, else what the document says for all its fields."""
        for where, given in ((path, body), ((), self._mapping_at(()))):
            if "on_conflict" in given:
                where = (*where, "on_conflict")
                chosen: OnConflict = self._choice(OnConflict, given["on_conflict"], where)
                if chosen is OnConflict.NEWEST and self._mapping_at(())["entity"] not in TIMED:
                    raise self._fail(
                        "Which record is the newest is known of products and customers alone.",
                        *where,
                        remedy="Use source, target or review.",
                    )
                return chosen
        return OnConflict.REVIEW

    def _check_rule(self, body: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
        if ("from" in body) == ("constant" in body):
            raise self._fail("Exactly one of 'from' and 'constant' is needed.", *path)
        if "from" in body and not isinstance(body["from"], str):
            raise self._fail("'from' names one path of the source.", *path, "from")
        worked_on = body.keys() & {"transforms", "lookup", "else"}
        if "constant" in body and worked_on:
            raise self._fail(f"A constant has no {', '.join(sorted(worked_on))}.", *path)
        if "missing" in body and "lookup" not in body:
            raise self._fail("'missing' needs a 'lookup'.", *path, "missing")
        if "else" in body and not isinstance(body["else"], dict):
            raise self._fail("'else' is a rule of its own: {from: ...}.", *path, "else")

    def _lookup(self, body: Mapping[str, Any], path: tuple[str | int, ...]) -> Lookup | None:
        if "lookup" not in body:
            return None
        file = self._document.file.parent / str(body["lookup"])
        try:
            lookup = read_lookup(file, body.get("missing", "report"))
        except MappingError as error:
            raise self._fail(error.message, *path, "lookup", remedy=error.remedy) from error
        self._lookups.append(lookup)
        return lookup

    def _steps(self, body: Mapping[str, Any], path: tuple[str | int, ...]) -> tuple[Step, ...]:
        given = body.get("transforms", [])
        if not isinstance(given, list):
            raise self._fail("'transforms' is a list.", *path, "transforms")
        return tuple(
            self._step(each, (*path, "transforms", index)) for index, each in enumerate(given)
        )

    def _step(self, given: Any, path: tuple[str | int, ...]) -> Step:
        if isinstance(given, dict) and len(given) != 1:
            raise self._fail("Each item of the list is one transform.", *path)
        name, argument = next(iter(given.items())) if isinstance(given, dict) else (given, None)
        try:
            return self._transforms.step(str(name), argument)
        except MappingError as error:
            raise self._fail(error.message, *path, remedy=error.remedy) from error
