"""Reading whole lists from shops that limit, cut, repeat, lose or change what they answer."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from magento_shop import Kept, administrator, answered, page_size, products_page, pulled, running

from reconcile.errors import BadAnswer
from reconcile.sandbox.magento.application import Settings
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.search_criteria import InputLimits
from reconcile.sandbox.magento.server import Intercept, SampleMagento
from reconcile.sandbox.magento.shop import Shop
from reconcile.sources.magento_rest.criteria import Criteria, Filter
from reconcile.sources.magento_rest.page_size import SMALLEST, Cap, PageSize
from reconcile.sources.magento_rest.windows import IdRange, split


def _products(intercept: Intercept | None = None, shop: Shop | None = None, **wanted: Any) -> Kept:
    chosen = {"page_size": 16, **wanted}
    with running(shop or generated_shop(30), intercept=intercept, **chosen) as (reader, _):
        tables, _ = pulled(reader)
    return tables["products"]


def _body(magento: SampleMagento, request: Request) -> dict[str, Any]:
    """What the shop would have answered."""
    body: dict[str, Any] = json.loads(magento.application.answer(request).body)
    return body


def test_products_come_once_each_and_in_the_order_of_their_ids() -> None:
    products = _products(concurrency=4)
    ids = [int(each) for each in products.column("id")]
    assert products.complete
    assert ids == sorted(set(ids))
    assert len(ids) == products.reported


@pytest.mark.parametrize("most", [1, 7, 300])
def test_the_largest_page_a_shop_allows_is_learned(most: int) -> None:
    settings = Settings(limits=InputLimits(max_page_size=most, default_page_size=20))
    with running(generated_shop(12), settings=settings, page_size=500) as (reader, magento):
        tables, _ = pulled(reader)
        refused = sum(one.status == 400 for one in magento.requests)
    assert all(kept.complete for kept in tables.values())
    assert refused <= 5  # as many as were under way before the first answer, and one


def _cut_silently_to(most: int) -> tuple[Intercept, list[SampleMagento]]:
    """A proxy or extension that lowers the page size and says so only in the criteria it echoes."""
    shop: list[SampleMagento] = []

    def intercept(request: Request) -> Response | None:
        size = page_size(request)
        if size <= most:
            return None
        query = request.query.replace(
            f"searchCriteria%5BpageSize%5D={size}", f"searchCriteria%5BpageSize%5D={most}"
        )
        asked = Request(request.method, request.url, request.path, query, request.headers)
        return answered(_body(shop[0], asked))

    return intercept, shop


def test_pages_that_are_cut_silently_lose_nothing() -> None:
    intercept, shop = _cut_silently_to(6)
    with running(generated_shop(15), intercept=intercept, auth=administrator, page_size=64) as (
        reader,
        magento,
    ):
        shop.append(magento)
        tables, _ = pulled(reader)
    assert {name: kept.incomplete for name, kept in tables.items() if not kept.complete} == {}


@pytest.mark.parametrize("keep_every", [2, 9])
def test_sparse_ids_are_read_whole(keep_every: int) -> None:
    shop = generated_shop(40)
    skus = [record["sku"] for record in shop.table("products").records()]
    for number, sku in enumerate(skus):
        if number % keep_every:
            shop.delete_product(sku)
    expected = [record["sku"] for record in shop.table("products").records()]
    products = _products(shop=shop)
    assert products.complete
    assert products.column("sku") == expected


def test_a_cluster_of_ids_far_from_the_others_is_read_whole() -> None:
    shop = generated_shop(40)
    table = shop.table("products")
    last = table.record(table.ids[-1])
    for view in ("products", "products_default", "products_de"):
        shop.table("products", view.removeprefix("products_") or "all").put(
            1_000_000, {**last, "id": 1_000_000, "sku": "far away"}
        )
    products = _products(shop=shop)
    assert products.complete
    assert products.column("sku")[-1] == "far away"


@pytest.mark.parametrize("at_request", [1, 3, 5])
def test_products_deleted_under_way_shift_nothing(at_request: int) -> None:
    shop = generated_shop(30)
    skus = [record["sku"] for record in shop.table("products").records()]
    seen = [0]

    def intercept(request: Request) -> None:
        if products_page(request):
            seen[0] += 1
            if seen[0] == at_request:
                shop.delete_product(skus[0])
                shop.delete_product(skus[-2])

    products = _products(intercept, shop, concurrency=1)
    assert products.complete, products.incomplete
    assert set(products.column("sku")) >= set(skus) - {skus[0], skus[-2]}


def test_products_added_under_way_do_no_harm() -> None:
    shop = generated_shop(30)
    count = len(shop.table("products"))
    record = next(iter(shop.table("products").records()))

    def intercept(request: Request) -> None:
        if products_page(request):
            shop.add_product({**record, "sku": f"new {len(shop.table('products'))}"})

    products = _products(intercept, shop, concurrency=1)
    assert products.complete, products.incomplete
    assert len(products.rows) == count


def test_source_items_deleted_under_way_are_read_again() -> None:
    shop = generated_shop(40)
    skus = [record["sku"] for record in shop.table("products").records()]
    asked = [0]

    def intercept(request: Request) -> None:
        if request.path.endswith("source-items"):
            asked[0] += 1
            if asked[0] == 2:
                for sku in skus[:5]:
                    shop.delete_product(sku)

    with running(shop, intercept=intercept, page_size=4, concurrency=1) as (reader, _):
        tables, _ = pulled(reader)
        left = {(item["sku"], item["source_code"]) for item in shop.table("source_items").records()}
    items = tables["source_items"]
    got = list(zip(items.column("sku"), items.column("source_code"), strict=True))
    assert items.complete, items.incomplete
    assert len(got) == len(set(got))
    assert set(got) >= left


def _products_changed(change: Any) -> tuple[Intercept, list[SampleMagento]]:
    """Pages of products as `change` makes them of the shop's own."""
    shop: list[SampleMagento] = []

    def intercept(request: Request) -> Response | None:
        if not products_page(request):
            return None
        body = _body(shop[0], request)
        change(body)
        return answered(body)

    return intercept, shop


