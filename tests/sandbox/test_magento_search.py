"""searchCriteria and fields= without a network."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from reconcile.sandbox.magento.columns import columns_of
from reconcile.sandbox.magento.entity import CUSTOMER_GROUPS, ORDERS, PRODUCTS, Entity
from reconcile.sandbox.magento.errors import MagentoError
from reconcile.sandbox.magento.projection import project
from reconcile.sandbox.magento.query_string import parse_query
from reconcile.sandbox.magento.search import search
from reconcile.sandbox.magento.search_criteria import InputLimits, parse_search_criteria
from reconcile.sandbox.magento.table import MemoryRows, Table

ATTRIBUTES = [
    {"attribute_code": "color", "backend_type": "int"},
    {"attribute_code": "material", "backend_type": "text"},
    {"attribute_code": "special_price", "backend_type": "decimal"},
]


def product(number: int, sku: str, price: float | None = None, **attributes: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": number,
        "sku": sku,
        "updated_at": f"2026-01-0{number} 10:00:00",
        "extension_attributes": {"category_links": [{"category_id": str(number % 2 + 3)}]},
        "custom_attributes": [
            {"attribute_code": code, "value": value} for code, value in attributes.items()
        ],
    }
    return record if price is None else {**record, "price": price}


PRODUCT_TABLE = Table(
    MemoryRows(
        {
            1: product(1, "A-1", 10, color="49", material="1,12"),
            2: product(2, "a-2", 9.5, special_price="8.000000", material="2"),
            3: product(3, "Ä 3", 100, special_price="20.500000"),
            4: product(4, "x_4"),
        },
        ("sku",),
    )
)


def criteria(*groups: list[tuple[str, str, str]], **rest: str) -> str:
    parts = [
        f"searchCriteria[filter_groups][{g}][filters][{f}][{name}]={quote(value)}"
        for g, group in enumerate(groups)
        for f, one in enumerate(group)
        for name, value in zip(("field", "condition_type", "value"), one, strict=True)
    ]
    return "&".join(["searchCriteria", *parts, *(f"{k}={v}" for k, v in rest.items())])


def found(query: str, entity: Entity = PRODUCTS, table: Table = PRODUCT_TABLE) -> list[int]:
    columns = columns_of(entity, table.records(), ATTRIBUTES)
    parsed = parse_search_criteria(parse_query(query), InputLimits())
    return list(search(table, entity, columns, parsed).ids)


@pytest.mark.parametrize(
    ("field", "condition", "value", "expected"),
    [
        ("sku", "eq", "a-1", [1]),
        ("sku", "eq", "A-1 ", [1]),
        ("sku", "eq", "a 3", [3]),
        ("sku", "in", "A-1,A-2", [1, 2]),
        ("sku", "in", "A-1, A-2", [1]),
        ("sku", "nin", "A-1,A-2", [3, 4]),
        ("sku", "like", "a-%", [1, 2]),
        ("sku", "like", "_-1", [1]),
        ("sku", "nlike", "a-%", [3, 4]),
        ("price", "gt", "9.5", [1, 3]),
        ("price", "gt", "abc", [1, 2, 3]),
        ("price", "lteq", "10.00", [1, 2]),
        ("price", "null", "1", [4]),
        ("price", "neq", "10", [2, 3]),
        ("special_price", "notnull", "1", [2, 3]),
        ("special_price", "gteq", "20.5", [3]),
        ("color", "eq", "49", [1]),
        ("material", "finset", "12", [1]),
        ("material", "nfinset", "12", [2]),
        ("category_id", "eq", "3", [2, 4]),
        ("category_id", "in", "3,4", [1, 2, 3, 4]),
        ("category_id", "neq", "3", [1, 3]),
        ("entity_id", "from", "3", [3, 4]),
        ("entity_id", "to", "2", [1, 2]),
        ("entity_id", "in", "4,1", [1, 4]),
        ("entity_id", "neq", "1", [2, 3, 4]),
        ("updated_at", "gteq", "2026-01-03", [3, 4]),
        ("updated_at", "gt", "2026-01-03T10:00:00Z", [4]),
        ("updated_at", "lt", "2026-01-02 12:00:00+05:00", [1, 2]),
        ("updated_at", "gteq", "yesterday", [1, 2, 3, 4]),
        ("updated_at", "lteq", "yesterday", []),
        ("sku", "zzz", "A-1", []),
    ],
)
def test_condition(field: str, condition: str, value: str, expected: list[int]) -> None:
    assert found(criteria([(field, condition, value)])) == expected


def test_filters_in_a_group_are_or_and_groups_are_and() -> None:
    either = [("sku", "eq", "A-1"), ("sku", "eq", "x_4")]
    assert found(criteria(either)) == [1, 4]
    assert found(criteria(either, [("price", "notnull", "1")])) == [1]
    assert found(criteria([("entity_id", "from", "3"), ("entity_id", "to", "2")])) == [1, 2, 3, 4]


def test_condition_without_a_value_or_type() -> None:
    field = "searchCriteria[filterGroups][0][filters][0][field]=color"
    assert found(field) == []
    assert found(f"{field}&searchCriteria[filterGroups][0][filters][0][value]=49") == [1]


@pytest.mark.parametrize(
    ("field", "direction", "expected"),
    [
        ("price", "ASC", [4, 2, 1, 3]),
        ("price", "desc", [3, 1, 2, 4]),
        ("sku", "", [4, 2, 1, 3]),
        ("entity_id", "DESC", [4, 3, 2, 1]),
        ("nope", "DESC", [1, 2, 3, 4]),
        ("id", "DESC", [1, 2, 3, 4]),
    ],
)
def test_sorting(field: str, direction: str, expected: list[int]) -> None:
    order = {"searchCriteria[sortOrders][0][field]": field}
    if direction:
        order["searchCriteria[sortOrders][0][direction]"] = direction
    assert found(criteria(**order)) == expected


def test_accents_do_not_matter_in_order() -> None:
    order = {
        "search_criteria[sort_orders][0][field]": "sku",
        "search_criteria[sort_orders][0][direction]": "asc",
    }
    assert found("&".join(f"{k}={v}" for k, v in order.items())) == [3, 1, 2, 4]


@pytest.mark.parametrize(
    ("size", "page", "expected"),
    [
        ("2", "2", [3, 4]),
        ("3", "9", []),
        ("0", "2", [1, 2, 3, 4]),
        ("-1", "1", [1]),
        ("1.5", "2", [2]),
        ("2", "0", [1, 2]),
        ("2", "-3", [1, 2]),
    ],
)
def test_paging(size: str, page: str, expected: list[int]) -> None:
    paging = {"searchCriteria[pageSize]": size, "searchCriteria[currentPage]": page}
    assert found(criteria(**paging)) == expected


@pytest.mark.parametrize(
    ("query", "entity", "status"),
    [
        ("", PRODUCTS, 400),
        ("searchCriteria[pageSize]=abc", PRODUCTS, 400),
        ("searchCriteria[pageSize]=", PRODUCTS, 400),
        (criteria([("nope", "eq", "1")]), PRODUCTS, 400),
        (criteria([("id", "eq", "1")]), PRODUCTS, 400),
        (criteria([("nope", "eq", "1")]), ORDERS, 500),
        (criteria(**{"searchCriteria[sortOrders][0][field]": "nope"}), ORDERS, 500),
        (
            criteria(
                **{
                    "searchCriteria[sortOrders][0][field]": "sku",
                    "searchCriteria[sortOrders][0][direction]": "up",
                }
            ),
            PRODUCTS,
            400,
        ),
    ],
)
def test_refused(query: str, entity: Entity, status: int) -> None:
    with pytest.raises(MagentoError) as refused:
        found(query, entity)
    assert refused.value.status == status


def test_brackets_may_be_encoded() -> None:
    plain = criteria([("sku", "eq", "A-1")])
    assert found(plain.replace("[", "%5B").replace("]", "%5D")) == [1]


def test_a_table_whose_first_id_is_zero() -> None:
    groups = Table(MemoryRows({n: {"id": n, "code": f"G{n}"} for n in range(3)}))
    query = criteria([("customer_group_id", "gteq", "0")])
    assert found(query, CUSTOMER_GROUPS, groups) == [0, 1, 2]


ANSWER = {
    "items": [{"sku": "A", "extension_attributes": {"website_ids": [1], "x": 2}, "name": "N"}],
    "total_count": 1,
}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("", ANSWER),
        ("total_count", {"total_count": 1}),
        ("items[sku],total_count", {"items": [{"sku": "A"}], "total_count": 1}),
        (
            "items[extension_attributes[website_ids]]",
            {"items": [{"extension_attributes": {"website_ids": [1]}}]},
        ),
        ("items[extension_attributes[nope]]", {"items": [{"extension_attributes": []}]}),
        ("items[nope]", {"items": [[]]}),
        ("nope", []),
        ("items[sku", []),
        ("items]", []),
        ("items sku", []),
        (
            "items[extension_attributes]",
            {"items": [{"extension_attributes": {"website_ids": [1], "x": 2}}]},
        ),
    ],
)
def test_projection(fields: str, expected: object) -> None:
    assert project(ANSWER, fields) == expected


def test_projected_empty_list_is_null() -> None:
    assert project({"items": [], "total_count": 0}, "items[sku]") == {"items": None}
    assert project([], "sku") is None


def test_projection_into_scalars_is_an_internal_error() -> None:
    with pytest.raises(MagentoError):
        project({"website_ids": [1]}, "website_ids[x]")
