"""Answering a search: from criteria to the ids of a page.

Conditions on the primary key cut the ascending ids by bisection, so a keyset window costs as much
as the page it returns; conditions on an indexed field look the candidates up; what a table knows
at a glance is asked of it once per walk; everything else reads all records that are left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reconcile.sandbox.magento.collation import as_number
from reconcile.sandbox.magento.columns import Column
from reconcile.sandbox.magento.conditions import comparable, test_for
from reconcile.sandbox.magento.entity import Entity
from reconcile.sandbox.magento.errors import MagentoError, internal, unknown_attribute_name
from reconcile.sandbox.magento.search_criteria import Filter, SearchCriteria, SortOrder
from reconcile.sandbox.magento.table import Record, Table

Group = tuple[Filter, ...]
RecordTest = Callable[[int, Record], bool]


@dataclass(frozen=True, slots=True)
class Page:
    """The ids of one page, and how many records match in all."""

    ids: Sequence[int]
    total: int


def search(
    table: Table, entity: Entity, columns: Mapping[str, Column], criteria: SearchCriteria
) -> Page:
    """The page that ``criteria`` ask for. Raises MagentoError for names the shop does not know."""
    for group in criteria.groups:
        for one in group:
            if one.field not in columns:
                raise _unknown(entity, one.field)
    ids = _sorted(_matching(table, entity, columns, criteria), table, entity, columns, criteria)
    start, end = criteria.window()
    return Page(ids[start:end], len(ids))


def _unknown(entity: Entity, name: str) -> MagentoError:
    return unknown_attribute_name(name) if entity.eav else internal(f"webapi-{entity.table}")


def _matching(
    table: Table, entity: Entity, columns: Mapping[str, Column], criteria: SearchCriteria
) -> Sequence[int]:
    ids, others = table.ids, []
    for group in criteria.groups:
        window = _key_window(ids, entity, group)
        if window is None:
            others.append(group)
        else:
            ids = window
    if not others:
        return ids
    if table.is_quick(one.field for group in others for one in group):
        return _among(_quick_answer(table, entity, columns, tuple(others)), ids)
    return _filtered(ids, table, entity, columns, others)


def _quick_answer(
    table: Table, entity: Entity, columns: Mapping[str, Column], groups: tuple[Group, ...]
) -> Sequence[int]:
    """Asked of the whole table, so that the next window of the same walk has it already."""
    return table.remembered(groups, lambda: _filtered(table.ids, table, entity, columns, groups))


def _among(found: Sequence[int], window: Sequence[int]) -> Sequence[int]:
    """Those of the ascending ids ``found`` that are in an uninterrupted piece of all ids."""
    if not window:
        return []
    return found[bisect_left(found, window[0]) : bisect_right(found, window[-1])]


def _filtered(
    ids: Sequence[int],
    table: Table,
    entity: Entity,
    columns: Mapping[str, Column],
    groups: Sequence[Group],
) -> Sequence[int]:
    for group in groups:
        candidates = _candidates(table, entity, group)
        if candidates is not None:
            ids = [one for one in candidates if _contains(ids, one)]
    read = table.record
    if table.is_quick(one.field for group in groups for one in group):
        read = table.glance
    tests = [_group_test(group, columns) for group in groups]
    return [row_id for row_id in ids if _passes(row_id, read(row_id), tests)]


def _passes(row_id: int, record: Record, tests: Sequence[RecordTest]) -> bool:
    return all(test(row_id, record) for test in tests)


def _group_test(group: Group, columns: Mapping[str, Column]) -> RecordTest:
    parts = [(columns[one.field], test_for(one, columns[one.field].kind)) for one in group]
    return lambda row_id, record: any(test(column.read(row_id, record)) for column, test in parts)


def _key_window(ids: Sequence[int], entity: Entity, group: Group) -> Sequence[int] | None:
    """``ids`` cut by a single condition on the key; None when the group is something else."""
    if len(group) != 1 or group[0].field != entity.key or group[0].value is None:
        return None
    wanted = as_number(group[0].value)
    match group[0].condition:
        case "gt":
            return ids[bisect_right(ids, wanted) :]
        case "gteq" | "moreq" | "from":
            return ids[bisect_left(ids, wanted) :]
        case "lt":
            return ids[: bisect_left(ids, wanted)]
        case "lteq" | "to":
            return ids[: bisect_right(ids, wanted)]
    return None


def _contains(ids: Sequence[int], row_id: int) -> bool:
    position = bisect_left(ids, row_id)
    return position < len(ids) and ids[position] == row_id


def _candidates(table: Table, entity: Entity, group: Group) -> list[int] | None:
    """Ids that may match an all-``eq``/``in`` group on the key or on indexed fields, else None."""
    found: set[int] = set()
    for one in group:
        if one.condition not in ("eq", "in") or one.value is None:
            return None
        values = one.value.split(",") if one.condition == "in" else [one.value]
        for value in values:
            ids = _found(table, entity, one.field, value)
            if ids is None:
                return None
            found.update(ids)
    return sorted(found)


def _found(table: Table, entity: Entity, field: str, value: str) -> Sequence[int] | None:
    return [int(as_number(value))] if field == entity.key else table.find(field, value)


def _sorted(
    ids: Sequence[int],
    table: Table,
    entity: Entity,
    columns: Mapping[str, Column],
    criteria: SearchCriteria,
) -> Sequence[int]:
    for sort in reversed(criteria.sorts):
        if sort.field == entity.key and len(criteria.sorts) == 1:
            return ids[::-1] if sort.descending else ids
        column = columns.get(sort.field)
        if column is not None:
            ids = _sorted_by(ids, table, column, sort)
        elif not entity.eav:
            raise _unknown(entity, sort.field)
    return ids


def _sorted_by(ids: Sequence[int], table: Table, column: Column, sort: SortOrder) -> list[int]:
    read = table.glance if table.is_quick([sort.field]) else table.record

    def rank(row_id: int) -> tuple[bool, object]:
        value = column.read(row_id, read(row_id))
        return value is not None, value if value is None else comparable(column.kind, value)

    return sorted(ids, key=rank, reverse=sort.descending)
