"""Past orders through the companion: what is written, what is refused, and that nobody hears."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
import requests
from companion_shop import HEADERS, companion_shop
from orders_shop import PATH, ROWS_OF_AN_ORDER, UNMOVED, OrdersShop
from past_orders import (
    ADDRESS,
    DAY,
    TOTAL,
    Document,
    create,
    eventful,
    invoice,
    item,
    memo,
    order,
    shipment,
    typical,
)

from reconcile.sandbox.state import SandboxState

pytestmark = pytest.mark.live

_numbers = count(1)


def fresh() -> str:
    """The number of an order that no other test knows."""
    return f"{next(_numbers):09}"


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OrdersShop]:
    with companion_shop(live_sandbox, tmp_path_factory.mktemp("companion")) as made:
        yield OrdersShop(made)


@pytest.fixture
def number() -> str:
    return fresh()


def later(number: str, **parts: object) -> Document:
    """A change of an order that is there."""
    return {"number": number, "source_id": f"magento:order/{number}", **parts}


def marked(records: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """By the number that their metadata keeps."""
    return {each["metadata"]["reconcile_number"]: each for each in records}


def test_an_order_has_all_that_was_sent(shop: OrdersShop, number: str) -> None:
    (told,) = shop.write(eventful(number))
    held, sent = shop.order(number), create()
    assert (told["created"], told["id"], held["number"]) == (True, held["id"], number)
    alike = ("email", "customer_id", "sales_channel_id", "status", "currency_code", "locale")
    for name in (*alike, "created_at", "updated_at", "canceled_at"):
        assert held[name] == sent[name]
    assert held["metadata"] == {**sent["metadata"], "source_id": f"magento:order/{number}"}
    for name in ("billing_address", "shipping_address"):
        assert held[name] == {**sent[name], "metadata": None}
    assert (held["is_draft_order"], held["version"], held["touched"]) == (False, 1, False)
    assert held["digest"] == held["carried_digest"]


def test_the_lines_are_those_that_were_sent(shop: OrdersShop, number: str) -> None:
    shop.write(order(number))
    held, sent = shop.order(number), create()
    lines = {line["source_id"]: line for line in held["items"]}
    for wanted in sent["items"]:
        line = lines.pop(wanted["source_id"])
        assert (line["sku"], line["title"]) == (wanted["variant_sku"], wanted["title"])
        assert line["metadata"] == {**wanted["metadata"], "source_id": wanted["source_id"]}
        assert Decimal(line["unit_price"]) == Decimal(wanted["unit_price"])
        assert Decimal(line["quantity"]) == Decimal(wanted["quantity"])
        assert Decimal(line["discount"]) == sum(
            Decimal(less["amount"]) for less in wanted["adjustments"]
        )
        (tax,), (sent_tax,) = line["taxes"], wanted["tax_lines"]
        assert (tax["code"], tax["description"]) == (sent_tax["code"], sent_tax["description"])
        assert Decimal(tax["rate"]) == Decimal(line["tax_rate"]) == Decimal(sent_tax["rate"])
    assert lines == {}
    (method,) = held["shipping_methods"]
    assert (method["name"], method["amount"], method["discount"]) == ("Flat Rate - Fixed", "5", "0")
    assert method["metadata"] == {"method": "flatrate_flatrate", "source_id": "shipping"}


def test_totals_come_out_to_the_cent(shop: OrdersShop, number: str) -> None:
    """In the listing, and in Medusa's own arithmetic."""
    shop.write(order(number))
    totals = {name: round(Decimal(part), 2) for name, part in shop.order(number)["totals"].items()}
    assert totals == {
        "subtotal": Decimal("120.06"),
        "discount": Decimal("10.03"),
        "shipping": 5,
        "tax": Decimal("9.50"),
        "credit": 0,
        "total": Decimal(TOTAL),
    }
    held = shop.admin(number, "total,item_subtotal,discount_subtotal,tax_total,*summary")
    own = ("total", "item_subtotal", "discount_subtotal", "tax_total")
    assert [round(held[name], 6) for name in own] == [124.53, 120.06, 10.03, 9.5]
    assert round(held["summary"]["pending_difference"], 6) == 124.53


