"""Stock items that the bulk list leaves out."""

from __future__ import annotations

import pytest
from magento_shop import pulled, running

from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.request import Request, Response
from reconcile.sandbox.magento.shop import Shop
from reconcile.sources.magento_rest import stock_items

AWKWARD = 'A/B 50% +#&"Ü'


def _without_quantity(count: int) -> Shop:
    """A shop where so many products have no quantity, the first with an awkward SKU."""
    shop = generated_shop(12)
    table = shop.table("stock_items")
    first = next(iter(shop.table("products").records()))["sku"]
    shop.update_product(first, sku=AWKWARD)
    for record in [*table.records()][:count]:
        table.put(record["product_id"], {**record, "qty": None})
    return shop


def test_items_without_a_quantity_are_read_one_by_one() -> None:
    with running(_without_quantity(3)) as (reader, magento):
        tables, _ = pulled(reader)
        products = len(magento.shop.table("products"))
    items = tables["stock_items"]
    unknown = [row for row in items.rows if row["qty"] is None]
    assert items.complete
    assert len(items.rows) == products
    assert AWKWARD in [row["sku"] for row in unknown]


def test_too_many_of_them_are_named_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock_items, "_MOST_SINGLE_READS", 2)
    with running(_without_quantity(5)) as (reader, _):
        tables, _ = pulled(reader)
    assert "too many to read one by one" in tables["stock_items"].incomplete


def _slashes_do_not_get_through(request: Request) -> Response | None:
    if "%2F" in request.path:
        return Response(404, b'{"message":"Request does not match any route."}')
    return None


def test_an_item_the_web_server_hides_is_named() -> None:
    with running(_without_quantity(1), intercept=_slashes_do_not_get_through) as (reader, _):
        tables, _ = pulled(reader)
    assert AWKWARD.split()[0] in tables["stock_items"].incomplete
