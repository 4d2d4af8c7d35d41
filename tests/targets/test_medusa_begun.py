"""Creates of two requests that were cut short in between: a location, a draft order.

The look-up does not take them for done, and sending them again goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from medusa_people import Shop
from people_changes import create

from reconcile.model import Json
from reconcile.settings import OrdersMode
from reconcile.targets.medusa.lookup import lookup

CHANNELS = ["Web", "App"]
MAIN = create(
    "stock_location:Main",
    "source/main",
    ["sales_channel:Web", "sales_channel:App"],
    name="Main",
    sales_channels=CHANNELS,
)
IDS = {"sales_channel:Web": "sc_1", "sales_channel:App": "sc_2"}
DRAFT = create("order:100", "order/1", number="100", email="a@b.c", currency_code="usd", items=[])
REGION = {"id": "reg_1", "currency_code": "usd", "automatic_taxes": False}


def location(served: Sequence[str], mark: str | None = "magento:source/main") -> dict[str, Json]:
    return {
        "id": "sloc_1",
        "name": "Main",
        "metadata": {"source_id": mark} if mark else None,
        "sales_channels": [{"name": name} for name in served],
    }


def shop_with(*locations: dict[str, Json]) -> Shop:
    def answer(method: str, _path: str, _query: Any, _body: Json) -> Json:
        if method == "GET":
            return {"stock_locations": list(locations), "count": len(locations)}
        return {"stock_location": {"id": "sloc_2"}}

    return Shop(answer)


HELD = [
    (location(CHANNELS), True),
    (location([*CHANNELS, "Other"]), True),
    (location(["Web"]), False),
    (location([]), False),
    (location([], None), True),
    (location(CHANNELS, "magento:source/other"), False),
]


@pytest.mark.parametrize(("held", "done"), HELD)
def test_a_location_of_ours_is_there_when_it_serves_its_channels(
    held: dict[str, Json], done: bool
) -> None:
    assert lookup(shop_with(held).people, [MAIN]) == ({MAIN.address: "sloc_1"} if done else {})


def test_a_location_that_was_begun_is_gone_on_with() -> None:
    shop = shop_with(location([]))
    assert shop.send(MAIN, ids=IDS) == {"stock_location:Main": "sloc_1"}
    assert shop.written == [
        ("POST", "/admin/stock-locations/sloc_1/sales-channels", {"add": ["sc_1", "sc_2"]})
    ]


@pytest.mark.parametrize("held", [[], [location([], None)], [location([], "magento:source/other")]])
def test_a_location_of_somebody_else_is_not(held: list[dict[str, Json]]) -> None:
    shop = shop_with(*held)
    assert shop.send(MAIN, ids=IDS) == {"stock_location:Main": "sloc_2"}
    assert [path for _, path, _ in shop.written] == [
        "/admin/stock-locations",
        "/admin/stock-locations/sloc_2/sales-channels",
    ]


def drafts(email: str | None) -> Shop:
    held = {"id": "order_8", "email": email, "metadata": {"source_id": "magento:order/1"}}

    def answer(method: str, path: str, _query: Any, _body: Json) -> Json:
        if path == "/admin/regions":
            return {"regions": [REGION], "count": 1}
        if method == "GET":
            return {"draft_orders": [held], "count": 1}
        return {"draft_order": {"id": path.rpartition("/")[2]}}

    return Shop(answer, companion=False, mode=OrdersMode.DRAFT)


def test_a_draft_with_its_e_mail_is_there() -> None:
    assert lookup(drafts("a@b.c").people, [DRAFT]) == {DRAFT.address: "order_8"}


def test_a_draft_that_was_begun_is_gone_on_with() -> None:
    shop = drafts(None)
    assert lookup(shop.people, [DRAFT]) == {}
    assert shop.send(DRAFT) == {"order:100": "order_8"}
    assert shop.written == [("POST", "/admin/draft-orders/order_8", {"email": "a@b.c"})]


def test_a_draft_without_any_e_mail_is_whole() -> None:
    guest = create("order:100", "order/1", number="100", currency_code="usd", items=[])
    assert lookup(drafts(None).people, [guest]) == {DRAFT.address: "order_8"}