def test_what_happened_to_it_is_there(shop: OrdersShop, number: str) -> None:
    (told,) = shop.write(eventful(number))
    held = shop.order(number)
    payments = marked(held["payments"])
    assert {key: each["id"] for key, each in payments.items()} == told["invoices"]
    first, second = payments[f"IA{number}"], payments[f"IB{number}"]
    assert [each["captured"] for each in (first, second)] == ["60", "64.53"]
    assert [each["captured_at"] for each in (first, second)] == [DAY.format(2), DAY.format(3)]
    assert [refund["amount"] for refund in (*first["refunds"], *second["refunds"])] == ["20"]
    parcels = marked(held["fulfillments"])
    assert {key: each["id"] for key, each in parcels.items()} == told["shipments"]
    for parcel in parcels.values():
        dates = (parcel["created_at"], parcel["packed_at"], parcel["shipped_at"])
        assert dates == (DAY.format(3),) * 3
        assert [label["tracking_number"] for label in parcel["labels"]] == ["1Z999"]
    (line,) = held["credit_lines"]
    assert ({line["reference_id"]: line["id"]}, line["amount"]) == (told["credit_memos"], "20")
    assert {each["source_id"]: each["shipped_quantity"] for each in held["items"]} == {
        "11": "3",
        "12": "1",
        "13": "0",
    }
    moved = sorted(Decimal(each["amount"]) for each in held["transactions"])
    assert moved == [Decimal(-20), 60, Decimal("64.53")]


@pytest.mark.parametrize(
    ("parts", "payment", "fulfillment", "due"),
    [
        ({}, "not_paid", "not_fulfilled", 124.53),
        ({"invoices": [invoice("open", state="open")]}, "authorized", "not_fulfilled", 124.53),
        ({"invoices": [invoice("a", "60.00")]}, "partially_captured", "not_fulfilled", 64.53),
        ({"invoices": [invoice("a")]}, "captured", "not_fulfilled", 0),
        ({"shipments": [shipment("s", ("11", "1"))]}, "not_paid", "partially_shipped", 124.53),
        ({"shipments": [shipment("s")]}, "not_paid", "shipped", 124.53),
        (
            {"invoices": [invoice("a")], "credit_memos": [memo("c", "20.00")]},
            "partially_refunded",
            "not_fulfilled",
            0,
        ),
        (
            {"invoices": [invoice("a")], "credit_memos": [memo("c")]},
            "refunded",
            "not_fulfilled",
            0,
        ),
    ],
)
def test_states_are_those_medusa_derives(
    shop: OrdersShop, number: str, parts: Document, payment: str, fulfillment: str, due: float
) -> None:
    assert shop.error(order(number, **parts)) == ""
    fields = "payment_status,fulfillment_status,*items,*items.detail,*summary"
    held = shop.admin(number, fields)
    assert (held["payment_status"], held["fulfillment_status"]) == (payment, fulfillment)
    assert round(held["summary"]["pending_difference"], 6) == due


def test_the_number_is_the_one_medusa_shows(shop: OrdersShop, number: str) -> None:
    shop.write(order(number))
    assert shop.admin(number, "custom_display_id")["custom_display_id"] == number


def test_a_line_leads_to_the_variant_of_its_sku(shop: OrdersShop, number: str) -> None:
    sku = f"VARIANT-{number}"
    body = {
        "title": f"Product {number}",
        "options": [{"title": "Size", "values": ["M"]}],
        "variants": [{"title": "M", "sku": sku, "options": {"Size": "M"}, "prices": []}],
    }
    product = shop.shop.post("/admin/products", body).json()["product"]
    lines = [item("1", "1", "10.00", variant_sku=sku), item("2", "1", "10.00")]
    shop.write(order(number) | {"order": create(items=lines)})
    held = {line["source_id"]: line for line in shop.order(number)["items"]}
    found = (held["1"]["variant_id"], held["1"]["product_id"])
    assert found == (product["variants"][0]["id"], product["id"])
    assert (held["2"]["variant_id"], held["2"]["product_id"]) == (None, None)


def test_the_region_is_the_only_one_that_fits(shop: OrdersShop, number: str) -> None:
    abroad = fresh()
    shop.write(order(number))
    shop.write(
        order(abroad) | {"order": create(shipping_address={**ADDRESS, "country_code": "jp"})}
    )
    (region,) = shop.sql("select id from region where currency_code = 'usd'")
    assert (shop.order(number)["region_id"], shop.order(abroad)["region_id"]) == (*region, None)


