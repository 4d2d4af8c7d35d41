"""How a field of a change is to be shown."""

from __future__ import annotations

from reconcile.entities import ENTITY_BY_NAME
from reconcile.entities.spec import Kind


def kind_of(entity: str, path: str) -> Kind:
    """The kind of a field; fields nobody describes are shown as JSON."""
    spec = ENTITY_BY_NAME.get(entity)
    field = spec.field(path) if spec else None
    return field.kind if field else Kind.JSON
