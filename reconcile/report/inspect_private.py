"""One explained record as it may be shown to everybody: what tells something about a person is
masked, as in plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import EntitySpec, FieldSpec
from reconcile.inspect.document import FieldStory, Found, Inspection, Planned
from reconcile.mapping.trace import Passed
from reconcile.masking import masked
from reconcile.model import Address, FieldChange, Json
from reconcile.report.private import HIDDEN, masked_address, masked_diagnostic, masked_value
from reconcile.three_way import MARK

_TELLING_NOBODY: Final = frozenset(
    {
        "id",
        "number",
        "order_id",
        "store_id",
        "website_id",
        "group_id",
        "customer_group_id",
        "state",
        "status",
        "created_at",
        "updated_at",
        "currency",
        "order_currency_code",
        "base_currency_code",
        "customer_id",
        "subtotal",
        "tax_amount",
        "discount_amount",
        "shipping_amount",
        "grand_total",
        "total_paid",
        "total_refunded",
        "total_due",
        "customer_is_guest",
        "is_virtual",
    }
)
"""Columns of the source that are shown as they are."""


def masked_inspection(inspection: Inspection) -> Inspection:
    """The same; a record that says nothing about a person has only its sentences looked through."""
    spec = ENTITY_BY_NAME[inspection.address.entity]
    match, held = inspection.match, inspection.quarantine
    told = replace(
        inspection,
        address=_address(inspection.address, inspection.source_id),
        others=tuple(masked_address(each) for each in inspection.others),
        match=replace(match, words=masked(match.words)),
        diagnostics=tuple(masked_diagnostic(each) for each in inspection.diagnostics),
        runs=tuple(replace(each, error=masked(each.error)) for each in inspection.runs),
        damaged=tuple(map(masked, inspection.damaged)),
        quarantine=replace(held, error=masked(held.error)) if held else None,
    )
    return _without_person(told, spec) if spec.personal else told


def _address(address: Address, source_id: str | None) -> Address:
    """A key that is a source id tells nothing."""
    return address if address.key == source_id else masked_address(address)


def _without_person(told: Inspection, spec: EntitySpec) -> Inspection:
    source = told.source
    records = {name: [_row(row) for row in rows] for name, rows in source.records.items()}
    hidden = dict.fromkeys(source.labels, HIDDEN)
    return replace(
        told,
        source=replace(source, records=records, labels=hidden),
        fields=tuple(_story(spec, each) for each in told.fields),
        change=_planned(spec, told.change),
        plan=_planned(spec, told.plan),
        deviations=tuple(_found(spec, each) for each in told.deviations),
    )


def _row(row: Mapping[str, Json]) -> dict[str, Json]:
    """That there is no value, or an empty one, may be known."""
    return {name: part if name in _TELLING_NOBODY else _hidden(part) for name, part in row.items()}


def _hidden(value: Json) -> Json:
    return value if value is None or value in ("", [], {}) else HIDDEN


def _personal(spec: EntitySpec, name: str) -> FieldSpec | None:
    known = spec.field(name)
    return known if known is not None and known.personal and name != MARK else None


def _story(spec: EntitySpec, story: FieldStory) -> FieldStory:
    known = _personal(spec, story.field)
    if known is None:
        return story
    return replace(
        story,
        steps=tuple(_passed(each) for each in story.steps),
        mapped=masked_value(known, story.mapped),
        desired=masked_value(known, story.desired),
        base=masked_value(known, story.base),
        existing=masked_value(known, story.existing),
        notes=(),
    )


def _passed(passed: Passed) -> Passed:
    return replace(passed, value=_hidden(passed.value), note="")


def _planned(spec: EntitySpec, planned: Planned | None) -> Planned | None:
    if planned is None:
        return None
    return replace(planned, fields=tuple(_change(spec, each) for each in planned.fields))


def _change(spec: EntitySpec, part: FieldChange) -> FieldChange:
    known = _personal(spec, part.path)
    if known is None:
        return part
    return FieldChange(part.path, masked_value(known, part.before), masked_value(known, part.after))


def _found(spec: EntitySpec, found: Found) -> Found:
    known = _personal(spec, found.field)
    if known is None:
        return found
    return replace(found, planned=_hidden(found.planned), found=_hidden(found.found))