def test_the_same_again_changes_nothing(shop: OrdersShop) -> None:
    numbers = [fresh() for _ in range(3)]
    records = [eventful(numbers[0]), typical(numbers[1]), order(numbers[2])]
    told = shop.write(*records)
    before = shop.contents()
    again = shop.write(*records)
    assert again == [{**each, "created": False} for each in told]
    assert shop.contents() == before


def test_what_happens_later_is_added(shop: OrdersShop, number: str) -> None:
    """One thing after the other comes to the same as all at once."""
    shop.write(order(number))
    whole = eventful(number)
    for name in ("invoices", "shipments", "credit_memos"):
        for child in whole[name]:
            shop.write(later(number, **{name: [child]}))
    together = fresh()
    shop.write(eventful(together))
    fields = "payment_status,fulfillment_status,total,*items,*items.detail,*summary"
    held, expected = shop.admin(number, fields), shop.admin(together, fields)
    for name in ("payment_status", "fulfillment_status", "total", "summary"):
        assert held[name] == expected[name]
    assert shop.order(number)["touched"] is False
    (counted,) = shop.sql(
        "select count(*) from order_payment_collection l join payment_collection c"
        " on c.id = l.payment_collection_id where l.order_id = %s",
        shop.order(number)["id"],
    )
    assert counted == (2,)


def test_a_change_needs_no_more_than_the_order_s_id(shop: OrdersShop, number: str) -> None:
    (told,) = shop.write(order(number))
    shop.write({"number": number, "id": told["id"], "invoices": [invoice(f"I{number}")]})
    assert [each["captured"] for each in shop.order(number)["payments"]] == [TOTAL]


def test_an_open_invoice_is_paid_later(shop: OrdersShop, number: str) -> None:
    (told,) = shop.write(order(number, invoices=[invoice("I", state="open")]))
    assert shop.order(number)["payments"][0]["captured_at"] is None
    paid = {"number": "I", "source_id": "magento:invoice/I", "state": "paid"}
    shop.write(later(number, invoices=[paid]))
    (payment,) = shop.order(number)["payments"]
    assert (payment["id"], payment["captured"]) == (told["invoices"]["I"], TOTAL)
    assert payment["captured_at"] > payment["created_at"]
    assert shop.admin(number, "payment_status")["payment_status"] == "captured"
    back = {**paid, "state": "open"}
    assert shop.error(later(number, invoices=[back])) == "conflict"


def test_a_refund_beyond_what_was_paid_is_booked_all_the_same(
    shop: OrdersShop, number: str
) -> None:
    shop.write(order(number, invoices=[invoice("I", "60.00")], credit_memos=[memo("C")]))
    held = shop.order(number)
    assert held["payments"][0]["refunded"] == "60"
    moved = sorted(Decimal(each["amount"]) for each in held["transactions"])
    assert moved == [Decimal("-64.53"), -60, 60]


UPDATE = {
    "status": "canceled",
    "canceled_at": DAY.format(7),
    "updated_at": DAY.format(8),
    "email": "new@example.com",
    "customer_id": "cus_1",
    "sales_channel_id": "sc_1",
    "locale": None,
    "billing_address": {"first_name": "Bob", "country_code": "DE"},
    "shipping_address": None,
    "metadata": {"po_number": None, "added": {"deep": [1]}},
}


def test_what_is_changed_is_changed_and_the_rest_stays(shop: OrdersShop, number: str) -> None:
    shop.write(eventful(number))
    before = shop.order(number)
    for _ in range(2):
        assert shop.error(later(number, update=UPDATE)) == ""
        after = shop.order(number)
        for name in UPDATE.keys() - {"billing_address", "metadata"}:
            assert after[name] == UPDATE[name], name
        address = {name: value for name, value in after["billing_address"].items() if value}
        assert address == {"first_name": "Bob", "country_code": "de"}
        assert after["metadata"] == {
            "payment": {"method": "checkmo"},
            "added": {"deep": [1]},
            "source_id": f"magento:order/{number}",
        }
        for name in ("id", "created_at", "items", "payments", "fulfillments", "totals"):
            assert after[name] == before[name], name
        assert after["touched"] is False


