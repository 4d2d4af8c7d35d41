"""The generated sales history: the same every time, in Magento's shapes, with all that occurs."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from sales_equations import shop_faults, tops
from test_magento_generator import paths, profile

from reconcile.sandbox.magento.encoding import php_json
from reconcile.sandbox.magento.generator import generated_shop
from reconcile.sandbox.magento.shop import Shop

KINDS = ("orders", "invoices", "shipments", "creditmemos")
NOT_RECORDED = {"orders": {".customer_note"}}
"""What the recorded shop has no example of; the name is that of the column."""


@pytest.fixture(scope="module")
def shop() -> Shop:
    return generated_shop(200, seed=7, customers=300, orders=1500)


def records(shop: Shop, name: str) -> list[dict[str, Any]]:
    return list(shop.table(name).records())


def digest(shop: Shop, name: str) -> str:
    return hashlib.sha256(php_json(records(shop, name))).hexdigest()[:16]


def test_all_totals_add_up(shop: Shop) -> None:
    assert shop_faults(shop) == []


@pytest.mark.parametrize("seed", [2, 3])
def test_all_totals_add_up_in_other_shops(seed: int) -> None:
    assert shop_faults(generated_shop(60, seed=seed, customers=20, orders=300)) == []


@pytest.mark.parametrize("name", [*KINDS, "customers"])
def test_members_are_exactly_those_of_a_real_store(shop: Shop, name: str) -> None:
    """Every path of the recorded store occurs, no other does, and with the same JSON types."""
    real = profile(name)
    found: dict[str, set[str]] = {}
    for record in records(shop, name):
        for path, kind in paths("", record):
            found.setdefault(path, set()).add(kind)
    assert real.keys() - found.keys() == set()
    assert found.keys() - real.keys() == NOT_RECORDED.get(name, set())
    for path in found.keys() & real.keys():
        assert found[path] <= real[path], path


def test_same_numbers_give_the_same_bytes() -> None:
    """A change of the generator changes this on purpose, another Python never."""
    shop = generated_shop(50, seed=1, customers=20, orders=40)
    assert {name: digest(shop, name) for name in (*KINDS, "customers")} == {
        "orders": "0b292612edcbda10",
        "invoices": "08cc374d98469bae",
        "shipments": "7eb17b8792f71e80",
        "creditmemos": "3ddeafc0e6e2b8f2",
        "customers": "0021cdec27008227",
    }


def test_a_record_is_made_alone(shop: Shop) -> None:
    again = generated_shop(200, seed=7, customers=300, orders=1500)
    for name in KINDS:
        table = again.table(name)
        for row_id in (table.ids[-1], table.ids[len(table) // 2], table.ids[0]):
            assert php_json(table.record(row_id)) == php_json(shop.table(name).record(row_id))


def test_more_orders_leave_those_that_were_there() -> None:
    few = generated_shop(60, customers=30, orders=40)
    more = generated_shop(60, customers=30, orders=45)
    assert len(more.table("orders")) == 45
    for name in KINDS:
        for row_id in few.table(name).ids:
            assert more.table(name).record(row_id) == few.table(name).record(row_id)


def test_what_is_known_at_a_glance_is_what_the_record_says(shop: Shop) -> None:
    for name in (*KINDS, "customers"):
        table = shop.table(name)
        for row_id in table.ids:
            record, glance = table.record(row_id), table.glance(row_id)
            quick = {member for member in record if table.is_quick([member])}
            assert {member: record[member] for member in quick} == {
                member: glance[member] for member in quick
            }
            assert glance.keys() <= record.keys()


def test_numbers_are_found_without_reading_the_shop(shop: Shop) -> None:
    for name in KINDS:
        table = shop.table(name)
        for row_id in table.ids:
            assert table.find("increment_id", table.glance(row_id)["increment_id"]) == [row_id]
    for name in KINDS[1:]:
        table = shop.table(name)
        found = [one for order in range(1, 1501) for one in table.find("order_id", str(order))]
        assert found == list(table.ids)


def test_follow_ups_are_listed_with_their_order(shop: Shop) -> None:
    orders = shop.table("orders")
    for name in KINDS[1:]:
        for record in records(shop, name):
            order = orders.record(record["order_id"])
            assert record["store_id"] == order["store_id"]
            assert record["created_at"] > order["created_at"]
            rows = {item["item_id"] for item in order["items"]}
            assert {item["order_item_id"] for item in record["items"]} <= rows


def test_numbers_are_unique_within_a_kind_only(shop: Shop) -> None:
    numbers = {name: [one["increment_id"] for one in records(shop, name)] for name in KINDS}
    assert all(max(Counter(found).values()) == 1 for found in numbers.values())
    assert set(numbers["orders"]) & set(numbers["invoices"])
    prefixes = Counter(number[:-9] for number in numbers["orders"])
    assert prefixes.keys() == {"", "2", "3"}


def test_every_state_occurs(shop: Shop) -> None:
    found = Counter((order["state"], order["status"]) for order in records(shop, "orders"))
    assert found.keys() == {
        ("new", "pending"),
        ("new", "awaiting_bank_transfer"),
        ("processing", "processing"),
        ("processing", "picking"),
        ("complete", "complete"),
        ("closed", "closed"),
        ("canceled", "canceled"),
        ("holded", "holded"),
    }


def test_every_peculiarity_of_orders_occurs(shop: Shop) -> None:
    orders = records(shop, "orders")
    items = [item for order in orders for item in order["items"]]
    seen = set(_peculiarities(orders, items))
    missing = {name for name, _ in _WANTED} - seen
    assert missing == set()


def _peculiarities(orders: list[dict[str, Any]], items: list[dict[str, Any]]) -> Iterator[str]:
    for name, is_seen in _WANTED:
        if any(is_seen(order) for order in orders) or any(is_seen(item) for item in items):
            yield name


def _is_order(record: dict[str, Any]) -> bool:
    return "status_histories" in record


def _bundle(item: dict[str, Any], *, dynamic: bool) -> bool:
    has_compensation = "discount_tax_compensation_amount" in item
    return item.get("product_type") == "bundle" and has_compensation is not dynamic


_WANTED: list[tuple[str, Any]] = [
    ("guest", lambda one: one.get("customer_is_guest") == 1),
    (
        "deleted customer",
        lambda one: one.get("customer_is_guest") == 0 and "customer_id" not in one,
    ),
    ("virtual", lambda one: one.get("is_virtual") == 1 and _is_order(one)),
    ("order in euro", lambda one: one.get("order_currency_code") == "EUR"),
    ("coupon", lambda one: "coupon_code" in one),
    ("rule without coupon", lambda one: "applied_rule_ids" in one and "coupon_code" not in one),
    ("taxed shipping", lambda one: one.get("shipping_tax_amount", 0) > 0),
    ("shipping discount", lambda one: one.get("shipping_discount_amount", 0) > 0),
    ("compensation", lambda one: _is_order(one) and one["discount_tax_compensation_amount"] != 0),
    ("gift message", lambda one: "gift_message" in one.get("extension_attributes", {})),
    ("customer note", lambda one: "customer_note" in one),
    ("purchase order", lambda one: one.get("payment", {}).get("method") == "purchaseorder"),
    ("comment", lambda one: any("VIP" in h["comment"] for h in one.get("status_histories", ()))),
    ("last second of a day", lambda one: one.get("created_at", "").endswith("23:59:59")),
    ("midnight", lambda one: one.get("created_at", "").endswith("00:00:00")),
    ("many lines", lambda one: len(one.get("items", ())) > 20),
    ("configurable", lambda one: one.get("product_type") == "configurable"),
    ("dynamic bundle", lambda one: _bundle(one, dynamic=True)),
    ("fixed bundle", lambda one: _bundle(one, dynamic=False)),
    ("grouped", lambda one: one.get("product_type") == "grouped"),
    ("deleted product", lambda one: str(one.get("sku", "")).startswith("OLD-")),
    ("free item", lambda one: one.get("sku") == "FREE-SAMPLE"),
    ("untaxed row", lambda one: "sku" in one and one.get("tax_percent") == 0),
    ("two rates", lambda one: one.get("tax_percent") == 8.5),
    ("engraving", lambda one: str(one.get("sku", "")).endswith("-engraving")),
    ("partly cancelled", lambda one: one.get("qty_canceled", 0) and one.get("qty_invoiced", 0)),
]


def test_every_peculiarity_of_what_follows_occurs(shop: Shop) -> None:
    shipments, memos = records(shop, "shipments"), records(shop, "creditmemos")
    invoices = Counter(one["order_id"] for one in records(shop, "invoices"))
    assert max(invoices.values()) == 2
    assert max(Counter(one["order_id"] for one in shipments).values()) == 2
    assert max(Counter(one["order_id"] for one in memos).values()) == 2
    assert {len(one["tracks"]) for one in shipments} == {0, 1, 2, 3}
    sources = {one["extension_attributes"]["source_code"] for one in shipments}
    assert sources == {"default", "warehouse_2"}
    assert any(not memo["items"] and memo["adjustment"] > 0 for memo in memos)
    assert any(memo["adjustment"] < 0 for memo in memos)
    assert any(memo["shipping_amount"] > 0 for memo in memos if memo["items"])
    assert any(one["comments"] for one in shipments)


def test_rates_change_from_year_to_year(shop: Shop) -> None:
    orders = [one for one in records(shop, "orders") if one["order_currency_code"] == "EUR"]
    assert len({one["base_to_order_rate"] for one in orders}) > 3
    for order in orders:
        base = order["base_grand_total"] * order["base_to_order_rate"]
        assert abs(order["grand_total"] - base) < 0.01 * (len(order["items"]) + 4)


def test_customers_are_of_many_kinds(shop: Shop) -> None:
    customers = records(shop, "customers")
    assert len(customers) == 300
    assert {len(one["addresses"]) for one in customers} == {0, 1, 2, 3, 5}
    assert {one["website_id"] for one in customers} == {1, 2}
    assert {one["group_id"] for one in customers} == {1, 2, 3}
    assert {one.get("gender") for one in customers} == {None, 1, 2, 3}
    assert any("🌵" in one["firstname"] for one in customers)
    assert any(one["addresses"] and "default_billing" not in one for one in customers)
    years = {one["created_at"][:4] for one in customers}
    assert len(years) > 3
    regions = [address["region"] for one in customers for address in one["addresses"]]
    assert any(region["region"] is None for region in regions)
    assert any(region["region_id"] == 0 and region["region"] for region in regions)
    emails = [one["email"] for one in customers]
    assert max(Counter(email.lower() for email in emails).values()) == 1
    assert any(email != email.lower() for email in emails)


def test_an_order_keeps_the_address_of_its_customer(shop: Shop) -> None:
    customers = {one["id"]: one for one in records(shop, "customers")}
    for order in records(shop, "orders"):
        address = order["billing_address"]
        if "customer_address_id" in address:
            known = customers[order["customer_id"]]["addresses"]
            (original,) = [one for one in known if one["id"] == address["customer_address_id"]]
            assert (address["city"], address["street"]) == (original["city"], original["street"])


def test_shops_without_msi_do_not_say_where_a_shipment_leaves() -> None:
    shop = generated_shop(50, orders=40, has_inventory=False)
    assert all("extension_attributes" not in one for one in records(shop, "shipments"))


def test_tiny_shops_have_orders_too() -> None:
    for size in (1, 2, 5):
        shop = generated_shop(size, orders=30)
        assert shop_faults(shop) == []
        assert all(tops(order) for order in records(shop, "orders"))


def test_a_shop_without_customers_has_guests_only() -> None:
    orders = records(generated_shop(10, customers=0, orders=20), "orders")
    assert {order["customer_is_guest"] for order in orders} == {1}


def test_memory_hardly_grows_with_the_orders() -> None:
    """Some numbers per order, and none of the records."""
    tracemalloc.start()
    shop = generated_shop(50, customers=50_000, orders=50_000)
    for name in KINDS:
        table = shop.table(name)
        for row_id in table.ids[:: len(table) // 50]:
            table.record(row_id)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 12_000_000


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"orders": 100_001}, "orders must be 0 to 100000, not 100001"),
        ({"customers": -1}, "customers must be 0 to 100000, not -1"),
    ],
)
def test_numbers_out_of_range_are_refused(numbers: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        generated_shop(5, **numbers)


def test_by_default_numbers_go_with_the_size() -> None:
    shop = generated_shop(200)
    assert (len(shop.table("customers")), len(shop.table("orders"))) == (100, 150)
    assert len(generated_shop(5000).table("orders")) == 1000
