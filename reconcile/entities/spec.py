"""How an entity is described: its fields, how each is compared, what it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The type of a field and, with it, when two values are the same.

    In every frame a field is one column: BOOLEAN and INTEGER have their own type, all others are
    text. Decimals are text without trailing zeros (`12.5`), moments are ISO 8601 in UTC with
    milliseconds (`2026-11-01T00:00:00.000Z`), nested values are canonical JSON (see canonical.py).
    """

    TEXT = "text"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MEASURE = "measure"
    """A weight or size: decimal text, the same when it is so to about seven digits."""
    MOMENT = "moment"
    REF = "ref"
    """The key of another record (in existing frames: its target id)."""
    REFS = "refs"
    """A set of keys of other records: a JSON list, order without meaning."""
    LIST = "list"
    """A JSON list of texts whose order matters."""
    MAP = "map"
    """A JSON object of texts."""
    JSON = "json"
    """Any JSON value, compared as a whole."""
    PRICES = "prices"
    """A JSON list of {currency_code, amount, min_quantity, max_quantity}, order without meaning."""
    OPTIONS = "options"
    """A JSON list of {title, values}; the target may hold more values than are wanted."""
    RANK = "rank"
    """A place among siblings: only the order of the managed ones counts."""
    ROWS = "rows"
    """A JSON list of objects, each with an `id` of its own; order without meaning."""


NUMBERS = frozenset({Kind.DECIMAL, Kind.MEASURE})
"""Kinds whose values are decimal text."""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of an entity. `refers` names the entity a REF or REFS points to."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    unique: bool = False
    refers: str = ""
    at_least: bool = False
    """For REFS: extra members on the target are not a difference."""
    once: bool = False
    """Set where the target has no value; whatever it has is never replaced."""
    kept: bool = False
    """What the target has stays where the source has no value any more."""
    fixed: bool = False
    """Written with the record and never again: a later difference is named, not corrected."""
    personal: bool = False
    """Tells something about a person: masked wherever the plan is shown in brief."""


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """What an entity is, without a word about any system.

    `key_fields` names the REF and value fields a composite key is made of (`sku@location`);
    empty for records that have a key of their own. `draft` is the field and value that take a
    record out of sight; None where nothing can be hidden. `reference` records are read and
    referred to, never written. `parent` is the REF field of the record this one lives in.
    """

    name: str
    plural: str
    fields: tuple[FieldSpec, ...]
    key_fields: tuple[str, ...] = ()
    key_separator: str = "/"
    draft: tuple[str, str | bool] | None = None
    reference: bool = False
    parent: str = ""
    sums_up: bool = False
    """Its values follow from the records that live in it (an order's from its invoices): they
    change with those, and what is written to it changes nothing in them."""
    siblings: str = ""
    """For entities with a RANK field: the REF field whose value siblings share."""
    vocabulary_of: tuple[str, str] | None = None
    """Entity and field whose distinct values are the records of this one (tags, types)."""
    personal: bool = False
    """Records about people: open metadata counts as personal too."""
    personal_key: bool = False
    """The key itself is personal (an e-mail)."""

    by_name: Mapping[str, FieldSpec] = field(init=False, repr=False, compare=False)
    """The fields by name; made once, as every value of a plan is looked up here."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {spec.name: spec for spec in self.fields})

    @property
    def open_metadata(self) -> bool:
        return "metadata.*" in self.by_name

    def called(self, key: str) -> str:
        """A record in a sentence: `product 24-MB01`. Personal keys stand in no sentence."""
        return self.name if self.personal_key else f"{self.name} {key}"

    def field(self, name: str) -> FieldSpec | None:
        """The spec of a field, also for `metadata.anything` where metadata is open."""
        known = self.by_name.get(name)
        if known is None and self.open_metadata and name.startswith("metadata."):
            return FieldSpec(name, Kind.JSON, personal=self.personal)
        return known


METADATA = FieldSpec("metadata.*", Kind.JSON)
"""Any number of `metadata.<key>` fields, each compared by itself; other keys are left alone."""

OWNERSHIP_KEY = "source_id"
"""The metadata key that marks a record as managed and holds the id of its source record."""