def test_an_address_that_is_gone_leaves_nothing_behind(shop: OrdersShop, number: str) -> None:
    shop.write(order(number))
    before = shop.counts(("order_address",))["order_address"]
    shop.write(later(number, update={"shipping_address": None}))
    rows = shop.sql("select count(*) from order_address where deleted_at is null")
    assert rows == [(before - 1,)]


def test_labels_become_those_that_were_sent(shop: OrdersShop, number: str) -> None:
    shop.write(order(number, shipments=[shipment("S")]))
    named = {"number": "S", "source_id": "magento:shipment/S"}
    labels = [{"id": "2", "tracking_number": "JJD", "tracking_url": "", "label_url": ""}]
    for wanted in (labels, []):
        shop.write(later(number, shipments=[{**named, "labels": wanted}]))
        (parcel,) = shop.order(number)["fulfillments"]
        found = [label["tracking_number"] for label in parcel["labels"]]
        assert found == [label["tracking_number"] for label in wanted]
    shop.write(later(number, shipments=[{**named, "metadata": {"reconcile_number": None, "a": 1}}]))
    (parcel,) = shop.order(number)["fulfillments"]
    assert parcel["metadata"] == {"a": 1, "source_id": "magento:shipment/S"}


BY_HAND: dict[str, tuple[str, Document]] = {
    "email": ("", {"email": "byhand@example.com"}),
    "address": ("", {"shipping_address": {"city": "By hand"}}),
    "metadata": ("", {"metadata": {"by": "hand"}}),
    "archived": ("/archive", {}),
    "canceled": ("/cancel", {}),
}


def by_hand(path: str, body: Document) -> Callable[[OrdersShop, str], None]:
    def change(shop: OrdersShop, identity: str) -> None:
        answer = shop.shop.post(f"/admin/orders/{identity}{path}", body)
        assert answer.status_code == 200, answer.text

    return change


def by_paying(shop: OrdersShop, identity: str) -> None:
    path = f"/admin/orders/{identity}?fields=*payment_collections"
    order = shop.shop.get(path).json()["order"]
    (collection,) = order["payment_collections"]
    path = f"/admin/payment-collections/{collection['id']}/mark-as-paid"
    answer = shop.shop.post(path, {"order_id": identity})
    assert answer.status_code == 200, answer.text


def by_editing(shop: OrdersShop, identity: str) -> None:
    answer = shop.shop.post("/admin/order-edits", {"order_id": identity})
    assert answer.status_code == 200, answer.text


CHANGES = {name: by_hand(*request) for name, request in BY_HAND.items()}
CHANGES |= {"paid": by_paying, "edited": by_editing}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_in_medusa_is_left_alone(shop: OrdersShop, number: str, name: str) -> None:
    status = "completed" if name == "archived" else "pending"
    (told,) = shop.write(order(number) | {"order": create(status=status)})
    assert shop.order(number)["touched"] is False
    CHANGES[name](shop, told["id"])
    before = shop.order(number)
    assert before["touched"] is True
    assert shop.listed(**{"number[]": number, "fields": "summary"})[0]["touched"] is True
    assert shop.error(later(number, update={"locale": "de-DE"})) == "touched"
    assert shop.error(eventful(number)) == "touched"
    assert shop.order(number) == before


def own_order(shop: OrdersShop, number: str) -> str:
    """One that the shop has made itself: a draft that was converted."""
    (region,) = shop.sql("select id from region where currency_code = 'usd'")
    lines = [{"title": "T", "quantity": 1, "unit_price": 10}]
    body = {"region_id": region[0], "email": f"own{number}@example.com", "items": lines}
    draft = shop.shop.post("/admin/draft-orders", body).json()["draft_order"]["id"]
    answer = shop.shop.post(f"/admin/draft-orders/{draft}/convert-to-order", {})
    assert answer.status_code == 200, answer.text
    return str(draft)


