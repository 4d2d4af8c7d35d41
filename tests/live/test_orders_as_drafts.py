"""Orders of the past as draft orders: seen in the admin, and nothing else happens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from people_changes import create, update
from people_shop_live import PeopleShop
from sample_orders import EMAIL, ORDERS

from reconcile.model import Change, Json
from reconcile.sandbox.project import Layout
from reconcile.sandbox.second_shop import second_shop
from reconcile.sandbox.state import SandboxState
from reconcile.settings import OrdersMode, PeopleSettings
from reconcile.targets.medusa.lacking import LOST_IN_DRAFTS

pytestmark = pytest.mark.live

CUSTOMER = create(f"customer:{EMAIL}", "customer/1", email=EMAIL, first_name="Ann")
PROMOTION = {
    "code": "ALL",
    "type": "standard",
    "status": "active",
    "is_automatic": True,
    "application_method": {
        "type": "percentage",
        "target_type": "items",
        "allocation": "across",
        "value": 50,
        "currency_code": "usd",
    },
}


def _in_a_draft(change: Change) -> Change:
    """What a plan leaves of an order: without what a draft would lose."""
    fields = tuple(each for each in change.fields if each.path not in LOST_IN_DRAFTS)
    return replace(change, fields=fields)


CREATES = [
    _in_a_draft(each)
    for each in ORDERS
    if each.address.entity == "order" and each.after["currency_code"] == "usd"
]
YEN = next(_in_a_draft(each) for each in ORDERS if each.after.get("currency_code") == "jpy")


@pytest.fixture(scope="module")
def shop(
    live_sandbox: SandboxState, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PeopleShop]:
    settings = PeopleSettings(orders=OrdersMode.DRAFT)
    with second_shop(live_sandbox, Layout(companion=False)) as medusa:
        shop = PeopleShop(medusa, tmp_path_factory.mktemp("drafts"), settings)
        run = shop.write(CUSTOMER, *CREATES)
        assert run.refused == {}
        yield shop
        shop.close()


@pytest.mark.parametrize("change", CREATES, ids=lambda change: change.address.key)
def test_a_draft_is_read_back_as_the_order_it_stands_for(shop: PeopleShop, change: Change) -> None:
    found = shop.differences(change)
    assert {path: both for path, both in found.items() if path not in LOST_IN_DRAFTS} == {}
    assert shop.record(str(change.address))["status"] == "draft"


def test_nobody_was_made_a_customer_of(shop: PeopleShop) -> None:
    assert shop.held["customer"].keys() == {EMAIL}


def test_every_draft_is_found_again(shop: PeopleShop) -> None:
    found = shop.target.lookup(CREATES)
    assert {str(address): id_ for address, id_ in found.items()} == {
        str(change.address): shop.id(str(change.address)) for change in CREATES
    }


def test_a_currency_without_a_region_is_told_apart(shop: PeopleShop) -> None:
    """In a run it fails by itself, and names what is missing."""
    phase = next(each for each in shop.target.phases if each.name == "create draft orders")
    (unit,) = phase.units([YEN])
    known = {"customer:" + EMAIL: "cus", **phase.prepare([unit], {}.__getitem__)}
    known |= dict.fromkeys(YEN.refs, "some")
    with pytest.raises(KeyError, match="region_in:jpy"):
        phase.payload(unit, known.__getitem__)


def test_a_later_change_changes_exactly_what_it_says(shop: PeopleShop) -> None:
    before = dict(shop.record("order:100"))
    after: dict[str, Json] = {
        "email": "other@example.com",
        "billing_address": {"first_name": "Bob", "country_code": "us"},
        "totals": {**before["totals"], "refunded": "5"},
        "metadata.changed": "after",
        "metadata.gone": None,
    }
    fields = {path.replace(".", "__"): (before[path], after[path]) for path in after}
    changed = update("order:100", "order/100", before["target_id"], **fields)
    assert shop.write(changed).refused == {}
    found = shop.record("order:100")
    moved = {"updated_at": found["updated_at"]}
    assert {path: found[path] for path in before} == {**before, **after, **moved}


def test_amounts_that_changed_are_refused(shop: PeopleShop) -> None:
    before = shop.record("order:101")
    moved = {**before["totals"], "grand_total": "11"}
    changed = update(
        "order:101", "order/101", before["target_id"], totals=(before["totals"], moved)
    )
    assert "amounts of order 101 changed" in shop.write(changed).refused["order:101"]


def findings(shop: PeopleShop) -> dict[str, tuple[bool, str]]:
    return {found.subject: (found.ok, found.message) for found in shop.target.probe()}


def test_promotions_that_would_change_a_draft_are_named(shop: PeopleShop) -> None:
    """Medusa takes them off old orders as well, which shows in the grand total."""
    assert findings(shop)["promotions"][0] is True
    assert "eur, usd" in findings(shop)["draft orders"][1]
    shop.client.post("promotions", PROMOTION)
    ok, message = findings(shop)["promotions"]
    assert (ok, "'ALL'" in message) == (False, True)
    order = create(
        "order:900",
        "order/900",
        number="900",
        currency_code="usd",
        items=[{"id": "1", "title": "T", "quantity": "1", "subtotal": "10"}],
        totals={"subtotal": "10", "grand_total": "10"},
    )
    assert shop.write(order).refused == {}
    assert shop.record("order:900")["totals"]["grand_total"] == "5"


def test_nothing_was_reserved(shop: PeopleShop) -> None:
    fields = ("id",)
    listed: dict[str, Any] = shop.client.get("reservations", fields=fields)
    assert listed["reservations"] == []
