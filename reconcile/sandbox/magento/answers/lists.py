"""Answers of the list endpoints, and of single records read by id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconcile.sandbox.magento.call import Call
from reconcile.sandbox.magento.entity import Entity
from reconcile.sandbox.magento.errors import MagentoError
from reconcile.sandbox.magento.search import search
from reconcile.sandbox.magento.search_criteria import parse_search_criteria
from reconcile.sandbox.magento.table import Record

Answer = Callable[[Call], Any]


def list_of(entity: Entity) -> Answer:
    """Answers ``{"items", "search_criteria", "total_count"}`` for a searchCriteria query."""

    def answer(call: Call) -> dict[str, Any]:
        criteria = parse_search_criteria(call.query, call.limits)
        table = call.table(entity.table)
        page = search(table, entity, call.shop.columns(entity, call.scope), criteria)
        return {
            "items": [table.record(row_id) for row_id in page.ids],
            "search_criteria": criteria.echo(),
            "total_count": page.total,
        }

    return answer


def one_of(entity: Entity, missing: Callable[[int], MagentoError]) -> Answer:
    """Answers the record whose id is the placeholder ``:id``, in the shape of the list."""

    def answer(call: Call) -> Record:
        row_id = call.path_id("id")
        record = call.table(entity.table).get(row_id)
        if record is None:
            raise missing(row_id)
        return record

    return answer


def document(name: str) -> Answer:
    """Answers a stored document as it is."""
    return lambda call: call.shop.document(name, call.scope)