def test_an_order_of_the_shop_is_not_ours(shop: OrdersShop, number: str) -> None:
    identity = own_order(shop, number)
    shop.sql('update "order" set custom_display_id = %s where id = %s', number, identity)
    before = shop.order(number)
    assert (before["touched"], before["carried_digest"]) == (False, None)
    assert shop.error(order(number)) == "foreign"
    assert shop.error({**later(number, update={"status": "archived"}), "id": identity}) == "foreign"
    assert shop.order(number) == before


def test_the_order_of_another_record_is_not_this_one_s(shop: OrdersShop, number: str) -> None:
    (told,) = shop.write(order(number))
    other = order(number) | {"source_id": "magento:order/other"}
    assert shop.error(other) == "foreign"
    named = {"number": fresh(), "id": told["id"], "update": {"status": "archived"}}
    assert shop.error(named) == "foreign"


def test_one_order_stands_in_a_request_once(shop: OrdersShop, number: str) -> None:
    told = shop.write(typical(number), typical(number))
    assert ["error" in each for each in told] == [False, True]
    assert told[1]["error"]["code"] == "duplicate"
    assert len(shop.listed(**{"number[]": number})) == 1


def test_what_is_not_there_cannot_be_changed(shop: OrdersShop, number: str) -> None:
    assert shop.error(later(number, update={"status": "archived"})) == "not_found"
    assert shop.listed(**{"number[]": number}) == []


BROKEN = {
    "status": {"order": create(status="nonsense")},
    "amount": {"order": create(items=[item("1", "1", "1") | {"unit_price": "1e5"}])},
    "float": {"order": create(items=[item("1", "1", "1") | {"quantity": []}])},
    "no date": {"order": create(created_at="yesterday")},
    "twice": {"order": create(items=[item("1", "1", "1"), item("1", "1", "1")])},
    "no items": {"order": create(items={"1": "x"})},
    "no mark": {"source_id": None},
    "invoice without amount": {"invoices": [invoice("I") | {"amount": None}]},
    "negative invoice": {"invoices": [invoice("I", "-1")]},
    "parcel of another": {"shipments": [shipment("S", ("99", "1"))]},
    "unknown state": {"credit_memos": [memo("C", state="lost")]},
}


@pytest.mark.parametrize("parts", BROKEN.values(), ids=BROKEN.keys())
def test_a_bad_record_takes_no_other_along(shop: OrdersShop, parts: Document) -> None:
    before, bad, after = fresh(), fresh(), fresh()
    told = shop.write(typical(before), order(bad) | parts, typical(after))
    assert [each.get("error", {}).get("code") for each in told] == [None, "invalid", None]
    assert shop.listed(**{"number[]": bad}) == []
    assert [len(shop.order(each)["payments"]) for each in (before, after)] == [1, 1]


def test_what_the_database_refuses_takes_no_other_along(shop: OrdersShop) -> None:
    """A text that PostgreSQL cannot hold is only found out when everything is being written."""
    numbers = [fresh() for _ in range(5)]
    records = [typical(number) for number in numbers]
    records[3]["order"]["locale"] = "a\0b"
    told = shop.write(*records)
    assert ["error" in each for each in told] == [False, False, False, True, False]
    assert numbers[3] not in {each["number"] for each in shop.listed(limit=1000)}
    assert "Ada" not in told[3]["error"]["message"]


@pytest.mark.parametrize("body", [[], {"orders": {}}, {"orders": ["x"]}, {}])
def test_a_body_that_is_no_list_is_refused_whole(shop: OrdersShop, body: object) -> None:
    answer = shop.shop.post(PATH, body, **HEADERS)
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid_data")


def test_a_hundred_orders_are_the_most(shop: OrdersShop) -> None:
    records = [order(fresh()) for _ in range(101)]
    answer = shop.shop.post(PATH, {"orders": records}, **HEADERS)
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid_data")


@pytest.mark.parametrize("headers", [{}, {"X-Reconcile-Protocol": "2"}])
def test_another_protocol_is_refused(shop: OrdersShop, number: str, headers: Document) -> None:
    for answer in (
        shop.shop.get(PATH, **headers),
        shop.shop.post(PATH, {"orders": [order(number)]}, **headers),
    ):
        assert answer.status_code == 409
        said = answer.json()
        assert (said["type"], said["protocol"]) == ("reconcile_protocol", 1)
    assert shop.listed(**{"number[]": number}) == []


