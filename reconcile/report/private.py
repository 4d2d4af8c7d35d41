"""A plan as it may be shown to everybody: what tells something about a person is masked.

Brief output (plan.md, the terminal, a page unless the settings say otherwise) goes through here;
full values stand in `changes.jsonl` alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import OWNERSHIP_KEY, EntitySpec, FieldSpec, Kind
from reconcile.masking import masked, masked_email
from reconcile.model import Address, Change, Diagnostic, FieldChange, Json, StoredFields
from reconcile.plan.document import Plan
from reconcile.report.certificate import Certificate, Deviation

HIDDEN: Final = "***"
_TELLING_NOBODY = frozenset(
    {"id", "country_code", "is_default_billing", "is_default_shipping", "carrier"}
)
"""Parts of addresses and parcels that are shown as they are."""
_MARK = f"metadata.{OWNERSHIP_KEY}"


def masked_plan(plan: Plan) -> Plan:
    """The same plan with masked keys, values and messages. Its digest stays that of the file."""
    scope = {name: masked(text) for name, text in plan.header.scope.items()}
    return replace(
        plan,
        header=replace(plan.header, scope=scope),
        changes=MaskedChanges(plan.changes),
        diagnostics=tuple(masked_diagnostic(each) for each in plan.diagnostics),
    )


class MaskedChanges(Collection[Change]):
    """Changes, each masked when it is come to: nothing is kept."""

    def __init__(self, changes: Collection[Change]) -> None:
        self._changes = changes

    def __iter__(self) -> Iterator[Change]:
        return map(masked_change, self._changes)

    def __len__(self) -> int:
        return len(self._changes)

    def __contains__(self, change: object) -> bool:
        return any(change == each for each in self)


def masked_change(change: Change) -> Change:
    """The change itself where nothing in it is personal. Values are masked once looked at."""
    spec = ENTITY_BY_NAME.get(change.address.entity)
    if spec is None or not spec.personal:
        return change
    return replace(
        change,
        address=masked_address(change.address),
        fields=StoredFields(change.paths, _Masked(spec, change.fields), 0),
        refs={str(masked_address(Address.parse(text))): id_ for text, id_ in change.refs.items()},
        conflicts=dict.fromkeys(change.conflicts, HIDDEN),
    )


def masked_address(address: Address) -> Address:
    """The same address, or for records whose key is an e-mail one that shows its ends."""
    spec = ENTITY_BY_NAME.get(address.entity)
    if spec is None or not spec.personal_key:
        return address
    return Address(address.entity, masked_email(address.key))


def masked_diagnostic(diagnostic: Diagnostic) -> Diagnostic:
    address = diagnostic.address
    return replace(
        diagnostic,
        address=masked_address(address) if address else None,
        message=_masked_but_for(address, diagnostic.message)
        if address
        else masked(diagnostic.message),
    )


def _masked_but_for(address: Address, message: str) -> str:
    """A key that is shown anyway, such as `24-MB01@Default Source`, is no e-mail."""
    if "@" not in address.key or masked_address(address) != address:
        return masked(message)
    word = rf"(?<!\S){re.escape(address.key)}(?=[.,:;]?(?:\s|$))"
    return address.key.join(masked(part) for part in re.split(word, message))


def masked_certificate(certificate: Certificate | None) -> Certificate | None:
    """The same proof; of personal fields it says only that they differ."""
    if certificate is None:
        return None
    return replace(certificate, deviations=tuple(map(_masked_deviation, certificate.deviations)))


def _masked_deviation(deviation: Deviation) -> Deviation:
    address = Address.parse(deviation.record)
    spec = ENTITY_BY_NAME.get(address.entity)
    field = spec.field(deviation.field) if spec else None
    hidden = field is not None and field.personal
    return replace(
        deviation,
        record=str(masked_address(address)),
        planned=HIDDEN if hidden else masked(deviation.planned),
        found=HIDDEN if hidden else masked(deviation.found),
    )


class _Masked:
    """The fields of one change. Satisfies `Store`: a summary looks at few values."""

    __slots__ = ("_fields", "_made", "_spec")

    def __init__(self, spec: EntitySpec, fields: Sequence[FieldChange]) -> None:
        self._spec, self._fields = spec, fields
        self._made: tuple[FieldChange, ...] | None = None

    def fields_at(self, _place: int) -> tuple[FieldChange, ...]:
        if self._made is None:
            self._made = tuple(_masked_fields(self._spec, self._fields))
        return self._made


def _masked_fields(spec: EntitySpec, fields: Iterable[FieldChange]) -> Iterator[FieldChange]:
    for part in fields:
        known = spec.field(part.path)
        if known is None or not known.personal or part.path == _MARK:
            yield part
        else:
            yield replace(
                part, before=masked_value(known, part.before), after=masked_value(known, part.after)
            )


def masked_value(field: FieldSpec, value: Json) -> Json:
    """A masked value of the same shape; that there is none, or an empty one, may be known."""
    if value is None or value in ("", [], {}):
        return value
    if field.kind is Kind.ROWS:
        return [_parts(row) for row in value]
    if field.kind is Kind.MAP:
        return _parts(value)
    return masked_email(value) if isinstance(value, str) and "@" in value else HIDDEN


def _parts(parts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: part if name in _TELLING_NOBODY else HIDDEN for name, part in parts.items()}
