"""Whole tables of customers and sales: complete, in order, and harmless to the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from magento_shop import Kept, administrator, answered, page_size, pulled, running
from sales_records import (
    Record,
    credit_memo,
    customer,
    invoice,
    order,
    shipment,
    with_sales,
)

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.server import Intercept, SampleMagento
from reconcile.sandbox.magento.shop import Shop

LISTS = {
    "customers": "customers/search",
    "orders": "orders",
    "invoices": "invoices",
    "shipments": "shipments",
    "credit_memos": "creditmemos",
}
SALES = {"invoices": invoice, "shipments": shipment, "creditmemos": credit_memo}


def _page_of(table: str, request: Request) -> bool:
    """Whether this asks for a page of the list (and not for its newest record alone)."""
    return request.path.endswith(f"/V1/{LISTS[table]}") and page_size(request) > 1


def _body(magento: SampleMagento, request: Request) -> dict[str, Any]:
    """What the shop would have answered."""
    body: dict[str, Any] = json.loads(magento.application.answer(request).body)
    return body


def _pulled(
    shop: Shop, intercept: Intercept, shop_of: list[SampleMagento], **wanted: Any
) -> dict[str, Kept]:
    """Tables of a shop whose answers `intercept` makes; `shop_of` is where it finds the shop."""
    with running(shop, intercept=intercept, auth=administrator, **wanted) as (reader, magento):
        shop_of.append(magento)
        tables, _ = pulled(reader)
    return tables


def _spoiled(table: str, change: Callable[[Record], None]) -> dict[str, Kept]:
    """Tables of a shop that answers the first record of this list as `change` makes it."""
    shop_of: list[SampleMagento] = []

    def intercept(request: Request) -> Response | None:
        if not _page_of(table, request):
            return None
        body = _body(shop_of[0], request)
        change(body["items"][0])
        return answered(body)

    return _pulled(with_sales(generated_shop(5), 4), intercept, shop_of)


@pytest.mark.parametrize("table", LISTS)
def test_a_record_without_an_id_is_counted_and_the_others_kept(table: str) -> None:
    def change(record: Record) -> None:
        record.pop("entity_id", None)
        record.pop("id", None)

    found = _spoiled(table, change)
    assert [name for name, kept in found.items() if not kept.complete] == [table]
    assert "1 records could not be read" in found[table].incomplete
    assert found[table].column("id") == ["2", "3", "4"]


def test_tables_are_whole_and_in_the_order_of_ids() -> None:
    with running(with_sales(generated_shop(5), 45), page_size=20, concurrency=3) as (reader, _):
        found, _ = pulled(reader)
    for table in LISTS:
        assert found[table].complete, found[table].incomplete
        assert found[table].column("id") == [str(number) for number in range(1, 46)]


def test_pages_of_orders_are_smaller_than_those_of_light_lists() -> None:
    with running(with_sales(generated_shop(5), 300), page_size=300) as (reader, magento):
        pulled(reader)
        largest: dict[str, int] = {}
        for one in magento.requests:
            path = one.path.rpartition("/V1/")[2]
            largest[path] = max(largest.get(path, 0), page_size(one))
    assert largest["orders"] == 120
    assert largest["customers/search"] == 1200
    assert largest["creditmemos"] == 300


def test_what_refers_is_read_before_what_it_refers_to() -> None:
    """Records made while the snapshot is taken have their order and their customer in it."""
    shop = with_sales(generated_shop(5), 3)
    begun: set[str] = set()

    def intercept(request: Request) -> None:
        path = request.path.rpartition("/V1/")[2]
        if path in LISTS.values() and path not in begun:
            begun.add(path)
            number = 3 + len(begun)
            shop.table("customers").put(number, customer(number))
            shop.table("orders").put(number, order(number, customer_id=number))
            for name, make in SALES.items():
                shop.table(name).put(number, make(number))

    with running(shop, intercept=intercept, concurrency=1) as (reader, _):
        found, _ = pulled(reader)
    assert {len(found[table].rows) for table in LISTS} == {4, 5, 6, 7, 8}
    assert set(found["orders"].column("customer_id")) <= set(found["customers"].column("id"))
    for table in ("invoices", "shipments", "credit_memos"):
        assert set(found[table].column("order_id")) <= set(found["orders"].column("id"))


CRASHED = Response(500, b'{"message":"Internal Error. Report ID: webapi-5f"}')
DAMAGED = Response(200, b'{"items":[{"entity_id":5,"weight":1e999999999}],"total_count":1}')


def _broken_at(*ids: int, answer: Response) -> dict[str, Kept]:
    """Tables of a shop of 60 orders that cannot answer a page with any of these in it."""
    shop_of: list[SampleMagento] = []

    def intercept(request: Request) -> Response | None:
        if not _page_of("orders", request):
            return None
        held = {one["entity_id"] for one in _body(shop_of[0], request)["items"]}
        return answer if held & set(ids) else None

    return _pulled(with_sales(generated_shop(5), 60), intercept, shop_of, page_size=100)


@pytest.mark.parametrize("answer", [CRASHED, DAMAGED])
@pytest.mark.parametrize("ids", [(1,), (33,), (12, 13, 59)])
def test_an_order_the_shop_breaks_down_over_is_named(
    ids: tuple[int, ...], answer: Response
) -> None:
    found = _broken_at(*ids, answer=answer)
    orders = found["orders"]
    assert orders.column("id") == [str(each) for each in range(1, 61) if each not in ids]
    assert not orders.complete
    assert f"breaks down over the records {', '.join(map(str, ids))}:" in orders.incomplete
    assert [name for name, kept in found.items() if not kept.complete] == ["orders"]


def test_a_list_that_breaks_down_everywhere_is_given_up() -> None:
    """Twenty-one broken orders in a row are no broken orders."""
    found = _broken_at(*range(20, 60), answer=CRASHED)
    orders = found["orders"]
    assert "status 500" in orders.incomplete
    assert "breaks down over" not in orders.incomplete
    assert orders.distinct == len(orders.rows) == 19
    assert found["products"].complete
    assert found["customers"].complete


@pytest.mark.parametrize(
    "answer",
    [
        CRASHED,
        Response(404, b'{"message":"Request does not match any route."}'),
        Response(403, b"<html>Forbidden</html>", "text/html"),
        Response(200, b"[]"),
    ],
)
def test_a_list_that_is_not_answered_leaves_the_rest_whole(answer: Response) -> None:
    def intercept(request: Request) -> Response | None:
        return answer if request.path.endswith("/V1/shipments") else None

    with running(with_sales(generated_shop(5), 3), intercept=intercept) as (reader, _):
        found, _ = pulled(reader)
    assert [name for name, kept in found.items() if not kept.complete] == ["shipments"]
    assert "shipments" in found["shipments"].incomplete