def test_nobody_comes_in_without_a_login(shop: OrdersShop, number: str) -> None:
    url = shop.shop.medusa.url
    for answer in (
        requests.get(url + PATH, headers=HEADERS, timeout=60),
        requests.get(f"{url}/admin/reconcile", timeout=60),
        requests.post(url + PATH, json={"orders": [order(number)]}, headers=HEADERS, timeout=60),
    ):
        assert answer.status_code == 401
    assert shop.listed(**{"number[]": number}) == []


def test_a_body_that_is_too_large_is_refused(shop: OrdersShop) -> None:
    body = {"orders": [], "filling": "x" * (50 * 1024 * 1024)}
    answer = shop.shop.post(PATH, body, **HEADERS)
    assert (answer.status_code, answer.json()["type"]) == (413, "invalid_data")
    assert shop.page()["limit"] == 500


def test_a_large_body_is_taken_in(shop: OrdersShop, number: str) -> None:
    """Medusa's own routes stop at 100 kB."""
    long = create(metadata={"note": "x" * 2_000_000})
    assert shop.error(order(number) | {"order": long}) == ""
    assert shop.error(later(number, update={"metadata": {"note": None}})) == ""


def test_the_list_goes_on_after_an_id(shop: OrdersShop) -> None:
    shop.write(*(order(fresh()) for _ in range(5)))
    whole = [each["id"] for each in shop.listed(limit=1000, fields="summary")]
    assert whole == sorted(whole)
    walked: list[str] = []
    while page := shop.listed(limit=7, **({"after": walked[-1]} if walked else {})):
        walked += [each["id"] for each in page]
    assert walked == whole
    assert shop.page(limit=1)["count"] == len(whole)


def test_the_list_is_narrowed(shop: OrdersShop) -> None:
    numbers = [fresh() for _ in range(4)]
    shop.write(*(order(number) for number in numbers))
    shop.write(later(numbers[0], update={"metadata": {"colour": numbers[0]}}))
    found = shop.listed(**{"number[]": numbers[1:3]})
    assert {each["number"] for each in found} == set(numbers[1:3])
    marks = [f"magento:order/{number}" for number in numbers]
    page = shop.page(**{"source_id[]": marks, "limit": 3})
    assert (len(page["orders"]), page["count"], page["limit"]) == (3, 4, 3)
    (red,) = shop.listed(**{"metadata[colour]": numbers[0]})
    assert red["number"] == numbers[0]


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1"])
def test_an_odd_limit_is_refused(shop: OrdersShop, limit: str) -> None:
    assert shop.shop.get(PATH, {"limit": limit}, **HEADERS).status_code == 400


def test_two_requests_at_once_make_no_twins(shop: OrdersShop) -> None:
    numbers = [fresh() for _ in range(20)]
    records = [eventful(number) for number in numbers]
    before = shop.counts(ROWS_OF_AN_ORDER)
    with ThreadPoolExecutor(4) as pool:
        turns = [records, records[::-1], records, records[::-1]]
        told = list(pool.map(lambda turn: shop.write(*turn), turns))
    created = [each["number"] for answers in told for each in answers if each.get("created")]
    assert sorted(created) == numbers
    assert not [each for answers in told for each in answers if "error" in each]
    expected = {table: before[table] + 20 * rows for table, rows in ROWS_OF_AN_ORDER.items()}
    assert shop.counts(ROWS_OF_AN_ORDER) == expected


def test_nobody_hears_of_any_of_it(shop: OrdersShop, number: str) -> None:
    """The recorder hears what the shop itself does, and nothing of what the companion does."""
    unmoved = shop.counts(UNMOVED)
    heard = len(shop.shop.events())
    shop.write(eventful(number))
    shop.write(later(number, update=UPDATE, invoices=[invoice("extra", "1.00", state="open")]))
    paid = {"number": "extra", "source_id": "magento:invoice/extra", "state": "paid"}
    shop.write(later(number, invoices=[paid], shipments=[shipment("extra", ("13", "2"))]))
    assert shop.shop.events()[heard:] == []
    assert shop.counts(UNMOVED) == unmoved
    identity = own_order(shop, number)
    names = {each["name"] for each in shop.shop.events()[heard:] if identity in str(each["data"])}
    assert "order.placed" in names