def _with(change: Any, **wanted: Any) -> Kept:
    intercept, shop = _products_changed(change)
    with running(
        generated_shop(30), intercept=intercept, auth=administrator, page_size=16, **wanted
    ) as (reader, magento):
        shop.append(magento)
        tables, _ = pulled(reader)
    return tables["products"]


def _lose_one(body: dict[str, Any]) -> None:
    if len(body["items"]) > 3:
        del body["items"][2]


def test_a_page_that_lacks_a_record_makes_the_table_incomplete() -> None:
    products = _with(_lose_one)
    assert not products.complete
    assert "records were answered" in products.incomplete


def _no_ids(body: dict[str, Any]) -> None:
    for item in body["items"][:1]:
        del item["id"]


def _null_items(body: dict[str, Any]) -> None:
    body["items"][:1] = [None]


@pytest.mark.parametrize("change", [_no_ids, _null_items])
def test_records_without_identity_are_counted_not_dropped(change: Any) -> None:
    products = _with(change)
    assert not products.complete
    assert "could not be read" in products.incomplete
    assert products.rows


def _no_total(body: dict[str, Any]) -> None:
    del body["total_count"]


def _texts(body: dict[str, Any]) -> None:
    body["total_count"] = str(body["total_count"])
    for item in body["items"]:
        item |= {name: str(item[name]) for name in ("id", "status", "visibility")}


def _php_arrays(body: dict[str, Any]) -> None:
    body["items"] = {str(place): item for place, item in enumerate(body["items"])} or None
    for item in (body["items"] or {}).values():
        for name in ("media_gallery_entries", "tier_prices", "product_links", "options"):
            del item[name]
        if item["type_id"] == "simple":
            item["extension_attributes"] = []


@pytest.mark.parametrize("change", [_no_total, _texts, _php_arrays])
def test_other_forms_of_the_same_answer_are_understood(change: Any) -> None:
    usual, products = _products(), _with(change)
    assert products.complete, products.incomplete
    assert products.column("sku") == usual.column("sku")
    assert products.column("status") == usual.column("status")


def _shuffled(body: dict[str, Any]) -> None:
    body["items"].reverse()


def test_a_list_that_ignores_sorting_is_refused() -> None:
    with pytest.raises(BadAnswer, match="sort"):
        _with(_shuffled)


def _same_page_again(request: Request) -> Response | None:
    """A list that has no total and repeats its last page for ever."""
    if not request.path.endswith("customerGroups/search"):
        return None
    page = int(parse_qs(request.query)["searchCriteria[currentPage]"][0])
    first = min(page, 3) * page_size(request)
    items = [{"id": first + place, "code": f"G{place}"} for place in range(page_size(request))]
    return answered({"items": items})


def test_a_list_that_repeats_its_last_page_ends() -> None:
    with running(intercept=_same_page_again, page_size=4) as (reader, _):
        tables, _ = pulled(reader)
    assert len(tables["customer_groups"].rows) == 12


@given(
    after=st.integers(-1, 50),
    length=st.integers(0, 5_000),
    count=st.integers(0, 5_000),
    size=st.integers(1, 400),
)
def test_split_windows_cover_their_range_without_overlap(
    after: int, length: int, count: int, size: int
) -> None:
    windows = split(IdRange(after, after + length), count, size)
    edges = [(window.after, window.last) for window in windows]
    assert all(one < other for one, other in edges)
    assert [last for _, last in edges[:-1]] == [first for first, _ in edges[1:]]
    assert not length or (edges[0][0], edges[-1][1]) == (after, after + length)


def test_page_size_shrinks_once_for_failures_that_came_together_and_recovers() -> None:
    size = PageSize(320, Cap())
    size.shrink(320)
    size.shrink(320)
    assert size.current == 160
    for _ in range(8):
        size.worked()
    assert size.current == 320


def test_page_size_keeps_to_its_bounds() -> None:
    size = PageSize(300, Cap())
    for _ in range(20):
        size.shrink(size.current)
    assert size.current == SMALLEST
    size.cap(4)
    assert size.current == 4
    assert size.is_smallest()


def test_criteria_that_magento_would_misread_are_refused() -> None:
    with pytest.raises(ValueError, match="no condition"):
        Filter("sku", "equals", "A")
    for size, page in ((0, 1), (-1, 1), (10, 0)):
        with pytest.raises(ValueError, match="no page"):
            Criteria(page_size=size, page=page)


def test_each_condition_is_a_group_of_its_own_and_direction_is_never_left_out() -> None:
    criteria = Criteria(
        page_size=5, sort="entity_id", filters=(Filter("a", "gt", "1"), Filter("a", "lteq", "9"))
    )
    names = dict(criteria.parameters())
    assert names["searchCriteria[sortOrders][0][direction]"] == "ASC"
    assert names["searchCriteria[filterGroups][0][filters][0][conditionType]"] == "gt"
    assert names["searchCriteria[filterGroups][1][filters][0][conditionType]"] == "lteq"
