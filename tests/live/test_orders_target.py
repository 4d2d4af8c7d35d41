"""Orders written through the companion are what the existing frames read back, to the cent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from people_changes import create, update
from people_shop_live import PeopleShop
from sample_orders import (
    ADDRESS,
    BOTH,
    CHANNEL,
    EMAIL,
    LOCATION,
    ORDERS,
    credit_memo,
    invoice,
    item,
    order,
    shipment,
)

from reconcile.model import Change, Json
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState
from reconcile.settings import PeopleSettings

pytestmark = pytest.mark.live

CUSTOMER = create(f"customer:{EMAIL}", "customer/1", email=EMAIL, has_account=True)
EXTRA = order("500", [item("5001", "12.34")], paid="0")
SALES = ("order", "invoice", "shipment", "credit_memo")


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PeopleShop]:
    with second_shop(live_sandbox, Layout(companion=True)) as medusa:
        shop = PeopleShop(medusa, tmp_path_factory.mktemp("orders"), PeopleSettings())
        run = shop.write(CUSTOMER, *ORDERS)
        assert run.refused == {}
        assert run.steps == ["write customers", "create orders"]
        yield shop
        shop.close()


@pytest.mark.parametrize("change", ORDERS, ids=lambda change: str(change.address))
def test_what_is_written_is_read_back(shop: PeopleShop, change: Change) -> None:
    assert shop.differences(change) == {}


def test_everything_is_ours_and_untouched(shop: PeopleShop) -> None:
    records = [record for entity in SALES for record in shop.held[entity].values()]
    assert len(records) == len(ORDERS)
    assert {(record["managed"], record["untouchable"]) for record in records} == {(True, False)}
    assert {record["source_id"] for record in records} == {each.source_id for each in ORDERS}


def test_every_create_is_found_again(shop: PeopleShop) -> None:
    found = shop.target.lookup(ORDERS)
    assert {str(address): id_ for address, id_ in found.items()} == {
        str(change.address): shop.id(str(change.address)) for change in ORDERS
    }
    unknown = [replace(ORDERS[0], source_id="magento:order/1"), invoice("I9", "100", "1")]
    assert shop.target.lookup([*unknown, EXTRA]) == {}


def test_writing_again_changes_nothing(shop: PeopleShop) -> None:
    before = {entity: shop.held[entity] for entity in SALES}
    assert shop.write(*ORDERS).refused == {}
    assert {entity: shop.held[entity] for entity in SALES} == before


def test_medusa_itself_comes_to_the_same_totals(shop: PeopleShop) -> None:
    """Not by the companion's arithmetic, but by Medusa's own."""
    fields = ("id", "total", "credit_line_total", "*credit_lines", "*transactions")
    for change in ORDERS:
        if change.address.entity != "order":
            continue
        totals = change.after["totals"]
        identity = shop.id(str(change.address))
        record = shop.client.get(f"orders/{identity}", fields=fields)["order"]
        falls = [each for each in record["credit_lines"] if each["reference"] == "adjustment"]
        expected = float(totals["grand_total"]) - (
            float(record["credit_line_total"]) - sum(float(each["amount"]) for each in falls)
        )
        assert float(record["total"]) == pytest.approx(expected, abs=0.004), change.address
        paid = sum(max(float(each["amount"]), 0) for each in record["transactions"])
        assert paid == pytest.approx(float(totals["paid"]), abs=0.004), change.address


def test_nothing_was_reserved_or_moved(shop: PeopleShop) -> None:
    assert shop.client.get("reservations", fields=("id",))["reservations"] == []


def changed(shop: PeopleShop, address: str, **after: Json) -> Change:
    """The update a plan makes: with the values before, and the order it belongs to."""
    record = shop.record(address)
    refs = {f"order:{record['order']}": None} if "order" in record else {}
    refs = {name: shop.id(name) for name in refs}
    fields = {path: (record[path.replace("__", ".")], wanted) for path, wanted in after.items()}
    source_id = record["source_id"].partition(":")[2]
    return update(address, source_id, record["target_id"], refs, **fields)


def test_an_order_changes_exactly_as_it_is_told(shop: PeopleShop) -> None:
    before = dict(shop.record("order:101"))
    after: dict[str, Json] = {
        "status": "completed",
        "updated_at": "2024-05-06T07:08:09.000Z",
        "email": "other@example.com",
        "customer": EMAIL,
        "locale": "de-DE",
        "billing_address": {"first_name": "Bob", "country_code": "us"},
        "shipping_address": None,
        "metadata__added": {"deep": [1]},
    }
    assert shop.write(changed(shop, "order:101", **after)).refused == {}
    wanted = {path.replace("__", "."): value for path, value in after.items()}
    assert shop.record("order:101") == {**before, **wanted}
    again = {"metadata__added": None, "shipping_address": ADDRESS, "sales_channel": None}
    assert shop.write(changed(shop, "order:101", **again)).refused == {}
    wanted |= {"metadata.added": None, "shipping_address": ADDRESS, "sales_channel": None}
    assert shop.record("order:101") == {**before, **wanted}


def test_an_order_that_goes_on_gets_what_happened_in_one_request(shop: PeopleShop) -> None:
    """Invoice, shipment and credit memo of an order that is there, and its own change."""
    assert shop.write(EXTRA).refused == {}
    totals = {**EXTRA.after["totals"], "paid": "12.34", "refunded": "2.34", "due": "0"}
    later = [
        changed(shop, "order:500", status="completed", totals=totals, metadata__added="x"),
        invoice("I500", "500", "12.34", items=[{"id": "5001", "quantity": "1"}]),
        shipment(
            "S500",
            "500",
            [{"id": "5001", "quantity": "1"}],
            location=LOCATION,
            tracking=[{"id": "1", "number": "T1", "title": "UPS"}],
        ),
        credit_memo("C500", "500", "2.34"),
    ]
    run = shop.write(*later)
    assert (run.refused, run.steps) == ({}, ["update orders"])
    assert [shop.differences(change) for change in later[1:]] == [{}, {}, {}]
    record = shop.record("order:500")
    assert (record["totals"], record["status"]) == (totals, "completed")
    assert (record["metadata.added"], record["untouchable"]) == ("x", False)


def test_one_thing_alone_may_happen_to_an_order(shop: PeopleShop) -> None:
    assert shop.write(order("501", [item("5011", "9")])).refused == {}
    for later in (
        invoice("I501", "501", "9", state="open"),
        shipment("S501", "501", [{"id": "5011", "quantity": "1"}]),
    ):
        assert shop.write(later).refused == {}
        assert shop.differences(later) == {}
    assert shop.record("order:501")["totals"]["paid"] == "0"
    assert shop.write(changed(shop, "invoice:I501", state="paid")).refused == {}
    assert shop.record("invoice:I501")["state"] == "paid"
    assert shop.record("order:501")["totals"]["paid"] == "9"
    memo = credit_memo("C501", "501", "9", state="open")
    assert shop.write(memo).refused == {}
    assert shop.differences(memo) == {}
    assert shop.write(changed(shop, "credit_memo:C501", state="refunded")).refused == {}
    assert shop.record("credit_memo:C501")["state"] == "refunded"
    assert shop.record("order:501")["totals"]["refunded"] == "9"


def test_an_open_invoice_may_be_canceled(shop: PeopleShop) -> None:
    changes = [order("502", [item("5021", "9")]), invoice("I502", "502", "9", state="open")]
    assert shop.write(*changes).refused == {}
    assert shop.write(changed(shop, "invoice:I502", state="canceled")).refused == {}
    assert shop.record("invoice:I502")["state"] == "canceled"
    memo = credit_memo("C502", "502", "3", state="canceled")
    assert shop.write(memo).refused == {}
    assert shop.differences(memo) == {}


def test_tracking_may_come_later_and_change(shop: PeopleShop) -> None:
    before = dict(shop.record("shipment:S100"))
    rows = [
        {"id": "1", "carrier": "ups", "title": "UPS", "number": "1Z999"},
        {"id": "3", "carrier": "dhl", "number": "JJD 1"},
    ]
    later = changed(shop, "shipment:S100", tracking=rows, metadata__added=True)
    assert shop.write(later).refused == {}
    assert shop.record("shipment:S100") == {**before, "tracking": rows, "metadata.added": True}
    assert shop.write(changed(shop, "shipment:S100", tracking=[])).refused == {}
    assert shop.record("shipment:S100") == {**before, "tracking": [], "metadata.added": True}


def test_amounts_that_changed_are_refused(shop: PeopleShop) -> None:
    totals = {**shop.record("order:100")["totals"], "subtotal": "1", "grand_total": "1"}
    run = shop.write(changed(shop, "order:100", totals=totals))
    assert "amounts of order 100 changed" in run.refused["order:100"]


def test_an_order_changed_in_medusa_is_untouchable(shop: PeopleShop) -> None:
    """Somebody changes its address in the admin; whatever a plan wants, it is left alone."""
    identity = shop.id("order:105")
    shop.client.post(f"orders/{identity}", {"shipping_address": {"city": "By hand"}})
    shop.read()
    for address in ("order:105", "invoice:I105"):
        assert shop.record(address)["untouchable"] is True
    run = shop.write(changed(shop, "order:105", status="archived"), invoice("I105b", "105", "1"))
    assert set(run.refused) == {"order:105", "invoice:I105b"}
    assert "was changed in Medusa" in run.refused["order:105"]


def test_a_bad_record_takes_no_other_along(shop: PeopleShop) -> None:
    bad = order("600", [item("6001", "1")], status="nonsense")
    fine = [order(number, [item(f"{number}1", "1")]) for number in ("601", "602", "603")]
    run = shop.write(fine[0], bad, *fine[1:])
    assert set(run.refused) == {"order:600"}
    assert "status" in run.refused["order:600"]
    assert [shop.differences(each) for each in fine] == [{}, {}, {}]


def test_an_order_of_the_shops_own_is_not_ours(shop: PeopleShop) -> None:
    """A draft that was converted in the admin, as any order that shoppers make."""
    regions: list[dict[str, Any]] = shop.client.get("regions", fields=("id", "currency_code"))[
        "regions"
    ]
    region = next(each["id"] for each in regions if each["currency_code"] == "usd")
    body = {"region_id": region, "email": EMAIL, "items": [{"title": "T", "quantity": 1}]}
    body["items"][0]["unit_price"] = 10
    draft = shop.client.post("draft-orders", body)["draft_order"]["id"]
    count = len(shop.held["order"])
    assert len(shop.read()["order"]) == count
    shop.client.post(f"draft-orders/{draft}/convert-to-order", {})
    own = [record for record in shop.read()["order"].values() if record["target_id"] == draft]
    assert [(each["managed"], each["untouchable"], each["key"]) for each in own] == [
        (False, False, None)
    ]
    assert own[0]["totals"]["grand_total"] == "10"


def test_the_names_of_channel_and_location_are_those_of_the_shop(shop: PeopleShop) -> None:
    assert shop.record("order:100")["sales_channel"] == CHANNEL
    assert shop.record("shipment:S103a")["location"] is None
    assert shop.record("shipment:S100")["items"] == BOTH
